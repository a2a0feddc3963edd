"""Choose and group what a period brought."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from db import digest as rows
from db.store import Store
from tracker.core.digest import Digest, Period, compose
from tracker.core.model import PersonId
from tracker.services.library import resources_by_id


def make(store: Store, person: PersonId, period: Period, zone: ZoneInfo) -> Digest:
    """The digest of a period of days in `zone`; any past period can be made again."""
    start = datetime.combine(period.first, time(), tzinfo=zone)
    end = datetime.combine(period.last + timedelta(days=1), time(), tzinfo=zone)
    with store.read() as tx:
        came, decided = rows.came(tx, person, start, end), rows.decided(tx, person, start, end)
        waiting, troubles = rows.waiting(tx, person), rows.failing_sources(tx)
    known = {r.id: r for r in resources_by_id(store, person, [*came, *decided])}
    return compose(
        period, (known[i] for i in came if i in known), (known[i] for i in decided if i in known), waiting, troubles
    )
