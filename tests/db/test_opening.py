"""Opening a database: strange, empty, cut, newer or wrongly joined files are refused without a byte changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import runs, sight
from db.checkpoint import LOG_BYTES
from db.store import open_store
from tracker.core.errors import StoreBusy, StoreError, StoreNewer
from tracker.services import copies

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


def made(path: Path, kind: str = "first") -> Path:
    """A database with one row, closed properly."""
    store = open_store(str(path))
    with store.write() as tx:
        runs.begin(tx, kind, "", NOW)
    store.close()
    return path


def all_bytes(path: Path) -> dict[str, bytes]:
    return {rest: path.with_name(path.name + rest).read_bytes() for rest in ("", "-wal")
            if path.with_name(path.name + rest).exists()}  # fmt: skip


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096 + 100)


def overwritten(path: Path) -> None:
    path.write_text("no database, but long enough to be looked at" * 400)


def stranger(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE mine (x)")


def newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 1001")
    db.close()


def log_of(other: Path, beside: Path) -> None:
    """Let the log of `other` (open elsewhere, not brought in) lie beside `beside`, as `cp` of a backup does."""
    with sqlite3.connect(other) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE IF NOT EXISTS x (y)")
        db.execute("INSERT INTO x VALUES (1)")
        db.commit()
        shutil.copy(other.with_name(other.name + "-wal"), beside.with_name(beside.name + "-wal"))
    db.close()


def strangers_log(path: Path) -> None:
    log_of(path.with_name("other.db"), path)


def copied_over(path: Path) -> None:
    """An older copy was put in place with cp while the log of what was there still lay beside it."""
    store = open_store(str(path))
    copies.backup(store, path.with_name("copy.db"))
    with store.write() as tx:
        runs.begin(tx, "later", "", NOW)
        tx.exec_driver_sql("UPDATE meta SET value = value")
    log = path.with_name(path.name + "-wal").read_bytes()
    store.close()
    shutil.copy(path.with_name("copy.db"), path)
    path.with_name(path.name + "-wal").write_bytes(log)
    sight._begun.clear()  # as another process would see it


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (emptied, "empty"),
        (cut, "damaged"),
        (overwritten, "damaged"),
        (stranger, "another program"),
        (newer, "newer"),
        (strangers_log, "belongs to another database"),
        (copied_over, "belongs to another database"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(tmp_path: Path, fault: Callable[[Path], None], says: str) -> None:
    path = made(tmp_path / "t.db")
    fault(path)
    before = all_bytes(path)
    with pytest.raises(StoreError, match=says) as raised:
        open_store(str(path))
    assert raised.value.exit_code == 3
    assert all_bytes(path) == before
    assert isinstance(raised.value, StoreNewer) == (fault is newer)


def test_a_log_without_its_file_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.with_name("t.db-wal").write_bytes(b"x" * 100)
    with pytest.raises(StoreError, match="its log"):
        open_store(str(path))
    assert path.with_name("t.db-wal").read_bytes() == b"x" * 100
    assert not path.exists()


def test_a_new_database_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("db.schema._publish", fail)
    with pytest.raises(StoreError, match="No space left"):
        open_store(str(tmp_path / "t.db"))
    assert list(tmp_path.iterdir()) == []


def test_several_that_make_it_at_once_get_the_same(tmp_path: Path) -> None:
    program = (
        "import sys; from datetime import UTC, datetime; from db import runs; from db.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "with store.write() as tx: runs.begin(tx, 'one', '', datetime.now(UTC))\n"
    )
    path = tmp_path / "t.db"
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=Path(__file__).parents[2]) for _ in range(4)
    ]
    assert [one.wait(60) for one in started] == [0] * 4
    store = open_store(str(path))
    with store.read() as tx:
        assert len(runs.latest(tx)) == 4
    store.close()
    assert not list(tmp_path.glob(".*.tmp*"))


def test_a_writer_waits_for_another_and_then_writes(tmp_path: Path) -> None:
    store = open_store(str(made(tmp_path / "t.db")))
    other = sqlite3.connect(tmp_path / "t.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(1.0, lambda: other.execute("ROLLBACK")).start()
    with store.read() as tx:  # readers do not wait
        assert len(runs.latest(tx)) == 1
    started = time.monotonic()
    with store.write() as tx:
        runs.begin(tx, "second", "", NOW)
    assert 0.5 < time.monotonic() - started < 5
    other.close()
    store.close()


def test_a_file_that_is_taken_away_or_replaced_is_not_written_through_the_old_door(tmp_path: Path) -> None:
    path = made(tmp_path / "t.db")
    store = open_store(str(path))
    away = path.rename(tmp_path / "away.db")
    with pytest.raises(StoreError, match="the file is gone"), store.write() as tx:
        runs.begin(tx, "lost", "", NOW)
    away.rename(path)
    with store.write() as tx:  # the very same file is back
        runs.begin(tx, "second", "", NOW)
    made(tmp_path / "new.db", "another").replace(path)
    path.with_name("t.db-wal").unlink(missing_ok=True)
    path.with_name("t.db-shm").unlink(missing_ok=True)
    with pytest.raises(StoreBusy, match="another file"), store.read() as tx:
        runs.latest(tx)
    with store.read() as tx:
        assert [one.kind for one in runs.latest(tx)] == ["another"]
    store.close()


def test_a_long_log_is_brought_in_by_one_at_a_time(tmp_path: Path) -> None:
    one, other = open_store(str(made(tmp_path / "t.db"))), open_store(str(tmp_path / "t.db"))
    assert one.keeper is not None
    assert other.keeper is not None
    assert one.keeper.hold()
    for store in (one, other):
        with store.write() as tx:
            for _ in range(40):
                runs.begin(tx, "x" * (LOG_BYTES // 20), "", NOW)
        if store is other:
            assert not other.keeper.bring_in()  # the daemon's work
    assert one.keeper.bring_in(wholly=True)
    assert one.keeper.log_bytes() == 0
    one.close()
    assert other.keeper.bring_in()
    other.close()


def test_a_restore_waits_for_nobody_but_refuses_while_others_have_it_open(tmp_path: Path) -> None:
    path = made(tmp_path / "t.db")
    store = open_store(str(path))
    copies.backup(store, tmp_path / "copy.db")
    with pytest.raises(StoreBusy, match="has it open"):
        copies.restore(tmp_path / "copy.db", path, tmp_path, NOW)
    store.close()
    assert copies.restore(tmp_path / "copy.db", path, tmp_path, NOW) is not None
    assert not list(tmp_path.glob(".*.tmp"))


def test_a_database_that_was_read_only_for_a_while_can_be_written_again(tmp_path: Path) -> None:
    file = tmp_path / "t.db"
    open_store(str(file)).close()
    for end in ("-wal", "-shm"):  # as SQLite leaves them when it opens a file of mode 0444
        companion = Path(f"{file}{end}")
        companion.touch()
        companion.chmod(0o444)
    store = open_store(str(file))
    assert not [path for path in tmp_path.iterdir() if not path.stat().st_mode & 0o200]
    store.close()
