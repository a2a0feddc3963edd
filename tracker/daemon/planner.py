"""The planner: one worker of a team, chosen by the database, turns what is due into jobs; when it dies, another."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from db.reign import Reign
from tracker.core.errors import Occupied, TrackerError
from tracker.services import team

if TYPE_CHECKING:
    from db.fleet import Fleet
    from tracker.wiring import House

MOST_PAUSE = 5.0  # seconds between two looks for workers that died, and for a planner that did
LINKS_EVERY, TEXTS_EVERY, TALKS_EVERY = 30.0, 15.0, 10.0  # seconds between two plans


class Planner:
    """Plans while it is the one planner of its database."""

    def __init__(self, house: House, fleet: Fleet, log: logging.Logger) -> None:
        self._house, self._fleet, self._log = house, fleet, log
        self._reign = Reign(house.store, f"pid {os.getpid()} on {platform.node()}", "planner")
        self._is_it, self._error = False, ""
        self._next: dict[str, float] = {}

    async def plan_for_ever(self) -> None:
        """Plan until cancelled; trouble is said once and the next turn comes."""
        pause = min(self._house.settings.crawl.tick, MOST_PAUSE)
        try:
            while True:
                await self._turn()
                await asyncio.sleep(pause)
        finally:
            self._reign.end()

    async def _turn(self) -> None:
        try:
            await self.plan()
            self._error = ""
        except TrackerError as error:
            if error.sentence() != self._error:
                self._error = error.sentence()
                self._log.warning("planning: %s", self._error)

    async def plan(self) -> int:
        """One plan, when this is the planner: how many jobs were queued. Raises StoreError."""
        if not await asyncio.to_thread(self._be_it):
            return 0
        if over := await self._fleet.take_over():
            self._log.info("took over %d jobs of workers that died", over)
        return sum([await self._queue(name, every, due) for name, every, due in self._plans()])

    def end(self) -> None:
        """Let another one be the planner."""
        self._reign.end()

    def _be_it(self) -> bool:
        try:
            if self._is_it:
                self._reign.go_on()
            else:
                self._reign.begin()
                self._log.info("this worker plans")
            self._is_it = True
        except Occupied:
            self._is_it = False
        return self._is_it

    def _plans(self) -> list[tuple[str, float, Callable[[], list[str]]]]:
        house = self._house
        store, clock, settings = house.store, house.clock, house.settings
        return [
            ("crawl", settings.crawl.tick, self._sources),
            ("transcripts", TALKS_EVERY, lambda: team.due_talks(store, clock(), settings)),
            ("links", LINKS_EVERY, lambda: team.due_links(store, clock, settings)),
            ("texts", TEXTS_EVERY, lambda: team.due_texts(store, clock(), settings)),
        ]

    def _sources(self) -> list[str]:
        team.tidy(self._house.store, self._house.clock())
        return team.due_sources(self._house.store, self._house.clock())

    async def _queue(self, name: str, every: float, due: Callable[[], list[str]]) -> int:
        from db.fleet import Work

        if time.monotonic() < self._next.get(name, 0.0):
            return 0
        self._next[name] = time.monotonic() + every
        subjects = await asyncio.to_thread(due)
        return await self._fleet.queue(Work(name, subject) for subject in subjects)
