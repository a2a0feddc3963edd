"""Plans, journal and documents as they stand."""

from __future__ import annotations

from db import plans as rows
from db.store import Store
from tracker.core.errors import NotFound, nearest
from tracker.core.model import PersonId
from tracker.core.plan import Branch, JournalEntry, grow
from tracker.documents.charset import encode


def plan_names(store: Store, person: PersonId) -> list[tuple[str, str, str]]:
    """Name, kind and title of the documents that hold a tree (plans, roadmaps, lists)."""
    with store.read() as tx:
        return [one for one in rows.documents(tx, person) if one[1] != "journal"]


def plan(store: Store, person: PersonId, name: str = "") -> tuple[Branch, ...]:
    """The trees of all documents, or of the one meant by `name`. Raises NotFound."""
    with store.read() as tx:
        return grow(rows.nodes(tx, person, _meant(rows.documents(tx, person), name) if name else ""))


def journal(store: Store, person: PersonId) -> list[JournalEntry]:
    """Every entry, newest first."""
    with store.read() as tx:
        return rows.entries(tx, person)


def document_bytes(store: Store, person: PersonId, name: str) -> tuple[str, bytes]:
    """Name and bytes of the document meant by `name`, as it was read. Raises NotFound."""
    with store.read() as tx:
        found = _meant(rows.documents(tx, person), name)
        text, codec = rows.text_of(tx, person, found) or ("", "")
        return found, encode(text, codec)


def _meant(known: list[tuple[str, str, str]], name: str) -> str:
    """A document by its file's name, its title, or the start of either when only one begins so. Raises NotFound."""
    for wanted in (
        lambda one: name in (one[0], one[2]),
        lambda one: one[0].startswith(name) or one[2].startswith(name),
    ):
        found = [one[0] for one in known if wanted(one)]
        if len(found) == 1:
            return found[0]
    raise NotFound("document", name, "tracker plan list", nearest(name, [one[0] for one in known]))
