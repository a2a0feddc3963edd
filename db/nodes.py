"""The tree: topics, sections, days and tasks. A node of a document is known by its key when the file is read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from db.store import Tx
from db.tables import filing_topic, node
from tracker.core.document import DocumentNode
from tracker.core.model import DocumentId, NodeId, PersonId

TOPIC_KINDS = ("topic", "section", "skill", "day", "project")
_SAID = ("kind", "title", "plan", "line", "day_from", "day_to", "tracks", "emphasis", "target_depth", "target_level",
         "practice", "remark")  # fmt: skip
_THEIRS = ("checked", "level")  # what the person may have changed here meanwhile


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


def add_topic(tx: Tx, person: PersonId, title: str, now: datetime) -> NodeId:
    """A topic of the person's own, outside any document."""
    row = {"person_id": person, "key": f"topic:{title.casefold()}", "kind": "topic", "title": title, "touched_at": now}
    return NodeId(tx.execute(node.insert().values(**row).returning(node.c.id)).scalar_one())


def put(
    tx: Tx, person: PersonId, document: DocumentId, wanted: Sequence[DocumentNode], now: datetime
) -> tuple[dict[str, NodeId], Counts]:
    """Make the rows of a document's tree say what the file says; returns ids by key and what changed.

    A tick or level is taken from the file only where the file itself changed it since the last reading.
    """
    rows = {row.key: row for row in tx.execute(select(node).where(node.c.document_id == document))}
    ids: dict[str, NodeId] = {}
    total = Counts()
    for position, one in enumerate(wanted):
        values = _values(one, position, ids)
        row = rows.get(one.key)
        if row is None:
            ids[one.key] = _add(tx, person, document, one, values, now)
            total += Counts(created=1)
            continue
        ids[one.key] = NodeId(row.id)
        total += Counts(updated=1) if _change(tx, row, values) else Counts(unchanged=1)
    gone = [row.id for key, row in rows.items() if key not in ids and row.gone_at is None]
    if gone:
        tx.execute(update(node).where(node.c.id.in_(gone)).values(gone_at=now))
    return ids, total


def _values(one: DocumentNode, position: int, ids: dict[str, NodeId]) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(one, name) for name in _SAID}
    return values | {
        "tracks": list(one.tracks),
        "emphasis": dict(one.emphasis),
        "position": position,
        "parent_id": ids.get(one.parent),
        "gone_at": None,
    }


def _add(
    tx: Tx, person: PersonId, document: DocumentId, one: DocumentNode, values: dict[str, Any], now: datetime
) -> NodeId:
    own = {"person_id": person, "document_id": document, "key": one.key, "touched_at": now}
    theirs = {name: getattr(one, name) for name in _THEIRS}
    return NodeId(tx.execute(node.insert().values(**own, **values, **theirs).returning(node.c.id)).scalar_one())


def _change(tx: Tx, row: Any, values: dict[str, Any]) -> bool:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if changed:
        tx.execute(update(node).where(node.c.id == row.id).values(**changed))
    return bool(set(changed) - {"position", "line", "parent_id"})


def by_ids(tx: Tx, ids: Iterable[NodeId]) -> dict[NodeId, str]:
    """Titles of nodes."""
    query = select(node.c.id, node.c.title).where(node.c.id.in_(list(ids)))
    return {NodeId(row.id): row.title for row in tx.execute(query)}
