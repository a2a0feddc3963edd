"""Who wants to write gets the lock soon after it is free, and waits as before for all else."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import BUSY_MS
from db.store import Store, open_store


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(tmp_path / "t.db"))
    yield store
    store.close()


def test_a_lock_that_is_free_for_moments_is_taken(kept: Store) -> None:
    """Held 60 ms of every 70: SQLite's own waiting, with its sleeps up to 100 ms, misses most of the gaps."""
    stop, held = threading.Event(), threading.Event()

    def hold() -> None:
        other = sqlite3.connect(str(kept.path), isolation_level=None, timeout=5, check_same_thread=False)
        while not stop.is_set():
            other.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(0.06)
            other.execute("COMMIT")
            time.sleep(0.01)
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    waits = []
    try:
        for _ in range(9):
            held.clear()
            assert held.wait(5)
            started = time.monotonic()
            with kept.write():
                waits.append(time.monotonic() - started)
    finally:
        stop.set()
        holder.join(10)
    assert sorted(waits)[4] < 0.25, waits


def test_statements_wait_as_before(kept: Store) -> None:
    with kept.write() as tx:
        assert tx.execute(text("PRAGMA busy_timeout")).scalar() == BUSY_MS


def test_a_failed_begin_leaves_the_wait_in_place(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.core.errors import StoreBusy

    other = sqlite3.connect(str(kept.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("db.engine.patiently", lambda act: act())
    with pytest.raises(StoreBusy), kept.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    with kept.read() as tx:
        assert tx.execute(text("PRAGMA busy_timeout")).scalar() == BUSY_MS


def test_only_what_can_be_had_again_does_not_wait_for_the_disk(kept: Store) -> None:
    """SQLite calls waiting FULL (2), not waiting NORMAL (1); the next to write on the same connection waits again."""

    def waits(*, durable: bool) -> int:
        with kept.write(durable=durable) as tx:
            return int(tx.execute(text("PRAGMA synchronous")).scalar_one())

    assert [waits(durable=True), waits(durable=False), waits(durable=True)] == [2, 1, 2]
    with kept.write() as tx:
        assert tx.execute(text("PRAGMA synchronous")).scalar_one() == 2
