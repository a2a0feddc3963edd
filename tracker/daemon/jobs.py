"""The daemon's jobs. Each asks the store what is due; an error is a line in the log and the next turn comes anyway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from tracker.config.sourcefile import read_sources
from tracker.core.digest import period_of
from tracker.core.errors import ConfigError, TrackerError
from tracker.services import digest, inbox
from tracker.services.crawl import Line, Summary, crawl, sync

if TYPE_CHECKING:
    from tracker.net.http import HttpFetcher
    from tracker.services.reading import ReadingRoom
    from tracker.wiring import House

T = TypeVar("T")
WRONG_LIST = "sources.yaml was not taken, the list before stays in force: %s"


class Jobs:
    """What the scheduler calls. One fetcher and one reading room for the life of the daemon: rests of hosts hold."""

    def __init__(self, house: House, fetcher: HttpFetcher, reading: ReadingRoom, log: logging.Logger) -> None:
        self._house, self._fetcher, self._reading, self._log = house, fetcher, reading, log
        self._said = ""

    async def crawl(self) -> Summary | None:
        """Look at what is due; the list is read again first, and a broken one keeps the list before in force."""
        return await self._guarded("crawl", self._crawl)

    async def _crawl(self) -> Summary:
        house = self._house
        try:
            file = await asyncio.to_thread(read_sources, house.sources_file)
            changed = await asyncio.to_thread(sync, house.store, file, house.clock())
            for name in changed.added:
                self._log.info("watching %s", name)
            self._said = ""
        except ConfigError as error:
            if self._said != error.sentence():  # once, not at every tick
                self._said = error.sentence()
                self._log.error(WRONG_LIST, self._said)
        summary = await crawl(
            house.store, self._fetcher, self._reading, house.clock, settings=house.settings, on_line=self._line
        )
        if summary.sources:
            self._log.info("%d sources, %d new, %d failed", summary.sources, summary.new, summary.failed)
        return summary

    def _line(self, line: Line) -> None:
        if line.outcome == "failed":
            self._log.warning("%s: %s", line.source, line.error)
        elif line.new:
            self._log.info("%s: %d new", line.source, line.new)

    async def wake(self) -> None:
        """Put snoozed items whose time has come back into the inbox."""
        await self._guarded("wake", self._wake)

    async def _wake(self) -> None:
        house = self._house
        woken = await asyncio.to_thread(inbox.wake, house.store, house.person, house.clock())
        if woken:
            self._log.info("%d snoozed items are back in the inbox", woken)

    async def digest(self, period: str) -> None:
        """Write the digest of today or of this week."""
        await self._guarded("digest", lambda: self._digest(period))

    async def _digest(self, period: str) -> None:
        path = await asyncio.to_thread(self._written, period)
        self._log.info("digest written: %s", path)

    def _written(self, period: str) -> str:
        from tracker.formats import digest as form
        from tracker.services.files import write_whole
        from tracker.wiring import spoken_language

        house = self._house
        days = period_of(period, house.clock().astimezone(house.zone).date())
        made = digest.make(house.store, house.person, days, house.zone)
        path = house.digest_folder / (days.stem + form.suffix)
        language = spoken_language(house.settings.digest.language, house.settings.ui.language)
        write_whole(path, form.render(made, language))
        return str(path)

    async def _guarded(self, name: str, job: Callable[[], Awaitable[T]]) -> T | None:
        try:
            return await job()
        except TrackerError as error:
            self._log.error("%s: %s", name, error.sentence())
        except Exception as error:
            self._log.error("%s: unexpected %s: %s", name, type(error).__name__, error)
        return None
