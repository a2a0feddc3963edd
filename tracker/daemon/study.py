"""The learning side of the day: what was snoozed comes back in time, and rules are proposed."""

from __future__ import annotations

import asyncio

from db import people
from tracker.daemon.jobs import Crew
from tracker.services import inbox, noise
from tracker.services.rules import Clock


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


class Proposing:
    """Looks once a day for rules that a person's decisions suggest; they wait for an answer."""

    name, every = "propose", 86_400.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self) -> str:
        """Says how many wait."""
        waiting = await asyncio.to_thread(self._propose)
        return f"{waiting} rules are proposed; 'tracker proposals' shows them" if waiting else ""

    def _propose(self) -> int:
        house = self._crew.house
        clock = Clock(house.clock(), house.zone)
        with house.store.read() as tx:
            everybody = people.everybody(tx)
        return sum(len(noise.propose(house.store, person, clock)) for person in everybody)
