"""Counters that only grow, kept in `meta`."""

from __future__ import annotations

from sqlalchemy import select, update

from db.store import Tx
from db.tables import meta


def advance(tx: Tx, name: str) -> int:
    """The next number of the counter `name`, from 1; part of the caller's write transaction."""
    found = tx.execute(select(meta.c.value).where(meta.c.key == name).with_for_update()).scalar()
    number = int(found or 0) + 1
    if found is None:
        tx.execute(meta.insert().values(key=name, value=number))
    else:
        tx.execute(update(meta).where(meta.c.key == name).values(value=number))
    return number
