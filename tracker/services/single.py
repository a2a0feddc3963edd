"""What may run only once: a daemon of a home, a restore. The lock is the system's and goes with its process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tracker.core.errors import Occupied

LOCK, NOTE = "daemon.lock", "daemon.pid"


@contextmanager
def alone(home: Path, database: Path | None = None, what: str = "a daemon for this home") -> Iterator[None]:
    """Be the only one of a home, and of a database that lies elsewhere, for the block. Raises Occupied, naming who is."""
    from filelock import FileLock, Timeout

    note = home / NOTE
    with ExitStack() as held:
        for lock in locks_of(home, database):
            try:
                held.enter_context(FileLock(lock, thread_local=False).acquire(blocking=False))
            except Timeout:
                raise Occupied(what, f"pid {pid_in(note) or 'unknown'}", "Stop it first") from None
        with suppress(OSError):
            note.write_text(str(os.getpid()), "utf-8")
        try:
            yield
        finally:
            with suppress(OSError):
                note.unlink(missing_ok=True)


def locks_of(home: Path, database: Path | None) -> list[Path]:
    """The files that are locked; links are followed, so that two names of one place are one place."""
    found = [home.resolve() / LOCK]
    if database is not None and database.resolve().parent != home.resolve():
        found.append(database.resolve().with_name(f".{database.name}.daemon"))
    return found


def running(home: Path, database: Path | None = None) -> int | None:
    """The process that is the daemon of a home; None when there is none, 0 when it is not said which."""
    from filelock import FileLock, Timeout

    for lock in locks_of(home, database):
        if not lock.exists():
            continue
        try:
            FileLock(lock, thread_local=False).acquire(blocking=False).lock.release()
        except Timeout:
            return pid_in(home / NOTE)
        except OSError:
            continue
    return None


def pid_in(note: Path) -> int:
    """The number in a note; 0 when there is none."""
    try:
        return int(note.read_text("utf-8").strip())
    except (OSError, ValueError):
        return 0
