"""What a person set about a plan: its start, days off, pauses, chosen tracks. One row a plan and key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from db.actions import Changes
from db.store import Tx
from db.tables import plan_setting
from tracker.core.model import PersonId

PERSON = ""  # in place of a plan's name: what holds for all of them


def of_plans(tx: Tx, person: PersonId) -> dict[str, dict[str, Any]]:
    """Values by plan and key."""
    out: dict[str, dict[str, Any]] = {}
    query = select(plan_setting).where(plan_setting.c.person_id == person).order_by(plan_setting.c.plan)
    for row in tx.execute(query):
        out.setdefault(row.plan, {})[row.key] = row.value
    return out


def holidays(values: Mapping[str, Mapping[str, Any]]) -> list[list[Any]]:
    """Days on which a person does nothing at all, as [first day, how many]; they belong to no plan."""
    return list(values.get(PERSON, {}).get("holidays", []))


def put(changes: Changes, person: PersonId, plan: str, key: str, value: Any) -> None:
    """Set one value."""
    where = {"person_id": person, "plan": plan, "key": key}
    if key in of_plans(changes.tx, person).get(plan, {}):
        changes.update(plan_setting, where, value=value)
    else:
        changes.insert(plan_setting, **where, value=value)
