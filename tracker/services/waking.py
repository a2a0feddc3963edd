"""After a sleep, a stop or a jump of the clock: what is overdue is spread, what lies in the future is put right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from db import clock, polling
from db.store import Store
from tracker.core.turns import spread
from tracker.core.urls import host_key


def calm(store: Store, now: datetime) -> int:
    """No herd: of many overdue sources most get a time within the next minutes. Returns how many were moved."""
    with store.read() as tx:
        late = [(id_, host_key(url)) for id_, url in polling.overdue(tx, now)]
        ahead = clock.ahead(tx, now)
    moved = spread(late, now)
    if not moved and not ahead:
        return 0
    with store.write() as tx:
        again = clock.put_right(tx, now)
        polling.put_off(tx, moved, "overdue after a sleep; spread so that not all come at once")
    return len(moved) + again


def put_right(store: Store, now: datetime, which: Iterable[clock.Waiting] = clock.ALL) -> int:
    """Let nothing wait for a time that only a wrong clock has seen; returns how many rows were moved."""
    which = tuple(which)
    with store.read() as tx:
        if not clock.ahead(tx, now, which):
            return 0
    with store.write() as tx:
        return clock.put_right(tx, now, which)
