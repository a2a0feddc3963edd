"""The learning side of the day: what was snoozed comes back when its time has come."""

from __future__ import annotations

import asyncio

from db import people
from tracker.daemon.jobs import Crew
from tracker.services import inbox


class Waking:
    """Puts snoozed resources back into the inbox of each person."""

    name, every = "wake", 60.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self) -> str:
        """Says how many came back."""
        woken = await asyncio.to_thread(self._wake)
        return f"{woken} snoozed items are back in the inbox" if woken else ""

    def _wake(self) -> int:
        house = self._crew.house
        with house.store.read() as tx:
            everybody = people.everybody(tx)
        return sum(inbox.wake(house.store, person, house.clock()) for person in everybody)
