"""How a database is opened: SQLite tuned for one writer and many readers, PostgreSQL by URL.

SQLite is looked at read-only before anything is written (db/sight.py). Write transactions start with our own BEGIN
IMMEDIATE: a deferred BEGIN that reads first and writes later fails at once, whatever busy_timeout says. The log (-wal)
is brought into the file by one process at a time (db/checkpoint.py), so SQLite's own checkpoints are off.
"""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool

from db.sight import look_before_opening, read_how
from tracker.core.errors import StoreError

BUSY_MS = 15_000
LITTLE = -2000  # KiB of pages a connection of a daemon keeps; SQLite's own measure
EAGER_AFTER = 0.02  # seconds of waiting after which one asks for a lock twice as often
SOUND_SQLITE = (3, 51, 3)  # before it, two connections that write and checkpoint at one moment can damage the file
_PRAGMAS = (
    "page_size=8192",  # of a file that is made: two packed texts fill half of 4096, five fill this
    f"busy_timeout={BUSY_MS}",
    "foreign_keys=ON",
    "mmap_size=0",  # with several processes a mapped file has damaged databases
    "temp_store=MEMORY",
    "cache_size=-16000",
    "wal_autocheckpoint=0",
    "journal_size_limit=0",  # a log that was brought in is cut, so its size says how much is not in the file yet
)
_LIVELINESS = {
    "connect_timeout": 5, "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 20_000, "application_name": "tracker",
    "options": f"-c lock_timeout={BUSY_MS} -c idle_in_transaction_session_timeout=60000",
}  # fmt: skip
WRITER = 0x74726B77  # PostgreSQL advisory lock of who writes: one at a time, as on SQLite


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


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL and for a database in memory."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


@lru_cache(maxsize=8)
def open_engine(url: URL, *, synchronous: str = "FULL") -> Engine:
    """An engine with our transaction rules. `synchronous` is SQLite's: FULL so that decisions outlive a power cut.

    The same one for the same address again: it keeps its compiled statements, and what is compiled already is not
    compiled while others wait for the lock. Disposing of it gives back the connections that nobody uses, no others.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, synchronous)
    return _postgres(url)


def keep_little(engine: Engine) -> None:
    """From now on each connection keeps 2 MB of the file in memory, not 16: for one that lives for months.

    A daemon has a dozen connections, and each would hold pages of its own until a large library fills them all.
    """
    if engine.dialect.name == "sqlite" and not event.contains(engine, "checkout", _keep_little):
        event.listen(engine, "checkout", _keep_little)


def _keep_little(raw: Any, record: Any, _: object) -> None:
    if not record.info.get("little"):
        raw.execute(f"PRAGMA cache_size={LITTLE}").close()
        record.info["little"] = True


def _postgres(url: URL) -> Engine:
    """One writer at a time on PostgreSQL as well: no lost update, no deadlock, no two rows for one address."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=BUSY_MS / 1000,
        connect_args=_LIVELINESS,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if not options.get("durable", True):
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        if options.get("writing", False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")

    return engine


def _sqlite(url: URL, synchronous: str) -> Engine:
    path = file_of(url)

    def connect() -> sqlite3.Connection:
        if path is not None:
            look_before_opening(path)  # at every connection: the file may have been changed under a daemon
        return _tuned(path, synchronous)

    engine = create_engine(
        url, creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=24, pool_timeout=BUSY_MS / 1000
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("writing", False):
            _begin_writing(connection, synchronous if options.get("durable", True) else "NORMAL")
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_writing(connection: Any, synchronous: str) -> None:
    """Take the write lock, asking every few milliseconds, more often the longer it takes.

    SQLite's own waiting sleeps up to 100 ms between two tries: with several writers a free lock is missed often.
    """
    raw = connection.connection.driver_connection
    raw.execute(f"PRAGMA synchronous={synchronous}").close()  # of this transaction: the pool lends the connection on
    raw.execute("PRAGMA busy_timeout=0").close()
    try:
        patiently(lambda: raw.execute("BEGIN IMMEDIATE").close())  # a try past SQLAlchemy costs a tenth
    except sqlite3.Error:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try: its error is translated like every other
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}").close()


def _tuned(path: Path | None, synchronous: str) -> sqlite3.Connection:
    """A connection whose transactions are ours (sqlite3's own leave DDL and SELECT outside)."""
    name, is_uri = _name_of(path)
    if path is not None and not is_uri:
        _open_companions(path)
    connection = sqlite3.connect(
        name, uri=is_uri, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (*_PRAGMAS, f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {pragma}").close()
        if not is_uri:
            patiently(lambda: connection.execute("PRAGMA journal_mode=WAL").close())
    except BaseException:
        connection.close()
        raise
    return connection


def _open_companions(path: Path) -> None:
    """SQLite makes -wal and -shm with the mode the database had; made while it was read-only they would lock it."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0
    for companion in (path.with_name(path.name + end) for end in ("-wal", "-shm")):
        with suppress(OSError):  # not there, or another's file: opening says so
            if mode & 0o200 and not companion.stat().st_mode & 0o200:
                companion.chmod(mode)


def _name_of(path: Path | None) -> tuple[str, bool]:
    """How SQLite is told the file."""
    if path is None:
        return ":memory:", False
    if path.exists() and (how := read_how(path)) == "immutable=1":
        return f"{path.resolve().as_uri()}?{how}", True
    return str(path), False


def patiently(act: Any, seconds: float = BUSY_MS / 1000) -> None:
    """Do `act` again while another connection is in the way: some locks do not wait for busy_timeout by themselves.

    Who has waited long asks more often than who has just come, or chance would let some wait ten times as long.
    """
    began = time.monotonic()
    while True:
        try:
            act()
            return
        except Exception as error:
            waited = time.monotonic() - began
            if not is_busy(error) or waited >= seconds:
                raise
        time.sleep(random.uniform(0.002, 0.006) / (1 + waited / EAGER_AFTER))


def is_busy(error: BaseException) -> bool:
    """Whether an error of the driver means that another connection holds a lock."""
    cause = getattr(error, "orig", None) or error
    if getattr(cause, "sqlstate", "") == "55P03":  # PostgreSQL: lock_timeout
        return True
    return isinstance(cause, sqlite3.OperationalError) and any(word in str(cause) for word in ("locked", "busy"))
