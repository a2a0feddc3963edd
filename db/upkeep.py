"""Looking after the database itself: soundness, facts, copies. SQLite has all of it; PostgreSQL has its own tools."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from db.engine import APPLICATION_ID
from db.migrations import HEAD
from db.store import Store, Tx
from db.tables import action, filing, resource, sighting, source
from tracker.core.drill import pass_point
from tracker.core.errors import StoreError

PAGES_A_STEP = 256


def damage(tx: Tx) -> str:
    """What the engine says is wrong with the file, "" when it is whole."""
    if tx.dialect.name != "sqlite":
        return ""
    lines = [str(row[0]) for row in tx.execute(text("PRAGMA integrity_check(20)"))]
    return "" if lines == ["ok"] else "; ".join(lines)


def loose_rows(tx: Tx) -> int:
    """Rows whose foreign key points nowhere."""
    if tx.dialect.name != "sqlite":
        return 0
    return len(list(tx.execute(text("PRAGMA foreign_key_check"))))


def facts(tx: Tx) -> dict[str, Any]:
    """Schema, engine and counts."""
    counts = {
        table.name: int(tx.execute(select(func.count()).select_from(table)).scalar_one())
        for table in (source, resource, sighting, filing, action)
    }
    found: dict[str, Any] = {"schema": HEAD, "engine": tx.dialect.name, "counts": counts}
    if tx.dialect.name == "sqlite":
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "page_count", "page_size", "freelist_count")
        found["pragmas"] = {name: tx.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas}
        found["sqlite"] = sqlite3.sqlite_version
    return found


def copy(store: Store, target: Path) -> None:
    """An online copy of a SQLite store; others go on writing. Raises StoreError for PostgreSQL."""
    if not store.is_sqlite:
        raise StoreError(store.place, "a PostgreSQL database is copied by its own tools", "Use pg_dump.")
    with store.engine.connect() as connection, contextlib.closing(sqlite3.connect(target)) as out:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.backup(out, pages=PAGES_A_STEP, progress=lambda *_: pass_point("backup.page"))
        out.execute("PRAGMA journal_mode=DELETE").close()  # one file, no log beside it


def copy_file(source_file: Path, target: Path) -> None:
    """Copy a database file page by page, as SQLite reads it."""
    with (
        contextlib.closing(sqlite3.connect(f"{source_file.resolve().as_uri()}?mode=ro", uri=True)) as found,
        contextlib.closing(sqlite3.connect(target)) as out,
    ):
        found.backup(out)


def settle(database: Path) -> None:
    """Bring what stands in the log into the file, so that the file alone is the database."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(database)) as found:
        found.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def verify(path: Path) -> None:
    """Make sure `path` is a sound database of ours, of a schema we know. Raises StoreError."""
    if not path.is_file() or not path.stat().st_size:
        raise StoreError(str(path), "there is no backup here, or an empty one", "Name another file.")
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as found:
            ours = found.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            said = found.execute("PRAGMA integrity_check(5)").fetchone()[0]
            schema = found.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(str(path), str(error), "Nothing was changed. Name another file.") from error
    if not ours:
        raise StoreError(str(path), "this is not a tracker database", "Nothing was changed. Name another file.")
    if said != "ok":
        raise StoreError(str(path), f"the file is damaged ({said})", "Nothing was changed. Name another file.")
    if schema > HEAD:
        raise StoreError(
            str(path), f"its schema ({schema}) is newer than this program knows ({HEAD})", "Upgrade tracker first."
        )
