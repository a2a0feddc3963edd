"""What can be found, taken from the tables: titles and texts of resources, notes, places of plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import select

from db import people
from db.search import Piece
from db.store import Tx
from db.tables import content, feed_text, node, note, resource, sighting, transcript
from tracker.core.html import plain_words
from tracker.core.packing import unpack
from tracker.core.search import words_of

_MARKS = str.maketrans("", "", "*`")  # Markdown marks that stand inside words: 发生**遗忘**


def pieces(tx: Tx, refs: Sequence[tuple[str, int]]) -> list[Piece]:
    """The pieces of `refs` as they stand, those that are gone left out, in the order of `refs`."""
    wanted: dict[str, list[int]] = {}
    for kind, ref in refs:
        wanted.setdefault(kind, []).append(ref)
    found = {(one.kind, one.ref): one for kind, ids in wanted.items() for one in _READERS[kind](tx, ids)}
    return [found[ref] for ref in refs if ref in found]


def _resources(tx: Tx, ids: Sequence[int]) -> Iterator[Piece]:
    said = _said(tx, ids)
    query = select(resource, feed_text.c.html).outerjoin(feed_text)
    for row in tx.execute(query.where(resource.c.id.in_(ids), resource.c.merged_into.is_(None))):
        known = [word for word in said.get(row.id, ()) if word != row.title]
        whole = plain_words(unpack(row.html)) if row.html else ""
        body = words_of(row.authors, row.site, known, plain_words(row.summary), whole)
        yield Piece("resource", row.id, row.title, body, row.published_at or row.first_seen_at, None, row.id)


def _said(tx: Tx, ids: Sequence[int]) -> dict[int, list[str]]:
    """What documents say of these resources: other titles, labels, publishers, remarks.

    Nothing where several persons share the library: one's documents are not for the others to find.
    """
    if people.several(tx):
        return {}
    query = select(
        sighting.c.resource_id, sighting.c.title, sighting.c.label, sighting.c.publisher, sighting.c.note
    ).where(sighting.c.resource_id.in_(ids), sighting.c.document_id.is_not(None), sighting.c.gone_at.is_(None))
    out: dict[int, list[str]] = {}
    for id_, *words in tx.execute(query):
        out.setdefault(id_, []).extend(word for word in words if word)
    return out


def _texts(tx: Tx, ids: Sequence[int]) -> Iterator[Piece]:
    query = select(content).where(content.c.resource_id.in_(ids), content.c.text.is_not(None))
    newest = {row.resource_id: row for row in tx.execute(query.order_by(content.c.version))}
    for id_, row in newest.items():
        yield Piece("text", id_, row.title, unpack(row.text), row.published_at or row.fetched_at, None, id_)


def _transcripts(tx: Tx, ids: Sequence[int]) -> Iterator[Piece]:
    query = select(transcript, resource.c.title.label("work")).join(resource, resource.c.id == transcript.c.resource_id)
    for row in tx.execute(query.where(transcript.c.id.in_(ids), transcript.c.text.is_not(None))):
        yield Piece(
            "transcript", row.id, row.title or row.work, unpack(row.text), row.fetched_at, None, row.resource_id
        )


def _notes(tx: Tx, ids: Sequence[int]) -> Iterator[Piece]:
    for row in tx.execute(select(note).where(note.c.id.in_(ids), note.c.gone_at.is_(None))):
        body = "\n".join((row.body.translate(_MARKS), *(ocr for _, ocr in row.images if ocr)))
        day = datetime.combine(row.day, time(12), UTC)
        yield Piece("note", row.id, row.title, body, day, row.person_id, row.resource_id)


def _nodes(tx: Tx, ids: Sequence[int]) -> Iterator[Piece]:
    for row in tx.execute(select(node).where(node.c.id.in_(ids), node.c.gone_at.is_(None))):
        body = "\n".join((*row.aliases, row.remark, row.practice, row.plan))
        yield Piece("plan", row.id, row.title, body.translate(_MARKS), row.touched_at, row.person_id, None)


_READERS: dict[str, Callable[[Tx, Sequence[int]], Iterator[Piece]]] = {
    "resource": _resources,
    "text": _texts,
    "transcript": _transcripts,
    "note": _notes,
    "plan": _nodes,
}


def lines(tx: Tx, transcript_id: int) -> list[tuple[float, str]]:
    """Second and words of each segment of a transcript."""
    import json

    packed: Any = tx.execute(select(transcript.c.segments).where(transcript.c.id == transcript_id)).scalar()
    return [(start / 1000, words) for start, _, words in json.loads(unpack(packed))] if packed else []
