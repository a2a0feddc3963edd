"""Many rows at once, for the hot path of the crawl: ids are taken ahead, statements made once, values bound by hand.

What SQLAlchemy does for each row of an insert takes several times as long as the database does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table, text
from sqlalchemy.types import TypeEngine

from db.store import Tx
from db.types import Json, UtcDateTime

Binds = tuple[tuple[int, Callable[[Any], Any]], ...]
_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def take_ids(tx: Tx, table: Table, count: int) -> Sequence[int]:
    """Ids for so many new rows of `table`, never given before. On SQLite nobody else writes before `tx` ends."""
    if tx.dialect.name == "sqlite":
        last = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :name")
        first = int(tx.execute(last, {"name": table.name}).scalar_one()) + 1
        return range(first, first + count)
    taken = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return [int(row[0]) for row in tx.execute(taken, {"name": table.name, "count": count})]


def insert(tx: Tx, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows with values for `columns` into `table`; the other columns have what the database gives them."""
    statement, binds = _prepared(tx.dialect, table, columns)
    given: list[Iterable[Any]] = list(zip(*rows, strict=True))
    if not given:
        return
    for at, bind in binds:
        given[at] = map(bind, given[at])
    tx.exec_driver_sql(statement, list(zip(*given, strict=True)))


@cache
def _prepared(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> tuple[str, Binds]:
    """The statement, and what has to be done to values of which columns before the driver takes them."""
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    found = ((at, _bind(dialect, table.c[name].type)) for at, name in enumerate(columns))
    binds = tuple((at, bind) for at, bind in found if bind is not None)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", binds


def _bind(dialect: Dialect, kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What SQLAlchemy does to a value of this type; for times and JSON in SQLite the same in a quarter of the time."""
    if dialect.name == "sqlite":
        if isinstance(kind, UtcDateTime):
            return _time
        if isinstance(kind, Json):
            return _json
    bind: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return bind


def _time(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive time {value!r}")
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _json(value: Any) -> str | None:
    if value is None:
        return None
    return "[]" if value in ((), []) else _WRITTEN(value)
