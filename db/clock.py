"""A wrong clock: what it wrote lies in the future, and must hold nothing up once the clock is right (or goes back).

What was looked at in the future waits as long from now as it was to wait then. What was never looked at, and a lease
that no process can have taken, are free at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, or_, select, update

from db.store import Tx
from db.tables import cooldown, link, polling, transcript_job

SLACK = timedelta(minutes=5)
LONGEST_FIRST_WAIT = timedelta(days=31)  # nothing waits longer for its first look
LONGEST_LEASE = timedelta(hours=1)
ONE_DAY, FOR_EVER = timedelta(days=1), timedelta.max


@dataclass(frozen=True, slots=True)
class Waiting:
    """A table of things that wait: when each was looked at, when it is due, what else is known by time.

    `most` is the longest a row waits for after it was put right.
    """

    table: Table
    key: str
    looked: str
    due: str
    known: tuple[str, ...] = ()
    most: timedelta = FOR_EVER

    def column(self, name: str) -> Any:
        return self.table.c[name]


SOURCES = Waiting(polling, "source_id", "polled_at", "next_poll_at", ("ok_at", "changed_at", "failing_since"), ONE_DAY)
LINKS = Waiting(link, "resource_id", "checked_at", "next_check_at", ("ok_at", "failing_since"))
TALKS = Waiting(transcript_job, "resource_id", "asked_at", "next_try")
RESTS = Waiting(cooldown, "host", "since", "until")
ALL = (SOURCES, LINKS, TALKS, RESTS)


def ahead(tx: Tx, now: datetime, which: Iterable[Waiting] = ALL) -> int:
    """How many rows lie in the future of `now`: proof that the clock was or is wrong."""
    counts = (select(func.count()).select_from(one.table).where(_ahead(one, now)) for one in which)
    return sum(int(tx.execute(query).scalar_one()) for query in counts)


def put_right(tx: Tx, now: datetime, which: Iterable[Waiting] = ALL) -> int:
    """Take the future out of rows; how many there were."""
    return sum(_put_right(tx, one, now) for one in which)


def _put_right(tx: Tx, one: Waiting, now: datetime) -> int:
    rows = list(tx.execute(select(one.table).where(_ahead(one, now))))
    for row in rows:
        key = getattr(row, one.key)
        tx.execute(update(one.table).where(one.column(one.key) == key).values(_now_based(one, row, now)))
    return len(rows)


def _ahead(one: Waiting, now: datetime) -> ColumnElement[bool]:
    looked, due = one.column(one.looked), one.column(one.due)
    never = and_(looked.is_(None), due > now + LONGEST_FIRST_WAIT)
    found = [looked > now + SLACK, never]
    if "lease_until" in one.table.c:
        found.append(one.column("lease_until") > now + LONGEST_LEASE)
    return or_(*found)


def _now_based(one: Waiting, row: Any, now: datetime) -> dict[str, Any]:
    """The values of `row` that lie in the future, as they are meant to be from now on."""
    looked, due = getattr(row, one.looked), getattr(row, one.due)
    after: dict[str, Any] = {}
    if looked is not None and looked > now + SLACK:
        after = {one.looked: now, one.due: None if due is None else now + min(max(due - looked, timedelta()), one.most)}
    elif looked is None and due is not None and due > now + LONGEST_FIRST_WAIT:
        after = {one.due: now}
    if getattr(row, "lease_until", None) is not None and row.lease_until > now + LONGEST_LEASE:
        after |= {"lease_owner": "", "lease_until": None}
    return after | {name: now for name in one.known if (at := getattr(row, name)) is not None and at > now + SLACK}
