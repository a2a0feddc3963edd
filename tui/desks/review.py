"""What the review screen shows and decides."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.core.inbox import Done
from tracker.core.model import ResourceId
from tracker.core.review import GRADES, Card, graded
from tracker.services import ack, library, notes, plans, review
from tracker.services.review import Today

__all__ = ["Answer", "ReviewDesk", "Today"]

if TYPE_CHECKING:
    from datetime import date

    from tracker.wiring import House


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands behind a card: its words, where it stands in a plan, one's notes, what one reads of it."""

    text: str
    where: str = ""
    remark: str = ""
    notes: tuple[tuple[date, str], ...] = ()
    resource: ResourceId | None = None


class ReviewDesk:
    """Reads cards and grades them. Methods raise TrackerError."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def today(self) -> Today:
        """The cards of today, within its minutes."""
        house = self._house
        return await asyncio.to_thread(
            lambda: review.today(house.store, house.person, house.settings.study, house.zone, house.clock())
        )

    async def answer(self, card: Card) -> Answer:
        """What stands behind a card."""
        return await asyncio.to_thread(self._answer, card)

    def _answer(self, card: Card) -> Answer:
        store, person = self._house.store, self._house.person
        journal = plans.journal(store, person)
        if card.subject == "node":
            branch, _ = plans.node(store, person, f"#{card.subject_id}")
            node = branch.node
            first = node.resources[0] if node.resources else None
            noted = tuple((one.day, one.body) for one in journal if one.resource in node.resources)
            said = card.answer or node.practice
            return Answer(said, " › ".join(branch.path[:-1]), node.remark, noted, first)
        if card.subject == "resource":
            id_ = ResourceId(card.subject_id)
            found = library.resource(store, person, id_)
            noted = tuple((one.day, one.body) for one in journal if one.resource == id_)
            return Answer(card.answer, found.url, notes=noted, resource=id_)
        return Answer(card.answer, notes=tuple((one.day, one.body) for one in journal if one.id == card.subject_id))

    async def days(self, card: Card) -> dict[int, int]:
        """In how many days each grade would bring a card back."""
        return await asyncio.to_thread(self._days, card)

    def _days(self, card: Card) -> dict[int, int]:
        now, retention = self._house.clock(), self._house.settings.study.retention
        return {n: max(1, (graded(card, n, now, retention).due_at - now).days) for n in GRADES.values()}

    async def grade(self, card: Card, grade: int, seconds: int) -> tuple[Card, Done]:
        """Answer a card from 1 (again) to 4 (easy); on disk when this returns."""
        house = self._house
        after, done = await asyncio.to_thread(
            lambda: review.grade(
                house.store, house.person, card.id, grade, seconds=seconds,
                retention=house.settings.study.retention, now=house.clock(), made_by="tui",
            )
        )  # fmt: skip
        ack.acknowledge(done)
        return after, done

    async def explain(self, card: Card, text: str) -> Done:
        """At most three lines of one's own about what a card is about; on disk when this returns."""
        house = self._house
        about = f"#{card.subject_id}" if card.subject == "node" else str(card.subject_id)
        day = house.clock().astimezone(house.zone).date()
        done = await asyncio.to_thread(
            lambda: notes.write_card(
                house.store, house.person, about, notes.EXPLAIN, text, day=day, now=house.clock(), made_by="tui"
            )
        )
        ack.acknowledge(done)
        return done
