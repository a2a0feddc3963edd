"""Which sources a person follows closely: those whose works they noted, starred, filed or finished."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from db.store import Tx
from db.tables import filing, note, sighting, source
from tracker.core.model import InboxState, PersonId

USED = (InboxState.FILED.value, InboxState.DONE.value, InboxState.SHORTLIST.value)


def sources(tx: Tx, person: PersonId) -> dict[str, int]:
    """How many works of each source the person used."""
    noted = select(note.c.resource_id).where(note.c.person_id == person, note.c.gone_at.is_(None))
    kept = select(filing.c.resource_id).where(
        filing.c.person_id == person,
        filing.c.decided_at.is_not(None),
        or_(filing.c.starred, filing.c.state.in_(USED)),
    )
    query = (
        select(source.c.name, func.count(sighting.c.resource_id.distinct()))
        .join(sighting, sighting.c.source_id == source.c.id)
        .where(or_(sighting.c.resource_id.in_(noted), sighting.c.resource_id.in_(kept)))
        .group_by(source.c.name)
    )
    return {name: int(count) for name, count in tx.execute(query)}
