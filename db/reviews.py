"""Cards that come back, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from db.actions import Changes
from db.store import Tx
from db.tables import node, note, resource, review, review_log
from tracker.core.model import PersonId
from tracker.core.review import Card, Graded

SUBJECTS = {"node": node, "resource": resource, "note": note}


def _cards(person: PersonId) -> Select[Any]:
    titles = [
        select(table.c.title).where(table.c.id == review.c.subject_id, review.c.subject == name).scalar_subquery()
        for name, table in SUBJECTS.items()
    ]
    return select(review, func.coalesce(*titles, "").label("title")).where(
        review.c.person_id == person, review.c.suspended.is_(False)
    )


def due(tx: Tx, person: PersonId, now: datetime) -> list[Card]:
    """Cards whose time has come, the longest due first."""
    query = _cards(person).where(review.c.due_at <= now).order_by(review.c.due_at, review.c.id)
    return [_card(row) for row in tx.execute(query)]


def every(tx: Tx, person: PersonId) -> list[Card]:
    """All cards, the next due first."""
    return [_card(row) for row in tx.execute(_cards(person).order_by(review.c.due_at, review.c.id))]


def one(tx: Tx, person: PersonId, id_: int) -> Card | None:
    """A card by its number."""
    row = tx.execute(_cards(person).where(review.c.id == id_)).first()
    return None if row is None else _card(row)


def there(tx: Tx, person: PersonId, subject: str, subject_id: int, question: str) -> bool:
    """Whether this card is there already."""
    query = _cards(person).where(review.c.subject == subject, review.c.subject_id == subject_id)
    return tx.execute(query.where(review.c.question == question)).first() is not None


def _card(row: Any) -> Card:
    return Card(row.id, row.subject, row.subject_id, row.title, row.question, row.answer, row.due_at, row.card)


def add(
    changes: Changes, person: PersonId, subject: str, subject_id: int, question: str, answer: str, now: datetime
) -> int:
    """A new card, due at once."""
    row = {"subject": subject, "subject_id": subject_id, "question": question, "answer": answer, "made_at": now}
    return int(changes.insert(review, person_id=person, due_at=now, card={}, suspended=False, **row)["id"])


def grade(changes: Changes, card: Card, number: int, after: Graded, seconds: int, now: datetime) -> None:
    """An answer, with the memory as it stood before in the log."""
    changes.update(review, card.id, card=dict(after.memory), due_at=after.due_at)
    changes.insert(review_log, review_id=card.id, at=now, grade=number, seconds=seconds, card=dict(card.memory))


def answers(tx: Tx, id_: int) -> list[tuple[datetime, int]]:
    """When a card was answered, and how well, oldest first."""
    query = select(review_log.c.at, review_log.c.grade).where(review_log.c.review_id == id_).order_by(review_log.c.id)
    return [(row.at, row.grade) for row in tx.execute(query)]


def answered(tx: Tx, person: PersonId, since: datetime) -> int:
    """How many answers were given since then."""
    query = select(func.count()).select_from(review_log.join(review, review.c.id == review_log.c.review_id))
    return int(tx.execute(query.where(review.c.person_id == person, review_log.c.at >= since)).scalar_one())


def seconds(tx: Tx, person: PersonId, most: int = 100) -> list[int]:
    """How long the last answers took."""
    query = select(review_log.c.seconds).join(review, review.c.id == review_log.c.review_id)
    return [
        row[0]
        for row in tx.execute(query.where(review.c.person_id == person).order_by(review_log.c.id.desc()).limit(most))
    ]
