"""Persons: whose inbox, plan, notes and reviews. A private home has one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, literal, select

from db.store import Tx
from db.tables import person, search_dirty, sighting
from tracker.core.model import PersonId


def person_named(tx: Tx, name: str, now: datetime) -> PersonId:
    """The person of that name, made when there is none yet.

    From the second on, what documents say of works is no longer found by everybody: their words are cut anew.
    """
    found = find(tx, name)
    if found is None:
        made = tx.execute(person.insert().values(name=name, created_at=now).returning(person.c.id))
        found = PersonId(made.scalar_one())
        dirty = (
            select(literal("resource"), sighting.c.resource_id).where(sighting.c.document_id.is_not(None)).distinct()
        )
        known = select(search_dirty.c.ref_id).where(search_dirty.c.kind == "resource")
        tx.execute(
            search_dirty.insert().from_select(["kind", "ref_id"], dirty.where(sighting.c.resource_id.not_in(known)))
        )
    return found


def several(tx: Tx) -> bool:
    """Whether more than one person shares the library."""
    return int(tx.execute(select(func.count()).select_from(person)).scalar_one()) > 1


def find(tx: Tx, name: str) -> PersonId | None:
    """The person of that name; None when there is none."""
    found = tx.execute(select(person.c.id).where(person.c.name == name)).scalar()
    return None if found is None else PersonId(found)


def everybody(tx: Tx) -> list[PersonId]:
    """All persons: what comes in stands in each one's inbox."""
    return [PersonId(row[0]) for row in tx.execute(select(person.c.id).order_by(person.c.id))]
