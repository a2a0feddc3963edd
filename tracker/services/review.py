"""Reviews: what comes back today, grades, new cards, a further round over a roadmap. All of it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from db import nodes, notes, plans, resources
from db import reviews as rows
from db import settings as kept
from db.store import Store, Tx
from tracker.config.settings import Study
from tracker.core import review as core
from tracker.core.digest import quotes_of
from tracker.core.errors import NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.journal import questions_of
from tracker.core.model import NodeId, PersonId, ResourceId
from tracker.core.plan import PlanNode
from tracker.core.review import Card
from tracker.core.text import clean_line
from tracker.services.actions import deciding
from tracker.services.plans import find_node


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the journal with its answer; `note` is the entry it stands in."""

    note: int
    title: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class About:
    """A card and what is known around it: answers (when, grade), the lines one explained it in, levels (when, from, to)."""

    card: Card
    answers: tuple[tuple[datetime, int], ...]
    explained: tuple[str, ...]
    levels: tuple[tuple[datetime, object, object], ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A round over a roadmap: its number (reading it in was the first), when it began, and what it moved since."""

    number: int
    began: datetime | None
    moved: tuple[tuple[PlanNode, object, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """The reviews of a day: `cards` fit into its minutes, `waiting` more are due and come on the next days."""

    cards: tuple[Card, ...]
    waiting: int
    minutes: float
    holiday: bool = False  # nothing is asked for


def today(store: Store, person: PersonId, settings: Study, zone: ZoneInfo, now: datetime) -> Today:
    """What comes back today: no more than fits into `study.review_minutes`, less what was answered today already."""
    morning = datetime.combine(now.astimezone(zone).date(), time(), zone)
    with store.read() as tx:
        due = rows.due(tx, person, now)
        if _is_holiday(tx, person, morning.date()):
            return Today((), len(due), 0.0, holiday=True)
        each = core.seconds_a_card(rows.seconds(tx, person))
        left = settings.review_minutes - rows.answered(tx, person, morning) * each / 60
    cards = core.today(due, max(0.0, left), each, now, settings.retention)
    return Today(tuple(cards), len(due) - len(cards), round(len(cards) * each / 60, 1))


def _is_holiday(tx: Tx, person: PersonId, day: date) -> bool:
    spans = kept.holidays(kept.of_plans(tx, person))
    return any(0 <= (day - date.fromisoformat(first)).days < int(days) for first, days in spans)


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
    store: Store, person: PersonId, *, place: str = "", resource: int = 0, note: int = 0, question: str = "",
    answer: str = "", now: datetime, made_by: str,
) -> Done:  # fmt: skip
    """A card for a place of a plan, a resource or a note, due at once. One that is there already is no new one.

    Raises NotFound for what is not there, UsageError unless exactly one of them is named.
    """
    if (bool(place), bool(resource), bool(note)).count(True) != 1:
        raise UsageError("a card is about a place, a resource or a note", "Name one of them")
    question, answer = clean_line(question, 500), clean_line(answer, 2000)
    with deciding(store, person, "card", now=now, made_by=made_by) as changes:
        if place:
            node = find_node(changes.tx, person, place)
            subject, subject_id, title = "node", int(node.id), node.title
        elif resource:
            subject, subject_id, title = "resource", resource, _title(changes.tx, person, resource)
        else:
            subject, subject_id = "note", note
            title, answer = _of_note(changes.tx, person, note, answer)
        if not rows.there(changes.tx, person, subject, subject_id, question):
            rows.add(changes, person, subject, subject_id, question, answer, now)
        changes.label = f"made a card of '{question or title}'"
    return changes.done


def _of_note(tx: Tx, person: PersonId, id_: int, answer: str) -> tuple[str, str]:
    """Title of an entry, and what is to be remembered of it: its first words unless others are given."""
    found = notes.entry(tx, person, id_)
    if found is None:
        raise NotFound("note", id_, "tracker journal --json")
    return found.title, answer or clean_line(" / ".join(one.text for one in quotes_of(found.body)), 2000)


def questions(store: Store, person: PersonId) -> list[Question]:
    """Questions asked in the journal that have an answer below them and are no cards yet, the newest first."""
    with store.read() as tx:
        known = {(card.subject_id, card.question) for card in rows.every(tx, person) if card.subject == "note"}
        found = [
            Question(int(one.id), one.title, asked, answer)
            for one in plans.entries(tx, person)
            for asked, answer in questions_of(one.body)
        ]
    return [one for one in found if (one.note, one.question) not in known]


def ask(store: Store, person: PersonId, wanted: Sequence[Question], *, now: datetime, made_by: str) -> Done:
    """Make cards of questions of the journal, in one undoable step."""
    with deciding(store, person, "questions", now=now, made_by=made_by) as changes:
        for one in wanted:
            if not rows.there(changes.tx, person, "note", one.note, one.question):
                rows.add(changes, person, "note", one.note, one.question, clean_line(one.answer, 2000), now)
        changes.label = f"made cards of {len(wanted)} questions"
    return changes.done


def about(store: Store, person: PersonId, id_: int) -> About:
    """A card with its answers, what one explained of its subject, and how its level went. Raises NotFound."""
    with store.read() as tx:
        card = rows.one(tx, person, id_)
        if card is None:
            raise NotFound("card", id_, "tracker review --all")
        levels = []
        if card.subject == "node":
            levels = [
                (at, old, new) for at, field, old, new in nodes.history(tx, NodeId(card.subject_id)) if field == "level"
            ]
        told = notes.explained(tx, person, card.subject, card.subject_id)
        return About(card, tuple(rows.answers(tx, id_)), tuple(told), tuple(levels))


def _title(tx: Tx, person: PersonId, id_: int) -> str:
    found = resources.by_ids(tx, person, [ResourceId(id_)])
    if not found:
        raise NotFound("resource", str(id_), "tracker resources")
    return found[0].title


def next_round(store: Store, person: PersonId, document: str = "") -> list[PlanNode]:
    """The ticked skills of all roadmaps (or of one document), those that a further round takes up first in front."""
    with store.read() as tx:
        return core.next_round(plans.nodes(tx, person, document))


def current_round(store: Store, person: PersonId, document: str) -> Round:
    """The round that goes on over a roadmap, with the levels that changed since it began (from, to)."""
    with store.read() as tx:
        begun = kept.of_plans(tx, person).get(document, {}).get("rounds", [])
        if not begun:
            return Round(1, None)
        since = datetime.fromisoformat(begun[-1])
        moved = []
        for one in plans.nodes(tx, person, document):
            levels = [
                (old, new) for at, field, old, new in nodes.history(tx, one.id) if field == "level" and at >= since
            ]
            if levels and levels[0][0] != levels[-1][1]:
                moved.append((one, levels[0][0], levels[-1][1]))
    return Round(len(begun) + 1, since, tuple(moved))


def begin_round(
    store: Store, person: PersonId, skills: Sequence[PlanNode], document: str = "", *, now: datetime, made_by: str
) -> Done:
    """Make cards of skills that have none, in one undoable step; with `document` its next round begins."""
    with deciding(store, person, "round", now=now, made_by=made_by) as changes:
        if document:
            begun = kept.of_plans(changes.tx, person).get(document, {}).get("rounds", [])
            kept.put(changes, person, document, "rounds", [*begun, now.isoformat()])
        fresh = [one for one in skills if not rows.there(changes.tx, person, "node", int(one.id), "")]
        for one in fresh:
            rows.add(changes, person, "node", int(one.id), "", "", now)
        changes.label = f"began a round with {len(fresh)} skills"
    return changes.done
