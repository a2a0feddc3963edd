"""Entries of the journal that are written here: put in and taken out as decisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from db.actions import Changes
from db.store import Tx
from db.tables import note
from tracker.core.document import DocumentNote
from tracker.core.model import DocumentId, NoteId, PersonId, ResourceId


def about(tx: Tx, person: PersonId, resource: ResourceId) -> list[tuple[str, str, str]]:
    """Title, part and address of the entries about a resource, oldest first."""
    mine = (note.c.person_id == person) & (note.c.resource_id == resource) & note.c.gone_at.is_(None)
    rows = tx.execute(select(note.c.title, note.c.part, note.c.url).where(mine, note.c.kind == "journal").order_by(
        note.c.day, note.c.line.desc(), note.c.id))  # fmt: skip
    return [(row.title, row.part, row.url) for row in rows]


def add(
    changes: Changes,
    person: PersonId,
    one: DocumentNote,
    owner: DocumentId | None,
    resource: ResourceId,
    now: datetime,
) -> NoteId:
    """A new entry; with `owner` it goes into that journal on its next export."""
    level1, level2, level3 = one.bullets
    row = changes.insert(
        note, person_id=person, document_id=owner, resource_id=resource, key=one.key, kind="journal", day=one.day,
        date_as_written=one.date_as_written, title=one.title, part=one.part, url=one.url,
        start_seconds=one.start_seconds, body=one.body, images=[list(image) for image in one.images],
        bullets={"level1": level1, "level2": level2, "level3": level3}, created_at=now,
    )  # fmt: skip
    return NoteId(row["id"])


def remove(changes: Changes, id_: NoteId, now: datetime) -> bool:
    """Take an entry out; its row stays, so that a journal read again does not bring it back. False: not there."""
    return changes.update(note, int(id_), gone_at=now)
