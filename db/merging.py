"""Two resources made one, and taken apart again: rows change through `Changes`, so that every step can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.actions import Changes
from db.store import Tx
from db.tables import document, filing, filing_topic, node_resource, note, proposal, resource, session, sighting
from tracker.core.html import host_of
from tracker.core.model import InboxState, PersonId, ResourceId, ResourceKind
from tracker.core.sameness import Offer, Work
from tracker.core.text import guess_language
from tracker.core.url_kind import kind_of
from tracker.core.url_start import split_time
from tracker.core.urls import canonical, work_id

MERGE = "merge"
OPEN, TAKEN, DECLINED = "open", "taken", "declined"
_COMPARED = tuple(
    kind.value
    for kind in (ResourceKind.PAPER, ResourceKind.BOOK, ResourceKind.COURSE, ResourceKind.TOOL, ResourceKind.REPO,
                 ResourceKind.BLOG, ResourceKind.ARTICLE)
)  # fmt: skip


def works(tx: Tx) -> list[Work]:
    """What may be the same as something else: papers, and everything that is only named with what it may be."""
    named = select(resource.c.id).where(resource.c.canonical_url.is_(None)).limit(1)
    kinds = _COMPARED if tx.execute(named).first() else (ResourceKind.PAPER.value,)
    columns = (resource.c.id, resource.c.title, resource.c.kind, resource.c.canonical_url)
    query = select(*columns).where(resource.c.kind.in_(kinds), resource.c.merged_into.is_(None))
    return [Work(id_, title, ResourceKind(kind), url or "") for id_, title, kind, url in tx.execute(query)]


def row_of(tx: Tx, id_: int) -> Any:
    """The row of a resource, None when there is none."""
    return tx.execute(select(resource).where(resource.c.id == id_)).first()


def merge(changes: Changes, keep: int, other: int) -> None:
    """Make `other` one with `keep`: its sightings, topics, notes and sessions pass over; where it stood counts when
    nothing was decided about `keep` yet."""
    tx = changes.tx
    for table in (sighting, note, session):
        for (id_,) in tx.execute(select(table.c.id).where(table.c.resource_id == other)).all():
            changes.update(table, id_, resource_id=keep)
    for (id_,) in tx.execute(select(resource.c.id).where(resource.c.merged_into == other)).all():
        changes.update(resource, id_, merged_into=keep)
    _pass_over_filings(changes, keep, other)
    _pass_over_keys(changes, filing_topic, ("person_id", "node_id"), keep, other)
    _pass_over_keys(changes, node_resource, ("node_id",), keep, other)
    changes.update(resource, other, merged_into=keep)


def _pass_over_filings(changes: Changes, keep: int, other: int) -> None:
    for row in changes.tx.execute(select(filing).where(filing.c.resource_id == other)).all():
        values = {name: value for name, value in row._mapping.items() if name not in ("person_id", "resource_id")}
        mine = {"person_id": row.person_id, "resource_id": keep}
        here = changes.tx.execute(
            select(filing).where(filing.c.person_id == row.person_id, filing.c.resource_id == keep)
        ).first()
        if here is None:
            changes.insert(filing, **mine, **values)
        elif here.state == InboxState.INBOX.value and row.state != InboxState.INBOX.value:
            changes.update(filing, mine, **values | {"starred": here.starred or row.starred})
        elif row.starred:
            changes.update(filing, mine, starred=True)
        changes.delete(filing, {"person_id": row.person_id, "resource_id": other})


def _pass_over_keys(changes: Changes, table: Any, names: Sequence[str], keep: int, other: int) -> None:
    """Rows whose key holds the resource: made anew under `keep` where it has none."""
    for row in changes.tx.execute(select(table).where(table.c.resource_id == other)).all():
        key = {name: getattr(row, name) for name in names}
        same = [table.c[name] == value for name, value in key.items()]
        if changes.tx.execute(select(table.c.resource_id).where(table.c.resource_id == keep, *same)).first() is None:
            changes.insert(table, **dict(row._mapping) | {"resource_id": keep})
        changes.delete(table, key | {"resource_id": other})


def split(changes: Changes, person: PersonId, whole: int, seen: Sequence[Any], now: datetime) -> ResourceId:
    """Give these sightings of `whole` (rows) a resource of their own: the one they were merged from, else a new one."""
    first = seen[0]
    plain = split_time(first.url)[0] if first.url else ""
    old = select(resource.c.id).where(resource.c.merged_into == whole)
    old = old.where(resource.c.canonical_url == canonical(plain) if plain else resource.c.title == first.title)
    row = changes.tx.execute(old.order_by(resource.c.id).limit(1)).first()
    part = int(row.id) if row else _make(changes, whole, first, plain, now)
    if row:
        changes.update(resource, part, merged_into=None)
    for one in seen:
        changes.update(sighting, one.id, resource_id=part)
    for (id_,) in changes.tx.execute(_notes_of(whole, seen)).all():
        changes.update(note, id_, resource_id=part)
    stood = changes.tx.execute(
        select(filing).where(filing.c.person_id == person, filing.c.resource_id == whole)
    ).first()
    if stood is not None:
        changes.insert(filing, **dict(stood._mapping) | {"resource_id": part})
    return ResourceId(part)


def _notes_of(whole: int, seen: Sequence[Any]) -> Any:
    """Notes about the talk whose sightings stand in the same place of the same document."""
    places = [(one.document_id, one.line) for one in seen if one.document_id]
    query = select(note.c.id).where(note.c.resource_id == whole)
    lines = [line for _, line in places]
    return query.where(note.c.document_id.in_([id_ for id_, _ in places]), note.c.line.in_(lines))


def _make(changes: Changes, whole: int, one: Any, plain: str, now: datetime) -> int:
    """A resource of its own for a sighting. The address may be the key of the whole: then it goes without one."""
    key = canonical(plain) if plain else ""
    taken = changes.tx.execute(select(resource.c.id).where(resource.c.canonical_url == key)).first() if key else None
    values = {
        "canonical_url": key if key and taken is None else None,
        "url": plain,
        "work": work_id(plain) or None if key and taken is None else f"apart:{whole}:{one.id}",
        "kind": kind_of(plain).value if plain else ResourceKind.OTHER.value,
        "title": one.title,
        "site": host_of(plain) if plain else "",
        "lang": guess_language(one.title),
        "first_seen_at": now,
    }
    return int(changes.insert(resource, **values)["id"])


def sightings(tx: Tx, whole: int) -> list[Any]:
    """The rows of the sightings of a resource that still stand, with the names of their documents."""
    joined = sighting.outerjoin(document, document.c.id == sighting.c.document_id)
    query = select(sighting, document.c.name.label("document_name")).select_from(joined)
    return list(tx.execute(query.where(sighting.c.resource_id == whole).order_by(sighting.c.id)))


# ---- offers ----------------------------------------------------------------------------------------------------------


def put_offers(tx: Tx, person: PersonId, found: Sequence[Offer], now: datetime) -> list[Offer]:
    """Keep offers never made before; what was decided is not asked again. Returns what is open of `found`."""
    subjects = {subject_of(one.keep, one.other): one for one in found}
    known: dict[str, str] = {}
    names = list(subjects)
    for start in range(0, len(names), 500):
        query = select(proposal.c.subject, proposal.c.state).where(
            proposal.c.kind == MERGE, proposal.c.person_id == person, proposal.c.subject.in_(names[start : start + 500])
        )
        known |= {row.subject: row.state for row in tx.execute(query)}
    rows = [
        {
            "person_id": person, "kind": MERGE, "resource_id": one.keep, "subject": subject, "made_at": now,
            "evidence": {"keep": one.keep, "other": one.other, "why": one.why}, "confidence": one.confidence,
            "state": OPEN,
        }
        for subject, one in subjects.items()
        if subject not in known
    ]  # fmt: skip
    if rows:
        tx.execute(proposal.insert(), rows)
    return [one for subject, one in subjects.items() if known.get(subject, OPEN) == OPEN]


def subject_of(a: int, b: int) -> str:
    """What a pair is known by, whichever way round."""
    return f"{min(a, b)}+{max(a, b)}"


def open_proposals(tx: Tx, person: PersonId) -> list[Any]:
    """Rows of everything that waits for an answer, surest first."""
    mine = proposal.c.person_id.is_(None) | (proposal.c.person_id == person)
    query = select(proposal).where(proposal.c.state == OPEN, mine)
    return list(tx.execute(query.order_by(proposal.c.kind, proposal.c.confidence.desc(), proposal.c.id)))


def proposal_row(tx: Tx, id_: int) -> Any:
    """One proposal, None when there is none."""
    return tx.execute(select(proposal).where(proposal.c.id == id_)).first()


def decide(changes: Changes, id_: int, state: str, now: datetime) -> bool:
    """Answer a proposal."""
    return changes.update(proposal, id_, state=state, decided_at=now)
