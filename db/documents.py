"""Documents and what they mention. Texts are kept whole, as read, so that they can be given back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from db.nodes import Counts
from db.store import Tx
from db.tables import document, filing, filing_topic, note, resource, sighting
from tracker.core.document import Document, DocumentNote, Mention
from tracker.core.html import host_of
from tracker.core.model import DocumentId, InboxState, NodeId, PersonId, ResourceId, ResourceKind
from tracker.core.text import fold, guess_language
from tracker.core.urls import canonical, is_web, kind_of, work_id

CHUNK = 500
_MENTION = ("line", "title", "url", "label", "publisher", "note", "start_seconds", "track", "day_from", "day_to")


def put(tx: Tx, person: PersonId, one: Document, path: str, now: datetime) -> tuple[DocumentId, bool]:
    """The document's row, made or brought up to date; tells whether its text is the one already kept."""
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
        "findings": [[f.line, f.level, f.message, f.what_to_do] for f in one.findings],
    }
    if row is None:
        made = tx.execute(document.insert().values(person_id=person, name=one.name, **values).returning(document.c.id))
        return DocumentId(made.scalar_one()), False
    same = bool(row.sha256 == values["sha256"] and row.kind == one.kind)
    if not same:
        tx.execute(update(document).where(document.c.id == row.id).values(**values))
    return DocumentId(row.id), same


def put_mentions(
    tx: Tx,
    person: PersonId,
    owner: DocumentId,
    wanted: Sequence[Mention],
    nodes: Mapping[str, NodeId],
    now: datetime,
) -> tuple[dict[str, ResourceId], Counts]:
    """Tie every mention to its work; new works are filed under the mention's node. Returns resources by mention key."""
    rows = {row.item_key: row for row in tx.execute(select(sighting).where(sighting.c.document_id == owner))}
    works = _find_or_make(tx, [one for one in wanted if one.key not in rows], now)
    total = Counts()
    for one in wanted:
        row = rows.get(one.key)
        if row is None:
            tx.execute(sighting.insert().values(_row(one, works[one.key], owner, now)))
            total += Counts(created=1)
        else:
            works[one.key] = ResourceId(row.resource_id)
            total += Counts(updated=1) if _change(tx, row, one) else Counts(unchanged=1)
    _file(tx, person, wanted, works, nodes, now)
    gone = [row.id for key, row in rows.items() if key not in works and row.gone_at is None]
    if gone:
        tx.execute(update(sighting).where(sighting.c.id.in_(gone)).values(gone_at=now))
    return works, total


def _row(one: Mention, work: ResourceId, owner: DocumentId, now: datetime) -> dict[str, Any]:
    own = {
        "resource_id": work,
        "origin": "document",
        "document_id": owner,
        "item_key": one.key,
        "section": list(one.section),
        "seen_at": now,
    }
    return own | {name: getattr(one, name) for name in _MENTION}


def _change(tx: Tx, row: Any, one: Mention) -> bool:
    values = {name: getattr(one, name) for name in _MENTION} | {"section": list(one.section), "gone_at": None}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if changed:
        tx.execute(update(sighting).where(sighting.c.id == row.id).values(**changed))
    return bool(set(changed) - {"line"})


def _find_or_make(tx: Tx, wanted: Sequence[Mention], now: datetime) -> dict[str, ResourceId]:
    """Works by mention key: by address, by identifier, or by name for a work without an address."""
    out: dict[str, ResourceId] = {}
    for one in wanted:
        address, work = _identity(one)
        column = resource.c.canonical_url == address if address else resource.c.work == work
        query = select(resource.c.id, resource.c.merged_into)
        row = tx.execute(query.where(column)).first()
        if row is None and address and work:
            row = tx.execute(query.where(resource.c.work == work).limit(1)).first()
        if row is not None:
            out[one.key] = ResourceId(row.merged_into or row.id)
            continue
        made = tx.execute(resource.insert().values(_resource(one, address, work, now)).returning(resource.c.id))
        out[one.key] = ResourceId(made.scalar_one())
    return out


def _identity(one: Mention) -> tuple[str, str]:
    if one.url and is_web(one.url):
        return canonical(one.url), work_id(one.url)
    return "", f"name:{fold(one.title)}"


def _resource(one: Mention, address: str, work: str, now: datetime) -> dict[str, Any]:
    told = kind_of(one.url) if address else ResourceKind.OTHER
    kind = told if told not in (ResourceKind.ARTICLE, ResourceKind.OTHER) else one.kind or told
    return {
        "canonical_url": address or None,
        "url": one.url if address else "",
        "work": work or None,
        "kind": kind.value,
        "title": one.title,
        "authors": list(one.authors),
        "site": host_of(one.url) if address else "",
        "lang": guess_language(one.title),
        "first_seen_at": now,
    }


def _file(
    tx: Tx,
    person: PersonId,
    wanted: Sequence[Mention],
    works: Mapping[str, ResourceId],
    nodes: Mapping[str, NodeId],
    now: datetime,
) -> None:
    """What a document lists is filed, not waiting: only what nobody decided about yet is touched."""
    ids = list(dict.fromkeys(works.values()))
    filed: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        query = select(filing.c.resource_id).where(
            filing.c.person_id == person, filing.c.resource_id.in_(ids[start : start + CHUNK])
        )
        filed |= {row[0] for row in tx.execute(query)}
    fresh = [id_ for id_ in ids if id_ not in filed]
    if fresh:
        common = {"person_id": person, "state": InboxState.FILED.value, "sort_at": now, "why": "listed in a document"}
        tx.execute(filing.insert(), [common | {"resource_id": id_} for id_ in fresh])
    ties = {(works[one.key], nodes[one.node]) for one in wanted if one.node in nodes}
    have = {
        (row.resource_id, row.node_id)
        for row in tx.execute(select(filing_topic).where(filing_topic.c.node_id.in_(set(nodes.values()))))
    }
    rows = [
        {"person_id": person, "resource_id": id_, "node_id": node_id, "origin": "document", "at": now}
        for id_, node_id in sorted(ties - have)
    ]
    if rows:
        tx.execute(filing_topic.insert(), rows)


def put_notes(
    tx: Tx,
    person: PersonId,
    owner: DocumentId,
    wanted: Sequence[DocumentNote],
    works: Mapping[str, ResourceId],
    now: datetime,
) -> Counts:
    """The dated entries of a journal, by key."""
    mine = (note.c.person_id == person) & (note.c.kind == "journal")
    rows = {row.key: row for row in tx.execute(select(note).where(mine))}  # a longer copy of a journal holds the same
    total, keys = Counts(), set()
    for one in wanted:
        keys.add(one.key)
        values = _note(one, works)
        row = rows.get(one.key)
        if row is None:
            own = {"person_id": person, "document_id": owner, "key": one.key, "created_at": now}
            tx.execute(note.insert().values(**own, **values))
            total += Counts(created=1)
            continue
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if changed:
            tx.execute(update(note).where(note.c.id == row.id).values(**changed, updated_at=now))
        total += Counts(updated=1) if set(changed) - {"line"} else Counts(unchanged=1)
    lost = (row for key, row in rows.items() if key not in keys and row.document_id == owner)
    gone = [row.id for row in lost if row.gone_at is None]
    if gone:
        tx.execute(update(note).where(note.c.id.in_(gone)).values(gone_at=now))
    return total


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
