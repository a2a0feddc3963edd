"""Sources as the file names them, and their rows. A source that leaves the file keeps its items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select, update

from db import bulk
from db.store import Tx
from db.tables import polling, sighting, source
from tracker.core.model import Source, SourceId

_SAID = ("kind", "url", "topics", "lang", "why", "enabled", "expect_title", "interval", "max_items_first_fetch",
         "include", "exclude", "options")  # fmt: skip
_FORGET: dict[str, Any] = {
    "etag": "", "last_modified": "", "body_hash": "", "next_poll_at": None, "failures": 0, "failing_since": None,
    "reason": "", "detail": "", "stopped": "", "moved_to": "", "moved_seen": 0, "moved_since": None, "memory": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Synced:
    """Names of what a new reading of the file changed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # from, to; they are among the changed
    followed: tuple[str, ...] = ()  # what became of rules that named them, in words


def sync(tx: Tx, wanted: Iterable[Source], now: datetime) -> Synced:
    """Make the rows say what the file says. A renamed source is told by its address and keeps its items."""
    listed = list(wanted)
    rows = {row.name: row for row in tx.execute(select(source))}
    names = {one.name for one in listed}
    orphans = {row.url: row for row in rows.values() if row.name not in names and row.removed_at is None}
    added: list[tuple[Source, int]] = []
    changed, renamed = [], []
    for position, one in enumerate(listed):
        row = rows.get(one.name) or orphans.pop(one.url, None)
        if row is None:
            added.append((one, position))
        elif _differs(row, one, position):
            _change(tx, row, one, position)
            changed.append(one.name)
            renamed += [(row.name, one.name)] if row.name != one.name else []
    _add(tx, added, now)
    removed = list(orphans.values())
    if removed:
        tx.execute(update(source).where(source.c.id.in_([row.id for row in removed])).values(removed_at=now))
    gone = tuple(row.name for row in removed)
    return Synced(tuple(one.name for one, _ in added), tuple(changed), gone, tuple(renamed))


def _values(one: Source, position: int) -> dict[str, Any]:
    lists = ("topics", "include", "exclude")
    values = {key: list(getattr(one, key)) if key in lists else getattr(one, key) for key in _SAID}
    return values | {"options": dict(one.options), "name": one.name, "position": position, "removed_at": None}


def _add(tx: Tx, new: Sequence[tuple[Source, int]], now: datetime) -> None:
    """Rows for sources at their positions, and the memory of each."""
    if not new:
        return
    ids = bulk.take_ids(tx, source, len(new))
    rows = [{"id": id_, "created_at": now} | _values(*one) for id_, one in zip(ids, new, strict=True)]
    bulk.insert(tx, source, tuple(rows[0]), (tuple(row.values()) for row in rows))
    bulk.insert(tx, polling, ("source_id",), ((id_,) for id_ in ids))


def _differs(row: Row[Any], one: Source, position: int) -> bool:
    return any(getattr(row, key) != value for key, value in _values(one, position).items())


def _change(tx: Tx, row: Row[Any], one: Source, position: int) -> None:
    tx.execute(update(source).where(source.c.id == row.id).values(**_values(one, position)))
    if (row.url, row.kind) != (one.url, one.kind):  # what was remembered belongs to the other address
        tx.execute(update(polling).where(polling.c.source_id == row.id).values(**_FORGET))


def agrees(tx: Tx, wanted: Sequence[Source]) -> bool:
    """Whether the rows say what the file says already: the usual case, and no write then."""
    rows = {row.name: row for row in tx.execute(select(source).where(source.c.removed_at.is_(None)))}
    return len(rows) == len(wanted) and all(
        one.name in rows and not _differs(rows[one.name], one, position) for position, one in enumerate(wanted)
    )


def any_known(tx: Tx) -> bool:
    """Whether there are sources at all, watched or not."""
    return tx.execute(select(source.c.id).limit(1)).first() is not None


def names(tx: Tx) -> list[str]:
    """Names of all sources, those that left the file too: a query may ask for them."""
    return [row[0] for row in tx.execute(select(source.c.name).order_by(source.c.id))]


def watched(tx: Tx, only: Sequence[SourceId] = ()) -> list[Source]:
    """All sources of the file (or `only` these of them), in its order, disabled ones too."""
    query = select(source).where(source.c.removed_at.is_(None)).order_by(source.c.position, source.c.id)
    if only:
        query = query.where(source.c.id.in_(only))
    return [to_source(row) for row in tx.execute(query)]


def to_source(row: Row[Any]) -> Source:
    """The value of a row."""
    values: dict[str, Any] = {key: tuple(v) if isinstance(v := getattr(row, key), list) else v for key in _SAID}
    return Source(name=row.name, id=SourceId(row.id), **values)


def item_counts(tx: Tx) -> dict[SourceId, tuple[int, int]]:
    """How many works each source brought so far, and how many of them did not go to the inbox.

    A work whose item came again under another id is one: sites give all their items new ids now and then.
    """
    held_back = case((sighting.c.backlog, sighting.c.resource_id))
    query = (
        select(sighting.c.source_id, func.count(sighting.c.resource_id.distinct()), func.count(held_back.distinct()))
        .where(sighting.c.source_id.is_not(None))
        .group_by(sighting.c.source_id)
    )
    return {SourceId(row[0]): (row[1], int(row[2])) for row in tx.execute(query)}
