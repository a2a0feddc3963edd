"""Plans made by hand: their document's row and their places, every change undoable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db import nodes as tree
from db.actions import Changes
from db.store import Tx
from db.tables import document, node
from tracker.core.document import DocumentNode
from tracker.core.model import NodeId, PersonId, ResourceId

MADE = {"made": "here", "encoding": "utf-8"}  # header of a document that no file holds


def made_here(tx: Tx, person: PersonId, name: str) -> int | None:
    """The number of a document that was made by hand and lies in no file; None for any other."""
    mine = (document.c.person_id == person) & (document.c.name == name)
    row = tx.execute(select(document.c.id, document.c.header).where(mine)).first()
    return int(row.id) if row is not None and row.header.get("made") == "here" else None


def add_document(changes: Changes, person: PersonId, name: str, title: str, now: datetime) -> int:
    """An empty plan."""
    row = {"person_id": person, "name": name, "path": "", "kind": "plan", "title": title, "text": "", "base_text": ""}
    key = changes.insert(document, **row, sha256="", imported_at=now, header=MADE, findings=[], edits=[])
    return int(key["id"])


def change_document(changes: Changes, owner: int, **values: Any) -> None:
    """Its text and title."""
    changes.update(document, owner, **values)


def put(
    changes: Changes, person: PersonId, owner: int, wanted: Sequence[tuple[str, DocumentNode]],
    ids: Mapping[str, NodeId], now: datetime,
) -> dict[str, NodeId]:  # fmt: skip
    """Make the rows of a tree say what was read, each beside the key it is known by so far; returns the numbers."""
    stood = {
        row.id: row.key for row in changes.tx.execute(select(node.c.id, node.c.key).where(node.c.document_id == owner))
    }
    for key, one in wanted:  # keys are unique: those that move on make room first
        if key in ids and stood[ids[key]] != one.key:
            changes.update(node, int(ids[key]), key=f"moving:{ids[key]}")
    out: dict[str, NodeId] = {}
    by_key: dict[str, NodeId] = {}
    for position, (key, one) in enumerate(wanted):
        values = tree.values_of(one, position, by_key) | {"key": one.key}
        if key in ids:
            out[key] = ids[key]
            changes.update(node, int(ids[key]), **values)
        else:
            made = changes.insert(node, person_id=person, document_id=owner, touched_at=now, **values)
            out[key] = NodeId(made["id"])
        by_key[one.key] = out[key]
    return out


def let_go(changes: Changes, id_: NodeId, now: datetime) -> None:
    """A place that is taken out; its row stays, so that what hangs on it is there when this is undone."""
    changes.update(node, int(id_), gone_at=now, key=f"gone:{id_}")


def attach(changes: Changes, id_: NodeId, resource: ResourceId) -> None:
    """Give a place a work."""
    tree.attach(changes, id_, resource)
