"""Every table as lines of JSON and back: a versioned dump that restores to an equal database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table, func, select, text

from db.actions import from_plain, plain
from db.migrations import HEAD
from db.store import Tx
from db.tables import document, metadata, node, note, person, resource
from tracker.core.errors import Conflict, DocumentError

FORMAT, VERSION, BATCH = "tracker dump", 1, 500
DERIVED = ("searchable", "search_dirty")  # the index is made again from what it indexes


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in DERIVED]


def lines(tx: Tx) -> Iterator[bytes]:
    """The dump, a line a row between a head and an end that counts them."""
    count = 0
    yield _line({"format": FORMAT, "version": VERSION, "schema": HEAD})
    for table in _tables():
        for row in tx.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)):
            count += 1
            yield _line({"table": table.name, "row": plain(dict(row._mapping))})
    yield _line({"end": True, "rows": count})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def restore(tx: Tx, found: Iterable[bytes], name: str) -> int:
    """Fill an empty SQLite database; returns how many rows. Raises Conflict, DocumentError; nothing is kept then."""
    if tx.dialect.name != "sqlite":
        raise Conflict("a dump is restored into SQLite only", "Name a new --home")
    if any(tx.execute(select(func.count()).select_from(t)).scalar() for t in (resource, document, node, note)):
        raise Conflict("this database is not empty", "Name a new --home to restore the dump into")
    tx.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in reversed(_tables()):
        tx.execute(table.delete())
    count, ended = 0, False
    for number, line in enumerate(found, 1):
        value = _read(line, number, name)
        if number > 1 and "row" in value:
            table = metadata.tables[value["table"]]
            tx.execute(table.insert().values(**from_plain(table, value["row"])))
            count += 1
        ended = value.get("end") is True and value.get("rows") == count
    if not ended or not tx.execute(select(person.c.id)).first():
        raise DocumentError(name, 0, "is cut off", "Take another copy of it; nothing was restored")
    return count


def _read(line: bytes, number: int, name: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
        good = value["schema"] == HEAD and value["version"] == VERSION if number == 1 else isinstance(value, dict)
        good = good and ("table" not in value or value["table"] in metadata.tables)
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise DocumentError(name, number, "is no dump of this version", "Restore it with the version that wrote it")
    return dict(value)
