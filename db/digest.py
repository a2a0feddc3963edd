"""What a period holds, for the digest: ids only; the library gives the resources."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select

from db.store import Tx
from db.tables import filing, polling, resource, source
from tracker.core.digest import Trouble
from tracker.core.model import PersonId, ResourceId

WAITING = "inbox"


def came(tx: Tx, person: PersonId, start: datetime, end: datetime, limit: int = 2000) -> list[ResourceId]:
    """What first came in [start, end), in order; backlog that never stood in the inbox is left out."""
    rows = tx.execute(
        select(resource.c.id)
        .join(filing, and_(filing.c.resource_id == resource.c.id, filing.c.person_id == person))
        .where(resource.c.first_seen_at >= start, resource.c.first_seen_at < end, resource.c.merged_into.is_(None))
        .order_by(resource.c.first_seen_at, resource.c.id)
        .limit(limit)
    )
    return [ResourceId(row[0]) for row in rows]


def decided(tx: Tx, person: PersonId, start: datetime, end: datetime, limit: int = 2000) -> list[ResourceId]:
    """What was decided in [start, end) and still stands so, in the order of the decisions."""
    rows = tx.execute(
        select(filing.c.resource_id)
        .where(
            filing.c.person_id == person,
            filing.c.decided_at >= start,
            filing.c.decided_at < end,
            filing.c.state != WAITING,
        )
        .order_by(filing.c.decided_at, filing.c.resource_id)
        .limit(limit)
    )
    return [ResourceId(row[0]) for row in rows]


def waiting(tx: Tx, person: PersonId) -> int:
    """How many wait in the inbox."""
    query = select(func.count()).select_from(filing).where(filing.c.person_id == person, filing.c.state == WAITING)
    return int(tx.execute(query).scalar_one())


def failing_sources(tx: Tx, at_least: int = 3) -> list[Trouble]:
    """Sources that failed several times in a row or were stopped."""
    rows = tx.execute(
        select(source.c.name, source.c.url, polling.c.reason, polling.c.stopped, polling.c.failures)
        .join(polling, polling.c.source_id == source.c.id)
        .where(
            source.c.enabled,
            source.c.removed_at.is_(None),
            (polling.c.failures >= at_least) | (polling.c.stopped != ""),
        )
        .order_by(source.c.name)
    )
    return [Trouble(r.name, r.url, r.stopped or f"{r.reason} ({r.failures} times)") for r in rows]
