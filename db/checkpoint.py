"""Bringing SQLite's log (-wal) into the file: by one process at a time, and by the daemon alone while one runs.

Before SQLite 3.51.3 two connections that checkpoint and write at the same moment can, rarely, damage the file. So
SQLite's own checkpoints are off, and who wants to do one holds the system's lock beside the file; a crash frees it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.core.drill import pass_point

if TYPE_CHECKING:
    from filelock import FileLock

LOG_BYTES = 16 * 1024 * 1024  # a log this long is brought in: pages written again and again are copied once
LONG_LOG_BYTES = 48 * 1024 * 1024  # readers that never pause kept it growing: wait for a gap between them


class Keeper:
    """Keeps the log of one database file short."""

    def __init__(self, path: Path) -> None:
        self.path, self._log = path, path.with_name(path.name + "-wal")
        self._lock: FileLock | None = None
        self._at_it = threading.Lock()

    def log_bytes(self) -> int:
        """How long the log is; 0 when there is none."""
        try:
            return self._log.stat().st_size
        except OSError:
            return 0

    def hold(self) -> bool:
        """Be the one process that does it from now on (the daemon). False when another process is."""
        lock = self._lock or self._new_lock()
        try:
            lock.acquire(blocking=False)
        except (OSError, TimeoutError):
            return False
        self._lock = lock
        return True

    def release(self) -> None:
        """Let others do it again."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def after_commit(self) -> None:
        """Bring a long log in, when nobody else is at it. Never fails: the log only stays long for a while."""
        if self.log_bytes() >= LOG_BYTES:
            self.bring_in()

    def bring_in(self, *, wholly: bool = False) -> bool:
        """Bring the log in now; `wholly` waits a moment for readers and cuts it to nothing. False when not done."""
        if not self._at_it.acquire(blocking=False):
            return False
        mine = self._lock is not None
        try:
            return (mine or self.hold()) and self._bring_in(wholly or self.log_bytes() >= LONG_LOG_BYTES)
        finally:
            if not mine:
                self.release()
            self._at_it.release()

    def _bring_in(self, wholly: bool) -> bool:
        pass_point("checkpoint")
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=1.0, isolation_level=None)) as db:
                db.execute("PRAGMA journal_size_limit=0").close()
                how = "TRUNCATE" if wholly else "PASSIVE"
                busy = int(db.execute(f"PRAGMA wal_checkpoint({how})").fetchone()[0])
        except sqlite3.Error:
            return False
        pass_point("checkpoint")
        return not busy

    def _new_lock(self) -> FileLock:
        from filelock import FileLock

        return FileLock(self.path.with_name(f".{self.path.name}.checkpoint"), thread_local=False)
