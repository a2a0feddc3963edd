"""Which schema a database has, and how it comes to ours. Looking is cheap; alembic is loaded only to migrate.

SQLite keeps the version in PRAGMA user_version as well, so that a look costs one read of the file's head.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from db.engine import APPLICATION_ID
from db.migrations import HEAD
from tracker.core.drill import pass_point
from tracker.core.errors import StoreError, StoreNewer
from tracker.core.model import FIRST_PERSON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from db.store import Store

LOCK = 0x74726B72  # PostgreSQL advisory lock that migrations take


def current(store: Store) -> int:
    """The schema version of the database; 0 for an empty one. Raises StoreError when it cannot be read."""
    with store.read() as tx:
        return _version(tx)


def ensure(store: Store) -> None:
    """Make a new database ready; leave a current one alone.

    Raises StoreNewer for a newer schema and StoreError for an older one (`db upgrade` takes a backup first).
    """
    found = current(store)
    if found == HEAD:
        return
    if found > HEAD:
        raise StoreNewer(
            store.place,
            f"its schema ({found}) is newer than this program knows ({HEAD})",
            "Nothing was changed. Upgrade tracker, or open it with the version that wrote it.",
        )
    if found:
        raise StoreError(
            store.place,
            f"its schema ({found}) is older than this program's ({HEAD})",
            "Run 'tracker db upgrade'; it takes a backup first.",
        )
    upgrade(store)


def upgrade(store: Store) -> int:
    """Bring the database to HEAD in one transaction; a second process waits and finds it done. Returns the version."""
    with store.write() as tx:
        if not store.is_sqlite:
            tx.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        found = _version(tx)
        if found < HEAD:
            _run(tx, found)
    return HEAD


def _version(tx: Connection) -> int:
    if tx.dialect.name == "sqlite":
        return int(tx.execute(text("PRAGMA user_version")).scalar_one())
    if not inspect(tx).has_table("meta"):
        return 0
    found = tx.execute(text("SELECT value FROM meta WHERE key = 'schema'")).scalar()
    return int(str(found)) if found is not None else 0


def _run(tx: Connection, found: int) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = tx
    for step in range(found + 1, HEAD + 1):
        command.upgrade(config, f"{step:04}")
        pass_point("migrate.step")
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        tx.exec_driver_sql(f"PRAGMA user_version = {HEAD}")
    _set_version(tx)
    if found == 0:
        _first_rows(tx)


def _set_version(tx: Connection) -> None:
    from db.tables import meta

    tx.execute(meta.delete().where(meta.c.key == "schema"))
    tx.execute(meta.insert().values(key="schema", value=HEAD))


def _first_rows(tx: Connection) -> None:
    from db.tables import person

    tx.execute(person.insert().values(id=FIRST_PERSON, name="me", created_at=datetime.now(UTC)))
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT setval(pg_get_serial_sequence('person', 'id'), 1)"))
