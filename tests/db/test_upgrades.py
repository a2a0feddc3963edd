"""Upgrades of filled databases of every released schema: nothing of a person's is lost, a copy is made first."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text

from db import schema
from db.migrations import HEAD
from db.store import Store, open_store
from db.tables import metadata
from tracker.core.errors import StoreError
from tracker.services import copies

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
RELEASED = sorted((ROOT / "tests" / "fixtures" / "db").glob("*.sql"))
KEPT = ("source", "resource", "sighting", "filing", "filing_topic", "action", "document", "node", "note", "person")


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A filled database as a release left it."""
    path = tmp_path / "tracker.db"
    db = sqlite3.connect(path)
    db.executescript(request.param.read_text("utf-8"))
    db.execute("PRAGMA journal_mode=WAL")
    db.close()
    return path


def persons_own(path: Path) -> dict[str, Any]:
    """Counts, and every decision word for word."""
    db = sqlite3.connect(path)
    try:
        counts = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in KEPT}
        standings = db.execute("SELECT person_id, resource_id, state, starred, snoozed_until FROM filing").fetchall()
        actions = db.execute("SELECT id, at, verb, label, forward, inverse, undone FROM action").fetchall()
        return {"counts": counts, "standings": sorted(standings), "actions": sorted(actions)}
    finally:
        db.close()


def schema_of(path: Path) -> int:
    db = sqlite3.connect(path)
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    finally:
        db.close()


def command(home: Path, *words: str, limit: Callable[[], None] | None = None, **environment: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "tracker", "--home", str(home), *words],
        cwd=ROOT, capture_output=True, text=True, timeout=60, env=os.environ | environment, preexec_fn=limit,
    )  # fmt: skip


@pytest.mark.skipif(HEAD == 1, reason="there is nothing to upgrade yet")
def test_an_upgrade_keeps_everything_and_a_copy(old: Path, tmp_path: Path) -> None:
    before, found = persons_own(old), schema_of(old)
    with pytest.raises(StoreError, match="db upgrade"):
        open_store(str(old))
    done = command(tmp_path, "db", "upgrade")
    assert done.returncode == 0, done.stderr
    (copy,) = (tmp_path / "backups").glob("*.db")
    assert (schema_of(copy), persons_own(copy)) == (found, before)
    assert (schema_of(old), persons_own(old)) == (HEAD, before)
    checkup = json.loads(command(tmp_path, "doctor", "--json").stdout)
    assert checkup["sound"], checkup
    assert "Honest evaluations" in command(tmp_path, "search", "evaluations").stdout
    assert command(tmp_path, "undo").returncode == 0
    assert "nothing to do" in command(tmp_path, "db", "upgrade").stderr


@pytest.mark.skipif(HEAD == 1, reason="there is nothing to upgrade yet")
def test_a_kill_in_an_upgrade_leaves_the_old_or_the_new(old: Path, tmp_path: Path) -> None:
    before, found = persons_own(old), schema_of(old)
    for step in range(1, HEAD - found + 1):
        killed = command(tmp_path, "db", "upgrade", TRACKER_CRASH_AT=f"migrate.step:{step}")
        assert killed.returncode == -signal.SIGKILL
        assert schema_of(old) in (found, HEAD)
        assert persons_own(old) == before
        for copy in (tmp_path / "backups").glob("*.db"):
            assert persons_own(copy) == before
            copy.unlink()
    assert command(tmp_path, "db", "upgrade").returncode == 0
    assert (schema_of(old), persons_own(old)) == (HEAD, before)


@pytest.mark.skipif(HEAD == 1, reason="there is nothing to upgrade yet")
def test_two_upgrades_at_once_end_in_one(old: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tracker", "--home", str(tmp_path), "db", "upgrade"]
    both = [subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(one.wait(60), one.stderr.read() if one.stderr else "") for one in both]
    assert 0 in [code for code, _ in ends]
    assert all("Traceback" not in said and "unexpected" not in said for _, said in ends)
    assert schema_of(old) == HEAD


@pytest.mark.skipif(HEAD == 1, reason="there is nothing to upgrade yet")
def test_without_room_the_old_stays_and_the_need_is_said(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, found = persons_own(old), schema_of(old)

    class Full:
        free = 1024

    monkeypatch.setattr("tracker.services.copies.shutil.disk_usage", lambda _: Full)
    store = open_store(str(old), migrate=False)
    with pytest.raises(StoreError, match=r"need \d+ MiB, 0 MiB are free"):
        copies.upgrade(store, lambda: tmp_path, NOW)
    store.close()
    assert (schema_of(old), persons_own(old)) == (found, before)


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a person's own tables, as the columns of both schemas tell it."""
    with store.read() as tx:
        return {name: [tuple(row) for row in tx.execute(select(metadata.tables[name]).order_by(text("1, 2")))]
                for name in KEPT}  # fmt: skip


@pytest.fixture
def old_postgres(old: Path, new_postgres: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same rows in a PostgreSQL of that schema."""
    release = schema_of(old)
    source, target = open_store(str(old), migrate=False), open_store(new_postgres, migrate=False)
    with monkeypatch.context() as then, target.migrating() as tx:
        then.setattr(schema, "HEAD", release)
        then.setattr(schema, "_first_rows", lambda tx: None)
        schema._run(tx, 0)
    with source.read() as read, target.write() as write:
        known = set(inspect(read).get_table_names())
        for table in metadata.sorted_tables:
            if table.name not in known or table.name.startswith("search"):
                continue
            rows = [dict(row) for row in read.execute(select(table)).mappings()]
            write.execute(table.delete())
            if rows:
                write.execute(table.insert(), rows)
            if "id" in table.c and rows:
                last = func.setval(func.pg_get_serial_sequence(table.name, "id"), max(row["id"] for row in rows))
                write.execute(select(last))
    source.close()
    target.close()
    return new_postgres


@pytest.mark.postgres
@pytest.mark.skipif(HEAD == 1, reason="there is nothing to upgrade yet")
def test_a_filled_postgres_is_upgraded(old: Path, old_postgres: str, tmp_path: Path) -> None:
    source = open_store(str(old), migrate=False)
    before = rows_of(source)
    source.close()
    there = ("--database", old_postgres)
    with pytest.raises(StoreError, match="db upgrade"):
        open_store(old_postgres)
    home = tmp_path / "home"
    home.mkdir()
    killed = command(home, *there, "db", "upgrade", TRACKER_CRASH_AT="migrate.step:1")
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(StoreError, match="db upgrade"):
        open_store(old_postgres)
    done = command(home, *there, "db", "upgrade")
    assert done.returncode == 0, done.stderr
    store = open_store(old_postgres)
    assert rows_of(store) == before
    store.close()
    checkup = json.loads(command(home, *there, "doctor", "--json").stdout)
    assert checkup["sound"], checkup
    assert command(home, *there, "undo").returncode == 0
    assert "Honest evaluations" in command(home, *there, "search", "evaluations").stdout
