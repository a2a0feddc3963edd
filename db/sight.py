"""The look before the door is opened: a SQLite file is judged read-only, and refused without a byte changed.

A stranger's file, an empty or damaged one must not change. A log (-wal) of another database beside the file would
destroy it on the first write: somebody put a copy in place with `cp` and left the old log. Such a log is told by the
number each database carries in `meta`: seen through the log it differs from the one in the file alone.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import NamedTuple

from tracker.core.errors import StoreError

APPLICATION_ID = 0x74726B72  # "trkr": tells our files from any other SQLite database
IDENTITY = "database"  # key in `meta`: the number of this database; a copy gets its own
WAIT_SECONDS = 15.0
_BACK = "Put it aside and run 'tracker restore FILE' with a backup"


def look_before_opening(path: Path) -> None:
    """Refuse a file that is not ours, is damaged, or has a stranger's log beside it. Raises StoreError."""
    if not path.exists():
        return
    if not path.stat().st_size:
        raise StoreError(str(path), "the file is empty, not a database", f"{_BACK}, or remove it to begin anew.")
    seen = _first_look(path)
    if seen.application == APPLICATION_ID:
        _judge_log(path, seen)
        _judge_length(path, seen)
    elif seen.tables:
        if _has_log(path) and _alone(path).application == APPLICATION_ID:
            raise _strange_log(path)
        raise StoreError(
            str(path),
            "this SQLite file belongs to another program",
            "Nothing was changed. Name another file with --database, or restore a backup of tracker's own.",
        )


def _first_look(path: Path) -> Seen:
    """Without a log the file is all there is, and looking at it so leaves nothing beside it."""
    if not _has_log(path):
        with contextlib.suppress(StoreError):
            return _seen(path, "immutable=1")
        if not _has_log(path):
            return _seen(path, "immutable=1")
    return _seen(path, "mode=ro")


class Seen(NamedTuple):
    """What a look shows. `length` is what the file's head says, bytes."""

    application: int = 0
    tables: int = 0
    number: str = ""
    length: int = 0


def read_how(path: Path) -> str:
    """How SQLite is to open a file for reading: as it lies where nobody may write beside it (it has no log then)."""
    return "mode=ro" if os.access(path.parent, os.W_OK) or _has_log(path) else "immutable=1"


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    with contextlib.suppress(FileNotFoundError):
        return log.stat().st_size > 0
    return False


_begun: set[Path] = set()


def look_at_head(path: Path) -> None:
    """A copy says in its head that it has no log; one beside it is a stranger's. Raises StoreError.

    Looked at once a process, before any connection: closing the file again would end SQLite's locks on it.
    """
    if path in _begun:
        return
    _begun.add(path)
    if path.is_file() and _has_log(path):
        with path.open("rb") as file:
            head = file.read(20)
        if head.startswith(b"SQLite format 3") and head[18:20] == b"\x01\x01" and _has_log(path):
            raise _strange_log(path)


def _judge_log(path: Path, seen: Seen) -> None:
    """Looked at twice: while another process brings the log into the file, the file alone may read oddly."""
    if seen.number and _has_log(path) and _strange(path) and _strange(path):
        raise _strange_log(path)


def _strange(path: Path) -> bool:
    alone = _alone(path).number
    return bool(alone) and alone != _seen(path, "mode=ro").number


def _judge_length(path: Path, seen: Seen) -> None:
    """A file that was cut still has a good head."""
    if not _has_log(path) and path.stat().st_size < seen.length and not _has_log(path):
        raise StoreError(str(path), "the file is damaged (its end is missing)", f"Nothing was changed. {_BACK}.")


def _strange_log(path: Path) -> StoreError:
    return StoreError(
        str(path),
        f"the log beside it ({path.name}-wal) belongs to another database",
        f"Nothing was changed. Move {path.name}-wal and {path.name}-shm away, then run 'tracker doctor'; "
        "put backups in place with 'tracker restore FILE', never by copying.",
    )


def _alone(path: Path) -> Seen:
    """The file without its log; nothing when it cannot be read that way."""
    try:
        return _seen(path, "immutable=1")
    except StoreError:
        return Seen()


def _seen(path: Path, how: str) -> Seen:
    """Raises StoreError for what is no sound database."""
    try:
        with contextlib.closing(_open(path, how)) as db:
            application, pages, size = (
                db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "page_count", "page_size")
            )
            tables = int(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
            number = _number(db) if application == APPLICATION_ID else ""
            return Seen(application, tables, number, pages * size)
    except sqlite3.DatabaseError as error:
        raise StoreError(str(path), _said(path, error), _mend(path, error)) from error


def _open(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, timeout=WAIT_SECONDS)


def _number(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (IDENTITY,)).fetchone()
    return str(row[0]) if row else ""


def _said(path: Path, error: sqlite3.DatabaseError) -> str:
    text = str(error)
    if "not a database" in text or "malformed" in text or "disk I/O" in text:
        return f"the file is damaged ({text})"
    return text


def _mend(path: Path, error: sqlite3.DatabaseError) -> str:
    if "unable to open" in str(error):
        return "Check the rights of the file and its folder."
    return f"Nothing was changed. {_BACK}."
