"""Rules of a person, and what came in for them to be asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from db import inbox as filings
from db import query as conditions
from db.actions import Changes
from db.query import Asker
from db.store import Tx
from db.tables import filing, resource, rule, sighting
from tracker.core.model import PersonId, ResourceId
from tracker.core.query import All
from tracker.core.rules import Act, Past, Rule

CHUNK = 500


def of(tx: Tx, person: PersonId) -> list[Rule]:
    """All rules, in the order they are asked."""
    query = select(rule).where(rule.c.person_id == person).order_by(rule.c.position, rule.c.id)
    return [_rule(row) for row in tx.execute(query)]


def _rule(row: Any) -> Rule:
    acts = tuple(Act(verb, what) for verb, what in row.actions)
    return Rule(row.id, row.name, row.query, acts, row.enabled, row.position, row.hits, row.made_at)


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


def came(tx: Tx, person: PersonId, since: datetime | None = None) -> list[Past]:
    """What sources put into the inbox (since then), as it came in: by look, the newest of a look first."""
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
