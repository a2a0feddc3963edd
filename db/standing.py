"""What stands here of a document: its kept text, and the states, addresses and notes as a person left them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from db.store import Tx
from db.tables import document, meta, node, note, sighting
from tracker.core.document import DocumentNote, Here
from tracker.core.model import DocumentId, PersonId
from tracker.core.plan import NodeState

CHUNK = 500
Disputed = Mapping[tuple[str, str], object]


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it was read last. `path` is where its file lay, "" when it had none."""

    id: DocumentId
    name: str
    kind: str
    title: str
    path: str
    text: str
    encoding: str
    disputed: Disputed
    made_here: bool = False  # by hand, and in no file yet


def kept(tx: Tx, person: PersonId, name: str) -> Kept | None:
    """The document called `name`."""
    return next((one for one in _kept(tx, person, document.c.name == name)), None)


def kept_of_kind(tx: Tx, person: PersonId, kind: str) -> list[Kept]:
    """Every document of a kind, in the order in which they came."""
    return _kept(tx, person, document.c.kind == kind)


def _kept(tx: Tx, person: PersonId, which: Any) -> list[Kept]:
    query = select(document).where(document.c.person_id == person, which).order_by(document.c.id)
    return [
        Kept(
            DocumentId(row.id), row.name, row.kind, row.title, row.path, row.base_text,
            str(row.header.get("encoding", "utf-8")), {(key, field): base for key, field, base in row.edits},
            row.header.get("made") == "here",
        )
        for row in tx.execute(query)
    ]  # fmt: skip


def here(
    tx: Tx, person: PersonId, owner: DocumentId | None, keys: Collection[str], disputed: Disputed | None = None
) -> Here:
    """What stands here of a document. `keys` are those of the entries its text holds, whoever brought them first."""
    states = {
        row.key: NodeState(row.checked, row.remark, row.level)
        for row in tx.execute(select(node).where(node.c.document_id == owner))
    }
    links = select(sighting.c.item_key, sighting.c.url).where(
        sighting.c.document_id == owner, sighting.c.gone_at.is_(None)
    )
    notes = {
        row.key: entry_of(row) if row.gone_at is None else None
        for row in _journal(tx, person)
        if row.key in keys or (row.document_id == owner and owner and row.gone_at is None)
    }
    return Here(states, {row.item_key: row.url for row in tx.execute(links)}, notes, disputed or {})


def own_notes(tx: Tx, person: PersonId) -> list[DocumentNote]:
    """Entries of the journal that belong to no document, in the order in which they were written."""
    return [entry_of(row) for row in _journal(tx, person) if row.document_id is None and row.gone_at is None]


def _journal(tx: Tx, person: PersonId) -> list[Any]:
    mine = select(note).where(note.c.person_id == person, note.c.kind == "journal")
    return list(tx.execute(mine.order_by(note.c.gone_at.is_(None), note.c.id)))  # of one key, what stands counts


def entry_of(row: Any) -> DocumentNote:
    """The row of an entry as a value."""
    levels = row.bullets
    return DocumentNote(
        key=row.key, line=row.line, day=row.day, date_as_written=row.date_as_written, title=row.title, body=row.body,
        part=row.part, url=row.url, start_seconds=row.start_seconds,
        images=tuple((url, ocr) for url, ocr in row.images),
        bullets=(levels.get("level1", 0), levels.get("level2", 0), levels.get("level3", 0)),
    )  # fmt: skip


def rename(tx: Tx, person: PersonId, owner: DocumentId, names: Mapping[str, str]) -> None:
    """Give pieces whose words were edited their new keys; a key that is taken already stays with whom it has."""
    for table, column, mine in (
        (node, node.c.key, node.c.document_id == owner),
        (sighting, sighting.c.item_key, sighting.c.document_id == owner),
        (note, note.c.key, (note.c.person_id == person) & (note.c.kind == "journal")),
    ):
        taken: set[str] = set()
        wanted = list(names.values())
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            taken |= {row[0] for row in tx.execute(select(column).where(mine, column.in_(some)))}
        for old, new in names.items():
            if new not in taken:
                tx.execute(update(table).where(mine, column == old).values({column.name: new}))


# ---- texts written elsewhere -----------------------------------------------------------------------------------------


def written_to(tx: Tx, path: str) -> str | None:
    """The text last written to `path` by an export, None when there is none."""
    found = tx.execute(select(meta.c.value).where(meta.c.key == f"export:{path}")).scalar()
    return str(found) if found is not None else None


def remember_written(tx: Tx, path: str, text: str) -> None:
    """Keep what is written to `path`, so that hand edits are known for what they are later."""
    mine = meta.c.key == f"export:{path}"
    if tx.execute(update(meta).where(mine).values(value=text)).rowcount == 0:
        tx.execute(meta.insert().values(key=f"export:{path}", value=text))
