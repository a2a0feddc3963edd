"""What plans have to learn from, and what they lack, with candidates from the library."""

from __future__ import annotations

from datetime import datetime

from db import links as health
from db.inbox import page
from db.resources import by_ids
from db.store import Store
from tracker.core.coverage import Coverage, coverage
from tracker.core.health import LOST
from tracker.core.inbox import Row
from tracker.core.matching import Work
from tracker.core.model import InboxState, PersonId, Resource, ResourceId
from tracker.services.progress import Followed, followed

MOST = 5000  # works of the library that are looked through for candidates, the newest first
FREE = (InboxState.INBOX, InboxState.SHORTLIST, InboxState.FILED, InboxState.SNOOZED)


def report(store: Store, person: PersonId, name: str, now: datetime, days: int) -> list[tuple[Followed, Coverage]]:
    """The coverage of the plan `name`, or of all plans and roadmaps. Raises NotFound, UsageError."""
    with store.read() as tx:
        plans = followed(tx, person, name)
        used = {id_ for plan in plans for node in plan.nodes for id_ in node.resources}
        verdicts = {id_: one.judgement.verdict for id_, one in health.of(tx, list(used)).items()}
        works = {one.id: _work(one, verdicts.get(one.id) not in LOST) for one in by_ids(tx, person, list(used))}
        free = [free_work(row) for row in page(tx, person, FREE, limit=MOST).items if row.id not in used]
    return [(plan, coverage(plan.nodes, works, free, now, days)) for plan in plans]


def _work(one: Resource, living: bool) -> Work:
    sources = one.sources or ((one.site,) if one.site else ())
    return Work(ResourceId(one.id), one.title, living, sources, one.published or one.first_seen)


def free_work(row: Row) -> Work:
    """A line of the library as something that could be learned from."""
    living = row.verdict not in {verdict.value for verdict in LOST}
    kept = row.starred or row.state in (InboxState.SHORTLIST, InboxState.FILED)
    sources = row.sources or ((row.site,) if row.site else ())
    return Work(row.id, row.title, living, sources, row.published or row.first_seen, kept, " ".join(row.topics))
