"""Who is the daemon of a PostgreSQL database, from whatever machine: an advisory lock that goes with its connection,
and a lease beside it. A process that hangs keeps its lock but not its lease, and is replaced when that has run out.

SQLite needs none of it: the system's lock on a file tells who lives.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.store import Store, translate
from tracker.core.errors import Occupied

LOCKS = {"daemon": 0x74726B64, "planner": 0x74726B70}
LEASE_SECONDS = 60
_TRY = text("SELECT pg_try_advisory_lock(:lock)")
_HOLDER = text(
    "SELECT l.pid, coalesce(m.value ->> 'owner', '') AS owner, "
    "coalesce((m.value ->> 'until')::double precision, 0) < extract(epoch FROM clock_timestamp()) AS over "
    "FROM pg_locks l LEFT JOIN meta m ON m.key = :role "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = 0 AND l.objid = :lock "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_LEASE = text(
    "INSERT INTO meta (key, value) VALUES (:role, jsonb_build_object('owner', cast(:owner AS text), 'until', "
    f"extract(epoch FROM clock_timestamp()) + {LEASE_SECONDS})) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


class Reign:
    """Being the one daemon (or `role`) of a database. `owner` is a word for people: machine and process."""

    def __init__(self, store: Store, owner: str, role: str = "daemon") -> None:
        self._store, self._role = store, role
        self._wish = {"owner": owner, "role": role, "lock": LOCKS[role]}
        self._connection: Connection | None = None

    def begin(self) -> None:
        """Become it. Raises Occupied while another one is alive, StoreError."""
        if self._store.is_sqlite:
            return
        try:
            self._begin(self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
        except DBAPIError as error:
            raise translate(error, self._store.place) from error

    def _begin(self, connection: Connection) -> None:
        while not connection.execute(_TRY, self._wish).scalar_one():
            holder = connection.execute(_HOLDER, self._wish).first()
            if holder is None:  # it ended just now
                continue
            if not holder.over:
                connection.close()
                raise Occupied(f"a {self._role} for this database", holder.owner or "unknown", "Stop it first")
            connection.execute(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": holder.pid})
        connection.execute(_LEASE, self._wish)
        self._connection = connection

    def go_on(self) -> None:
        """Renew the lease. Raises Occupied when another daemon took over meanwhile, StoreError when nothing answers."""
        if self._store.is_sqlite:
            return
        if self._connection is not None:
            try:
                self._connection.execute(_LEASE, self._wish)
                return
            except DBAPIError:
                self.end()
        self.begin()

    def end(self) -> None:
        """Let another one be it."""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.invalidate()  # the session itself holds the lock: it must not go back to the pool
                self._connection.close()
            self._connection = None
