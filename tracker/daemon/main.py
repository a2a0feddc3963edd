"""The daemon's life: one a home, its jobs on a schedule, an end within ten seconds.

The schedule lives in memory (APScheduler): turns that were missed run once, a job never overlaps itself. What is due is
in the store. Settings are read again when their file changes or on SIGHUP; wrong ones leave the old in force.
"""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from db.reign import Reign
from tracker.core.errors import Occupied, StoreError
from tracker.daemon import supervisor
from tracker.daemon.board import Board
from tracker.daemon.crawling import Crawling, remember_rests
from tracker.daemon.digests import Digests, hours_of
from tracker.daemon.endpoint import Endpoint
from tracker.daemon.housekeeping import Housekeeping
from tracker.daemon.jobs import Crew, Job, Rounds
from tracker.daemon.links import LinkHealth
from tracker.daemon.log import close_log, open_log
from tracker.daemon.memory import keep_together
from tracker.daemon.notify import Alarm, Bell
from tracker.daemon.reload import SettingsFile
from tracker.daemon.signals import wishes
from tracker.daemon.study import Proposing, Reviewing, Waking
from tracker.daemon.talks import Talks
from tracker.daemon.texts import Texts
from tracker.services.single import alone

if TYPE_CHECKING:
    from tracker.services.crawl import Summary
    from tracker.wiring import House

STOP_SECONDS = 10.0
LOOK_SECONDS = 1.0  # between two looks at the settings file and the wish to stop
REIGN_SECONDS = 15.0
TURN_SECONDS = 0.001  # of a thread: one that writes holds the lock of the database and must not stand behind others


def jobs_of(crew: Crew) -> Sequence[Job]:
    """Every job of the daemon; a new one is a file of its own and a word here."""
    work = (Waking(crew), Crawling(crew), Digests(crew), Texts(crew), Talks(crew), LinkHealth(crew))
    return (*work, Alarm(crew), Reviewing(crew), Proposing(crew), Housekeeping(crew))


async def run(house: House, *, once: bool = False) -> Summary | None:
    """Run until SIGTERM or SIGINT (or one round with `once`). Raises Occupied, ConfigError, StoreError at the start."""
    hours_of(house)
    sys.setswitchinterval(TURN_SECONDS)
    home = house.make_home()
    store = await asyncio.to_thread(lambda: house.store)
    with alone(home, store.path):
        reign = Reign(store, f"pid {os.getpid()} on {platform.node()}")
        reign.begin()
        board = Board(home, house.clock())
        try:
            if once:
                return await _one_round(house, board)
            await _Life(house, board, reign).live()
        finally:
            reign.end()
            board.remove()
    return None


@asynccontextmanager
async def crew_of(house: House, name: str = "daemon") -> AsyncIterator[Crew]:
    """What the jobs work with, as the settings now say; given back at the end of the block. `name` is the log's."""
    settings = house.settings
    keep_together()
    log = open_log(house.folder("logs"), settings.log.level, settings.log.json, name)
    reading = house.reading()
    try:
        async with house.fetcher() as fetcher:
            crew = Crew(house, fetcher, reading, log, Bell(settings.serve.notify, log))
            with suppress(StoreError):
                house.store.keep_little()
                await asyncio.to_thread(remember_rests, crew)
            yield crew
    finally:
        await reading.close()
        close_log(log)


async def _one_round(house: House, board: Board) -> Summary | None:
    async with crew_of(house) as crew:
        rounds, crawling = Rounds(crew, board), Crawling(crew)
        for job in jobs_of(crew):
            await rounds.turn(crawling if job.name == crawling.name else job)
        return crawling.last


class _Life:
    """From the start to the end; settings that changed begin a new chapter under the same lock."""

    def __init__(self, house: House, board: Board, reign: Reign) -> None:
        self._house, self._board, self._reign = house, board, reign
        self._stop, self._again = asyncio.Event(), asyncio.Event()
        self._file = SettingsFile(house)
        self._ended: Occupied | None = None

    async def live(self) -> None:
        """Live until asked to stop. Raises Occupied when another daemon took over (this one was stopped for long)."""
        with wishes(self._stop, self._again):
            alive = asyncio.create_task(supervisor.stay_alive())
            try:
                while not self._stop.is_set():
                    await self._chapter()
            finally:
                alive.cancel()
        if self._ended is not None:
            raise self._ended

    async def _chapter(self) -> None:
        self._again.clear()
        async with crew_of(self._house) as crew:
            endpoint = Endpoint(self._house, self._board, crew.log)
            await endpoint.open()
            crew.log.info("started, pid %d, home %s", os.getpid(), self._house.home)
            rounds = Rounds(crew, self._board)
            scheduler = _schedule(self._house, rounds, jobs_of(crew))
            try:
                supervisor.tell("READY=1", "STATUS=watching")
                await self._watch(crew)
            finally:
                supervisor.tell("STOPPING=1" if self._stop.is_set() else "RELOADING=1")
                scheduler.pause()  # its shutdown would cancel what runs: that comes to its end first
                await rounds.finish(STOP_SECONDS - 2)
                scheduler.shutdown(wait=False)
                await endpoint.close()
                crew.log.info("stopped" if self._stop.is_set() else "settings changed: beginning again with them")

    async def _watch(self, crew: Crew) -> None:
        """Wait for the wish to stop, for new settings that are right, or for another daemon that took over."""
        loop = asyncio.get_running_loop()
        next_reign = loop.time() + REIGN_SECONDS
        while not self._stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), LOOK_SECONDS)
            asked = self._again.is_set()
            self._again.clear()
            if self._file.taken(crew.log, asked=asked):
                return
            if loop.time() >= next_reign:
                next_reign = loop.time() + REIGN_SECONDS
                await self._go_on(crew)

    async def _go_on(self, crew: Crew) -> None:
        try:
            await asyncio.to_thread(self._reign.go_on)
        except Occupied as taken:
            crew.log.error("%s", taken.sentence())
            self._ended = taken
            self._stop.set()
        except StoreError as error:
            crew.log.warning("%s", error.sentence())


def _schedule(house: House, rounds: Rounds, jobs: Sequence[Job]) -> Any:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    logging.getLogger("apscheduler").addHandler(logging.NullHandler())  # jobs say themselves what went wrong
    scheduler = AsyncIOScheduler(
        timezone=house.zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    now = datetime.now(house.zone)  # the first round at once: nobody waits for the first tick
    for job in jobs:
        scheduler.add_job(rounds.turn, "interval", args=[job], seconds=job.every, next_run_time=now)
    scheduler.start()
    return scheduler
