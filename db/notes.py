"""Entries of the journal that are written here: put in, changed and taken out as decisions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from db.actions import Changes
from db.standing import entry_of
from db.store import Tx
from db.tables import note
from tracker.core.document import DocumentNote
from tracker.core.journal import bullets_of
from tracker.core.model import DocumentId, NodeId, NoteId, PersonId, ResourceId

JOURNAL = "journal"
ANY = (JOURNAL, "question", "explain")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An entry about the same thing. `in_file` tells that a document holds it already."""

    id: NoteId
    day: date
    date_as_written: str
    title: str
    part: str
    url: str
    in_file: bool


def about(tx: Tx, person: PersonId, resource: ResourceId | None, node: NodeId | None) -> list[Earlier]:
    """The entries about a resource, else about a place of a plan, oldest first."""
    mine = (note.c.person_id == person) & (note.c.kind == "journal") & note.c.gone_at.is_(None)
    same = note.c.resource_id == resource if resource else note.c.node_id == node
    rows = tx.execute(select(note).where(mine, same).order_by(note.c.day, note.c.line.desc(), note.c.id))
    return [
        Earlier(NoteId(row.id), row.day, row.date_as_written, row.title, row.part, row.url, row.line > 0)
        for row in rows
    ]  # fmt: skip


def keys(tx: Tx, person: PersonId) -> set[str]:
    """What the entries that stand are known by."""
    mine = (note.c.person_id == person) & (note.c.kind == "journal") & note.c.gone_at.is_(None)
    return {row[0] for row in tx.execute(select(note.c.key).where(mine))}


def entry(tx: Tx, person: PersonId, id_: int, kinds: Collection[str] = (JOURNAL,)) -> DocumentNote | None:
    """One note of these kinds that stands, None when there is none of that number."""
    mine = (note.c.person_id == person) & (note.c.id == id_) & note.c.kind.in_(kinds) & note.c.gone_at.is_(None)
    row = tx.execute(select(note).where(mine)).first()
    return entry_of(row) if row else None


def explained(tx: Tx, person: PersonId, subject: str, id_: int) -> list[str]:
    """The lines in which a work or place was explained last, [] when it never was; of a note those of its work."""
    column = {"resource": note.c.resource_id, "node": note.c.node_id}.get(subject)
    if column is None:
        works = select(note.c.resource_id).where(note.c.id == id_).scalar_subquery()
        column, id_ = note.c.resource_id, works  # type: ignore[assignment]
    mine = (note.c.person_id == person) & (note.c.kind == "explain") & note.c.gone_at.is_(None) & (column == id_)
    row = tx.execute(select(note.c.body).where(mine).order_by(note.c.id.desc())).first()
    return [one.text for one in bullets_of(row.body)] if row else []


def add(
    changes: Changes,
    person: PersonId,
    one: DocumentNote,
    owner: DocumentId | None,
    resource: ResourceId | None,
    node: NodeId | None,
    now: datetime,
    kind: str = JOURNAL,
) -> NoteId:
    """A new entry; with `owner` it goes into that journal on its next export."""
    row = changes.insert(
        note, person_id=person, document_id=owner, resource_id=resource, node_id=node, key=one.key, kind=kind,
        day=one.day, date_as_written=one.date_as_written, title=one.title, part=one.part, created_at=now,
        **_content(one),
    )  # fmt: skip
    return NoteId(row["id"])


def change(changes: Changes, id_: int, one: DocumentNote, now: datetime) -> bool:
    """An entry says something else. False: it said so already."""
    return changes.update(note, id_, **_content(one)) and changes.update(note, id_, updated_at=now)


def mark(changes: Changes, id_: int, part: str, key: str) -> bool:
    """An entry is another part of its talk."""
    return changes.update(note, id_, part=part, key=key)


def remove(changes: Changes, id_: int, now: datetime) -> bool:
    """Take an entry out; its row stays, so that a journal read again does not bring it back. False: not there."""
    return changes.update(note, id_, gone_at=now)


def _content(one: DocumentNote) -> dict[str, Any]:
    level1, level2, level3 = one.bullets
    return {
        "body": one.body,
        "url": one.url,
        "start_seconds": one.start_seconds,
        "images": [list(image) for image in one.images],
        "bullets": {"level1": level1, "level2": level2, "level3": level3},
    }
