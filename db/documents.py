"""Documents and what they mention. Texts are kept whole, as read, so that they can be given back."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, func, literal, select, update

from db import bulk
from db.nodes import Counts
from db.store import Tx
from db.tables import document, filing, filing_topic, note, resource, sighting
from db.types import UtcDateTime
from tracker.core.document import Document, DocumentNote, Mention
from tracker.core.html import host_of
from tracker.core.model import DocumentId, InboxState, NodeId, PersonId, ResourceId, ResourceKind
from tracker.core.text import fold, guess_language
from tracker.core.url_kind import kind_of
from tracker.core.url_start import split_time
from tracker.core.urls import canonical, is_web, work_id

CHUNK = 500
_MENTION = ("line", "title", "url", "label", "publisher", "note", "start_seconds", "track", "day_from", "day_to")
_SIGHTING = ("resource_id", "origin", "document_id", "item_key", "section", "seen_at", *_MENTION)
_RESOURCE = ("id", "canonical_url", "url", "work", "kind", "title", "authors", "site", "lang", "first_seen_at")
_TIE = ("person_id", "origin", "at", "resource_id", "node_id")
_said = attrgetter(*_MENTION)


def put(
    tx: Tx, person: PersonId, one: Document, path: str, now: datetime, disputed: Sequence[Sequence[object]] = ()
) -> tuple[DocumentId, bool]:
    """The document's row, made or brought up to date; tells whether its text is the one already kept.

    `disputed` are [key, field, base value] of what file and tracker changed differently.
    """
    row = tx.execute(select(document).where(document.c.person_id == person, document.c.name == one.name)).first()
    values = {
        "path": path,
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "base_text": one.text,
        "sha256": hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "imported_at": now,
        "header": dict(one.header) | {"encoding": one.encoding},
        "edits": [list(one) for one in disputed],
        "findings": [[f.line, f.level, f.message, f.what_to_do] for f in one.findings],
    }
    if row is None:
        made = tx.execute(document.insert().values(person_id=person, name=one.name, **values).returning(document.c.id))
        return DocumentId(made.scalar_one()), False
    same = bool(row.sha256 == values["sha256"] and row.kind == one.kind)
    if not same or row.edits != values["edits"] or row.path != path:
        tx.execute(update(document).where(document.c.id == row.id).values(**values))
    return DocumentId(row.id), same


def put_mentions(
    tx: Tx,
    person: PersonId,
    owner: DocumentId,
    wanted: Sequence[Mention],
    nodes: Mapping[str, NodeId],
    now: datetime,
    step: Callable[[int], object] = lambda _: None,
) -> tuple[dict[str, ResourceId], Counts]:
    """Tie every mention to its work; new works are filed under the mention's node. Returns resources by mention key."""
    rows = {row.item_key: row for row in tx.execute(select(sighting).where(sighting.c.document_id == owner))}
    fresh = [one for one in wanted if one.key not in rows]
    works: dict[str, ResourceId] = {}
    for start in range(0, len(fresh), CHUNK):  # a chunk at a time: a long list must not lie in memory as rows
        some = fresh[start : start + CHUNK]
        works |= _find_or_make(tx, some, now)
        rows_of = ((works[one.key], "document", owner, one.key, one.section, now, *_said(one)) for one in some)
        bulk.insert(tx, sighting, _SIGHTING, rows_of)
        step(len(some))
    changed = 0
    for one in wanted:
        if (row := rows.get(one.key)) is not None:
            works[one.key] = ResourceId(row.resource_id)
            changed += _change(tx, row, one)
            step(1)
    gone = [row.id for key, row in rows.items() if key not in works and row.gone_at is None]
    for some_ids in _chunks(gone):
        tx.execute(update(sighting).where(sighting.c.id.in_(some_ids)).values(gone_at=now))
    _file(tx, person, owner, now)
    _tie(tx, person, wanted, works, nodes, now)
    return works, Counts(len(fresh), changed, len(wanted) - len(fresh) - changed)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _change(tx: Tx, row: Any, one: Mention) -> bool:
    values = {name: getattr(one, name) for name in _MENTION} | {"section": list(one.section), "gone_at": None}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if changed:
        tx.execute(update(sighting).where(sighting.c.id == row.id).values(**changed))
    return bool(set(changed) - {"line"})


def _find_or_make(tx: Tx, wanted: Sequence[Mention], now: datetime) -> dict[str, ResourceId]:
    """Works by mention key: by address, by identifier, or by name for a work without an address."""
    known = {one.key: _identity(one) for one in wanted}
    by_address, by_work = _known_works(tx, list(known.values()))
    new: dict[str, Mention] = {}
    for one in wanted:
        address, work = known[one.key]
        if not (by_address.get(address) or by_work.get(work)):
            new.setdefault(work or address, one)
    ids = dict(zip(new, map(ResourceId, bulk.take_ids(tx, resource, len(new))), strict=True))
    rows = (_resource(ids[name], one, *known[one.key], now) for name, one in new.items())
    bulk.insert(tx, resource, _RESOURCE, rows)
    return {
        key: by_address.get(address) or by_work.get(work) or ids[work or address]
        for key, (address, work) in known.items()
    }


def _known_works(tx: Tx, wanted: Sequence[tuple[str, str]]) -> tuple[dict[str, ResourceId], dict[str, ResourceId]]:
    """Resources by canonical address and by identifier; a merged one answers with what it was merged into."""
    out: list[dict[str, ResourceId]] = []
    for column, values in (
        (resource.c.canonical_url, [address for address, _ in wanted if address]),
        (resource.c.work, [work for _, work in wanted if work]),
    ):
        query = select(column, resource.c.id, resource.c.merged_into).where(column.in_(values))
        rows = tx.execute(query.order_by(resource.c.id.desc())) if values else ()
        out.append({value: ResourceId(merged or id_) for value, id_, merged in rows})
    return out[0], out[1]


def _identity(one: Mention) -> tuple[str, str]:
    plain, _ = split_time(one.url)
    if plain and is_web(plain):
        return canonical(plain), work_id(plain)
    return "", f"name:{fold(one.title)}"


def _resource(id_: ResourceId, one: Mention, address: str, work: str, now: datetime) -> tuple[object, ...]:
    told = kind_of(one.url) if address else ResourceKind.OTHER
    kind = told if told not in (ResourceKind.ARTICLE, ResourceKind.OTHER) else one.kind or told
    url, site = (split_time(one.url)[0], host_of(one.url)) if address else ("", "")
    return (
        id_, address or None, url, work or None, kind.value, one.title, one.authors, site,
        guess_language(one.title), now,
    )  # fmt: skip


def _file(tx: Tx, person: PersonId, owner: DocumentId, now: datetime) -> None:
    """What a document lists is filed, not waiting: only what nobody decided about yet is touched."""
    decided = (filing.c.person_id == person) & (filing.c.resource_id == sighting.c.resource_id)
    listed = (
        select(
            literal(person, BigInteger),
            sighting.c.resource_id,
            literal(InboxState.FILED.value),
            literal(now, UtcDateTime),
            literal("listed in a document"),
        )
        .distinct()
        .where(sighting.c.document_id == owner, sighting.c.gone_at.is_(None), ~select(filing).where(decided).exists())
    )
    tx.execute(filing.insert().from_select(["person_id", "resource_id", "state", "sort_at", "why"], listed))


def _tie(
    tx: Tx,
    person: PersonId,
    wanted: Sequence[Mention],
    works: Mapping[str, ResourceId],
    nodes: Mapping[str, NodeId],
    now: datetime,
) -> None:
    """Put works under the places of the tree where the document lists them."""
    ties = {(works[one.key], nodes[one.node]) for one in wanted if one.node in nodes}
    missing = sorted(ties - _tied(tx, list(nodes.values())))
    bulk.insert(tx, filing_topic, _TIE, ((person, "document", now, id_, node) for id_, node in missing))


def _tied(tx: Tx, nodes: Sequence[int]) -> set[tuple[int, int]]:
    """(resource, node) of everything filed under these nodes."""
    out: set[tuple[int, int]] = set()
    for some in _chunks(nodes):
        query = select(filing_topic.c.resource_id, filing_topic.c.node_id).where(filing_topic.c.node_id.in_(some))
        out |= {(row[0], row[1]) for row in tx.execute(query)}
    return out


def put_notes(
    tx: Tx,
    person: PersonId,
    owner: DocumentId,
    wanted: Sequence[DocumentNote],
    works: Mapping[str, ResourceId],
    now: datetime,
) -> Counts:
    """The dated entries of a journal, by key. An entry that several files hold belongs to the longest of them."""
    mine = (note.c.person_id == person) & (note.c.kind == "journal")
    rows = {row.key: row for row in tx.execute(select(note).where(mine).order_by(note.c.gone_at.is_(None), note.c.id))}
    sizes = Counter(row.document_id for row in rows.values() if row.gone_at is None)
    fresh = [one for one in wanted if one.key not in rows]
    own = {"person_id": person, "document_id": owner, "created_at": now}
    for start in range(0, len(fresh), CHUNK):
        some = fresh[start : start + CHUNK]
        tx.execute(note.insert(), [own | {"key": one.key} | _note(one, works) for one in some])
    longest = {other for other, size in sizes.items() if other == owner or len(wanted) >= size}
    changed = sum(
        _change_note(tx, rows[one.key], _note(one, works), owner if rows[one.key].document_id in longest else None, now)
        for one in wanted
        if one.key in rows
    )
    keys = {one.key for one in wanted}
    lost = [row for key, row in rows.items() if key not in keys and row.document_id == owner and row.gone_at is None]
    _let_go(tx, person, owner, lost, now)
    return Counts(len(fresh), changed, len(wanted) - len(fresh) - changed)


def _change_note(tx: Tx, row: Any, values: dict[str, Any], owner: DocumentId | None, now: datetime) -> bool:
    """Bring one entry up to date; `owner` None means that a longer file holds it, whose lines count."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    said = bool(set(changed) - {"line"})
    if owner is None and not said:
        return False
    if owner is not None and owner != row.document_id:
        changed["document_id"] = owner
    if changed:
        tx.execute(update(note).where(note.c.id == row.id).values(**changed, **({"updated_at": now} if said else {})))
    return said


def _let_go(tx: Tx, person: PersonId, owner: DocumentId, lost: Sequence[Any], now: datetime) -> None:
    """Entries that left their file: they pass to another file that still holds them, or are marked as gone."""
    query = select(document.c.id, document.c.text).where(document.c.person_id == person, document.c.kind == "journal")
    others = [(row.id, row.text) for row in tx.execute(query.where(document.c.id != owner))] if lost else []
    for row in lost:
        head = re.compile(rf"^# +{re.escape(row.date_as_written)}.*{re.escape(row.title)}", re.M)
        found = next(((id_, text, m) for id_, text in others if (m := head.search(text))), None)
        values: dict[str, Any] = {"gone_at": now}
        if found:
            values = {"document_id": found[0], "line": found[1].count("\n", 0, found[2].start()) + 1}
        tx.execute(update(note).where(note.c.id == row.id).values(**values))


def _note(one: DocumentNote, works: Mapping[str, ResourceId]) -> dict[str, Any]:
    names = ("line", "day", "date_as_written", "title", "body", "part", "url", "start_seconds")
    values: dict[str, Any] = {name: getattr(one, name) for name in names}
    level1, level2, level3 = one.bullets
    return values | {
        "kind": "journal",
        "images": [[url, ocr] for url, ocr in one.images],
        "bullets": {"level1": level1, "level2": level2, "level3": level3},
        "resource_id": works.get(one.mention),
        "gone_at": None,
    }


def names(tx: Tx, person: PersonId) -> list[str]:
    """Names of the documents read so far."""
    query = select(document.c.name).where(document.c.person_id == person).order_by(document.c.id)
    return [row[0] for row in tx.execute(query)]


def how_many(tx: Tx, person: PersonId) -> int:
    """How many documents were read."""
    return int(
        tx.execute(select(func.count()).select_from(document).where(document.c.person_id == person)).scalar_one()
    )
