"""Persons: whose inbox, plan, notes and reviews. A private home has one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from db.store import Tx
from db.tables import person
from tracker.core.model import PersonId


def person_named(tx: Tx, name: str, now: datetime) -> PersonId:
    """The person of that name, made when there is none yet."""
    found = tx.execute(select(person.c.id).where(person.c.name == name)).scalar()
    if found is None:
        found = tx.execute(person.insert().values(name=name, created_at=now).returning(person.c.id)).scalar_one()
    return PersonId(found)


def everybody(tx: Tx) -> list[PersonId]:
    """All persons: what comes in stands in each one's inbox."""
    return [PersonId(row[0]) for row in tx.execute(select(person.c.id).order_by(person.c.id))]
