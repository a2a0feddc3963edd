"""Which schema a database has, and how it comes to ours. Looking is cheap; alembic is loaded only to migrate.

SQLite keeps the version in PRAGMA user_version as well, so that a look costs one read of the file's head.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from db.migrations import HEAD
from db.sight import APPLICATION_ID, IDENTITY
from tracker.core.drill import pass_point
from tracker.core.errors import StoreError, StoreNewer
from tracker.core.model import FIRST_PERSON

NOTED = 2  # from this schema on triggers note what the index has to learn

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from db.store import Store


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


def create(path: Path) -> None:
    """Make a new SQLite database: whole before it gets its name, so that a kill leaves none rather than half of one.

    Another process that is quicker wins. Raises StoreError when it cannot be made, or a log lies where the file was.
    """
    from db.engine import open_engine, parse_url
    from db.store import Store

    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise StoreError(
            str(path),
            f"the file is gone, but its log ({log.name}) is there",
            "Put the file back, or move the log away.",
        )
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{token_hex(3)}.tmp")
    made = Store(open_engine(parse_url(str(temporary))), str(path))
    try:
        upgrade(made)
        made.close()
        _publish(temporary, path)
    except OSError as error:
        raise StoreError(str(path), f"cannot be made ({error.strerror})", "Name another --home.") from error
    finally:
        made.close()
        for rest in ("", "-wal", "-shm"):
            temporary.with_name(temporary.name + rest).unlink(missing_ok=True)


def _publish(temporary: Path, path: Path) -> None:
    """Give the file its name unless there is one of that name by now."""
    with suppress(FileExistsError):
        try:
            os.link(temporary, path)
        except OSError as error:  # a file system without links
            if isinstance(error, FileExistsError) or path.exists():
                raise FileExistsError from None
            temporary.replace(path)


def upgrade(store: Store) -> int:
    """Bring the database to HEAD in one transaction; a second process waits and finds it done. Returns the version.

    SQLite's foreign keys are off meanwhile (a table that is made anew would take what points to it along) and are
    all looked at before the end.
    """
    with store.migrating() as tx:
        found = _version(tx)
        if found < HEAD:
            _run(tx, found)
            if store.is_sqlite and tx.execute(text("PRAGMA foreign_key_check")).first() is not None:
                raise StoreError(store.place, "its rows would not fit the new schema", "Nothing was changed.")
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
    elif found < NOTED:
        _index_again(tx)


def _index_again(tx: Connection) -> None:
    """What was there before triggers noted changes is in no index yet: note all of it."""
    from db.search import forget_all
    from db.store import Tx

    forget_all(Tx(tx))


def _set_version(tx: Connection) -> None:
    from db.tables import meta

    tx.execute(meta.delete().where(meta.c.key == "schema"))
    tx.execute(meta.insert().values(key="schema", value=HEAD))


def _first_rows(tx: Connection) -> None:
    from db.tables import meta, person

    tx.execute(meta.insert().values(key=IDENTITY, value=token_hex(8)))
    tx.execute(person.insert().values(id=FIRST_PERSON, name="me", created_at=datetime.now(UTC)))
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT setval(pg_get_serial_sequence('person', 'id'), 1)"))
