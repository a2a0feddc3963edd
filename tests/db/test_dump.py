"""The dump: equal tables after it went in again, on each engine and across them, or a sentence and nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from db import dump, search
from db.store import Store, open_store
from db.tables import metadata, node, note, person, resource, sighting
from tests.conftest import _new_database
from tracker.core.errors import Conflict, DocumentError
from tracker.core.model import PersonId
from tracker.services import actions, rules
from tracker.services.rules import Clock

AT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
WORDS = "缓存 \u2028 'quoted' \"twice\" <b>"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A second empty store, on each engine in turn."""
    place = str(tmp_path / "o.db") if request.param == "sqlite" else ""
    found = open_store(place or _new_database(request.getfixturevalue("postgres")), synchronous="OFF")
    yield found
    found.close()


def value_for(column: Any, table: Any, number: int) -> Any:
    """Something that tells a column's type: words, times, bytes, nothing where nothing may be."""
    kind = type(column.type).__name__
    if column.foreign_keys:
        above = next(iter(column.foreign_keys)).column.table
        return None if above is table and number > 1 else number if above is not table else 2
    plain = {
        "UtcDateTime": AT, "Date": date(2026, 1, number), "Boolean": number == 1, "Float": 1.5, "Bytes": b"\x00\xff",
        "LargeBinary": b"\x00\xff", "Json": {"键": [1, WORDS], "n": None}, "Text": f"{WORDS}{number}",
    }  # fmt: skip
    return plain.get(kind, number)


def fill(store: Store) -> None:
    """Two or three rows in every table; the first of a tree points to the second."""
    with store.write() as tx:
        for table in reversed(dump._tables()):
            tx.execute(table.delete())
        for table in dump._tables():
            rows = [{c.name: value_for(c, table, n) for c in table.columns} for n in (2, 1)]
            tx.execute(insert(table), rows)
        dump._number_on(tx, {"note": 77})


def tables(store: Store) -> dict[str, list[Any]]:
    with store.read() as tx:
        return {
            table.name: [tuple(row) for row in tx.execute(select(table).order_by(*table.primary_key.columns))]
            for table in dump._tables()
        }


def dumped(store: Store, only: PersonId | None = None) -> list[bytes]:
    with store.read() as tx:
        return list(dump.lines(tx, only))


def restored(store: Store, found: list[bytes]) -> int:
    with store.write() as tx:
        return dump.restore(tx, found, "d.json")


def test_every_table_goes_through_a_dump_equal(store: Store, other: Store) -> None:
    fill(store)
    found = dumped(store)
    assert restored(other, found) == len(found) - 2
    assert tables(other) == tables(store)
    assert [json.loads(line) for line in dumped(other)] == [json.loads(line) for line in found]
    with other.write() as tx:
        made = tx.execute(
            insert(note).values(day=AT.date(), person_id=1, created_at=AT).returning(note.c.id)
        ).scalar_one()
        assert made == 78  # the number of a row that is gone is not given again
        assert search.waiting(tx) > 0  # the index is made of what came in
    with pytest.raises(Conflict):
        restored(other, found)


def test_one_person_leaves_with_what_is_shared_and_theirs(store: Store, other: Store) -> None:
    fill(store)
    with store.write() as tx:
        tx.execute(sighting.update().where(sighting.c.id == 1).values(document_id=None))
        tx.execute(node.update().values(parent_id=None))
    restored(other, dumped(store, PersonId(1)))
    with other.read() as tx:
        assert [row.id for row in tx.execute(select(person))] == [1]
        assert {row.person_id for row in tx.execute(select(node))} == {1}
        assert [row.id for row in tx.execute(select(sighting))] == [1]
        assert len(tx.execute(select(resource)).all()) == 2


def _other_head(**values: Any) -> Callable[[list[bytes]], list[bytes]]:
    return lambda found: [json.dumps(json.loads(found[0]) | values).encode(), *found[1:]]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_other_head(schema=999), "a newer version"),
        (_other_head(schema=0), "an older version"),
        (_other_head(version=2), "a newer version"),
        (_other_head(format="x"), "no dump of tracker"),
        (_other_head(schema="x"), "no dump of tracker"),
        (lambda found: found[:-1], "cut off"),
        (lambda found: [*found[:3], *found[4:]], "cut off|fit"),
        (lambda found: [*found[:3], b"{", *found[3:]], "d.json:4"),
        (lambda found: [*found[:3], b"7", *found[3:]], "d.json:4"),
        (lambda found: [*found[:3], b"{}", *found[3:]], "d.json:4"),
        (lambda found: [*found, found[3]], "no line of a dump"),
        (lambda found: [found[0], b'{"table": "nothing", "row": {}}', *found[1:]], "d.json:2: .*fit"),
        (lambda found: [found[0], b'{"table": "person", "row": {"x": 1}}', *found[1:]], "d.json:2: .*fit"),
        (lambda found: [found[0], b'{"table": "person", "row": {"created_at": 1}}', *found[1:]], "d.json:2: .*fit"),
        (lambda found: [one for one in found if b'"table": "person"' not in one], "fit"),
        (lambda found: [], "cut off"),
    ],
)
def test_a_spoilt_dump_is_a_sentence_and_changes_nothing(spoil: Any, said: str, store: Store, tmp_path: Path) -> None:
    filled = open_store(str(tmp_path / "filled.db"), synchronous="OFF")
    fill(filled)
    found = dumped(filled)
    filled.close()
    before = tables(store)
    with pytest.raises(DocumentError, match=said):
        restored(store, spoil(found))
    assert tables(store) == before


def test_the_tables_of_this_test_are_all_there_are() -> None:
    assert {table.name for table in dump._tables()} | set(dump.DERIVED) | set(dump.PASSING) == set(metadata.tables)


def test_rules_go_on_in_the_other_database_where_they_stood(store: Store, other: Store) -> None:
    clock = Clock(AT, ZoneInfo("UTC"))
    me = PersonId(1)
    rules.add(store, me, "kv", "title:cache", "shortlist, star", clock, "cli")
    rules.add(store, me, "five", 'source:"arXiv cs.CL"', "cap 5", clock, "cli")
    rules.move(store, me, "five", 1, AT, "cli")
    rules.switch(store, me, "kv", AT, "cli", on=False)
    restored(other, dumped(store))
    assert rules.rules(other, me) == rules.rules(store, me)
    assert [(one.name, one.enabled) for one in rules.rules(other, me)] == [("five", True), ("kv", False)]
    added, _ = rules.add(other, me, "third", "x", "skip", clock, "cli")
    assert rules.rules(other, me)[-1].name == added.name
    for _ in range(4):  # what was decided before the dump is undone after it
        assert actions.undo(other, me, AT) is not None
    assert [one.name for one in rules.rules(other, me)] == ["kv"]
    assert rules.rules(other, me)[0].enabled
