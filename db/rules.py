"""Rules of a person, and what came in for them to be asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from db import inbox as filings
from db import query as conditions
from db.actions import Changes
from db.proposals import GONE, OPEN
from db.query import Asker
from db.store import Tx
from db.tables import filing, proposal, resource, rule, sighting, source
from tracker.core.mining import Fact
from tracker.core.model import InboxState, PersonId, ResourceId
from tracker.core.query import All
from tracker.core.rules import Act, Offer, Past, Rule

CHUNK = 500
PROPOSED = "rule"  # the kind of proposals that are rules
_OF = select(rule).where(rule.c.person_id == bindparam("person")).order_by(rule.c.position, rule.c.id)


def of(tx: Tx, person: PersonId) -> list[Rule]:
    """All rules, in the order they are asked."""
    return [_rule(row) for row in tx.execute(_OF, {"person": person})]


def _rule(row: Any) -> Rule:
    acts = tuple(Act(verb, what) for verb, what in row.actions)
    return Rule(row.id, row.name, row.query, acts, row.enabled, row.position, row.hits, row.made_at)


def people(tx: Tx) -> list[PersonId]:
    """Who has rules."""
    return [PersonId(row[0]) for row in tx.execute(select(rule.c.person_id).distinct().order_by(rule.c.person_id))]


def add(changes: Changes, person: PersonId, new: Rule, now: datetime) -> int:
    """Put a rule behind the others; returns its number."""
    last = select(func.max(rule.c.position)).where(rule.c.person_id == person)
    position = (changes.tx.execute(last).scalar() or 0) + 1
    said = _said(name=new.name, when=new.when, acts=new.acts, enabled=new.enabled)
    return int(changes.insert(rule, person_id=person, position=position, made_at=now, **said)["id"])


def change(changes: Changes, id_: int, **values: Any) -> bool:
    """Change what is given of `name`, `when`, `acts`, `enabled`, `position`, `hits`; False when it says so already."""
    return changes.update(rule, id_, **_said(**values))


def _said(**values: Any) -> dict[str, Any]:
    out = {"query" if name == "when" else name: value for name, value in values.items() if name != "acts"}
    return out | ({"actions": [[act.verb, act.what] for act in values["acts"]]} if "acts" in values else {})


def remove(changes: Changes, id_: int) -> bool:
    """Take a rule out."""
    return changes.delete(rule, id_)


def matching(asker: Asker, when: All, ids: Sequence[ResourceId]) -> frozenset[ResourceId]:
    """Those of `ids` that answer `when`."""
    meant = conditions.part(asker, when)
    found: set[ResourceId] = set()
    for start in range(0, len(ids), CHUNK):
        query = select(resource.c.id).where(resource.c.id.in_(ids[start : start + CHUNK]), meant)
        found.update(ResourceId(row[0]) for row in asker.tx.execute(query))
    return frozenset(found)


def came(tx: Tx, person: PersonId, since: datetime | None = None, *, decided: bool = False) -> list[Past]:
    """What sources put into the inbox (since then), as it came in: by look, the newest of a look first.

    `decided`: without what still waits, which may be very much.
    """
    seen = select(sighting.c.id).where(
        sighting.c.resource_id == filing.c.resource_id, sighting.c.source_id.is_not(None), sighting.c.backlog.is_(False)
    )
    query = (
        select(filing.c.resource_id, resource.c.first_seen_at)
        .join(resource, resource.c.id == filing.c.resource_id)
        .where(filing.c.person_id == person, resource.c.merged_into.is_(None), seen.exists())
        .order_by(resource.c.first_seen_at, filing.c.sort_at.desc(), filing.c.resource_id)
    )
    if since is not None:
        query = query.where(resource.c.first_seen_at >= since)
    if decided:
        query = query.where(filing.c.state.not_in((InboxState.INBOX.value, InboxState.SNOOZED.value)))
    rows = [(ResourceId(id_), at) for id_, at in tx.execute(query)]
    stands = filings.standings(tx, person, [id_ for id_, _ in rows])
    return [Past(id_, at, stands[id_]) for id_, at in rows]


def arrived(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> Mapping[ResourceId, datetime]:
    """Those of `ids` that are in the person's inbox, with the place they have there, the newest first."""
    found: dict[ResourceId, datetime] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(filing.c.resource_id, filing.c.sort_at).where(
            filing.c.person_id == person, filing.c.resource_id.in_(ids[start : start + CHUNK])
        )
        found |= {ResourceId(id_): at for id_, at in tx.execute(query)}
    return dict(sorted(found.items(), key=lambda one: (one[1], -one[0]), reverse=True))


# ---- what came, and what may help ------------------------------------------------------------------------------------


def facts(tx: Tx, person: PersonId, *, decided: bool = False) -> Iterator[tuple[Fact, int]]:
    """All that came in (and no longer waits) with what was known of it, and its minutes; a part at a time is held."""
    past = came(tx, person, decided=decided)
    columns = (resource.c.id, resource.c.title, resource.c.site, resource.c.authors, resource.c.minutes)
    for start in range(0, len(past), CHUNK):
        some = past[start : start + CHUNK]
        ids = [one.id for one in some]
        known = {row.id: row for row in tx.execute(select(*columns).where(resource.c.id.in_(ids)))}
        brought = _brought(tx, ids)
        for one in some:
            row = known[one.id]
            yield Fact(one, row.title, tuple(brought.get(one.id, ())), row.site, tuple(row.authors)), row.minutes


def _brought(tx: Tx, ids: Sequence[ResourceId]) -> dict[int, list[str]]:
    """The sources of each of a part of the resources, in the order they brought it."""
    out: dict[int, list[str]] = {}
    joined = sighting.join(source, source.c.id == sighting.c.source_id)
    query = select(sighting.c.resource_id, source.c.name).select_from(joined)
    for id_, name in tx.execute(query.where(sighting.c.resource_id.in_(ids)).order_by(sighting.c.id)):
        names = out.setdefault(id_, [])
        names += [name] if name not in names else []
    return out


def offer(tx: Tx, person: PersonId, offers: Sequence[Offer], now: datetime) -> None:
    """Propose rules; what waits or was decided is not proposed again, what no longer holds is withdrawn."""
    mine = (proposal.c.kind == PROPOSED) & (proposal.c.person_id == person)
    known = {row.subject: row for row in tx.execute(select(proposal).where(mine, proposal.c.state != GONE))}
    for one in offers:
        said = {"name": one.name, "when": one.when, "do": one.do, "why": one.why}
        row = known.pop(one.subject, None)
        if row is None:
            new = {"person_id": person, "kind": PROPOSED, "subject": one.subject, "state": OPEN, "made_at": now}
            tx.execute(proposal.insert().values(**new, evidence=said, confidence=one.confidence))
        elif row.state == OPEN and row.evidence != said:
            tx.execute(update(proposal).where(proposal.c.id == row.id).values(evidence=said))
    gone = [row.id for row in known.values() if row.state == OPEN]
    tx.execute(update(proposal).where(proposal.c.id.in_(gone)).values(state=GONE, decided_at=now))


def offered(tx: Tx, person: PersonId) -> list[tuple[int, Offer]]:
    """Rules that are proposed and wait for an answer, with the number of the proposal."""
    mine = (proposal.c.kind == PROPOSED) & (proposal.c.person_id == person) & (proposal.c.state == OPEN)
    rows = tx.execute(select(proposal).where(mine).order_by(proposal.c.confidence.desc(), proposal.c.id))
    return [(row.id, Offer(row.subject, confidence=row.confidence, **row.evidence)) for row in rows]
