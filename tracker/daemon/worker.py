"""A worker's life: jobs of its queues until it is stopped, an end within ten seconds, and a database that comes back.

Any number of workers on any number of machines work on one PostgreSQL. They hold nothing in memory that matters: a
worker that is killed is missed after `db.queue.LEASE_SECONDS`, and another one does its jobs.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tracker.core.errors import StoreError, UsageError
from tracker.daemon import supervisor
from tracker.daemon.hands import hands_of
from tracker.daemon.jobs import Crew
from tracker.daemon.main import LOOK_SECONDS, crew_of
from tracker.daemon.planner import Planner
from tracker.daemon.reload import SettingsFile
from tracker.daemon.signals import wishes

if TYPE_CHECKING:
    from db.fleet import Fleet
    from tracker.wiring import House

GRACE_SECONDS = 6.0  # for jobs to come to their end; then they are put back
MOST_PLANS = 20  # of a worker that leaves when nothing is left: what is new makes more due
FIRST_REST, LONGEST_REST = 1.0, 60.0  # seconds before a database that went away is asked again


async def run(house: House, queues: Sequence[str], concurrency: int, *, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT, or with `once` until nothing is due. Raises UsageError, StoreError at the start."""
    store = await asyncio.to_thread(lambda: house.store)
    if store.is_sqlite:
        raise UsageError(
            f"workers share a PostgreSQL, but the database is {store.place}",
            "Name one with --database postgresql://HOST/NAME; on SQLite 'tracker daemon' does all the work",
        )
    try:
        from db.fleet import install
    except ImportError:
        raise UsageError(
            "workers need the extra 'team', which is not installed", "Install it: pip install 'tracker[team]'"
        ) from None
    await asyncio.to_thread(install, store)
    life = _Life(house, queues, concurrency or house.settings.network.concurrency * 2)
    await (life.once() if once else life.live())


class _Life:
    """From the start to the end; settings that changed, or a database that was away, begin a new chapter."""

    def __init__(self, house: House, queues: Sequence[str], concurrency: int) -> None:
        self._house, self._queues, self._concurrency = house, queues, concurrency
        self._stop, self._again = asyncio.Event(), asyncio.Event()
        self._file = SettingsFile(house)
        self._rest = 0.0

    async def once(self) -> None:
        """Plan and work until nothing is due."""
        async with crew_of(self._house, "worker") as crew, hands_of(crew) as hands, self._fleet(crew).opened() as fleet:
            fleet.serve(hands.handlers())
            planner = Planner(self._house, fleet, crew.log)
            try:
                for _ in range(MOST_PLANS):
                    queued = await planner.plan()
                    await fleet.run(self._queues, self._concurrency, wait=False, grace=GRACE_SECONDS)
                    if not queued:
                        break
            finally:
                planner.end()

    async def live(self) -> None:
        """Live until asked to stop."""
        with wishes(self._stop, self._again):
            alive = asyncio.create_task(supervisor.stay_alive())
            try:
                while not self._stop.is_set():
                    await self._chapter()
            finally:
                alive.cancel()

    def _fleet(self, crew: Crew) -> Fleet:
        from db.fleet import Fleet

        return Fleet(self._house.store, crew.log.warning)

    async def _chapter(self) -> None:
        self._again.clear()
        async with crew_of(self._house, "worker") as crew, hands_of(crew) as hands:
            try:
                async with self._fleet(crew).opened() as fleet:
                    fleet.serve(hands.handlers())
                    crew.log.info("started, pid %d, queues %s", os.getpid(), ", ".join(self._queues))
                    supervisor.tell("READY=1", "STATUS=working")
                    await self._work(crew, fleet)
            except StoreError as error:
                crew.log.error("%s", error.sentence())
                await self._wait_for_it()
            if self._stop.is_set():
                crew.log.info("stopped")

    async def _work(self, crew: Crew, fleet: Fleet) -> None:
        """Plan and work side by side, until asked to stop, settings change or the database goes away."""
        planning = asyncio.create_task(Planner(self._house, fleet, crew.log).plan_for_ever())
        working = asyncio.create_task(fleet.run(self._queues, self._concurrency, wait=True, grace=GRACE_SECONDS))
        watching = asyncio.create_task(self._watch(crew))
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            away = working.done()
        finally:
            supervisor.tell("STOPPING=1" if self._stop.is_set() else "RELOADING=1")
            for task in (planning, watching, working):
                task.cancel()
            await asyncio.gather(planning, watching, working, return_exceptions=True)
        if away:
            raise (working.exception() if not working.cancelled() else None) or StoreError(
                self._house.store.place, "the connection was lost", "Trying again"
            )
        self._rest = 0.0

    async def _watch(self, crew: Crew) -> None:
        """Wait for the wish to stop, or for new settings that are right."""
        while not self._stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), LOOK_SECONDS)
            asked = self._again.is_set()
            self._again.clear()
            if self._file.taken(crew.log, asked=asked):
                return

    async def _wait_for_it(self) -> None:
        """A while, longer each time, before the database is asked again."""
        self._rest = min(max(FIRST_REST, self._rest * 2), LONGEST_REST)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), self._rest)
