"""Every table as lines of JSON and back: a versioned dump that restores to an equal database, on either engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from db.actions import from_plain, plain
from db.migrations import HEAD
from db.store import Tx
from db.tables import action, document, filing, meta, metadata, node, note, person, resource, review, sighting
from tracker.core.errors import Conflict, DocumentError
from tracker.core.model import PersonId

FORMAT, VERSION, BATCH = "tracker dump", 1, 1000
DERIVED = ("searchable", "search_dirty")  # the index is made again from what it indexes
PASSING = ("host_turn", "job_trouble")  # of the workers that run now
_OLDER = "Restore it with the version that wrote it, then upgrade with 'tracker db upgrade'"


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in DERIVED + PASSING]


# ---- out -------------------------------------------------------------------------------------------------------------


def lines(
    tx: Tx, only: PersonId | None = None, hidden: Callable[[dict[str, Any]], dict[str, Any]] = lambda row: row
) -> Iterator[bytes]:
    """The dump of one moment: a line a row between a head and an end that counts them.

    `only` leaves out what is another person's; `hidden` takes secrets out of a row. `tx` must be a transaction in which
    nothing was read yet.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    count = 0
    yield _line({"format": FORMAT, "version": VERSION, "schema": HEAD})
    for table in _tables():
        query = select(table).order_by(*table.primary_key.columns)
        if only is not None and (mine := _mine(table, only)) is not None:
            query = query.where(mine)
        for row in tx.execute(query.execution_options(yield_per=BATCH)):
            count += 1
            yield _line({"table": table.name, "row": hidden(plain(dict(row._mapping)))})
    yield _line({"end": True, "rows": count, "last": _last_ids(tx)})


def _mine(table: Table, owner: PersonId) -> ColumnElement[bool] | None:
    """Which rows of a table are shared or this person's; None = all are shared."""
    if table is person:
        return person.c.id == owner
    if table is meta:
        return meta.c.key.not_like("export:%")  # texts that were written to files
    if table is sighting:
        return _of(sighting.c.document_id, select(document.c.id).where(document.c.person_id == owner))
    if "person_id" in table.c:
        return table.c.person_id.is_(None) | (table.c.person_id == owner)
    if "node_id" in table.c:
        return _of(table.c.node_id, select(node.c.id).where(node.c.person_id == owner))
    if "review_id" in table.c:
        return _of(table.c.review_id, select(review.c.id).where(review.c.person_id == owner))
    return None


def _of(column: ColumnElement[Any], ids: Select[Any]) -> ColumnElement[bool]:
    return column.is_(None) | column.in_(ids)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _numbered() -> list[Table]:
    return [table for table in _tables() if table.dialect_options["sqlite"]["autoincrement"]]


def _last_ids(tx: Tx) -> dict[str, int]:
    """The last number given to a row of each table: it is not given again, even when the row is gone."""
    if tx.dialect.name == "sqlite":
        found = {row[0]: int(row[1]) for row in tx.execute(text("SELECT name, seq FROM sqlite_sequence"))}
        return {table.name: found[table.name] for table in _numbered() if found.get(table.name)}
    out = {}
    for table in _numbered():
        name = tx.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{table.name}"'}).scalar_one()
        last, given = tx.execute(text(f"SELECT last_value, is_called FROM {name}")).one()
        if given:
            out[table.name] = int(last)
    return out


# ---- in --------------------------------------------------------------------------------------------------------------


def restore(tx: Tx, found: Iterable[bytes], name: str) -> int:
    """Fill an empty database; returns how many rows. Raises Conflict, DocumentError; nothing is kept then."""
    filled = (resource, document, node, note, action, filing)
    if any(tx.execute(select(table).limit(1)).first() for table in filled):
        raise Conflict("this database is not empty", "Name a new --home to restore the dump into")
    for table in reversed(_tables()):
        tx.execute(table.delete())
    rows, end = _Rows(tx), dict[str, Any]()
    for number, line in enumerate(found, 1):
        value = _read(line, number, name)
        if number == 1:
            _known_version(value, name)
        elif end or ("row" not in value and not value.get("end")):
            raise DocumentError(name, number, "is no line of a dump", "Take another copy of it; nothing was restored")
        elif "row" in value:
            _fit(partial(_put, rows, value), number, name)
        else:
            end = value
    _fit(rows.finish, 0, name)
    if end.get("rows") != rows.count or not tx.execute(select(person.c.id)).first():
        raise DocumentError(name, 0, "is cut off", "Take another copy of it; nothing was restored")
    _number_on(tx, end.get("last", {}))
    return rows.count


@dataclass
class _Rows:
    """Rows on their way in, some at a time. One that points to a later row of its own table is tied at the end."""

    tx: Tx
    count: int = 0
    table: Table | None = None
    waiting: list[dict[str, Any]] = field(default_factory=list)
    ahead: list[tuple[Table, str, int, int]] = field(default_factory=list)

    def put(self, table: Table, row: dict[str, Any]) -> None:
        if table is not self.table or len(self.waiting) >= BATCH or row.keys() != self.waiting[0].keys():
            self.flush()
            self.table = table
        for key in table.foreign_keys:
            above = row.get(key.parent.name)
            if key.column.table is table and above is not None and above >= row["id"]:
                self.ahead.append((table, key.parent.name, row["id"], above))
                row[key.parent.name] = None
        self.waiting.append(row)
        self.count += 1

    def flush(self) -> None:
        if self.waiting and self.table is not None:
            self.tx.execute(insert(self.table), self.waiting)
        self.waiting = []

    def finish(self) -> None:
        self.flush()
        for table, column, id_, above in self.ahead:
            self.tx.execute(update(table).where(table.c.id == bindparam("own")).values({column: above}), {"own": id_})


def _put(rows: _Rows, value: dict[str, Any]) -> None:
    table = metadata.tables[value["table"]]
    rows.put(table, from_plain(table, value["row"]))


def _fit(do: Callable[[], None], number: int, name: str) -> None:
    """Rows that do not fit into their tables, or point to rows that are not there, are the dump's fault."""
    try:
        do()
    except (KeyError, ValueError, TypeError, AttributeError, IntegrityError, DataError, StatementError) as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise DocumentError(
            name, number, f"does not fit into its table ({why})", "Take another copy of it; nothing was restored"
        ) from error


def _read(line: bytes, number: int, name: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise DocumentError(name, number, "is no line of a dump", "Take another copy of it; nothing was restored")
    return value


def _known_version(head: dict[str, Any], name: str) -> None:
    version, schema = head.get("version"), head.get("schema")
    if head.get("format") != FORMAT or not isinstance(version, int) or not isinstance(schema, int):
        raise DocumentError(name, 1, "is no dump of tracker", "Name a file that 'tracker export json' wrote")
    if (version, schema) != (VERSION, HEAD):
        newer = version > VERSION or schema > HEAD
        why = f"was written by {'a newer' if newer else 'an older'} version (its schema is {schema}, here it is {HEAD})"
        raise DocumentError(name, 1, why, "Update tracker, then restore it" if newer else _OLDER)


def _number_on(tx: Tx, last: dict[str, int]) -> None:
    """Numbers go on where they stood, so that none is given a second time."""
    for table in _numbered():
        highest = tx.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        number = max(int(last.get(table.name, 0)), highest)
        if not number:
            continue
        named = {"name": table.name, "quoted": f'"{table.name}"', "number": number}
        if tx.dialect.name == "sqlite":
            tx.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
            tx.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :number)"), named)
        else:
            tx.execute(text("SELECT setval(pg_get_serial_sequence(:quoted, 'id'), :number)"), named)
