"""The crawl's tick: the list of sources is read again when it changed, then all that is due is looked at."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from db import cooldowns
from tracker.core.errors import ConfigError
from tracker.daemon.jobs import Crew
from tracker.services.crawl import Line, Summary, crawl
from tracker.services.source_list import sync_file
from tracker.services.waking import calm, put_right

WRONG_LIST = "sources.yaml was not taken, the list before stays in force: %s"
SLEPT = 300.0  # a turn so many seconds late, by either clock, means that we slept or that the clock jumped


class Crawling:
    """Looks at what is due."""

    name = "crawl"

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.every = crew.house.settings.crawl.tick
        self._said, self._read = "", (0, 0, 0)
        self._awake: tuple[float, datetime] | None = None
        self.last: Summary | None = None

    async def run(self) -> str:
        """A broken list keeps the one before in force; after a sleep what is overdue is spread."""
        house, crew = self._crew.house, self._crew
        await asyncio.to_thread(self._take_list)
        await asyncio.to_thread(self._wake_up)
        self.last = done = await crawl(
            house.store,
            crew.fetcher,
            crew.reading,
            house.clock,
            settings=house.settings,
            zone=house.zone,
            on_line=self._line,
        )
        if not done.sources:
            return ""
        if not crew.fetcher.limits.lasting:
            await asyncio.to_thread(self._keep_rests)
        if done.outage:
            self._crew.log.warning("%s; %d sources are tried again soon", done.outage, done.put_off)
        return f"{done.sources} sources, {done.new} new, {done.failed} failed"

    def _take_list(self) -> None:
        house = self._crew.house
        found = _stamp(house.sources_file)
        if found == self._read and not self._said:
            return
        try:
            changed = sync_file(house.store, house.sources_file, house.clock())
        except ConfigError as error:
            if self._said != error.sentence():  # once, not at every tick
                self._said = error.sentence()
                self._crew.log.error(WRONG_LIST, self._said)
            return
        for word, names in (("watching", changed.added), ("no longer watching", changed.removed)):
            for name in names:
                self._crew.log.info("%s %s", word, name)
        self._said, self._read = "", found

    def _wake_up(self) -> None:
        """Compare both clocks with the last turn: asleep, only the wall's goes on; stopped, both do."""
        house, now = self._crew.house, (time.monotonic(), self._crew.house.clock())
        before, self._awake = self._awake, now
        if before is not None:
            passed = now[0] - before[0]
            jumped = abs((now[1] - before[1]).total_seconds() - passed) if house.frozen is None else 0.0
            if passed < SLEPT + self.every and jumped < SLEPT:
                return
        if moved := calm(house.store, house.clock()):
            self._crew.log.info("%d sources were overdue after a sleep or a jump of the clock; spread", moved)

    def _keep_rests(self) -> None:
        """Hosts that asked for rest are remembered: a restart does not forget them."""
        house, rests = self._crew.house, self._crew.fetcher.limits.rests()
        now = house.clock()
        until = {host: now + timedelta(seconds=left) for host, left in rests.items()}
        with house.store.read() as tx:
            known = {rest.host for rest in cooldowns.resting(tx, now)}
        if set(until) != known:
            with house.store.write() as tx:
                cooldowns.keep(tx, until, "it asked for rest", now)

    def _line(self, line: Line) -> None:
        if line.outcome == "failed":
            self._crew.log.warning("%s: %s", line.source, line.error)
        elif line.new:
            self._crew.log.info("%s: %d new", line.source, line.new)


def remember_rests(crew: Crew) -> None:
    """Tell the fetcher which hosts still rest since before this start."""
    now = crew.house.clock()
    put_right(crew.house.store, now)
    if crew.fetcher.limits.lasting:
        return
    with crew.house.store.read() as tx:
        for rest in cooldowns.resting(tx, now):
            crew.fetcher.limits.rest(rest.host, (rest.until - now).total_seconds())


def _stamp(path: object) -> tuple[int, int, int]:
    """What tells one state of a file from another; zeros when it is not there."""
    from pathlib import Path

    try:
        found = Path(str(path)).stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino
