"""The store: opened once a process, lends short transactions. Driver errors are translated here and nowhere else.

Services write `with store.write() as tx: ...` and call the functions of the noun files (`db.sources`, `db.inbox`, ...)
with that `tx`; it commits at the end of the block or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NewType

from sqlalchemy import Connection, Engine
from sqlalchemy import exc as driver

from db.checkpoint import Keeper
from db.engine import file_of, is_busy, keep_little, open_engine, parse_url
from db.sight import look_at_head
from tracker.core.errors import StoreBusy, StoreError

Tx = NewType("Tx", Connection)  # a connection inside one of our transactions; only db functions look inside
_BACK = "Put the file aside and run 'tracker restore FILE' with a backup."


class Store:
    """One database. Safe to use from many threads; each transaction takes its own connection."""

    def __init__(self, engine: Engine, place: str, path: Path | None = None) -> None:
        self.engine = engine
        self.place = place  # for people, secrets masked
        self.path = path  # the file of a SQLite database
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.keeper = Keeper(path) if path is not None else None
        self._file = _identity(path)
        self._abandoned: list[object] = []

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Tx]:
        """A write transaction. Raises StoreBusy when another process keeps the lock, StoreError otherwise.

        One that is not `durable` does not wait for the disk: a kill loses nothing, a power cut may lose the last ones,
        each whole. For what can be had again (looks at sources, the index), never for a decision of a person.
        """
        with self._translated(), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True, durable=durable)
            with connection.begin():
                self._same_file()  # again, now that nobody else can write: it may have been replaced while we waited
                yield Tx(connection)
        if self.keeper is not None:
            self.keeper.after_commit()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A read transaction: one consistent picture, never waits for the writer on SQLite."""
        with self._translated(), self.engine.connect() as connection, connection.begin():
            yield Tx(connection)

    @contextmanager
    def beside(self) -> Iterator[Tx]:
        """A short write transaction that does not wait for the one writer; for single rows nobody decides by.

        PostgreSQL alone: SQLite has one writer, and there the system's locks do what such rows are for.
        """
        assert not self.is_sqlite
        with self.read() as tx:
            yield tx

    @contextmanager
    def migrating(self) -> Iterator[Tx]:
        """A write transaction that may make tables anew: SQLite's foreign keys are off in it. For db.schema alone."""
        with self._translated(), self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if isinstance(raw, sqlite3.Connection):
                raw.execute("PRAGMA foreign_keys=OFF").close()  # outside a transaction, or it does nothing
            try:
                connection = connection.execution_options(writing=True)
                with connection.begin():
                    yield Tx(connection)
            finally:
                if isinstance(raw, sqlite3.Connection):
                    raw.execute("PRAGMA foreign_keys=ON").close()

    def keep_little(self) -> None:
        """Hold less of a SQLite file in memory from now on: for a process that lives for months."""
        keep_little(self.engine)

    def close(self) -> None:
        """Give all connections back."""
        if self.keeper is not None:
            self.keeper.release()
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        self._same_file()
        try:
            yield
        except driver.TimeoutError as error:
            raise StoreBusy(self.place, "all its connections are in use", "Try again in a moment.") from error
        except driver.DBAPIError as error:
            raise translate(error, self.place) from error

    def _same_file(self) -> None:
        """A file that was taken away or replaced is not written through old connections: that would be lost.

        The old connections are left open: SQLite would delete the log beside the new file when it closes the old one.
        """
        if self._file is None:
            return
        now = _identity(self.path)
        if now == self._file:
            return
        self._abandoned.append(self.engine.pool)
        self.engine.dispose(close=False)
        if now is None:
            raise StoreError(
                self.place, "the file is gone", "Mount its disk again, or run 'tracker restore FILE' with a backup."
            )
        self._file = now
        raise StoreBusy(self.place, "another file was just put in its place", "Try again.")


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Device and number of a file on its disk; None when there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found is not None else None


def translate(error: driver.DBAPIError, place: str) -> StoreError:
    """The person's sentence for a driver error."""
    cause = str(error.orig or error).splitlines()[0]
    low = cause.lower()
    if is_busy(error):
        return StoreBusy(place, "another process holds it for too long", "Try again; 'tracker status' names who runs.")
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, cause, low, place)
    if isinstance(error, driver.OperationalError):
        if "full" in low or "no space" in low:
            return StoreError(place, f"no room left on the server's disk ({cause})", "Make room on the server.")
        return StoreError(place, f"unreachable ({cause})", "Check that the server runs and the address is right.")
    return StoreError(place, cause, "Run 'tracker doctor' for a closer look.")


def _of_sqlite(error: sqlite3.Error, cause: str, low: str, place: str) -> StoreError:
    name = getattr(error, "sqlite_errorname", "")
    if "full" in low or name in ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE"):
        return StoreError(
            place,
            "could not write: the disk is full or a size limit is reached",
            "Make room and try again; what was decided before is kept, nothing half done was.",
        )
    if "readonly" in low or "read-only" in low:
        return StoreError(place, "it is read-only", "Check the rights of the file and its folder.")
    if "malformed" in low or "not a database" in low:
        return StoreError(place, f"the file is damaged ({cause})", _BACK)
    if "unable to open" in low:
        return StoreError(place, "the file cannot be opened", "Check the rights of the file and its folder.")
    return StoreError(place, cause, "Run 'tracker doctor' for a closer look.")


def open_store(database: str, *, synchronous: str = "FULL", migrate: bool = True) -> Store:
    """Open `database` (path or URL), creating it when `migrate` and it is not there.

    Raises StoreNewer for a schema of a newer version, StoreError when it cannot be used; nothing is written then.
    """
    from db.schema import create, ensure

    url = parse_url(database)
    path = file_of(url)
    if path is not None:
        look_at_head(path.absolute())
    if migrate and path is not None and not path.exists():
        create(path)
    store = Store(open_engine(url, synchronous=synchronous), url.render_as_string(hide_password=True), path)
    try:
        if migrate:
            ensure(store)
    except StoreError:
        store.close()  # or a log would be left beside a file that was refused
        raise
    return store
