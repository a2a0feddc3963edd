"""Sessions: half an hour with one resource or place, where it began and where it ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from db.actions import Changes
from db.store import Tx
from db.tables import node, resource, session
from tracker.core.model import NodeId, PersonId, ResourceId
from tracker.core.sessions import Session


def _sessions(person: PersonId) -> Any:
    return (
        select(session, func.coalesce(resource.c.title, node.c.title, "").label("title"), resource.c.url)
        .outerjoin(resource, resource.c.id == session.c.resource_id)
        .outerjoin(node, node.c.id == session.c.node_id)
        .where(session.c.person_id == person)
    )


def _session(row: Any) -> Session:
    return Session(
        row.id, ResourceId(row.resource_id) if row.resource_id else None, NodeId(row.node_id) if row.node_id else None,
        row.title, row.url or "", row.day, row.started_at, row.ended_at, row.minutes, row.from_seconds, row.to_seconds,
    )  # fmt: skip


def running(tx: Tx, person: PersonId) -> Session | None:
    """The session that was begun and not ended."""
    row = tx.execute(_sessions(person).where(session.c.ended_at.is_(None)).order_by(session.c.id.desc())).first()
    return None if row is None else _session(row)


def newest(tx: Tx, person: PersonId, limit: int) -> list[Session]:
    """The last sessions, newest first."""
    query = _sessions(person).order_by(session.c.started_at.desc(), session.c.id.desc()).limit(limit)
    return [_session(row) for row in tx.execute(query)]


def positions(tx: Tx, person: PersonId) -> dict[ResourceId, int]:
    """How far the last ended session of each talk came, in seconds."""
    mine = (session.c.person_id == person) & session.c.to_seconds.is_not(None) & session.c.resource_id.is_not(None)
    query = select(session.c.resource_id, session.c.to_seconds).where(mine).order_by(session.c.started_at, session.c.id)
    return {ResourceId(row.resource_id): row.to_seconds for row in tx.execute(query)}


def minutes(tx: Tx, person: PersonId, first: date, last: date) -> dict[date, int]:
    """Minutes of study by day."""
    query = select(session.c.day, func.sum(session.c.minutes)).where(
        session.c.person_id == person, session.c.day.between(first, last)
    )
    return {day: int(spent) for day, spent in tx.execute(query.group_by(session.c.day)) if spent}


def begin(
    changes: Changes, person: PersonId, *, resource_id: int | None, node_id: int | None, day: date, at: int | None,
    now: datetime,
) -> int:  # fmt: skip
    """A session that runs from now on."""
    row = {"resource_id": resource_id, "node_id": node_id, "day": day, "started_at": now, "from_seconds": at}
    return int(changes.insert(session, person_id=person, **row)["id"])


def end(changes: Changes, one: Session, minutes_: int, at: int | None, now: datetime) -> None:
    """It ends here."""
    changes.update(session, one.id, ended_at=now, minutes=minutes_, to_seconds=at)
