"""The full-text index beside `searchable`: FTS5 on SQLite, a tsvector on PostgreSQL; both hold our own words.

Triggers note in `search_dirty` which rows changed, whatever changed them; `catch_up` cuts those into words before the
next question. The texts themselves are not kept a second time: an index that is lost is made again from the tables.

A contentless FTS5 table cannot forget a row (before SQLite 3.43) unless it is told the old text. So a changed row gets
a new number, and what the index still holds under the old one is left out by the join with `searchable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, delete, func, literal_column, select, text

from db import bulk
from db.beginnings import few_words
from db.store import Tx
from db.tables import search_dirty, searchable
from tracker.core.search import Wanted, index_text, tokens

MOST_AT_ONCE = 500
MOST_POSITIONS = 16_000  # PostgreSQL keeps no position beyond 16,383: phrases further back are not found there
STALE_SHARE = 0.3  # of the index's rows that stand for nothing any more before it is worth making it again

_SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(title, body, content='', tokenize='ascii', detail='full')",
    # Pieces of the index are merged when eight are of a size, not four: a fifth less work, questions take no longer.
    "INSERT INTO search_index (search_index, rank) VALUES ('automerge', 8)",
)
_INTO_INDEX = "INSERT INTO search_index (rowid, title, body) VALUES (?, ?, ?)"
_NO_LONGER_DIRTY = "DELETE FROM search_dirty WHERE kind = 'resource' AND ref_id = ?"
_POSTGRES = (
    "CREATE TABLE search_index (rowid bigint PRIMARY KEY REFERENCES searchable (id) ON DELETE CASCADE, "
    "words tsvector NOT NULL)",
    "CREATE INDEX ix_search_index_words ON search_index USING gin (words)",
)

# What of a table is found, and under which kind and number. The columns are those whose change asks for new words.
_WATCHED = (
    ("resource", "resource", "id", ("title", "summary", "authors", "site", "merged_into", "published_at")),
    ("sighting", "resource", "resource_id", ("title", "label", "publisher", "note", "resource_id", "gone_at")),
    ("content", "text", "resource_id", ("text", "title", "version")),
    ("transcript", "transcript", "id", ("text", "segments", "title")),
    ("note", "note", "id", ("title", "body", "images", "gone_at", "day", "resource_id")),
    ("node", "plan", "id", ("title", "remark", "practice", "aliases", "gone_at")),
)
_FEED_TEXT = ("feed_text", "resource", "resource_id", ("html",))  # came later; belongs to the words of its resource


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that can be found. `person` None = everybody's."""

    kind: str
    ref: int
    title: str
    body: str
    at: datetime | None = None
    person: int | None = None
    resource: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the index that answers; `number` orders by when it was cut into words, newest last."""

    number: int
    kind: str
    ref: int
    resource: int | None
    at: datetime | None


def create_index(connection: Connection) -> None:
    """Make the empty index; part of the first migration."""
    fresh_index(connection)


def fresh_index(connection: Connection) -> None:
    """Make the empty index."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.execute(text(statement))


def drop_index(connection: Connection) -> None:
    """Take the index away, whatever it holds."""
    connection.execute(text("DROP TABLE IF EXISTS search_index"))


def create_triggers(connection: Connection) -> None:
    """Let every change of what can be found note itself; part of the second migration."""
    for watched in _WATCHED:
        _watch(connection, *watched)


def watch_feed_texts(connection: Connection) -> None:
    """The same for what feeds give of their entries; part of the fourth migration."""
    _watch(connection, *_FEED_TEXT)


def _watch(connection: Connection, table: str, kind: str, key: str, columns: Sequence[str]) -> None:
    make = _sqlite_triggers if connection.dialect.name == "sqlite" else _postgres_triggers
    for statement in make(table, kind, key, columns):
        connection.execute(text(statement))


def _sqlite_triggers(table: str, kind: str, key: str, columns: Sequence[str]) -> Iterable[str]:
    only = " WHEN {row}.document_id IS NOT NULL" if table == "sighting" else ""  # a source's own say what the work says
    for event, row in (("INSERT", "NEW"), ("DELETE", "OLD"), (f"UPDATE OF {', '.join(columns)}", "NEW")):
        name = f"search_{table}_{event.split()[0].lower()}"
        notes = [f"INSERT OR IGNORE INTO search_dirty VALUES ('{kind}', {row}.{key});"]
        if event.startswith("UPDATE") and key != "id":
            notes.append(f"INSERT OR IGNORE INTO search_dirty VALUES ('{kind}', OLD.{key});")
        yield f"CREATE TRIGGER {name} AFTER {event} ON {table}{only.format(row=row)} BEGIN {' '.join(notes)} END"


def _postgres_triggers(table: str, kind: str, key: str, columns: Sequence[str]) -> Iterable[str]:
    note = "INSERT INTO search_dirty VALUES ('{kind}', {row}.{key}) ON CONFLICT DO NOTHING;"
    new, old = (note.format(kind=kind, row=row, key=key) for row in ("NEW", "OLD"))
    yield (
        f"CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'DELETE' THEN {new} END IF; IF TG_OP <> 'INSERT' THEN {old} END IF; RETURN NULL; END $$"
    )
    only = " WHEN (NEW.document_id IS NOT NULL)" if table == "sighting" else ""
    gone = only.replace("NEW", "OLD")
    call = f"FOR EACH ROW{{only}} EXECUTE FUNCTION search_{table}()"
    yield f"CREATE TRIGGER search_{table}_insert AFTER INSERT ON {table} {call.format(only=only)}"
    yield f"CREATE TRIGGER search_{table}_delete AFTER DELETE ON {table} {call.format(only=gone)}"
    yield (
        f"CREATE TRIGGER search_{table}_update AFTER UPDATE OF {', '.join(columns)} ON {table} {call.format(only=only)}"
    )


def waiting(tx: Tx) -> int:
    """How many rows changed since the index was brought up to date."""
    return int(tx.execute(select(func.count()).select_from(search_dirty)).scalar_one())


def dirty(tx: Tx, most: int) -> list[tuple[str, int]]:
    """Kind and number of rows whose words are not in the index as they stand, oldest numbers first."""
    query = select(search_dirty).order_by(search_dirty.c.kind, search_dirty.c.ref_id).limit(most)
    return [(row.kind, row.ref_id) for row in tx.execute(query)]


def dirty_among(tx: Tx, kind: str, ids: Sequence[int]) -> list[int]:
    """Which of these rows are not in the index as they stand."""
    query = select(search_dirty.c.ref_id).where(search_dirty.c.kind == kind, search_dirty.c.ref_id.in_(ids))
    return [row.ref_id for row in tx.execute(query.order_by(search_dirty.c.ref_id))]


def replace(tx: Tx, refs: Sequence[tuple[str, int]], pieces: Sequence[Piece]) -> None:
    """Bring the index up to date for `refs`; those without a piece are gone."""
    by_kind: dict[str, list[int]] = {}
    for kind, ref in refs:
        by_kind.setdefault(kind, []).append(ref)
    for kind, ids in by_kind.items():
        tx.execute(delete(searchable).where(searchable.c.kind == kind, searchable.c.ref_id.in_(ids)))
        tx.execute(delete(search_dirty).where(search_dirty.c.kind == kind, search_dirty.c.ref_id.in_(ids)))
    add(tx, pieces)


def add(tx: Tx, pieces: Sequence[Piece]) -> None:
    """Put pieces that are not there yet into the index, in this order."""
    if not pieces:
        return
    rows = [
        {"kind": one.kind, "ref_id": one.ref, "person_id": one.person, "resource_id": one.resource, "at": one.at}
        for one in pieces
    ]
    query = searchable.insert().returning(searchable.c.id, sort_by_parameter_order=True)
    numbers = [row[0] for row in tx.execute(query, rows)]
    _index(tx, list(zip(numbers, pieces, strict=True)))


@dataclass(frozen=True, slots=True)
class Cut:
    """A resource that is new, with the words of its title and of the rest cut already."""

    resource: int
    at: datetime
    words: tuple[str, str]


def add_new(tx: Tx, made: Sequence[Cut]) -> None:
    """Put resources made in this transaction into the index, those left out that are there by now.

    Once, at the end: SQLite brings what an index holds back to the file before each statement that fires triggers. On
    PostgreSQL they stay noted as changed: its index takes words in another form.
    """
    if tx.dialect.name != "sqlite":
        return
    for start in range(0, len(made), MOST_AT_ONCE):
        some = made[start : start + MOST_AT_ONCE]
        waiting = set(dirty_among(tx, "resource", [one.resource for one in some]))
        _add_cut(tx, [one for one in some if one.resource in waiting])


def _add_cut(tx: Tx, made: Sequence[Cut]) -> None:
    if not made:
        return
    rows = list(zip(bulk.take_ids(tx, searchable, len(made)), made, strict=True))
    columns = ("id", "kind", "ref_id", "resource_id", "at")
    bulk.insert(tx, searchable, columns, ((n, "resource", one.resource, one.resource, one.at) for n, one in rows))
    tx.exec_driver_sql(_INTO_INDEX, [(n, *one.words) for n, one in rows])
    tx.exec_driver_sql(_NO_LONGER_DIRTY, [(one.resource,) for one in made])


def _index(tx: Tx, rows: Sequence[tuple[int, Piece]]) -> None:
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(
            _INTO_INDEX,
            [(number, index_text(one.title), index_text(one.body)) for number, one in rows],
        )
        return
    tx.exec_driver_sql(
        "INSERT INTO search_index (rowid, words) VALUES (%s, %s::tsvector)",
        [(number, _vector(one)) for number, one in rows],
    )


def _vector(one: Piece) -> str:
    """A tsvector as text: the title's words weigh A and stand apart from the body's by one place."""
    places: dict[str, list[str]] = {}
    at = 0
    for field, weight in ((one.title, "A"), (one.body, "")):
        for word in tokens(field):
            at = min(at + 1, MOST_POSITIONS)
            found = places.setdefault(word, [])
            if len(found) < 255:
                found.append(f"{at}{weight}")
        at += 1
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def forget_all(tx: Tx) -> None:
    """Empty the index and note everything as changed: the next questions make it again."""
    drop_index(tx)
    tx.execute(delete(searchable))
    tx.execute(delete(search_dirty))
    fresh_index(tx)
    for table, kind, key, _ in _WATCHED:
        if table != "sighting":
            tx.execute(text(f"INSERT INTO search_dirty SELECT DISTINCT '{kind}', {key} FROM {table}"))


def stale(tx: Tx) -> float:
    """The share of the index's rows that stand for nothing any more; 0 on PostgreSQL, which forgets them."""
    if tx.dialect.name != "sqlite":
        return 0.0
    held = int(tx.execute(text("SELECT count(*) FROM search_index_docsize")).scalar_one())
    return 1 - int(tx.execute(select(func.count()).select_from(searchable)).scalar_one()) / held if held else 0.0


def expression(tx: Tx, parts: Sequence[tuple[Wanted, bool, bool]]) -> str:
    """What the engine is asked: all of `parts` (words, in the title alone, unwanted). "" when nothing is wanted.

    At least one part must be wanted: an index cannot list what does not hold a word.
    """
    is_sqlite = tx.dialect.name == "sqlite"
    asked = [
        (_fts5(tx, one, title) if is_sqlite else _tsquery(one, title), unwanted)
        for one, title, unwanted in parts
        if one.words
    ]
    yes, no = ([one for one, unwanted in asked if unwanted is wish] for wish in (False, True))
    if not yes:
        return ""
    if is_sqlite:
        return " AND ".join(yes) + "".join(f" NOT {one}" for one in no)
    return " & ".join([*yes, *(f"!({one})" for one in no)])


def _fts5(tx: Tx, one: Wanted, title: bool) -> str:
    *before, last = one.words
    lasts = few_words(tx, last) if one.prefix else [last]
    phrases = [f'"{" ".join((*before, word))}"' for word in lasts] or [f'"{" ".join(one.words)}" *']
    said = f"({' OR '.join(phrases)})"
    return f"(title : {said})" if title else said


def _tsquery(one: Wanted, title: bool) -> str:
    marks = "A" if title else ""
    last = len(one.words) - 1
    ends = [("*" if one.prefix and i == last else "") + marks for i in range(last + 1)]
    return (
        "("
        + " <-> ".join(f"'{word}'" + (f":{end}" if end else "") for word, end in zip(one.words, ends, strict=True))
        + ")"
    )


NUMBER: ColumnElement[int] = literal_column("search_index.rowid", Integer)
_INDEX = text("search_index")
MATCHES = {  # how each engine is asked, with the parameter :match
    "sqlite": "search_index MATCH :match",
    "postgresql": "search_index.words @@ CAST(:match AS tsquery)",
}


def indexed(tx: Tx, found: str) -> Select[Any]:
    """Rows of `searchable` that answer the expression `found`, to be narrowed and ordered by the caller."""
    columns = (searchable.c.id, searchable.c.kind, searchable.c.ref_id, searchable.c.resource_id, searchable.c.at)
    return select(*columns).select_from(_INDEX).join(searchable, searchable.c.id == NUMBER).where(_asked(tx, found))


def answers(tx: Tx, found: str) -> ColumnElement[bool]:
    """A condition on `searchable`: this row answers. For few rows: the index is asked about each of them."""
    asked = select(NUMBER).select_from(_INDEX).where(searchable.c.id == NUMBER, _asked(tx, found))
    return asked.correlate(searchable).exists()


def at_least(tx: Tx, found: str, count: int) -> bool:
    """Whether so many rows of the index answer; costs no more than so many."""
    some = select(NUMBER).select_from(_INDEX).where(_asked(tx, found)).limit(count).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one()) >= count


def _asked(tx: Tx, found: str) -> ColumnElement[bool]:
    return text(MATCHES[tx.dialect.name]).bindparams(bindparam("match", found, unique=True))  # type: ignore[return-value]


def matches(
    tx: Tx, found: str, conditions: Sequence[ColumnElement[bool]], *, most: int, kinds: Sequence[str] = ()
) -> list[Match]:
    """Rows that answer the expression `found` and hold `conditions`, newest number first.

    Costs no more than `most` rows, however common the words are: the index is read from its newest end.
    """
    query = indexed(tx, found).where(*conditions).order_by(NUMBER.desc()).limit(most)
    if kinds:
        query = query.where(searchable.c.kind.in_(kinds))
    return [Match(row.id, row.kind, row.ref_id, row.resource_id, row.at) for row in tx.execute(query)]


def among(tx: Tx, found: str, numbers: Sequence[int]) -> frozenset[int]:
    """Which of these rows answer the expression `found`. The index is read through once, in a few milliseconds.

    `+ 0`: asked about each number, SQLite would open a common word anew for each of them.
    """
    query = select(NUMBER).select_from(_INDEX).where(_asked(tx, found), (NUMBER + 0).in_(numbers))
    return frozenset(row[0] for row in tx.execute(query))


def newest(tx: Tx, conditions: Sequence[ColumnElement[bool]], *, most: int, kinds: Sequence[str] = ()) -> list[Match]:
    """Rows that hold `conditions`, newest number first, whatever their words; resources unless `kinds` says."""
    columns = (searchable.c.id, searchable.c.kind, searchable.c.ref_id, searchable.c.resource_id, searchable.c.at)
    query = select(*columns).where(searchable.c.kind.in_(kinds or ("resource",)), *conditions)
    order = searchable.c.id if len(kinds) > 1 else searchable.c.ref_id  # of one kind, the index has them in this order
    found = tx.execute(query.order_by(order.desc()).limit(most))
    return [Match(row.id, row.kind, row.ref_id, row.resource_id, row.at) for row in found]
