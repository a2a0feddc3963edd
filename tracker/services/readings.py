"""Documents read in children with limits, as all strangers' bytes are; and what they said when they were read last."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from db import plans as rows
from db.store import Store
from tracker.core.document import Document
from tracker.core.errors import DocumentError
from tracker.core.model import PersonId
from tracker.services.documents import read_text
from tracker.services.reading import JobFailed, ReadingRoom

CPU_SECONDS = 180  # of one document; the largest that is read takes a minute on a slow machine
WALL_SECONDS = 600.0
MEMORY_BYTES = 3 * 1024 * 1024 * 1024  # address space; what is used is far less


def read_documents(texts: Sequence[tuple[str, str]], kind: str) -> list[Document]:
    """Documents (path, text) read as `kind` and looked through by the doctor. Raises DocumentError for the first that
    cannot be read, within the limits, at all."""
    found: list[Document] = []
    asyncio.run(_read(texts, kind, found))  # as a result it would be written out as text when the loop ends
    return found


async def _read(texts: Sequence[tuple[str, str]], kind: str, found: list[Document]) -> None:
    room = ReadingRoom(0, CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS)
    try:
        for path, text in texts:
            found.append(await _one(room, path, text, kind))
    finally:
        await room.close()


async def _one(room: ReadingRoom, path: str, text: str, kind: str) -> Document:
    try:
        found = await room.run("tracker.services.document_job:read", path, text, kind)
    except JobFailed as failed:
        raise DocumentError(path, 0, f"cannot be read ({failed})", "Split it, or say with --as what it is") from failed
    if isinstance(found, Document):
        return found
    raise DocumentError(*found)


def last_reading(store: Store, person: PersonId, new: Document) -> Document | None:
    """The document of the name of `new` as it was read last, None when there is none. Raises StoreError."""
    with store.read() as tx:
        found = rows.text_of(tx, person, new.name)
    if found is None:
        return None
    return new if found[0] == new.text else read_text(found[0], new.name, new.kind)
