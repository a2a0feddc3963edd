"""Resources as the library shows them: the work, where it stands for a person, who mentioned it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from db.store import Tx
from db.tables import document, filing, filing_topic, node, resource, sighting, source
from tracker.core.model import (
    InboxState,
    Origin,
    PersonId,
    Resource,
    ResourceId,
    ResourceKind,
    Sighting,
    SightingId,
)

CHUNK = 500


def by_ids(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> list[Resource]:
    """These resources in the order of `ids`, each once: merged ones as what they became, unknown ones left out."""
    ids = _today(tx, ids)
    out: dict[ResourceId, Resource] = {}
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        rows = list(tx.execute(_standing(person).where(resource.c.id.in_(some))))
        sightings, topics = sightings_of(tx, person, some), topics_of(tx, person, some)
        for row in rows:
            id_ = ResourceId(row.id)
            out[id_] = _resource(row, sightings.get(id_, ()), topics.get(id_, ()))
    return [out[id_] for id_ in ids if id_ in out]


def title_of(tx: Tx, id_: ResourceId) -> str:
    """The title of one resource, "" when it is not there; of a merged one that of what it became."""
    became = select(func.coalesce(resource.c.merged_into, resource.c.id)).where(resource.c.id == id_).scalar_subquery()
    return tx.execute(select(resource.c.title).where(resource.c.id == became)).scalar() or ""


def _today(tx: Tx, ids: Sequence[ResourceId]) -> list[ResourceId]:
    """Ids with those of merged resources replaced by what they were merged into."""
    became: dict[ResourceId, ResourceId] = {}
    for start in range(0, len(ids), CHUNK):
        merged = select(resource.c.id, resource.c.merged_into).where(resource.c.merged_into.is_not(None))
        became |= {row[0]: row[1] for row in tx.execute(merged.where(resource.c.id.in_(ids[start : start + CHUNK])))}
    return list(dict.fromkeys(became.get(id_, id_) for id_ in ids))


def _standing(person: PersonId) -> Select[Any]:
    """Resources beside their filing for one person."""
    joined = resource.outerjoin(filing, and_(filing.c.resource_id == resource.c.id, filing.c.person_id == person))
    return select(
        resource, filing.c.state, filing.c.starred, filing.c.snoozed_until, filing.c.sort_at, filing.c.why
    ).select_from(joined)


def ids_where(
    tx: Tx,
    person: PersonId,
    *,
    topic: str = "",
    source_name: str = "",
    document_name: str = "",
    kind: str = "",
    state: str = "",
    narrow: Iterable[ColumnElement[bool]] = (),
    limit: int = 0,
) -> list[ResourceId]:
    """Ids of the library in the order things came in, narrowed by what is not empty."""
    query = _standing(person).with_only_columns(resource.c.id).where(resource.c.merged_into.is_(None), *narrow)
    if kind:
        query = query.where(resource.c.kind == kind)
    if state:
        query = query.where(func.coalesce(filing.c.state, "inbox") == state)
    if topic:
        query = query.where(has_topic(person, topic))
    if source_name:
        query = query.where(from_source(source_name))
    if document_name:
        query = query.where(in_document(person, document_name))
    query = query.order_by(resource.c.first_seen_at, resource.c.id)
    return [ResourceId(row[0]) for row in tx.execute(query.limit(limit) if limit else query)]


def has_topic(person: PersonId, title: str) -> Any:
    """A condition: filed under a topic of that title, any case."""
    return resource.c.id.in_(
        select(filing_topic.c.resource_id)
        .join(node, node.c.id == filing_topic.c.node_id)
        .where(filing_topic.c.person_id == person, func.lower(node.c.title) == title.lower())
    )


def from_source(name: str) -> Any:
    """A condition: a source of that name brought it."""
    return resource.c.id.in_(
        select(sighting.c.resource_id).join(source, source.c.id == sighting.c.source_id).where(source.c.name == name)
    )


def in_document(person: PersonId, name: str) -> Any:
    """A condition: a document of that name of this person's mentions it."""
    return resource.c.id.in_(
        select(sighting.c.resource_id)
        .join(document, document.c.id == sighting.c.document_id)
        .where(document.c.name == name, document.c.person_id == person)
    )


def sightings_of(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> dict[ResourceId, tuple[Sighting, ...]]:
    """Which sources, and which of a person's documents, mentioned these resources, in the order they did."""
    joined = sighting.outerjoin(source, source.c.id == sighting.c.source_id).outerjoin(
        document, document.c.id == sighting.c.document_id
    )
    query = (
        select(sighting, source.c.name.label("source_name"), document.c.name.label("document_name"))
        .select_from(joined)
        .where(
            sighting.c.resource_id.in_(ids),
            sighting.c.gone_at.is_(None),
            or_(sighting.c.document_id.is_(None), document.c.person_id == person),
        )
        .order_by(sighting.c.id)
    )
    out: dict[ResourceId, tuple[Sighting, ...]] = {}
    for row in tx.execute(query):
        id_ = ResourceId(row.resource_id)
        out[id_] = (*out.get(id_, ()), _sighting(row))
    return out


def topics_of(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> dict[ResourceId, tuple[str, ...]]:
    """Titles of the topics these resources are filed under, as they were filed."""
    query = (
        select(filing_topic.c.resource_id, node.c.title)
        .join(node, node.c.id == filing_topic.c.node_id)
        .where(filing_topic.c.person_id == person, filing_topic.c.resource_id.in_(ids))
        .order_by(filing_topic.c.at, node.c.id)
    )
    out: dict[ResourceId, tuple[str, ...]] = {}
    for row in tx.execute(query):
        id_ = ResourceId(row.resource_id)
        out[id_] = (*out.get(id_, ()), row.title)
    return out


def _sighting(row: Row[Any]) -> Sighting:
    return Sighting(
        origin=Origin(row.origin),
        name=row.source_name or row.document_name or "",
        line=row.line,
        section=tuple(row.section),
        label=row.label,
        publisher=row.publisher,
        note=row.note,
        title=row.title,
        url=row.url,
        start_seconds=row.start_seconds,
        track=row.track,
        day_from=row.day_from,
        day_to=row.day_to,
        published=row.published_at,
        seen_at=row.seen_at,
        id=SightingId(row.id),
    )


def _resource(row: Row[Any], sightings: tuple[Sighting, ...], topics: tuple[str, ...]) -> Resource:
    return Resource(
        id=ResourceId(row.id),
        url=row.url,
        canonical_url=row.canonical_url or "",
        kind=ResourceKind(row.kind),
        title=row.title,
        authors=tuple(row.authors),
        site=row.site,
        lang=row.lang,
        published=row.published_at,
        first_seen=row.first_seen_at,
        minutes=row.minutes,
        summary=row.summary,
        state=InboxState(row.state or InboxState.INBOX),
        starred=bool(row.starred),
        snoozed_until=row.snoozed_until,
        topics=topics,
        sources=tuple(dict.fromkeys(s.name for s in sightings if s.origin is Origin.SOURCE)),
        sightings=sightings,
        has_text=row.has_text,
        has_transcript=row.has_transcript,
        why=row.why or "",
    )
