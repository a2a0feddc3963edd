"""Plans and journals as they stand: read for showing and exporting."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, union

from db.store import Tx
from db.tables import document, filing_topic, node, node_resource, note
from tracker.core.model import NodeId, NoteId, PersonId, ResourceId
from tracker.core.plan import JournalEntry, PlanNode


def nodes(tx: Tx, person: PersonId, name: str = "") -> list[PlanNode]:
    """Places of all documents (or the one called `name`), in their order; what left a file is left out."""
    query = (
        select(node, document.c.name.label("document_name"))
        .outerjoin(document, document.c.id == node.c.document_id)
        .where(node.c.person_id == person, node.c.gone_at.is_(None))
        .order_by(node.c.document_id, node.c.position, node.c.id)
    )
    if name:
        query = query.where(document.c.name == name)
    tied: dict[int, list[ResourceId]] = {}
    filed = select(filing_topic.c.node_id, filing_topic.c.resource_id).where(filing_topic.c.person_id == person)
    given = select(node_resource.c.node_id, node_resource.c.resource_id).join(node).where(node.c.person_id == person)
    for node_id, resource_id in tx.execute(union(filed, given).order_by("resource_id")):
        tied.setdefault(node_id, []).append(ResourceId(resource_id))
    return [_node(row, tuple(tied.get(row.id, ()))) for row in tx.execute(query)]


def _node(row: Any, resources: tuple[ResourceId, ...]) -> PlanNode:
    return PlanNode(
        id=NodeId(row.id),
        parent=NodeId(row.parent_id) if row.parent_id else None,
        plan=row.plan,
        document=row.document_name or "",
        kind=row.kind,
        title=row.title,
        line=row.line,
        day_from=row.day_from,
        day_to=row.day_to,
        tracks=tuple(row.tracks),
        emphasis=row.emphasis,
        target_depth=row.target_depth,
        practice=row.practice,
        checked=row.checked,
        remark=row.remark,
        level=row.level,
        resources=resources,
        aliases=tuple(row.aliases),
        target_level=row.target_level,
        checked_at=row.checked_at,
        touched=row.touched_at,
        set_state=row.state,
        reason=row.state_reason,
        wake=row.wake_at,
        priority=row.priority,
        focus=row.focus,
        results=tuple(row.results),
    )


def entries(tx: Tx, person: PersonId) -> list[JournalEntry]:
    """The journal, newest first; entries of one day in the order of their file."""
    query = (
        select(note, document.c.name.label("document_name"))
        .outerjoin(document, document.c.id == note.c.document_id)
        .where(note.c.person_id == person, note.c.kind == "journal", note.c.gone_at.is_(None))
        .order_by(note.c.day.desc(), note.c.line, note.c.id)
    )
    return [entry(row) for row in tx.execute(query)]


def entry(row: Any) -> JournalEntry:
    """An entry out of its row, which carries the name of its document too."""
    return JournalEntry(
        id=NoteId(row.id),
        document=row.document_name or "",
        day=row.day,
        date_as_written=row.date_as_written,
        title=row.title,
        part=row.part,
        url=row.url,
        start_seconds=row.start_seconds,
        resource=ResourceId(row.resource_id) if row.resource_id else None,
        body=row.body,
        bullets=row.bullets,
        images=tuple((url, ocr) for url, ocr in row.images),
        line=row.line,
    )


def documents(tx: Tx, person: PersonId) -> list[tuple[str, str, str]]:
    """Name, kind and title of every document."""
    query = select(document.c.name, document.c.kind, document.c.title).where(document.c.person_id == person)
    return [(row.name, row.kind, row.title) for row in tx.execute(query.order_by(document.c.id))]


def text_of(tx: Tx, person: PersonId, name: str) -> tuple[str, str] | None:
    """The text of a document as it was read, and its encoding; None when there is none of that name."""
    found = select(document.c.text, document.c.header).where(document.c.person_id == person, document.c.name == name)
    row = tx.execute(found).first()
    return (row.text, row.header.get("encoding", "utf-8")) if row else None
