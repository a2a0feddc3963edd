"""The store: opened once a process, lends short transactions. Driver errors are translated here and nowhere else.

Services write `with store.write() as tx: ...` and call the functions of the noun files (`db.sources`, `db.inbox`, ...)
with that `tx`; it commits at the end of the block or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NewType

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from db.engine import open_engine, parse_url
from tracker.core.errors import StoreBusy, StoreError

Tx = NewType("Tx", Connection)  # a connection inside one of our transactions; only db functions look inside


class Store:
    """One database. Safe to use from many threads; each transaction takes its own connection."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place  # for people, secrets masked
        self.is_sqlite = engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A write transaction. Raises StoreBusy when another process keeps the lock, StoreError otherwise."""
        with self._translated(), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            with connection.begin():
                yield Tx(connection)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A read transaction: one consistent picture, never waits for the writer on SQLite."""
        with self._translated(), self.engine.connect() as connection, connection.begin():
            yield Tx(connection)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise translate(error, self.place) from error


def translate(error: DBAPIError, place: str) -> StoreError:
    """The person's sentence for a driver error."""
    cause = str(error.orig or error).splitlines()[0]
    low = cause.lower()
    if isinstance(error.orig, sqlite3.OperationalError) and ("locked" in low or "busy" in low):
        return StoreBusy(place, "another process holds it for too long", "Try again; 'tracker status' names who runs.")
    if "full" in low:
        return StoreError(place, "no room left on the disk", "Make room; nothing half done was kept.")
    if "readonly" in low or "read-only" in low:
        return StoreError(place, "it is read-only", "Check the rights of the file and its folder.")
    if "malformed" in low or "not a database" in low:
        return StoreError(place, cause, "Put the file aside and run 'tracker restore FILE' with a backup.")
    if isinstance(error, OperationalError) and not isinstance(error.orig, sqlite3.Error):
        return StoreError(place, f"unreachable ({cause})", "Check that the server runs and the address is right.")
    return StoreError(place, cause, "Run 'tracker doctor' for a closer look.")


def open_store(database: str, *, synchronous: str = "FULL", migrate: bool = True) -> Store:
    """Open `database` (path or URL), creating or upgrading it when `migrate`.

    Raises StoreNewer for a schema of a newer version, StoreError when it cannot be used; nothing is written then.
    """
    url = parse_url(database)
    store = Store(open_engine(url, synchronous=synchronous), url.render_as_string(hide_password=True))
    if migrate:
        from db.schema import ensure

        ensure(store)
    return store
