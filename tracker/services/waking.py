"""After a sleep, a stop or a jump of the clock: what is overdue is spread, what lies in the future is put right."""

from __future__ import annotations

from datetime import datetime

from db import polling
from db.store import Store
from tracker.core.turns import spread
from tracker.core.urls import host_key


def calm(store: Store, now: datetime) -> int:
    """No herd: of many overdue sources most get a time within the next minutes. Returns how many were moved."""
    with store.read() as tx:
        late = [(id_, host_key(url)) for id_, url in polling.overdue(tx, now)]
        ahead = polling.ahead_of(tx, now)
    moved = spread(late, now)
    if not moved and not ahead:
        return 0
    with store.write() as tx:
        again = polling.reanchor(tx, now)
        polling.put_off(tx, moved, "overdue after a sleep; spread so that not all come at once")
    return len(moved) + again
