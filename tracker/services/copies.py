"""Copies of the database: made while others work, looked at, put back; and the copy before every upgrade."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from db import schema, upkeep
from db.migrations import HEAD
from db.store import Store
from tracker.core.errors import Conflict, StoreError, StoreNewer
from tracker.services.single import alone

MIB = 1024 * 1024


def backup(store: Store, target: Path) -> int:
    """Copy the database to `target` while others work on it, look at the copy, return its size in bytes.

    Raises Conflict when `target` is there already, StoreError when the copy is not sound.
    """
    if target.exists():
        raise Conflict(f"{target} is there already", "Nothing was overwritten; name another file")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")  # another process may copy to the same target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        upkeep.copy(store, temporary)
        upkeep.verify(temporary)
        temporary.replace(target)
        return target.stat().st_size
    except OSError as error:
        raise StoreError(str(target), f"cannot be written ({error.strerror})", "Name another file.") from error
    finally:
        for rest in ("", "-journal"):
            with suppress(OSError):
                temporary.with_name(temporary.name + rest).unlink()


def restore(source: Path, database: Path, home: Path, now: datetime) -> Path | None:
    """Put the backup `source` in place of `database`; what was there is kept beside it. Returns where, None if nothing was.

    Raises StoreError when `source` is no sound database of ours, Occupied while a daemon runs; nothing is changed then.
    """
    upkeep.verify(source)
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%d-%H%M%S}")
    fresh = database.with_name(f".{database.name}.tmp")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with alone(home, database):
            fresh.unlink(missing_ok=True)
            upkeep.copy_file(source, fresh)
            upkeep.verify(fresh)
            if not database.exists():
                fresh.replace(database)
                return None
            if kept.exists():
                raise Conflict(f"{kept} is there already", "Nothing was changed; try again in a second")
            upkeep.swap(fresh, database, kept)
            return kept
    except OSError as error:
        raise StoreError(
            str(database), f"cannot be written ({error.strerror})", "Make room or mend its rights."
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def upgrade(store: Store, folder: Callable[[], Path], now: datetime) -> tuple[int, Path | None]:
    """Bring an older database to this program's schema; a verified copy is made first, in `folder`.

    Returns the schema it had and the copy (None for an empty database, for PostgreSQL, and when nothing was to do).
    Raises StoreNewer, StoreError (also when the disk has no room for it: nothing is changed then).
    """
    found = schema.current(store)
    if found > HEAD:
        raise StoreNewer(store.place, f"its schema ({found}) is newer than this program's ({HEAD})", "Upgrade tracker.")
    if found == HEAD:
        return found, None
    copied = None
    if found and store.path is not None:
        copied = folder() / f"before-schema-{HEAD}-{now:%Y%m%d-%H%M%S}.db"
        _need_room(store, store.path, copied.parent)
        with suppress(Conflict):  # another upgrade of this second made the same copy
            backup(store, copied)
    schema.upgrade(store)
    return found, copied


def _need_room(store: Store, database: Path, folder: Path) -> None:
    """The copy, and as much again for what the upgrade writes."""
    size = database.stat().st_size
    need, free = 2 * size + MIB, shutil.disk_usage(folder).free
    if free < need:
        raise StoreError(
            store.place,
            f"the upgrade and its copy need {need // MIB + 1} MiB, {free // MIB} MiB are free",
            "Make room and try again; nothing was changed.",
        )
