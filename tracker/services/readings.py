"""What a document said when it was read last."""

from __future__ import annotations

from db import plans as rows
from db.store import Store
from tracker.core.document import Document, DocumentReader
from tracker.core.model import PersonId


def last_reading(store: Store, person: PersonId, reader: DocumentReader, new: Document) -> Document | None:
    """The document of the name of `new` as it was read last, None when there is none. Raises StoreError."""
    with store.read() as tx:
        found = rows.text_of(tx, person, new.name)
    if found is None:
        return None
    return new if found[0] == new.text else reader.read(found[0], new.name)
