"""How a database is opened: SQLite tuned for one writer and many readers, PostgreSQL by URL.

SQLite is looked at read-only before anything is written: a stranger's file, a damaged one or one from a newer
version must not change by a byte (a wrong -wal beside a database destroys it on the first write).
Write transactions start with our own BEGIN IMMEDIATE: a deferred BEGIN that reads first and writes later fails at
once, whatever busy_timeout says.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool

from tracker.core.errors import StoreError

APPLICATION_ID = 0x74726B72  # "trkr": tells our files from any other SQLite database
BUSY_MS = 15_000


def parse_url(database: str) -> URL:
    """Read `sqlite:///path`, `postgresql://...` or a bare path. Raises StoreError for anything else."""
    if "://" not in database:
        return URL.create("sqlite", database=database)
    try:
        url = make_url(database)
    except Exception as error:
        raise StoreError(
            database, "this is no database address", "Use sqlite:///FILE or postgresql://HOST/NAME."
        ) from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(database, f"'{url.get_backend_name()}' is not supported", "Use sqlite:/// or postgresql://.")
    return url


def look_before_opening(path: Path) -> None:
    """Refuse a file that is not ours or is damaged, without changing a byte. Raises StoreError."""
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000) as db:
            (found,) = db.execute("PRAGMA application_id").fetchone()
            tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(str(path), str(error), _mend(str(error))) from error
    if found != APPLICATION_ID and tables:
        raise StoreError(
            str(path),
            "this SQLite file belongs to another program",
            "Nothing was changed. Name another file with --database, or restore a backup of tracker's own.",
        )


def _mend(cause: str) -> str:
    if "not a database" in cause or "malformed" in cause:
        return "Put the file aside and run 'tracker restore FILE' with a backup."
    return "Run 'tracker doctor' for a closer look."


def open_engine(url: URL, *, synchronous: str = "FULL") -> Engine:
    """An engine with our transaction rules. `synchronous` is SQLite's: FULL so that decisions outlive a power cut."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, synchronous)
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=5, max_overflow=10)


def _sqlite(url: URL, synchronous: str) -> Engine:
    if url.database and url.database != ":memory:":
        look_before_opening(Path(url.database))
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=8,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _tune(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions are ours: sqlite3's own leave DDL and SELECT outside
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "mmap_size=0",
            "temp_store=MEMORY",
            "cache_size=-16000",
            "journal_size_limit=67108864",
            "wal_autocheckpoint=1000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
