"""Many rows at once, for the hot path of the crawl: ids are taken ahead, statements made once, values bound by hand.

What SQLAlchemy does for each row of an insert takes several times as long as the database does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table, text

from db.store import Tx

Binds = tuple[tuple[int, Callable[[Any], Any]], ...]


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
    values = [_bound(row, binds) for row in rows]
    if values:
        tx.exec_driver_sql(statement, values)


def _bound(row: Sequence[Any], binds: Binds) -> tuple[Any, ...]:
    values = list(row)
    for at, bind in binds:
        values[at] = bind(values[at])
    return tuple(values)


@cache
def _prepared(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> tuple[str, Binds]:
    """The statement, and what has to be done to values of which columns before the driver takes them."""
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    found = ((at, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for at, name in enumerate(columns))
    binds = tuple((at, bind) for at, bind in found if bind is not None)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", binds
