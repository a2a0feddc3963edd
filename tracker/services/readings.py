"""What a document said when it was read last."""

from __future__ import annotations

from db import plans as rows
from db.store import Store
from tracker.core.document import Document, DocumentReader
from tracker.core.model import PersonId


def last_reading(store: Store, person: PersonId, reader: DocumentReader, name: str) -> Document | None:
    """The document kept under `name`, read once more by `reader`; None when there is none. Raises StoreError."""
    with store.read() as tx:
        found = rows.text_of(tx, person, name)
    return reader.read(found[0], name) if found else None
