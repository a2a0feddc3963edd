"""The learning side of the day: what was snoozed comes back in time, reviews are told, and rules are proposed."""

from __future__ import annotations

import asyncio

from db import memos, people
from tracker.daemon.jobs import Crew
from tracker.services import inbox, noise, review
from tracker.services.rules import Clock

TOLD_REVIEWS = "told.reviews"


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


class Reviewing:
    """Tells once a day, when the first review of the day is due, how many there are."""

    name, every = "reviews", 300.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self) -> str:
        """Says what is due today; rings the bell for it."""
        said = await asyncio.to_thread(self._due)
        if said:
            await self._crew.bell.ring("Reviews", said)
        return said

    def _due(self) -> str:
        house, now = self._crew.house, self._crew.house.clock()
        day, name = now.astimezone(house.zone).date().isoformat(), f"{TOLD_REVIEWS}.{house.person}"
        with house.store.read() as tx:
            if memos.recall(tx, name) == day:
                return ""
        found = review.today(house.store, house.person, house.settings.study, house.zone, now)
        if not found.cards:
            return ""
        with house.store.write() as tx:
            memos.keep(tx, name, day)
        more = f", {found.waiting} more wait for the next days" if found.waiting else ""
        return f"{len(found.cards)} reviews are due today, some {found.minutes:.0f} minutes{more}"


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
