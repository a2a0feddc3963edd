"""Reviews: what comes back today, grades, new cards, a further round over a roadmap. All of it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from db import plans, resources
from db import reviews as rows
from db.store import Store, Tx
from tracker.config.settings import Study
from tracker.core import review as core
from tracker.core.errors import NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.model import PersonId, ResourceId
from tracker.core.plan import PlanNode
from tracker.core.review import Card
from tracker.core.text import clean_line
from tracker.services.actions import deciding
from tracker.services.plans import find_node


@dataclass(frozen=True, slots=True)
class Today:
    """The reviews of a day: `cards` fit into its minutes, `waiting` more are due and come on the next days."""

    cards: tuple[Card, ...]
    waiting: int
    minutes: float


def today(store: Store, person: PersonId, settings: Study, zone: ZoneInfo, now: datetime) -> Today:
    """What comes back today: no more than fits into `study.review_minutes`, less what was answered today already."""
    morning = datetime.combine(now.astimezone(zone).date(), time(), zone)
    with store.read() as tx:
        due = rows.due(tx, person, now)
        each = core.seconds_a_card(rows.seconds(tx, person))
        left = settings.review_minutes - rows.answered(tx, person, morning) * each / 60
    cards = core.today(due, max(0.0, left), each, now, settings.retention)
    return Today(tuple(cards), len(due) - len(cards), round(len(cards) * each / 60, 1))


def every(store: Store, person: PersonId) -> list[Card]:
    """All cards, the next due first."""
    with store.read() as tx:
        return rows.every(tx, person)


def grade(
    store: Store, person: PersonId, id_: int, grade_: int, *, seconds: int = 0, retention: float, now: datetime,
    made_by: str,
) -> tuple[Card, Done]:  # fmt: skip
    """Answer a card from 1 (again) to 4 (easy); returns it with its next day. Raises NotFound, UsageError."""
    if grade_ not in core.GRADES.values():
        raise UsageError(f"{grade_} is no grade", "There are 1 again, 2 hard, 3 good, 4 easy")
    with deciding(store, person, "grade", now=now, made_by=made_by) as changes:
        card = rows.one(changes.tx, person, id_)
        if card is None:
            raise NotFound("card", id_, "tracker review --all")
        after = core.graded(card, grade_, now, retention)
        rows.grade(changes, card, grade_, after, seconds, now)
        changes.label = f"graded '{card.question or card.title}' {grade_}"
        found = rows.one(changes.tx, person, id_)
        assert found is not None
    return found, changes.done


def add(
    store: Store, person: PersonId, *, place: str = "", resource: int = 0, question: str = "", answer: str = "",
    now: datetime, made_by: str,
) -> Done:  # fmt: skip
    """A card for a place of a plan or a resource, due at once. One that is there already is no new one.

    Raises NotFound for what is not there, UsageError when neither or both are named.
    """
    if bool(place) == bool(resource):
        raise UsageError("a card is about a place or a resource", "Name one of them")
    question, answer = clean_line(question, 500), clean_line(answer, 2000)
    with deciding(store, person, "card", now=now, made_by=made_by) as changes:
        if place:
            node = find_node(changes.tx, person, place)
            subject, subject_id, title = "node", int(node.id), node.title
        else:
            subject, subject_id, title = "resource", resource, _title(changes.tx, person, resource)
        if not rows.there(changes.tx, person, subject, subject_id, question):
            rows.add(changes, person, subject, subject_id, question, answer, now)
        changes.label = f"made a card of '{question or title}'"
    return changes.done


def _title(tx: Tx, person: PersonId, id_: int) -> str:
    found = resources.by_ids(tx, person, [ResourceId(id_)])
    if not found:
        raise NotFound("resource", str(id_), "tracker resources")
    return found[0].title


def next_round(store: Store, person: PersonId, document: str = "") -> list[PlanNode]:
    """The ticked skills of all roadmaps (or of one document), those that a further round takes up first in front."""
    with store.read() as tx:
        return core.next_round(plans.nodes(tx, person, document))


def begin_round(store: Store, person: PersonId, skills: Sequence[PlanNode], *, now: datetime, made_by: str) -> Done:
    """Make cards of skills that have none, in one undoable step."""
    with deciding(store, person, "round", now=now, made_by=made_by) as changes:
        fresh = [one for one in skills if not rows.there(changes.tx, person, "node", int(one.id), "")]
        for one in fresh:
            rows.add(changes, person, "node", int(one.id), "", "", now)
        changes.label = f"began a round with {len(fresh)} skills"
    return changes.done
