"""What suggestions learn from: resources that were filed, with all that is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from db.store import Tx
from db.tables import filing_topic, resource, sighting, source
from tracker.core.model import NodeId, PersonId, ResourceId
from tracker.core.suggest import Known

CHUNK = 500


def fingerprint(tx: Tx, person: PersonId) -> tuple[object, ...]:
    """Changes whenever a filing is made or taken back."""
    query = select(
        func.count(), func.max(filing_topic.c.at), func.sum(filing_topic.c.node_id * filing_topic.c.resource_id)
    )
    return tuple(tx.execute(query.where(filing_topic.c.person_id == person)).one())


def filings(tx: Tx, person: PersonId, most: int) -> list[tuple[ResourceId, NodeId]]:
    """The newest filings, oldest of them first."""
    query = select(filing_topic.c.resource_id, filing_topic.c.node_id).where(filing_topic.c.person_id == person)
    newest = query.order_by(filing_topic.c.at.desc(), filing_topic.c.resource_id.desc(), filing_topic.c.node_id.desc())
    return [(ResourceId(row.resource_id), NodeId(row.node_id)) for row in tx.execute(newest.limit(most))][::-1]


def known(tx: Tx, ids: Iterable[int]) -> dict[ResourceId, Known]:
    """What is known of resources; unknown ids are left out."""
    out: dict[ResourceId, Known] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        said = _said(tx, some)
        query = select(resource.c.id, resource.c.title, resource.c.url, resource.c.authors).where(
            resource.c.id.in_(some)
        )
        for row in tx.execute(query):
            words, sources, publisher = said.get(row.id, ([], [], ""))
            out[ResourceId(row.id)] = Known(
                row.title, row.url, " . ".join(words), tuple(sources), publisher, tuple(row.authors)
            )
    return out


def _said(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[list[str], list[str], str]]:
    """Remarks, sources and publisher by resource."""
    columns = (sighting.c.resource_id, sighting.c.note, sighting.c.label, sighting.c.publisher, source.c.name)
    joined = sighting.outerjoin(source, source.c.id == sighting.c.source_id)
    query = select(*columns).select_from(joined).where(sighting.c.resource_id.in_(ids), sighting.c.gone_at.is_(None))
    out: dict[int, tuple[list[str], list[str], str]] = {}
    for id_, note, label, publisher, name in tx.execute(query.order_by(sighting.c.id)):
        words, sources, before = out.get(id_, ([], [], ""))
        words += [text for text in (note, label) if text]
        sources += [name] if name and name not in sources else []
        out[id_] = (words, sources, publisher or before)
    return out


def topics_of(tx: Tx, person: PersonId, ids: Sequence[int]) -> dict[ResourceId, set[NodeId]]:
    """The topics resources are under already."""
    out: dict[ResourceId, set[NodeId]] = {}
    for start in range(0, len(ids), CHUNK):
        mine = (filing_topic.c.person_id == person) & filing_topic.c.resource_id.in_(ids[start : start + CHUNK])
        for id_, node in tx.execute(select(filing_topic.c.resource_id, filing_topic.c.node_id).where(mine)):
            out.setdefault(ResourceId(id_), set()).add(NodeId(node))
    return out
