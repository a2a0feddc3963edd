"""One work under two addresses: what is offered, and the decisions about it. Each is one step that undo takes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from db import links, resolve
from db import merging as rows
from db.rules import PROPOSED
from db.store import Store, Tx
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.model import PersonId, ResourceId
from tracker.core.sameness import Offer, offers
from tracker.core.urls import canonical
from tracker.services.actions import Deciding, deciding
from tracker.services.rules import Clock, put


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that waits for an answer. `works` are (id, title, address) of the two works of a merge."""

    id: int
    kind: str
    subject: str
    why: str
    confidence: float
    made_at: datetime
    works: tuple[tuple[int, str, str], ...] = ()
    url: str = ""


def offer(tx: Tx, person: PersonId, touched: Collection[int], now: datetime) -> list[Offer]:
    """Offer merges of what an import touched; returns what is open of them."""
    return rows.put_offers(tx, person, offers(rows.works(tx), touched), now)


def proposals(store: Store, person: PersonId) -> list[Waiting]:
    """Everything that waits for an answer."""
    with store.read() as tx:
        return [one for row in rows.open_proposals(tx, person) if (one := _waiting(tx, row)) is not None]


def _waiting(tx: Tx, row: Any) -> Waiting | None:
    evidence = row.evidence
    ids = [evidence[name] for name in ("keep", "other") if name in evidence]
    found = [rows.row_of(tx, id_) for id_ in ids]
    if any(one is None or one.merged_into for one in found):
        return None  # merged by hand meanwhile
    works = tuple((one.id, one.title, one.url) for one in found)
    why = evidence.get("why") or "; ".join(f"{name}: {value}" for name, value in evidence.items())
    return Waiting(row.id, row.kind, row.subject, why, row.confidence, row.made_at, works, row.url)


def accept(store: Store, person: PersonId, ids: Sequence[int], *, now: datetime, made_by: str) -> Done:
    """Do what these proposals offer. Raises NotFound, UsageError for one that is answered where it was made."""
    with deciding(store, person, "accept", now=now, made_by=made_by) as changes:
        said = []
        for id_ in ids:
            row = _proposal(changes, id_)
            said.append(_accepted(changes, person, row, now))
            rows.decide(changes, id_, rows.TAKEN, now)
        changes.label = "; ".join(said)
    return changes.done


def _accepted(changes: Deciding, person: PersonId, row: Any, now: datetime) -> str:
    """Do what a proposal offers; the sentence of it."""
    if row.kind in links.NEW_ADDRESS:
        return _readdress(changes, person, row, now)
    if row.kind in resolve.FOUND:
        return _resolved(changes, person, row, now)
    if row.kind == PROPOSED:
        offered = row.evidence
        made = put(changes, person, offered["name"], offered["when"], offered["do"], Clock(now, ZoneInfo("UTC")))
        return f"added the rule '{made.name}'"
    if row.kind == rows.MERGE:
        return _join(changes, row.evidence["keep"], [row.evidence["other"]])
    raise UsageError(
        f"proposal {row.id} is about the list of sources", f"'tracker sources accept \"{row.subject}\"' takes it"
    )


def _readdress(changes: Deciding, person: PersonId, row: Any, now: datetime) -> str:
    """A link gets its new address. Raises Conflict when another resource has it."""
    owner = links.holder(changes.tx, row.url)
    if owner is not None and owner != row.resource_id:
        raise Conflict(
            f"{owner} has the address {row.url} already", f"'tracker merge {owner} {row.resource_id}' joins them"
        )
    links.readdress(changes, person, row.resource_id, row.url, now)
    return f"{row.resource_id} is at {row.url} now"


def _resolved(changes: Deciding, person: PersonId, row: Any, now: datetime) -> str:
    """A work gets the address that was found for it, or a work of its own beside it; other candidates are no more."""
    resolve.close_rivals(changes, row, rows.DECLINED, now)
    if row.kind != resolve.BESIDE:
        return _readdress(changes, person, row, now)
    made = resolve.add_beside(changes, person, row.resource_id, row.subject, row.url, now)
    return f"added {made} '{row.subject}' beside {row.resource_id}"


def decline(store: Store, person: PersonId, ids: Sequence[int], *, now: datetime, made_by: str) -> Done:
    """Say no to these proposals; they are not made again. Raises NotFound."""
    with deciding(store, person, "decline", now=now, made_by=made_by) as changes:
        for id_ in ids:
            _proposal(changes, id_)
            rows.decide(changes, id_, rows.DECLINED, now)
        changes.label = "declined proposal " + ", ".join(map(str, ids))
    return changes.done


def _proposal(changes: Deciding, id_: int) -> Any:
    row = rows.proposal_row(changes.tx, id_)
    if row is None or row.state != rows.OPEN:
        raise NotFound("open proposal", id_, "tracker proposals")
    return row


def merge(store: Store, person: PersonId, keep: int, others: Sequence[int], *, now: datetime, made_by: str) -> Done:
    """Make `others` one with `keep`. Raises NotFound, Conflict for one that is merged already."""
    with deciding(store, person, "merge", now=now, made_by=made_by) as changes:
        changes.label = _join(changes, keep, others)
    return changes.done


def _join(changes: Deciding, keep: int, others: Sequence[int]) -> str:
    kept = _standing(changes.tx, keep)
    for other in others:
        if other == keep:
            raise UsageError(f"{keep} cannot be merged with itself", "Name another resource")
        _standing(changes.tx, other)
        rows.merge(changes, keep, other)
    return f"merged {', '.join(map(str, others))} into {keep} '{kept.title}'"


def _standing(tx: Tx, id_: int) -> Any:
    row = rows.row_of(tx, id_)
    if row is None:
        raise NotFound("resource", id_, "tracker resources")
    if row.merged_into:
        raise Conflict(
            f"{id_} is merged into {row.merged_into} already", f"'tracker split {row.merged_into}' parts them"
        )
    return row


def split(
    store: Store, person: PersonId, whole: int, which: Sequence[str] = (), *, now: datetime, made_by: str
) -> tuple[Done, tuple[ResourceId, ...]]:
    """Take apart what is one resource: the works merged into it, or the sightings named by number or address.

    Raises NotFound, Conflict when nothing would be left to part.
    """
    with deciding(store, person, "split", now=now, made_by=made_by) as changes:
        row = _standing(changes.tx, whole)
        seen = rows.sightings(changes.tx, whole)
        groups = _named(seen, which) if which else _foreign(row, seen)
        if not groups or sum(map(len, groups)) >= len(seen):
            raise Conflict(f"{whole} '{row.title}' cannot be parted so", f"'tracker show {whole}' lists what is in it")
        parts = tuple(rows.split(changes, person, whole, group, now) for group in groups)
        changes.label = f"split {', '.join(map(str, parts))} from {whole} '{row.title}'"
    return changes.done, parts


def _named(seen: Sequence[Any], which: Sequence[str]) -> list[list[Any]]:
    """Sightings by their number, or by an address under which the work was seen."""
    picked = []
    for word in which:
        found = [one for one in seen if word == str(one.id) or (one.url and canonical(one.url) == canonical(word))]
        if not found:
            raise NotFound("sighting", word, "tracker show ID --json")
        picked += found
    return [list({one.id: one for one in picked}.values())]


def _foreign(row: Any, seen: Sequence[Any]) -> list[list[Any]]:
    """Sightings that were not the resource's own, by the address or name they came with."""
    groups: dict[str, list[Any]] = {}
    for one in seen:
        key = canonical(one.url) if one.url else f"name:{one.title}"
        if key != (row.canonical_url or f"name:{row.title}"):
            groups.setdefault(key, []).append(one)
    return list(groups.values())
