"""Who is at which work just now: the leases of sources, links and talks, told and given back by owner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update

from db.store import Tx
from db.tables import link, polling, transcript_job

TABLES = {"sources": polling, "links": link, "talks": transcript_job}


class Held(NamedTuple):
    """So much of one kind of work that an owner holds; `until` is when the last of it is free again."""

    what: str
    owner: str
    number: int
    until: datetime


def held(tx: Tx, now: datetime) -> list[Held]:
    """What is held at `now`, by kind and owner."""
    found = []
    for what, table in TABLES.items():
        columns = (table.c.lease_owner, func.count(), func.max(table.c.lease_until))
        query = select(*columns).where(table.c.lease_until > now).group_by(table.c.lease_owner)
        found += [Held(what, *row) for row in tx.execute(query.order_by(table.c.lease_owner))]
    return found


def owners(tx: Tx) -> set[str]:
    """Everybody who holds something, also what has run out."""
    return {
        row[0]
        for table in TABLES.values()
        for row in tx.execute(select(table.c.lease_owner).where(table.c.lease_owner != "").distinct())
    }


def free(tx: Tx, gone: Iterable[str]) -> None:
    """Give back what these owners hold."""
    for owner in gone:
        for table in TABLES.values():
            tx.execute(update(table).where(table.c.lease_owner == owner).values(lease_owner="", lease_until=None))
