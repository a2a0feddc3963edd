"""Links of the library: what is known of each, what is due, the evidence, and what is known of hosts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, or_, select, update

from db import bulk
from db.actions import Changes
from db.store import Tx
from db.tables import document, host_note, link, look, proposal, resource, sighting
from tracker.core.health import Health, NewAddress, Verdict, begin
from tracker.core.look import Seen
from tracker.core.model import PersonId, ResourceId
from tracker.core.urls import canonical, fetchable, host_key

CHUNK = 500
_START = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?/")
_FRESH = ("resource_id", "host", "url", "verdict", "next_check_at", "memory")
KEPT_LOOKS = 60  # of one link; older evidence goes
_COLUMNS = ("url", "status", "final_url", "reason", "checked_at", "ok_at", "failing_since", "failures", "next_check_at")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link with the words its resource goes by."""

    resource: ResourceId
    health: Health
    host: str
    label: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One look, as it was kept."""

    at: datetime
    method: str
    status: int
    sign: str
    reason: str
    final_url: str
    details: Mapping[str, Any]


_UNLISTED = (
    resource.c.merged_into.is_(None),
    resource.c.canonical_url.is_not(None),
    resource.c.url != "",
    or_(link.c.resource_id.is_(None), link.c.url != resource.c.url),
)
_WITH_LINK = resource.outerjoin(link, link.c.resource_id == resource.c.id)


def unlisted(tx: Tx, most: int) -> list[ResourceId]:
    """Resources whose address has no row yet, or another one. Reads the whole library: never while others wait."""
    query = select(resource.c.id).select_from(_WITH_LINK).where(*_UNLISTED).limit(most)
    return [ResourceId(row[0]) for row in tx.execute(query)]


def enlist(tx: Tx, ids: Sequence[ResourceId]) -> None:
    """Make a row for the addresses of those of `ids` that have none; a changed address begins anew.

    What a document lists is due at once; what a source brought lives, most likely, and is looked at after a week.
    """
    listed = select(sighting.c.id).where(sighting.c.resource_id == resource.c.id, sighting.c.document_id.is_not(None))
    columns = (resource.c.id, resource.c.url, resource.c.first_seen_at, link.c.resource_id)
    query = select(*columns, listed.exists().label("listed")).select_from(_WITH_LINK).where(*_UNLISTED)
    hosts: dict[str, str] = {}
    for some in _chunks(ids):
        rows = list(tx.execute(query.where(resource.c.id.in_(some))))
        if changed := [row.id for row in rows if row.resource_id is not None]:
            tx.execute(delete(link).where(link.c.resource_id.in_(changed)))
        bulk.insert(tx, link, _FRESH, [_fresh(row, hosts) for row in rows])


def _fresh(row: Any, hosts: dict[str, str]) -> tuple[Any, ...]:
    """The first row of an address. One that was changed by a person is due at once."""
    lives = not row.listed and row.resource_id is None
    health = begin(row.url, row.first_seen_at) if lives else Health(row.url)
    host = _host(row.url, hosts)
    return row.id, host, row.url, health.verdict.value, health.next_check_at, health.memory()


def _host(url: str, known: dict[str, str]) -> str:
    """The host of an address. Nearly all begin with scheme and host as others do: `known` holds these."""
    start = _START.match(url)
    if start is None:
        return host_key(fetchable(url))
    if start[0] not in known:
        known[start[0]] = host_key(fetchable(start[0]))
    return known[start[0]]


def claim(
    tx: Tx, now: datetime, *, limit: int, per_host: int, everything: bool, owner: str, until: datetime
) -> list[LinkRow]:
    """The links to look at now, leased to `owner`: those that wait for a confirmation first, then the longest due."""
    query = _waiting(now, everything).limit(max(limit * 4, 1000) if per_host else limit)
    taken: list[LinkRow] = []
    hosts: dict[str, int] = {}
    for row in tx.execute(query.with_for_update(skip_locked=True, of=link)):
        hosts[row.host] = hosts.get(row.host, 0) + 1
        if len(taken) < limit and (not per_host or hosts[row.host] <= per_host):
            taken.append(_link(row))
    _lease(tx, taken, owner, until)
    return taken


def claim_some(
    tx: Tx, ids: Sequence[ResourceId], now: datetime, *, owner: str, before: str, until: datetime
) -> list[LinkRow]:
    """Those of `ids` that are due and free, leased to `owner`; what those whose word begins with `before` hold is."""
    free = or_(_free(now), link.c.lease_owner.startswith(before, autoescape=True))
    query = _rows().where(link.c.resource_id.in_(ids), _due(now), free)
    taken = [_link(row) for row in tx.execute(query.with_for_update(skip_locked=True, of=link))]
    _lease(tx, taken, owner, until)
    return taken


def waiting(tx: Tx, now: datetime, limit: int) -> list[tuple[ResourceId, str]]:
    """The links to look at now, in the order of `claim`, with their hosts."""
    return [(ResourceId(row.resource_id), row.host) for row in tx.execute(_waiting(now, everything=False).limit(limit))]


def _waiting(now: datetime, everything: bool) -> Select[Any]:
    order = (
        case((link.c.failures > 0, 0), else_=1),
        link.c.next_check_at.is_not(None),
        link.c.next_check_at,
        link.c.resource_id,
    )
    query = _rows().where(_free(now)).order_by(*order)
    return query if everything else query.where(_due(now))


def _lease(tx: Tx, taken: Sequence[LinkRow], owner: str, until: datetime) -> None:
    for some in _chunks([one.resource for one in taken]):
        tx.execute(update(link).where(link.c.resource_id.in_(some)).values(lease_owner=owner, lease_until=until))


def held(tx: Tx, owner: str, ids: Sequence[ResourceId]) -> set[ResourceId]:
    """Those of `ids` that `owner` still has a lease on; the rows stand still until the transaction ends."""
    found: set[ResourceId] = set()
    for some in _chunks(ids):
        query = select(link.c.resource_id).where(link.c.lease_owner == owner, link.c.resource_id.in_(some))
        found |= {ResourceId(row[0]) for row in tx.execute(query.with_for_update())}
    return found


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(link.c.next_check_at.is_(None), link.c.next_check_at <= now)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(link.c.lease_until.is_(None), link.c.lease_until <= now)


def _rows() -> Select[Any]:
    return (
        select(link, resource.c.title)
        .join(resource, resource.c.id == link.c.resource_id)
        .where(resource.c.merged_into.is_(None))
    )


def in_trouble(tx: Tx, limit: int) -> list[LinkRow]:
    """Links that are dead, moved or failing, those found last first."""
    bad = [one.value for one in (Verdict.GONE, Verdict.SOFT404, Verdict.MOVED, Verdict.FAILING, Verdict.BLOCKED)]
    query = _rows().where(link.c.verdict.in_(bad)).order_by(link.c.checked_at.desc(), link.c.resource_id)
    return [_link(row) for row in tx.execute(query.limit(limit))]


def release(tx: Tx, owner: str) -> None:
    """Give back what `owner` leased; until then it takes no link twice."""
    tx.execute(update(link).where(link.c.lease_owner == owner).values(lease_owner="", lease_until=None))


def due_count(tx: Tx, now: datetime) -> int:
    """How many links wait for a look."""
    query = select(func.count()).select_from(_rows().where(_due(now)).subquery())
    return int(tx.execute(query).scalar_one())


def looked_since(tx: Tx, since: datetime, now: datetime) -> int:
    """How many looks there were since then, and not in the future: what the daily budget counts."""
    query = select(func.count()).select_from(look).where(look.c.at > since, look.c.at <= now)
    return int(tx.execute(query).scalar_one())


def witnesses(tx: Tx, hosts: Iterable[str], most: int) -> list[str]:
    """Addresses that were well last time, one a host, at other hosts than `hosts`."""
    query = (
        select(func.min(link.c.url))
        .where(link.c.verdict == Verdict.OK.value, link.c.host.not_in(list(hosts)))
        .group_by(link.c.host)
        .order_by(func.max(link.c.ok_at).desc())
        .limit(most)
    )
    return [row[0] for row in tx.execute(query)]


def moved_hosts(tx: Tx, host: str, most: int = 2) -> Sequence[str]:
    """The hosts to which other links of `host` moved for good, the commonest first."""
    query = select(link.c.final_url).where(link.c.host == host, link.c.verdict == Verdict.MOVED.value)
    hosts = Counter(host_key(row.final_url) for row in tx.execute(query))
    return [other for other, _ in hosts.most_common(most + 1) if other and other != host][:most]


def save(tx: Tx, results: Sequence[tuple[ResourceId, Health, Seen | None]]) -> None:
    """Keep what is known after a look, and the look itself. None = nothing was learned, only the next look moves."""
    for id_, health, seen in results:
        tx.execute(update(link).where(link.c.resource_id == id_).values(**_values(health)))
        if seen is not None and health.checked_at is not None:
            tx.execute(look.insert().values(resource_id=id_, at=health.checked_at, **_evidence(health, seen)))
            _forget_old(tx, id_)


def _values(health: Health) -> dict[str, Any]:
    own = {name: getattr(health, name) for name in _COLUMNS}
    return own | {"verdict": health.verdict.value, "memory": health.memory()}


def _evidence(health: Health, seen: Seen) -> dict[str, Any]:
    details: dict[str, Any] = {"sign": seen.sign.value, "verdict": health.verdict.value}
    if seen.page is not None:
        details |= {"title": seen.page.title, "words": seen.page.words}
    if seen.hops:
        details["hops"] = [list(hop) for hop in seen.hops]
    if seen.remark:
        details["remark"] = seen.remark
    return {
        "method": seen.method,
        "status": seen.status,
        "reason": seen.reason or seen.remark,
        "final_url": seen.final_url,
        "evidence": details,
    }


def _forget_old(tx: Tx, id_: ResourceId) -> None:
    newest = select(look.c.id).where(look.c.resource_id == id_).order_by(look.c.id.desc()).offset(KEPT_LOOKS).limit(1)
    last = tx.execute(newest).scalar()
    if last is not None:
        tx.execute(delete(look).where(look.c.resource_id == id_, look.c.id <= last))


def of(tx: Tx, ids: Sequence[ResourceId]) -> dict[ResourceId, Health]:
    """What is known of the links of these resources; never looked at ones are left out."""
    out: dict[ResourceId, Health] = {}
    for some in _chunks(ids):
        for row in tx.execute(_rows().where(link.c.resource_id.in_(some), link.c.checked_at.is_not(None))):
            out[ResourceId(row.resource_id)] = _link(row).health
    return out


def places(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> dict[ResourceId, tuple[tuple[str, int], ...]]:
    """Where these links stand in a person's documents, as (name, line)."""
    out: dict[ResourceId, tuple[tuple[str, int], ...]] = {}
    for some in _chunks(ids):
        query = (
            select(sighting.c.resource_id, document.c.name, sighting.c.line)
            .join(document, document.c.id == sighting.c.document_id)
            .where(sighting.c.resource_id.in_(some), sighting.c.gone_at.is_(None), document.c.person_id == person)
            .order_by(sighting.c.id)
        )
        for row in tx.execute(query):
            id_ = ResourceId(row.resource_id)
            out[id_] = (*out.get(id_, ()), (row.name, row.line))
    return out


def history(tx: Tx, id_: ResourceId, most: int = 20) -> list[Evidence]:
    """The looks at one link, newest first."""
    query = select(look).where(look.c.resource_id == id_).order_by(look.c.id.desc()).limit(most)
    return [
        Evidence(row.at, row.method, row.status, row.evidence.get("sign", ""), row.reason, row.final_url, row.evidence)
        for row in tx.execute(query)
    ]


def _link(row: Any) -> LinkRow:
    own = {name: getattr(row, name) for name in _COLUMNS}
    health = Health(**own, verdict=Verdict(row.verdict or Verdict.UNKNOWN)).remembering(row.memory)
    return LinkRow(ResourceId(row.resource_id), health, row.host, row.title)


def host_notes(tx: Tx, hosts: Sequence[str]) -> dict[str, tuple[Mapping[str, Any], datetime]]:
    """What is known of these hosts, and since when."""
    out: dict[str, tuple[Mapping[str, Any], datetime]] = {}
    for some in _chunks(hosts):
        for row in tx.execute(select(host_note).where(host_note.c.host.in_(some))):
            out[row.host] = (row.memory, row.updated_at)
    return out


def put_host_note(tx: Tx, host: str, memory: Mapping[str, Any], now: datetime) -> None:
    """Remember something of a host."""
    values = {"memory": dict(memory), "updated_at": now}
    if not tx.execute(update(host_note).where(host_note.c.host == host).values(**values)).rowcount:
        tx.execute(host_note.insert().values(host=host, **values))


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


# ---- proposals -------------------------------------------------------------------------------------------------

NEW_ADDRESS = ("moved", "https", "newer", "elsewhere", "archive")


def propose(tx: Tx, id_: ResourceId, old: str, one: NewAddress, now: datetime) -> None:
    """Offer a new address; what was offered before, in whatever state, is not offered again."""
    same = select(proposal.c.id).where(
        proposal.c.resource_id == id_, proposal.c.kind == one.kind, proposal.c.url == one.url
    )
    if tx.execute(same).first() is not None:
        return
    tx.execute(
        proposal.insert().values(
            kind=one.kind, resource_id=id_, subject=old, url=one.url, evidence={"why": one.why},
            confidence=one.confidence, state="open", made_at=now,
        )
    )  # fmt: skip


def holder(tx: Tx, url: str) -> int | None:
    """The resource that has this address already, None when it is free."""
    return tx.execute(select(resource.c.id).where(resource.c.canonical_url == canonical(url))).scalar()


def readdress(changes: Changes, person: PersonId, id_: int, url: str, now: datetime) -> None:
    """Give a resource, and its mentions in this person's documents, a new address. The old one still leads to it."""
    row = changes.tx.execute(select(resource).where(resource.c.id == id_)).one()
    old, new = row.canonical_url, canonical(url)
    changes.update(resource, id_, url=url, canonical_url=new, updated_at=now)
    if old and new != old:  # the next mention of the old address finds this resource, not a new one
        changes.insert(
            resource, canonical_url=old, url=row.url, kind=row.kind, title=row.title, first_seen_at=now, merged_into=id_
        )
    mentions = (
        select(sighting.c.id, sighting.c.url)
        .join(document, document.c.id == sighting.c.document_id)
        .where(sighting.c.resource_id == id_, sighting.c.gone_at.is_(None), document.c.person_id == person)
    )
    for mention in changes.tx.execute(mentions).all():
        if mention.url and canonical(mention.url) == old:
            changes.update(sighting, mention.id, url=_with_place(url, mention.url))


def _with_place(url: str, old: str) -> str:
    """The new address with the place in the page (`#part`) that the old one named; a route (`#/x`) is none."""
    page, _, place = old.partition("#")
    return f"{url}#{place}" if place and "#" not in url and canonical(page) == canonical(old) else url
