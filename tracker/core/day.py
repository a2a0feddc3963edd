"""A day of a learner as a value: what it asks for, in the order it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.core.inbox import Row
from tracker.core.matching import Work
from tracker.core.model import ResourceId
from tracker.core.plan import JournalEntry, PlanNode
from tracker.core.review import Card
from tracker.core.session import Offer
from tracker.core.sessions import Session
from tracker.core.today import Streak, Talk


@dataclass(frozen=True, slots=True)
class PlanDay:
    """The rows of one plan for a day. `number` is the day's in the plan; `off`: a day without study.

    `late` are the first rows of earlier days that are open, of `behind` in all. `double`: a track has two rows and
    nobody has chosen yet.
    """

    plan: str
    number: int
    off: bool
    rows: tuple[PlanNode, ...]
    late: tuple[PlanNode, ...] = ()
    behind: int = 0
    double: bool = False
    tracks: tuple[str, ...] = ()  # those one follows; none = all
    ahead: PlanNode | None = None  # the first open row of later days

    def stress(self, row: PlanNode) -> dict[str, str]:
        """What a row stresses for the tracks one follows."""
        return {track: said for track, said in row.emphasis.items() if not self.tracks or track in self.tracks}


@dataclass(frozen=True, slots=True)
class Focus:
    """A place the person wants to work at next, with the works it could be learned from."""

    place: PlanNode
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """The one thing to begin with. `offer.key` is talk, row:ID, reviews or read:ID; `url` leads there where it can."""

    offer: Offer
    why: str
    url: str = ""
    resource: ResourceId | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What a day asks for; `chosen` is what fits into the minutes that were asked for."""

    day: date
    talk: Talk | None
    noted: tuple[JournalEntry, ...]
    cards: tuple[Card, ...]
    review_minutes: float
    plans: tuple[PlanDay, ...]
    focus: tuple[Focus, ...]
    shortlist: tuple[Row, ...]
    new: tuple[Row, ...]
    streak: Streak
    unplanned: tuple[str, ...] = ()  # plans that have no start yet
    sitting: Session | None = None  # the session that runs
    pick: Pick | None = None
    chosen: tuple[Offer, ...] = ()
