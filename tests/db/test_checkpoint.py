"""The log is brought in by one process at a time, and by no other while one holds that work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import checkpoint, runs
from db.checkpoint import Keeper
from db.store import Store, open_store

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
HOLDER = """
import sys
from pathlib import Path
from db.checkpoint import Keeper
keeper = Keeper(Path(sys.argv[1]))
print(keeper.hold(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(str(tmp_path / "t.db"))
    yield found
    found.close()


def written(store: Store) -> None:
    with store.write() as tx:
        runs.begin(tx, "test", "", NOW)


def test_while_a_process_holds_it_no_other_does_it_and_a_crash_frees_it(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    written(store)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        other = Keeper(path)
        before = other.log_bytes()
        assert before > 0
        assert not other.hold()
        assert not other.bring_in(wholly=True)
        assert other.log_bytes() == before
    finally:
        holder.kill()
        holder.communicate()
    assert other.bring_in(wholly=True)
    assert other.log_bytes() == 0
    assert other.hold(), "the lock was given back after the work"
    other.release()


def test_sqlite_itself_never_brings_it_in(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "LOG_BYTES", 1 << 40)
    keeper = Keeper(tmp_path / "t.db")
    keeper.bring_in(wholly=True)
    file = (tmp_path / "t.db").stat().st_mtime_ns
    for _ in range(1200):  # SQLite's own would come after 1,000 pages
        written(store)
    with store.read() as tx:
        assert tx.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one() == 0
    assert keeper.log_bytes() > 1000 * 4096
    assert (tmp_path / "t.db").stat().st_mtime_ns == file
