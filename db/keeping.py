"""What a person kept of what each source brought."""

from __future__ import annotations

from sqlalchemy import case, func, or_, select

from db.store import Tx
from db.tables import filing, sighting
from tracker.core.model import InboxState, PersonId, SourceId

KEPT = (InboxState.FILED.value, InboxState.SHORTLIST.value, InboxState.DONE.value)


def decided(tx: Tx, person: PersonId) -> dict[SourceId, tuple[int, int]]:
    """Per source how many of its works were kept, and how many were skipped. What waits counts for neither."""
    kept = or_(filing.c.state.in_(KEPT), filing.c.starred)
    query = (
        select(
            sighting.c.source_id,
            func.sum(case((kept, 1), else_=0)),
            func.sum(case((kept, 0), else_=1)),
        )
        .join(filing, filing.c.resource_id == sighting.c.resource_id)
        .where(
            filing.c.person_id == person,
            sighting.c.source_id.is_not(None),
            filing.c.decided_at.is_not(None),
            or_(kept, filing.c.state == InboxState.SKIPPED.value),
        )
        .group_by(sighting.c.source_id)
    )
    return {SourceId(row[0]): (int(row[1]), int(row[2])) for row in tx.execute(query)}
