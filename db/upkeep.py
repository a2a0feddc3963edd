"""Looking after the database itself: soundness, facts, copies. SQLite has all of it; PostgreSQL has its own tools."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import func, select, text

from db.engine import SOUND_SQLITE
from db.migrations import HEAD
from db.sight import APPLICATION_ID, IDENTITY, look_before_opening
from db.store import Store, Tx
from db.tables import action, filing, link, metadata, note, resource, sighting, source
from tracker.core.drill import pass_point
from tracker.core.errors import StoreBusy, StoreError

PAGES_A_STEP = 256
PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "mmap_size", "wal_autocheckpoint",
           "page_count", "page_size", "freelist_count")  # fmt: skip


def damage(tx: Tx) -> str:
    """What the engine says is wrong with the database, "" when it is whole."""
    if tx.dialect.name == "sqlite":
        lines = [str(row[0]) for row in tx.execute(text("PRAGMA integrity_check(20)"))]
        return "" if lines == ["ok"] else "; ".join(lines)
    loose = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
    broken = "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE NOT indisvalid"
    names = [str(row[0]) for query in (loose, broken) for row in tx.execute(text(query))]
    return f"not valid: {', '.join(names)}" if names else ""


def server_time(tx: Tx) -> datetime:
    """What time a PostgreSQL's machine has."""
    found: datetime = tx.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found.astimezone(UTC)


def loose_rows(tx: Tx) -> int:
    """Rows whose foreign key points nowhere (PostgreSQL allows none)."""
    if tx.dialect.name != "sqlite":
        return 0
    return len(list(tx.execute(text("PRAGMA foreign_key_check"))))


def facts(tx: Tx) -> dict[str, Any]:
    """Schema, engine, version, settings and counts."""
    counts = {
        table.name: int(tx.execute(select(func.count()).select_from(table)).scalar_one())
        for table in (source, resource, sighting, filing, note, link, action)
    }
    found: dict[str, Any] = {"schema": HEAD, "engine": tx.dialect.name, "counts": counts}
    if tx.dialect.name == "sqlite":
        found["pragmas"] = {name: tx.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}
        found["version"] = found["sqlite"] = sqlite3.sqlite_version
    else:
        found["version"] = tx.execute(text("SHOW server_version")).scalar()
    return found


def sqlite_risk() -> str:
    """What this SQLite is known to do wrong; "" when nothing."""
    if sqlite3.sqlite_version_info >= SOUND_SQLITE:
        return ""
    wanted = ".".join(map(str, SOUND_SQLITE))
    return (
        f"SQLite {sqlite3.sqlite_version} is older than {wanted}: two processes that write and bring the log in at one "
        "moment can, rarely, damage the file. Here one process at a time does that; a newer SQLite is safer still"
    )


def wrong_pragmas(found: dict[str, Any]) -> list[str]:
    """Settings of a SQLite connection that are not as we set them."""
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "wal_autocheckpoint": 0}
    wrong = [f"{name} is {found[name]}, not {value}" for name, value in wanted.items() if found[name] != value]
    if found["busy_timeout"] < 5000:
        wrong.append(f"busy_timeout is {found['busy_timeout']}")
    if found["mmap_size"]:  # None where SQLite was built without it
        wrong.append(f"mmap_size is {found['mmap_size']}, not 0")
    return wrong


def begins_immediately(store: Store) -> bool:
    """Whether a write transaction keeps other writers out from its first moment on (tried, not assumed)."""
    if store.path is None:
        return True
    with store.write(), contextlib.closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE").close()
        except sqlite3.OperationalError:
            return True
        other.execute("ROLLBACK").close()
        return False


def rebuild_indexes(tx: Tx) -> None:
    """Make all indexes anew: an index can be damaged while its table is whole."""
    tx.execute(text("REINDEX"))


def sizes(tx: Tx) -> list[tuple[str, int, int]]:
    """(table, rows, bytes with its indexes), largest first. Bytes are -1 where the engine cannot tell."""
    rows = {
        name: int(tx.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in metadata.tables.items()
    }
    room = _bytes(tx)
    return sorted(((name, count, room.get(name, -1)) for name, count in rows.items()), key=lambda r: (-r[2], r[0]))


def _bytes(tx: Tx) -> dict[str, int]:
    if tx.dialect.name == "sqlite":
        query = (
            "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name "
            "WHERE s.aggregate GROUP BY 1"
        )
    else:
        query = "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
    try:
        return {str(row[0]): int(row[1]) for row in tx.execute(text(query))}
    except Exception:  # a SQLite built without dbstat
        return {}


def copy(store: Store, target: Path) -> None:
    """An online copy of a SQLite store; others go on writing. Raises StoreError for PostgreSQL."""
    if not store.is_sqlite:
        raise StoreError(store.place, "a PostgreSQL database is copied by its own tools", "Use pg_dump.")
    with store.engine.connect() as connection, contextlib.closing(sqlite3.connect(target)) as out:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        _pages(raw, out, target)


def copy_file(source_file: Path, target: Path) -> None:
    """Copy a database file page by page, as SQLite reads it."""
    with (
        contextlib.closing(sqlite3.connect(f"{source_file.resolve().as_uri()}?mode=ro", uri=True)) as found,
        contextlib.closing(sqlite3.connect(target)) as out,
    ):
        _pages(found, out, target)


def _pages(found: sqlite3.Connection, out: sqlite3.Connection, target: Path) -> None:
    """Copy, and give the copy a number of its own, so that another's log beside it is told from its own."""
    try:
        found.backup(out, pages=PAGES_A_STEP, progress=lambda *_: pass_point("backup.page"))
        out.execute("PRAGMA journal_mode=DELETE").close()  # one file, no log beside it
        out.execute("UPDATE meta SET value = ? WHERE key = ?", (json.dumps(token_hex(8)), IDENTITY)).close()
        out.commit()
    except sqlite3.Error as error:
        raise StoreError(
            str(target), f"the copy could not be written ({error})", "Is there room on its disk?"
        ) from error


def swap(fresh: Path, database: Path, kept: Path) -> None:
    """Put the file `fresh` in place of `database`; what was there becomes `kept`. Never is there none of the two.

    Raises StoreBusy while another process has the old one open: when that one closed it, it would take the new
    database's log away. A damaged file cannot be held, and is kept as it lies, with its log.
    """
    log, kept_log = (path.with_name(path.name + "-wal") for path in (database, kept))
    with _alone_with(database):
        try:
            os.link(database, kept)
        except OSError:  # a file system without links
            shutil.copy2(database, kept)
        if log.exists() and log.stat().st_size:
            log.replace(kept_log)
        for rest in ("-wal", "-shm"):
            database.with_name(database.name + rest).unlink(missing_ok=True)
        fresh.replace(database)


@contextlib.contextmanager
def _alone_with(database: Path) -> Iterator[None]:
    """Hold a sound file that nobody else has open, its log brought in and gone."""
    try:
        look_before_opening(database)
    except StoreError:
        yield
        return
    with contextlib.closing(sqlite3.connect(database, timeout=5, isolation_level=None)) as held:
        try:
            held.execute("PRAGMA journal_mode=DELETE").close()  # needs the file for itself
            held.execute("BEGIN EXCLUSIVE").close()
        except sqlite3.OperationalError as error:
            raise StoreBusy(
                str(database), "another process has it open", "Leave the terminal interface and others, then try again."
            ) from error
        except sqlite3.DatabaseError:
            pass
        yield


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
