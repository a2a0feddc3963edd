"""What the screen of the day shows, a line each, and the decisions it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tracker.core.day import Day
from tracker.core.errors import NotFound
from tracker.core.inbox import Done, Row
from tracker.core.model import ResourceId
from tracker.core.plan import PlanNode
from tracker.core.progress import Tally
from tracker.core.text import clock
from tracker.core.url_start import at_second
from tracker.services import ack, plans, progress, study
from tui.words import say

if TYPE_CHECKING:
    from tracker.wiring import House


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing the day asks for. `kind`: talk, reviews, row, noted, shortlist, new; `fits` into today's minutes."""

    kind: str
    key: str
    title: str
    beside: str = ""
    resource: ResourceId | None = None
    node: PlanNode | None = None
    url: str = ""
    fits: bool = False
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """A day: what it asks for, how far the plans are, and the run of days noted."""

    day: date
    asked: tuple[Asked, ...]
    tallies: tuple[Tally, ...]
    noted: int
    run: int
    longest: int


class TodayDesk:
    """Reads the day, ticks rows of plans. Methods raise TrackerError."""

    def __init__(self, house: House) -> None:
        self._house = house

    @property
    def minutes(self) -> int:
        """The minutes a day is given."""
        return self._house.settings.study.minutes

    async def agenda(self) -> Agenda:
        """What today asks for."""
        return await asyncio.to_thread(self._agenda)

    def _agenda(self) -> Agenda:
        house = self._house
        day = study.today(
            house.store, house.person, house.settings.study, house.zone, house.clock(), minutes=self.minutes
        )
        streak = day.streak
        return Agenda(day.day, tuple(asked(day)), self._tallies(), streak.days, streak.current, streak.longest)

    def _tallies(self) -> tuple[Tally, ...]:
        house = self._house
        try:
            found = progress.progress(house.store, house.person, "", house.clock())
        except NotFound:  # there is no plan
            return ()
        return tuple(one for _, some in found for one in some if one.kind in ("plan", "track") and one.total)

    async def tick(self, node: PlanNode) -> Done:
        """Tick a row of a plan, or take its tick away; on disk when this returns."""
        house = self._house
        done = await asyncio.to_thread(
            lambda: plans.tick(
                house.store, house.person, [f"#{node.id}"], on=not node.checked, now=house.clock(), made_by="tui"
            )
        )
        ack.acknowledge(done)
        return done


def asked(day: Day) -> Iterator[Asked]:
    """The lines of a day, the most pressing first."""
    chosen = {one.key for one in day.chosen}
    if day.talk:
        talk = day.talk
        where = clock(talk.seconds) if talk.seconds is not None else ""
        url = at_second(talk.url, talk.seconds)
        beside = " ".join((say("today.talk-day", n=len(talk.days)), where)).strip()
        yield Asked("talk", "talk", talk.title, beside, talk.resource, None, url, "talk" in chosen)
    if day.cards:
        minutes = say("today.minutes", n=round(day.review_minutes))
        yield Asked("reviews", "reviews", say("today.cards", n=len(day.cards)), minutes, fits="reviews" in chosen)
    for plan in day.plans:
        word = say("today.plan-off" if plan.off else "today.plan-day", plan=plan.plan, n=plan.number)
        for node in plan.rows:
            yield Asked("row", f"row:{node.id}", node.title, word, None, node, "", f"row:{node.id}" in chosen)
    for entry in day.noted:
        yield Asked("noted", f"noted:{entry.id}", entry.title, entry.part, entry.resource, None, entry.url)
    for kind, rows in (("shortlist", day.shortlist), ("new", day.new)):
        yield from (_read(kind, row, f"read:{row.id}" in chosen) for row in rows)


def _read(kind: str, row: Row, fits: bool) -> Asked:
    beside = say("today.minutes", n=row.minutes) if row.minutes else ""
    return Asked(kind, f"read:{row.id}", row.title, beside, row.id, None, row.url, fits, row.starred)
