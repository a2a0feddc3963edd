"""The tree: topics, sections, days and tasks. A node of a document is known by its key when the file is read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from db.actions import Changes
from db.store import Tx
from db.tables import filing_topic, node, node_history, node_resource
from tracker.core.document import DocumentNode
from tracker.core.model import DocumentId, NodeId, PersonId, ResourceId
from tracker.core.plan import NodeState

CHUNK = 500
STATE = ("checked", "remark", "level")
TOPIC_KINDS = ("topic", "section", "skill", "day", "project")
_SAID = ("kind", "title", "plan", "line", "day_from", "day_to", "tracks", "emphasis", "target_depth", "target_level",
         "practice", "checked", "remark", "level")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """A node that resources can be filed under."""

    id: NodeId
    title: str
    kind: str
    aliases: tuple[str, ...] = ()
    resources: int = 0
    level: int | None = None
    document: DocumentId | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What writing pieces of a document changed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged)


def topics(tx: Tx, person: PersonId) -> list[Topic]:
    """Everything resources can be filed under, in the order of the documents, with how many are."""
    filed = (
        select(filing_topic.c.node_id, func.count().label("n"))
        .where(filing_topic.c.person_id == person)
        .group_by(filing_topic.c.node_id)
        .subquery()
    )
    query = (
        select(node, func.coalesce(filed.c.n, 0).label("n"))
        .outerjoin(filed, filed.c.node_id == node.c.id)
        .where(node.c.person_id == person, node.c.kind.in_(TOPIC_KINDS), node.c.gone_at.is_(None))
        .order_by(node.c.document_id, node.c.position, node.c.id)
    )
    return [
        Topic(NodeId(row.id), row.title, row.kind, tuple(row.aliases), row.n, row.level, row.document_id)
        for row in tx.execute(query)
    ]


def add_topic(changes: Changes, person: PersonId, title: str, now: datetime) -> NodeId:
    """A topic of the person's own, outside any document."""
    row = {"person_id": person, "key": f"topic:{title.casefold()}", "kind": "topic", "title": title, "touched_at": now}
    return NodeId(changes.insert(node, **row)["id"])


def put(
    tx: Tx, person: PersonId, document: DocumentId, wanted: Sequence[DocumentNode], now: datetime
) -> tuple[dict[str, NodeId], Counts]:
    """Make the rows of a document's tree say what the file says; returns ids by key and what changed.

    What a person changed here meanwhile is in `wanted` already: see `tracker.documents.merge.read_again`.
    """
    rows = {row.key: row for row in tx.execute(select(node).where(node.c.document_id == document))}
    fresh = [(position, one) for position, one in enumerate(wanted) if one.key not in rows]
    for start in range(0, len(fresh), CHUNK):
        some = fresh[start : start + CHUNK]
        tx.execute(node.insert(), [_new(person, document, one, position, now) for position, one in some])
    ids = {row.key: NodeId(row.id) for row in rows.values()}
    ids |= _tie(tx, document, [one for _, one in fresh])
    changed = sum(
        _change(tx, rows[one.key], values_of(one, i, ids), now) for i, one in enumerate(wanted) if one.key in rows
    )
    keys = {one.key for one in wanted}
    gone = [row.id for key, row in rows.items() if key not in keys and row.gone_at is None]
    for start in range(0, len(gone), CHUNK):
        tx.execute(update(node).where(node.c.id.in_(gone[start : start + CHUNK])).values(gone_at=now))
    return {key: ids[key] for key in keys}, Counts(len(fresh), changed, len(wanted) - len(fresh) - changed)


def _tie(tx: Tx, document: DocumentId, fresh: Sequence[DocumentNode]) -> dict[str, NodeId]:
    """Give new nodes their parents, which have ids only now; returns the ids of all nodes of the document by key."""
    if not fresh:
        return {}
    ids = {
        key: NodeId(id_) for key, id_ in tx.execute(select(node.c.key, node.c.id).where(node.c.document_id == document))
    }
    ties = [{"own": ids[one.key], "above": ids[one.parent]} for one in fresh if one.parent in ids]
    if ties:
        query = update(node).where(node.c.id == bindparam("own")).values(parent_id=bindparam("above"))
        tx.execute(query, ties)
    return ids


def values_of(one: DocumentNode, position: int, ids: dict[str, NodeId]) -> dict[str, Any]:
    """The columns of a place as a document says it; `ids` are those of the places above it, by key."""
    values: dict[str, Any] = {name: getattr(one, name) for name in _SAID}
    return values | {
        "tracks": list(one.tracks),
        "emphasis": dict(one.emphasis),
        "position": position,
        "parent_id": ids.get(one.parent),
        "gone_at": None,
    }


def _new(person: PersonId, document: DocumentId, one: DocumentNode, position: int, now: datetime) -> dict[str, Any]:
    own = {"person_id": person, "document_id": document, "key": one.key, "touched_at": now}
    return own | values_of(one, position, {})


def _change(tx: Tx, row: Any, values: dict[str, Any], now: datetime) -> bool:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if "checked" in changed:  # ticked in the file since it was read last: today, as far as one can know
        changed["checked_at"] = now if changed["checked"] else None
    if changed:
        tx.execute(update(node).where(node.c.id == row.id).values(**changed))
    return bool(set(changed) - {"position", "line", "parent_id"})


def set_state(changes: Changes, id_: NodeId, state: NodeState, now: datetime) -> bool:
    """Tick, remark and level as `state` says, each with a row of history; False when it says so already."""
    row = changes.tx.execute(select(node).where(node.c.id == id_)).one()
    values = {name: to for name in STATE if getattr(row, name) != (to := getattr(state, name))}
    for name, to in values.items():
        changes.insert(node_history, node_id=id_, at=now, field=name, old=getattr(row, name), new=to)
    if "checked" in values:
        values["checked_at"] = now if state.checked else None
    return bool(values) and changes.update(node, int(id_), **values, touched_at=now)


def set_fields(changes: Changes, id_: NodeId, values: Mapping[str, Any], now: datetime) -> bool:
    """Other things a person decides about a place, each with a row of history; False when it says so already."""
    row = changes.tx.execute(select(node).where(node.c.id == id_)).one()
    fresh = {name: to for name, to in values.items() if getattr(row, name) != to}
    for name, to in fresh.items():
        old = getattr(row, name)
        plain = {key: at.isoformat() if isinstance(at, datetime) else at for key, at in (("old", old), ("new", to))}
        changes.insert(node_history, node_id=id_, at=now, field=name, **plain)
    return bool(fresh) and changes.update(node, int(id_), **fresh, touched_at=now)


def history(tx: Tx, id_: NodeId) -> list[tuple[datetime, str, Any, Any]]:
    """What was decided about a place: when, which field, from what, to what; oldest first."""
    query = select(node_history).where(node_history.c.node_id == id_).order_by(node_history.c.id)
    return [(row.at, row.field, row.old, row.new) for row in tx.execute(query)]


def attach(changes: Changes, id_: NodeId, resource: ResourceId) -> bool:
    """Give a place a resource; False when it has it already."""
    key = {"node_id": int(id_), "resource_id": int(resource)}
    mine = (node_resource.c.node_id == id_) & (node_resource.c.resource_id == resource)
    if changes.tx.execute(select(node_resource).where(mine)).first() is not None:
        return False
    changes.insert(node_resource, **key, origin="person")
    return True


def detach(changes: Changes, id_: NodeId, resource: ResourceId) -> bool:
    """Take back what `attach` gave; False when it was not given here."""
    return changes.delete(node_resource, {"node_id": int(id_), "resource_id": int(resource)})


def set_aliases(changes: Changes, id_: NodeId, aliases: Sequence[str]) -> bool:
    """The other names of a topic; False when they are so already."""
    return changes.update(node, int(id_), aliases=list(aliases))


def by_ids(tx: Tx, ids: Iterable[NodeId]) -> dict[NodeId, str]:
    """Titles of nodes."""
    query = select(node.c.id, node.c.title).where(node.c.id.in_(list(ids)))
    return {NodeId(row.id): row.title for row in tx.execute(query)}
