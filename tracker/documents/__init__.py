"""Readers of documents, one file each: pure, tolerant, every piece with its line."""

from __future__ import annotations

from importlib import import_module

from tracker.core.document import DocumentReader
from tracker.core.errors import DocumentError, NotFound, nearest

READERS: tuple[str, ...] = ("list",)
_MODULES = {"list": "curated"}


def reader_named(kind: str) -> DocumentReader:
    """The reader called `kind`. Raises NotFound."""
    if kind not in READERS:
        raise NotFound("document kind", kind, "tracker import --help", nearest(kind, READERS))
    reader: DocumentReader = import_module(f"tracker.documents.{_MODULES.get(kind, kind)}").reader()
    return reader


def reader_for(text: str, name: str) -> DocumentReader:
    """The reader the text looks most like. Raises DocumentError when it looks like none."""
    if not text.strip():
        raise DocumentError(name, 0, "is empty", "Nothing was read")
    found = max((reader_named(kind) for kind in READERS), key=lambda reader: reader.likeness(text, name))
    if found.likeness(text, name) <= 0:
        raise DocumentError(name, 1, "looks like no kind of document that is known", "Say which with --as")
    return found
