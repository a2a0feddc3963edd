"""When something comes back, and how much of it a day holds. The memory model is FSRS 6, by its own library.

Days are the smallest step: there are no repetitions within a session, and no chance (fuzz), so that the same grades
give the same days. What does not fit into a day's minutes waits; the weakest comes first, and a pile drains slowly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tracker.core.plan import PlanNode

if TYPE_CHECKING:
    from fsrs import Scheduler

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
GRADES = {"again": AGAIN, "hard": HARD, "good": GOOD, "easy": EASY}
SECONDS_A_CARD = 60  # until there are answers of one's own to tell from
LOW = 2  # a ticked skill of this level or less comes first in a new round


@dataclass(frozen=True, slots=True)
class Card:
    """Something that comes back: a node, resource or note. `memory` is FSRS's own state; empty = never graded."""

    id: int
    subject: str
    subject_id: int
    title: str
    question: str
    answer: str
    due_at: datetime
    memory: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Graded:
    """What a grade makes of a card."""

    memory: Mapping[str, Any]
    due_at: datetime


@lru_cache
def _scheduler(retention: float) -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def graded(card: Card, grade: int, now: datetime, retention: float) -> Graded:
    """The memory after a grade from 1 (again) to 4 (easy), and when the card comes back: a day later at the soonest."""
    from fsrs import Card as Memory
    from fsrs import Rating

    before = Memory.from_dict(dict(card.memory)) if card.memory else Memory(card_id=card.id, due=now)  # type: ignore[arg-type]
    after, _ = _scheduler(retention).review_card(before, Rating(grade), now)
    due = max(after.due, now + timedelta(days=1))
    return Graded(dict(after.to_dict()), due)


def remembered(card: Card, now: datetime, retention: float) -> float:
    """How likely it is that the card is remembered now; 0 when it was never graded."""
    from fsrs import Card as Memory

    if not card.memory:
        return 0.0
    return float(_scheduler(retention).get_card_retrievability(Memory.from_dict(dict(card.memory)), now))  # type: ignore[arg-type]


def today(due: Iterable[Card], minutes: float, seconds_a_card: float, now: datetime, retention: float) -> list[Card]:
    """The cards of a day that fit into `minutes`: the least remembered first, then the longest due."""
    order = sorted(due, key=lambda card: (remembered(card, now, retention), card.due_at, card.id))
    return order[: int(minutes * 60 // seconds_a_card)]


def seconds_a_card(answers: Sequence[int]) -> float:
    """How long a card takes this person, seconds: the mean of the last answers that were timed, 10 s to 10 min."""
    timed = [min(600, max(10, seconds)) for seconds in answers if seconds]
    return sum(timed) / len(timed) if len(timed) >= 10 else float(SECONDS_A_CARD)


def next_round(skills: Iterable[PlanNode]) -> list[PlanNode]:
    """What a further round over a roadmap takes up: ticked skills, the lowest levels first, as they stand in it.

    A skill that is ticked without a word of how far one came counts as low: a tick alone says least.
    """
    ticked = [one for one in skills if one.kind == "skill" and one.checked]
    return sorted(ticked, key=lambda one: ((one.level or 0) > LOW, one.level or 0, one.line))
