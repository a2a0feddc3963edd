"""Keeping the house: the log short, memory given back, what dead processes held free again, old rounds forgotten."""

from __future__ import annotations

import asyncio
import time

from db import runs
from tracker.daemon.jobs import Crew
from tracker.daemon.memory import give_back
from tracker.services.checkup import bury_dead, left_behind

SELDOM = 3600.0
TRIM_SECONDS = 30.0  # between two times that free memory is given back
KEPT_ROUNDS = 5000


class Housekeeping:
    """Small things every few seconds, larger ones every hour. The daemon alone keeps the log short."""

    name, every = "housekeeping", 15.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._next_large = self._next_trim = 0.0

    async def run(self) -> str:
        """Says what was tidied."""
        return await asyncio.to_thread(self._tidy)

    def _tidy(self) -> str:
        store = self._crew.house.store
        if store.keeper is not None:
            store.keeper.hold()
            store.keeper.after_commit()
        if time.monotonic() >= self._next_trim:
            self._next_trim = time.monotonic() + TRIM_SECONDS
            give_back()
        if time.monotonic() < self._next_large:
            return ""
        self._next_large = time.monotonic() + SELDOM
        done = (
            [f"put back what {held} dead processes held"]
            if (held := bury_dead(store, self._crew.house.clock()))
            else []
        )
        left = left_behind(self._crew.house.home, store.path)
        for path in left:
            path.unlink(missing_ok=True)
        if left:
            done.append(f"removed {len(left)} half-written files")
        with store.write() as tx:
            if gone := runs.prune(tx, KEPT_ROUNDS):
                done.append(f"forgot {gone} old rounds")
        return "; ".join(done)
