"""Readers of documents, one file each: pure, tolerant, every piece with its line."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tracker.core.document import DocumentReader
from tracker.core.errors import DocumentError

MODULES: tuple[str, ...] = ("curated", "journal", "roadmap", "plan", "awesome", "opml", "bookmarks", "urls", "table")


@cache
def readers() -> tuple[DocumentReader, ...]:
    """Every reader. Two may read one kind: a list on one line, a list in Markdown."""
    return tuple(import_module(f"tracker.documents.{module}").reader() for module in MODULES)


def reader_for(text: str, name: str, kind: str = "auto") -> DocumentReader:
    """The reader of `kind` (or of any) that the text looks most like. Raises DocumentError when it looks like none."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise DocumentError(name, 0, "is empty", "Nothing was read")
    wanted = [one for one in readers() if kind in ("auto", one.name)]
    if not wanted:
        raise DocumentError(name, 0, f"cannot be read as '{kind}'", "Say another kind with --as")
    found = max(wanted, key=lambda reader: reader.likeness(text, name))
    if kind == "auto" and found.likeness(text, name) <= 0:
        raise DocumentError(name, 1, "looks like no kind of document that is known", "Say which with --as")
    return found
