"""The whole database out as one file and in again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from db import dump as rows
from db.store import Store
from tracker.core.errors import DocumentError
from tracker.core.masking import Numbers
from tracker.core.model import PersonId


def lines(store: Store, only: PersonId | None = None, numbers: Numbers | None = None) -> Iterator[bytes]:
    """The dump, line by line, of one moment; `only` leaves out what is another person's, `numbers` hides secrets."""
    with store.read() as tx:
        yield from rows.lines(tx, only) if numbers is None else rows.lines(tx, only, numbers.hidden)


def is_dump(path: Path) -> bool:
    """Whether a file begins as a dump does."""
    try:
        with path.open("rb") as file:
            return file.read(40).startswith(b'{"format": "tracker dump"')
    except OSError:
        return False


def restore(store: Store, path: Path) -> int:
    """Fill an empty database with a dump; returns how many rows. Raises Conflict, DocumentError."""
    try:
        with path.open("rb") as file, store.write() as tx:
            return rows.restore(tx, file, str(path))
    except OSError as error:
        raise DocumentError(str(path), 0, f"cannot be read ({error.strerror})", "Check the path") from error
