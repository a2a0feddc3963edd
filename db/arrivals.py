"""Writing what a look brought: sightings first by their key within the source, then works by address or identifier.

One call a source, a handful of statements however many entries: the hot path of the crawl.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update

from db import bulk, feed_texts
from db.search import Cut
from db.store import Tx
from db.tables import filing, resource, sighting, tombstone
from tracker.core.arrival import Arrival, newest
from tracker.core.drill import pass_point
from tracker.core.model import InboxState, PersonId, ResourceId, Source
from tracker.core.text import fold

CHUNK = 500
_UPDATE_SIGHTING = update(sighting).where(sighting.c.id == bindparam("of")).values(
    title=bindparam("new_title"), url=bindparam("new_url"), content_hash=bindparam("new_hash"),
    published_at=bindparam("new_published"), gone_at=None
)  # fmt: skip
# Only words that came from the same mention: what another source or a person called the work stays.
_UPDATE_RESOURCE = update(resource).where(
    resource.c.id == bindparam("of"), resource.c.title == bindparam("old_title")
).values(
    title=bindparam("new_title"), summary=bindparam("new_summary"), updated_at=bindparam("at"),
    published_at=func.coalesce(bindparam("new_published", type_=resource.c.published_at.type), resource.c.published_at),
)  # fmt: skip
_RESOURCE = (
    "id", "canonical_url", "url", "work", "kind", "title", "authors", "site", "lang", "published_at", "first_seen_at",
    "minutes", "duration", "summary", "enclosures",
)  # fmt: skip
_SIGHTING = (
    "resource_id", "origin", "source_id", "item_key", "guid", "url", "title", "published_at", "seen_at", "content_hash",
    "backlog",
)  # fmt: skip
_FILING = ("person_id", "resource_id", "state", "sort_at")
_KNOWN = (sighting.c.id, sighting.c.item_key, sighting.c.resource_id, sighting.c.content_hash)


def _among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is one of the values given as `name`."""
    return column.in_(bindparam(name, expanding=True))


# Made once: building them anew for every source takes longer than the database does.
_KNOWN_SIGHTINGS = select(*_KNOWN).where(
    sighting.c.source_id == bindparam("source"), _among(sighting.c.item_key, "keys")
)
_CALLED = select(*_KNOWN, sighting.c.title, sighting.c.url, sighting.c.published_at).where(_among(sighting.c.id, "ids"))
_TOMBSTONES = select(tombstone.c.source_id, tombstone.c.item_key, tombstone.c.canonical_url).where(
    or_(
        (tombstone.c.source_id == bindparam("source")) & _among(tombstone.c.item_key, "keys"),
        _among(tombstone.c.canonical_url, "addresses"),
    )
)
_HAD = select(sighting.c.item_key, sighting.c.resource_id, sighting.c.title, sighting.c.published_at).where(
    sighting.c.source_id == bindparam("source"),
    or_(_among(sighting.c.item_key, "keys"), _among(sighting.c.published_at, "days")),
)
_WORKS = select(resource.c.id, resource.c.canonical_url, resource.c.work, resource.c.merged_into).where(
    or_(_among(resource.c.canonical_url, "addresses"), _among(resource.c.work, "works"))
)
_NAMES = select(sighting.c.resource_id, sighting.c.title, sighting.c.published_at).where(
    sighting.c.source_id == bindparam("source"), _among(sighting.c.resource_id, "ids")
)
_ANY_OF_SOURCE = select(sighting.c.id).where(sighting.c.source_id == bindparam("source")).limit(1)
_DECIDED = select(filing.c.person_id, filing.c.resource_id).where(_among(filing.c.resource_id, "ids"))
_ANY_TOMBSTONE = select(tombstone.c.source_id).limit(1)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What one source brought: resources that now wait in an inbox, how many items changed, how many were seen."""

    new: tuple[ResourceId, ...] = ()
    updated: int = 0
    seen: int = 0
    held_back: int = 0  # kept in the library, but not put into the inbox (backlog)
    fresh: int = 0  # items this source never named before, whatever became of them
    cut: tuple[Cut, ...] = ()  # resources that were made, for the index to take


@dataclass
class _Batch:
    """The arrivals of one source that have no sighting yet, on their way to a resource."""

    fresh: list[Arrival]
    resource_of: dict[str, ResourceId] = field(default_factory=dict)  # item key to resource
    made: dict[ResourceId, Arrival] = field(default_factory=dict)  # resources that are new, with what they came as


def arrive(
    tx: Tx,
    source: Source,
    found: Sequence[Arrival],
    *,
    most: int,
    now: datetime,
    people: Sequence[PersonId],
) -> Arrived:
    """Merge `found` into the library. The `most` newest of what is new go to everybody's inbox, the rest is backlog."""
    is_new = tx.execute(_ANY_OF_SOURCE, {"source": source.id}).first() is None
    known = {} if is_new else _known_sightings(tx, source, [one.key for one in found])
    found = _told_apart(tx, source, found, known)
    updated = _refresh(tx, found, known, now)
    buried = _tombstones(tx, source, found)
    batch = _Batch([one for one in found if one.key not in known and one.key not in buried])
    welcome = newest(batch.fresh, most)
    new: tuple[ResourceId, ...] = ()
    if batch.fresh:
        _find_resources(tx, batch)
        if not is_new:  # else none of its items can have had another name
            _part(tx, source, batch)
            _find_renamed(tx, source, batch, {one.key for one in found})
        _make_resources(tx, batch, now)
        _add_sightings(tx, source, batch, welcome, now)
        new = _file(tx, batch, welcome, now, people)
    works = {key: ResourceId(row.resource_id) for key, row in known.items()} | batch.resource_of
    _queue_transcripts(tx, found, works, now)
    same = {works[one.key] for one in found if one.key in known and known[one.key].content_hash == one.hash}
    gives = {works[one.key]: one.content for one in reversed(found) if one.key in works}
    feed_texts.keep(tx, source, gives, same=same, made=batch.made.keys())
    held_back = len(batch.fresh) - sum(one.key in welcome for one in batch.fresh)
    cut = tuple(Cut(id_, one.published or now, one.words) for id_, one in batch.made.items())
    return Arrived(new, updated, len(found), held_back, len(batch.fresh), cut)


def _queue_transcripts(tx: Tx, found: Sequence[Arrival], works: Mapping[str, ResourceId], now: datetime) -> None:
    """Episodes that name transcript files wait for them, also when the feed names them later."""
    files = {works[one.key]: list(one.transcripts) for one in found if one.transcripts and one.key in works}
    if files:
        from db.transcripts import queue_files

        queue_files(tx, files, now)


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    listed = list(values)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def _known_sightings(tx: Tx, source: Source, keys: Sequence[str]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for some in _chunks(keys):
        known |= {row.item_key: row for row in tx.execute(_KNOWN_SIGHTINGS, {"source": source.id, "keys": some})}
    return known


def seen_before(tx: Tx, source: Source, keys: Sequence[str], at: datetime) -> set[str]:
    """Which of the items with these keys were there before a moment."""
    out: set[str] = set()
    for some in _chunks(keys):
        query = select(sighting.c.item_key).where(
            sighting.c.source_id == source.id, sighting.c.item_key.in_(some), sighting.c.seen_at < at
        )
        out |= {row.item_key for row in tx.execute(query)}
    return out


def _told_apart(tx: Tx, source: Source, found: Sequence[Arrival], known: dict[str, Any]) -> Sequence[Arrival]:
    """`found` with another key for each item that has the id of another (Miniflux #1503); `known` grows by these."""
    edited = [known[one.key].id for one in found if one.key in known and known[one.key].content_hash != one.hash]
    called: dict[str, Any] = {}
    for some in _chunks(edited):  # their words are read only now: most items are as they were
        called |= {row.item_key: row for row in tx.execute(_CALLED, {"ids": some})}
    known |= called
    reused = {
        one.key
        for one in found
        if (row := called.get(one.key)) is not None and one.reuses(row.title, row.url, row.published_at)
    }
    if not reused:
        return found
    told = [one.renamed() if one.key in reused else one for one in found]
    fresh = [one for one in told if one.other_key in reused]
    again = _known_sightings(tx, source, [one.key for one in fresh])
    known |= again
    return told if not again else _told_apart(tx, source, told, known)


def _refresh(tx: Tx, found: Sequence[Arrival], known: Mapping[str, Any], now: datetime) -> int:
    """Items the source edited: their words follow, decisions stay. Never new again (FreshRSS #3024)."""
    edited = [(known[one.key], one) for one in found if one.key in known and known[one.key].content_hash != one.hash]
    if edited:
        tx.execute(
            _UPDATE_SIGHTING,
            [
                {
                    "of": row.id,
                    "new_title": one.title,
                    "new_url": one.url,
                    "new_hash": one.hash,
                    "new_published": one.published,
                }
                for row, one in edited
            ],
        )
        tx.execute(
            _UPDATE_RESOURCE,
            [
                {
                    "of": row.resource_id,
                    "old_title": row.title,
                    "new_title": one.title,
                    "new_summary": one.summary,
                    "new_published": one.published,
                    "at": now,
                }
                for row, one in edited
            ],
        )
    return len(edited)


def _tombstones(tx: Tx, source: Source, found: Sequence[Arrival]) -> frozenset[str]:
    """Keys of what was deleted on purpose, by item or by address."""
    if tx.execute(_ANY_TOMBSTONE).first() is None:  # most libraries have none
        return frozenset()
    by_address = {one.canonical: one.key for one in found if one.canonical}
    by_key = {one.other_key: one.key for one in found} | {one.key: one.key for one in found}
    out: set[str] = set()
    for some in _chunks(found):
        keys = [key for one in some for key in (one.key, one.other_key)]
        addresses = [one.canonical for one in some if one.canonical]
        for row in tx.execute(_TOMBSTONES, {"source": source.id, "keys": keys, "addresses": addresses}):
            out.add(
                by_key[row.item_key]
                if row.item_key in by_key and row.source_id == source.id
                else by_address[row.canonical_url]
            )
    return frozenset(out)


def _find_resources(tx: Tx, batch: _Batch) -> None:
    """Works the library has already. What another item of this source stands for is another work."""
    for some in _chunks(batch.fresh):
        by_url, by_work = _lookup(tx, some)
        for one in some:
            found = by_url.get(one.canonical) or by_work.get(one.work)
            if found is not None:
                batch.resource_of[one.key] = found


def _part(tx: Tx, source: Source, batch: _Batch) -> None:
    """What this source called otherwise so far, on another day, is another work at the same address (a changelog)."""
    taken = _names_here(tx, source, batch.resource_of.values())
    for i, one in enumerate(batch.fresh):
        names = taken.get(batch.resource_of.get(one.key, ResourceId(0)))
        if not names or one.is_page or not (one.id or one.narrow):
            continue
        if not any(fold(one.title) == title or (day and day == one.published) for title, day in names):
            del batch.resource_of[one.key]
            batch.fresh[i] = one.alone(source.id)


def _find_renamed(tx: Tx, source: Source, batch: _Batch, here: Collection[str]) -> None:
    """Items this source had under another key: their ids changed, or are shared in this snapshot and were not before.

    An item that left the snapshot and one that came, of the same title and instant (or id), are one.
    """
    wanted = [one for one in batch.fresh if one.key not in batch.resource_of]
    names = Counter((fold(one.title), one.published) for one in wanted)
    for some in _chunks(wanted):
        had = _had(tx, source, some, here)
        for one in some:
            name = (fold(one.title), one.published)
            found = had.get((one.other_key, name[0])) or (had.get(name) if one.published and names[name] == 1 else None)
            if found is not None:
                batch.resource_of[one.key] = found


def _had(tx: Tx, source: Source, some: Sequence[Arrival], here: Collection[str]) -> dict[object, ResourceId]:
    """Works of items of this source that are not `here`: by key and title, and by title and instant."""
    keys, days = [one.other_key for one in some], list({one.published for one in some if one.published})
    rows = list(tx.execute(_HAD, {"source": source.id, "keys": keys, "days": days}))
    there = {(fold(row.title), row.published_at) for row in rows if row.item_key in here}
    out: dict[object, ResourceId] = {}
    for row in rows:
        name, id_ = (fold(row.title), row.published_at), ResourceId(row.resource_id)
        if row.item_key not in here:
            out[row.item_key, name[0]] = id_
            if name not in there:
                out[name] = id_
    return out


def _lookup(tx: Tx, some: Sequence[Arrival]) -> tuple[dict[str, ResourceId], dict[str, ResourceId]]:
    addresses = [one.canonical for one in some if one.canonical]
    works = [one.work for one in some if one.work]
    rows = tx.execute(_WORKS, {"addresses": addresses, "works": works})
    by_url: dict[str, ResourceId] = {}
    by_work: dict[str, ResourceId] = {}
    for row in rows:
        target = ResourceId(row.merged_into or row.id)
        if row.canonical_url:
            by_url[row.canonical_url] = target
        if row.work:
            by_work.setdefault(row.work, target)
    return by_url, by_work


def _names_here(
    tx: Tx, source: Source, ids: Iterable[ResourceId]
) -> dict[ResourceId, set[tuple[str, datetime | None]]]:
    """What this source called these resources so far, and when it said they were published."""
    out: dict[ResourceId, set[tuple[str, datetime | None]]] = {}
    for some in _chunks(set(ids)):
        for row in tx.execute(_NAMES, {"source": source.id, "ids": some}):
            out.setdefault(ResourceId(row.resource_id), set()).add((fold(row.title), row.published_at))
    return out


def _make_resources(tx: Tx, batch: _Batch, now: datetime) -> None:
    wanted: dict[str, Arrival] = {}
    for one in batch.fresh:
        if one.key not in batch.resource_of:
            wanted.setdefault(one.canonical or one.work, one)
    if not wanted:
        return
    ids = dict(zip(wanted, map(ResourceId, bulk.take_ids(tx, resource, len(wanted))), strict=True))
    bulk.insert(tx, resource, _RESOURCE, (_resource_row(ids[name], one, now) for name, one in wanted.items()))
    for one in batch.fresh:
        if one.key not in batch.resource_of:
            batch.resource_of[one.key] = ids[one.canonical or one.work]
    batch.made = {ids[name]: one for name, one in wanted.items()}


def _resource_row(id_: ResourceId, one: Arrival, now: datetime) -> tuple[Any, ...]:
    pass_point("store.item")
    return (
        id_, one.canonical or None, one.url, one.work or None, one.kind.value, one.title, one.authors, one.site,
        one.lang, one.published, now, one.minutes, one.duration, one.summary,
        one.enclosures,
    )  # fmt: skip


def _add_sightings(tx: Tx, source: Source, batch: _Batch, welcome: frozenset[str], now: datetime) -> None:
    bulk.insert(
        tx,
        sighting,
        _SIGHTING,
        (
            (batch.resource_of[one.key], "source", source.id, one.key, one.id, one.url, one.title, one.published,
             now, one.hash, one.key not in welcome)
            for one in batch.fresh
        ),
    )  # fmt: skip


def _file(
    tx: Tx, batch: _Batch, welcome: frozenset[str], now: datetime, people: Sequence[PersonId]
) -> tuple[ResourceId, ...]:
    """Put the welcome ones that nobody decided about yet into every inbox; newest on top, order of the source kept."""
    order: dict[ResourceId, datetime] = {}
    for position, one in enumerate(one for one in batch.fresh if one.key in welcome):
        at = min(one.published or now, now) - timedelta(microseconds=position)
        order.setdefault(batch.resource_of[one.key], at)
    decided: set[tuple[int, int]] = set()
    for some in _chunks(order.keys() - batch.made.keys()):
        decided |= {(row[0], row[1]) for row in tx.execute(_DECIDED, {"ids": some})}
    rows = [
        (person, id_, InboxState.INBOX.value, at)
        for person in people
        for id_, at in order.items()
        if (person, id_) not in decided
    ]
    bulk.insert(tx, filing, _FILING, rows)
    waiting = {row[1] for row in rows}
    return tuple(id_ for id_ in order if id_ in waiting)
