"""Where resources stand for a person: pages by key, counts, standings, and writing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from db.resources import from_source, has_topic, sightings_of, topics_of
from db.store import Tx
from db.tables import filing, filing_topic, link, resource
from tracker.core.inbox import Cursor, Page, Row, Standing, Step
from tracker.core.model import InboxState, NodeId, Origin, PersonId, ResourceId, ResourceKind

CHUNK = 500
ABOUT = filing.c.resource_id  # what conditions on a page ask about
COLUMNS = (  # what a line of a list needs
    resource.c.id, resource.c.title, resource.c.url, resource.c.site, resource.c.kind, resource.c.lang,
    resource.c.published_at, resource.c.first_seen_at, resource.c.minutes, resource.c.has_text,
    resource.c.has_transcript, filing.c.state, filing.c.starred, filing.c.sort_at, filing.c.snoozed_until,
    filing.c.why, link.c.verdict,
)  # fmt: skip


def page(
    tx: Tx,
    person: PersonId,
    states: Sequence[InboxState],
    *,
    narrow: Iterable[ColumnElement[bool]] = (),
    topic: str = "",
    source: str = "",
    after: Cursor | None = None,
    limit: int = 100,
    newest_first: bool = True,
) -> Page:
    """One page of what stands in `states`, ordered by (sort_at, id); `after` is the last row of the page before."""
    query = _rows(person, states).where(*narrow)
    if after is not None:
        key, mark = tuple_(filing.c.sort_at, filing.c.resource_id), tuple_(*_bound(after))
        query = query.where(key < mark if newest_first else key > mark)
    if topic:
        query = query.where(has_topic(person, topic))
    if source:
        query = query.where(from_source(source))
    order = (filing.c.sort_at.desc(), filing.c.resource_id.desc()) if newest_first else (
        filing.c.sort_at, filing.c.resource_id)  # fmt: skip
    found = list(tx.execute(query.order_by(*order).limit(limit + 1)))
    items = dressed(tx, person, found[:limit])
    last = items[-1] if len(found) > limit else None
    return Page(items, Cursor(last.sort_at, last.id) if last else None)


def _bound(after: Cursor) -> tuple[Any, Any]:
    from sqlalchemy import literal

    return literal(after.sort_at, filing.c.sort_at.type), literal(after.id)


def _rows(person: PersonId, states: Sequence[InboxState]) -> Select[Any]:
    joined = filing.join(resource, resource.c.id == filing.c.resource_id).outerjoin(
        link, link.c.resource_id == resource.c.id
    )
    names = [state.value for state in states]
    state = filing.c.state == names[0] if len(names) == 1 else filing.c.state.in_(names)
    return select(*COLUMNS).select_from(joined).where(filing.c.person_id == person, state)


def dressed(tx: Tx, person: PersonId, rows: Sequence[Any]) -> tuple[Row, ...]:
    """Rows of `COLUMNS` as lines of a list, with their sources and topics."""
    ids = [ResourceId(row.id) for row in rows]
    topics = topics_of(tx, person, ids)
    sources = {
        id_: tuple(dict.fromkeys(one.name for one in seen if one.origin is Origin.SOURCE))
        for id_, seen in sightings_of(tx, person, ids).items()
    }
    return tuple(_row(row, sources, topics) for row in rows)


def _row(row: Any, sources: Mapping[ResourceId, tuple[str, ...]], topics: Mapping[ResourceId, tuple[str, ...]]) -> Row:
    id_ = ResourceId(row.id)
    return Row(
        id=id_,
        title=row.title,
        url=row.url,
        site=row.site,
        kind=ResourceKind(row.kind),
        lang=row.lang,
        published=row.published_at,
        first_seen=row.first_seen_at,
        minutes=row.minutes,
        state=InboxState(row.state),
        starred=row.starred,
        sort_at=row.sort_at,
        snoozed_until=row.snoozed_until,
        sources=sources.get(id_, ()),
        topics=topics.get(id_, ()),
        verdict=row.verdict or "",
        has_text=row.has_text,
        has_transcript=row.has_transcript,
        why=row.why,
    )


def counts(tx: Tx, person: PersonId) -> dict[InboxState, int]:
    """How many stand where."""
    query = select(filing.c.state, func.count()).where(filing.c.person_id == person).group_by(filing.c.state)
    return {InboxState(row[0]): row[1] for row in tx.execute(query)}


def where_they_stand(tx: Tx, person: PersonId, ids: Iterable[int]) -> dict[int, tuple[str, bool]]:
    """State and star of those of `ids` that were filed."""
    out: dict[int, tuple[str, bool]] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        query = select(filing.c.resource_id, filing.c.state, filing.c.starred).where(
            filing.c.person_id == person, filing.c.resource_id.in_(wanted[start : start + CHUNK])
        )
        out |= {row.resource_id: (row.state, row.starred) for row in tx.execute(query)}
    return out


def standings(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> dict[ResourceId, Standing]:
    """Where these resources stand, in the order of `ids`. Never filed = in the inbox; unknown ids are left out."""
    out: dict[ResourceId, Standing] = {}
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        topics: dict[int, set[NodeId]] = {}
        query = select(filing_topic.c.resource_id, filing_topic.c.node_id).where(
            filing_topic.c.person_id == person, filing_topic.c.resource_id.in_(some)
        )
        for id_, node_id in tx.execute(query):
            topics.setdefault(id_, set()).add(NodeId(node_id))
        out |= {ResourceId(row.id): _standing(row, topics) for row in tx.execute(_filed(person, some))}
    return {id_: out[id_] for id_ in ids if id_ in out}


def _filed(person: PersonId, ids: Sequence[ResourceId]) -> Select[Any]:
    joined = resource.outerjoin(filing, and_(filing.c.resource_id == resource.c.id, filing.c.person_id == person))
    columns = (filing.c.state, filing.c.starred, filing.c.snoozed_until, filing.c.decided_at, filing.c.why,
               filing.c.sort_at)  # fmt: skip
    return select(resource.c.id, *columns).select_from(joined).where(resource.c.id.in_(ids))


def _standing(row: Any, topics: Mapping[int, set[NodeId]]) -> Standing:
    return Standing(
        state=InboxState(row.state or InboxState.INBOX),
        starred=bool(row.starred),
        snoozed_until=row.snoozed_until,
        topics=frozenset(topics.get(row.id, ())),
        decided_at=row.decided_at,
        why=row.why or "",
        sort_at=row.sort_at,
    )


def put(tx: Tx, person: PersonId, steps: Sequence[Step], now: datetime) -> None:
    """Write where the resources of `steps` stand after them; one that was in no list before goes out of them again."""
    for step in steps:
        mine = (filing.c.person_id == person) & (filing.c.resource_id == step.resource)
        _put_topics(tx, person, step, now)
        if step.after.sort_at is None and step.before.sort_at is not None:
            tx.execute(filing.delete().where(mine))
            continue
        values = _values(step.after)
        if tx.execute(filing.update().where(mine).values(**values)).rowcount == 0:
            sort_at = step.after.sort_at or now
            tx.execute(filing.insert().values(person_id=person, resource_id=step.resource, sort_at=sort_at, **values))


def _values(after: Standing) -> dict[str, Any]:
    return {
        "state": after.state.value,
        "starred": after.starred,
        "snoozed_until": after.snoozed_until,
        "decided_at": after.decided_at,
        "why": after.why,
    }


def _put_topics(tx: Tx, person: PersonId, step: Step, now: datetime) -> None:
    """Topics that came or went. One that comes has the time of the decision, also when it is done again."""
    before, after = step.before.topics, step.after.topics
    mine = (filing_topic.c.person_id == person) & (filing_topic.c.resource_id == step.resource)
    if before - after:
        tx.execute(filing_topic.delete().where(mine, filing_topic.c.node_id.in_(before - after)))
    at = step.after.decided_at or now
    for topic in sorted(after - before):
        if tx.execute(select(filing_topic.c.node_id).where(mine, filing_topic.c.node_id == topic)).first() is None:
            row = {"person_id": person, "resource_id": step.resource, "node_id": topic, "origin": "decision", "at": at}
            tx.execute(filing_topic.insert().values(**row))


def due_to_wake(tx: Tx, person: PersonId, now: datetime) -> list[ResourceId]:
    """Snoozed ones whose time has come."""
    query = select(filing.c.resource_id).where(
        filing.c.person_id == person,
        filing.c.state == InboxState.SNOOZED.value,
        or_(filing.c.snoozed_until.is_(None), filing.c.snoozed_until <= now),
    )
    return [ResourceId(row[0]) for row in tx.execute(query)]


def wake(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> None:
    """Back into the inbox, in their old place."""
    mine = (filing.c.person_id == person) & filing.c.resource_id.in_(ids)
    tx.execute(filing.update().where(mine).values(state=InboxState.INBOX.value, snoozed_until=None))
