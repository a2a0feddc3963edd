"""Status, checkup, copies and putting them back."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import runs, upkeep
from db.store import Store, open_store
from tracker.core.errors import Conflict, StoreError, StoreNewer
from tracker.core.model import FIRST_PERSON
from tracker.services import checkup, copies, operations

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


@pytest.fixture
def own(tmp_path: Path) -> Store:
    """A SQLite store in a file of its own."""
    return open_store(str(tmp_path / "t.db"))


def test_an_empty_house_is_sound_and_says_so(store: Store, tmp_path: Path) -> None:
    found = checkup.checkup(store, tmp_path, NOW)
    assert [f for f in found.findings if not f.ok and f.what != "settings"] == []  # tests do not sync
    assert found.facts["counts"] == dict.fromkeys(
        ("source", "resource", "sighting", "filing", "note", "link", "action"), 0
    )
    state = operations.status(store, FIRST_PERSON, tmp_path, NOW)
    assert (state.waiting, state.watched, state.runs) == (0, 0, ())


def test_rounds_are_remembered_newest_first(store: Store) -> None:
    with store.write() as tx:
        runs.begin(tx, "crawl", "", NOW)
        runs.end(tx, runs.begin(tx, "crawl", "", NOW), {"new": 3}, NOW)
        assert [(r.ended_at, r.summary) for r in runs.latest(tx)] == [(NOW, {"new": 3}), (None, {})]


def test_what_was_left_behind_is_named(own: Store, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / ".list.md.7777777.tmp").touch()
    found = checkup.checkup(own, tmp_path, NOW)
    assert not found.sound
    assert ".list.md.7777777.tmp" in next(f.said for f in found.findings if not f.ok)


def test_a_copy_is_whole_and_comes_back(own: Store, tmp_path: Path) -> None:
    with own.write() as tx:
        runs.begin(tx, "before", "", NOW)
    target = tmp_path / "copies" / "b.db"
    assert copies.backup(own, target) > 0
    with own.write() as tx:
        runs.begin(tx, "after", "", NOW)
    own.close()
    kept = copies.restore(target, tmp_path / "t.db", tmp_path, NOW)
    assert kept is not None
    assert kept.is_file()
    for path, kinds in ((tmp_path / "t.db", ["before"]), (kept, ["after", "before"])):
        again = open_store(str(path))
        with again.read() as tx:
            assert [r.kind for r in runs.latest(tx)] == kinds
        again.close()
    assert copies.restore(target, tmp_path / "new" / "t.db", tmp_path, NOW) is None


def test_a_copy_overwrites_nothing(own: Store, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("mine")
    with pytest.raises(Conflict):
        copies.backup(own, tmp_path / "b.db")
    assert (tmp_path / "b.db").read_text() == "mine"


def test_a_copy_that_cannot_be_written_is_a_sentence(own: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        copies.backup(own, tmp_path / "file" / "b.db")


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "stranger", "cut", "newer"])
def test_what_is_no_sound_copy_is_refused(own: Store, tmp_path: Path, damage: str) -> None:
    bad = tmp_path / "bad.db"
    copies.backup(own, bad)
    if damage == "missing":
        bad.unlink()
    elif damage == "empty":
        bad.write_bytes(b"")
    elif damage == "text":
        bad.write_text("not a database at all, but long enough to look at" * 20)
    elif damage == "cut":
        bad.write_bytes(bad.read_bytes()[: bad.stat().st_size // 2])
    else:
        with sqlite3.connect(bad) as db:
            db.execute("PRAGMA application_id = 5" if damage == "stranger" else "PRAGMA user_version = 99")
    before = (tmp_path / "t.db").read_bytes()
    with pytest.raises(StoreError):
        copies.restore(bad, tmp_path / "t.db", tmp_path, NOW)
    assert (tmp_path / "t.db").read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "error"),
    [("PRAGMA user_version = 99", StoreNewer), ("PRAGMA application_id = 5", StoreError)],
)
def test_a_newer_or_strange_database_is_refused_unchanged(
    own: Store, tmp_path: Path, statement: str, error: type[StoreError]
) -> None:
    own.close()
    path = tmp_path / "t.db"
    with sqlite3.connect(path) as db:
        db.execute(statement)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(error):
        open_store(str(path))
    assert path.read_bytes() == before


def test_postgres_is_copied_by_its_own_tools(store: Store, tmp_path: Path) -> None:
    if store.is_sqlite:
        upkeep.copy(store, tmp_path / "c.db")
        upkeep.verify(tmp_path / "c.db")
    else:
        with pytest.raises(StoreError, match="pg_dump"):
            upkeep.copy(store, tmp_path / "c.db")
