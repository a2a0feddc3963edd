"""A day of a learner as a value: what it asks for, in the order it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.core.inbox import Row
from tracker.core.plan import JournalEntry, PlanNode
from tracker.core.review import Card
from tracker.core.today import Offer, Streak, Talk


@dataclass(frozen=True, slots=True)
class PlanDay:
    """The rows of one plan for a day. `number` is the day's in the plan; `off`: a day without study."""

    plan: str
    number: int
    off: bool
    rows: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What a day asks for; `chosen` is what fits into the minutes that were asked for."""

    day: date
    talk: Talk | None
    noted: tuple[JournalEntry, ...]
    cards: tuple[Card, ...]
    review_minutes: float
    plans: tuple[PlanDay, ...]
    shortlist: tuple[Row, ...]
    new: tuple[Row, ...]
    streak: Streak
    chosen: tuple[Offer, ...] = ()
