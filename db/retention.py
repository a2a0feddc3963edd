"""What may be forgotten: resources that somebody is done with, that nobody keeps, and that are old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, select

from db.store import Tx
from db.tables import (
    filing,
    filing_topic,
    link,
    node_resource,
    note,
    proposal,
    resource,
    review,
    session,
    sighting,
    tombstone,
)
from tracker.core.model import InboxState

CHUNK = 500
SPENT = (InboxState.DONE.value, InboxState.SKIPPED.value)


@dataclass(frozen=True, slots=True)
class Spent:
    """One resource that may go."""

    id: int
    title: str
    decided_at: datetime


def spent(tx: Tx, before: datetime) -> list[Spent]:
    """Done with or skipped before a time by everybody, and kept by nobody: not starred, filed, noted, planned, reviewed
    or named by a document. What was never decided about is never among them."""
    query = (
        select(resource.c.id, resource.c.title, filing.c.decided_at)
        .join(filing, filing.c.resource_id == resource.c.id)
        .where(filing.c.state.in_(SPENT), filing.c.decided_at < before)
        .where(*(~exists(reason) for reason in _kept(before)))
        .order_by(filing.c.decided_at, resource.c.id)
    )
    return [Spent(row.id, row.title, row.decided_at) for row in {row.id: row for row in tx.execute(query)}.values()]


def _kept(before: datetime) -> Sequence[Select[tuple[int]]]:
    """Reasons to keep a resource."""
    other, merged = filing.alias("other"), resource.alias("merged")
    holds = (filing_topic, note, node_resource, session)
    return (
        select(other.c.resource_id).where(
            other.c.resource_id == resource.c.id,
            other.c.starred
            | other.c.state.not_in(SPENT)
            | other.c.decided_at.is_(None)
            | (other.c.decided_at >= before),
        ),
        select(sighting.c.id).where(sighting.c.resource_id == resource.c.id, sighting.c.document_id.is_not(None)),
        select(review.c.id).where(review.c.subject == "resource", review.c.subject_id == resource.c.id),
        select(merged.c.id).where(merged.c.merged_into == resource.c.id),
        *(select(table.c.resource_id).where(table.c.resource_id == resource.c.id) for table in holds),
    )


def forget(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    """Take resources out with all that hangs on them. A stone stays for each item, so that no feed brings it back."""
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        seen = select(sighting.c.source_id, sighting.c.item_key, resource.c.canonical_url).join(
            resource, and_(resource.c.id == sighting.c.resource_id, resource.c.id.in_(some))
        )
        stones = [
            {"source_id": row[0], "item_key": row[1], "canonical_url": row[2], "deleted_at": now, "why": "pruned"}
            for row in tx.execute(seen)
        ]
        if stones:
            tx.execute(tombstone.insert(), stones)
        for table in (link, proposal, sighting, filing):  # the search index follows by itself
            tx.execute(table.delete().where(table.c.resource_id.in_(some)))
        tx.execute(resource.delete().where(resource.c.id.in_(some)))
