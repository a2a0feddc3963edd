"""The journal of decisions: appended with the decision itself in one transaction, read backwards for undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from db.store import Tx
from db.tables import action
from tracker.core.inbox import HistoryEntry, Step, from_json, invert, to_json
from tracker.core.model import ActionId, PersonId


def record(
    tx: Tx, person: PersonId, *, verb: str, label: str, made_by: str, steps: Sequence[Step], now: datetime
) -> ActionId:
    """Keep a decision. What was undone before it stays in the history, but can no longer be redone."""
    row = {
        "person_id": person,
        "at": now,
        "verb": verb,
        "label": label,
        "made_by": made_by,
        "forward": to_json(steps),
        "inverse": to_json(invert(steps)),
    }
    return ActionId(tx.execute(action.insert().values(**row).returning(action.c.id)).scalar_one())


def last(tx: Tx, person: PersonId, *, undone: bool) -> tuple[ActionId, str, str, tuple[Step, ...]] | None:
    """The decision undo takes back (`undone=False`) or redo does again: id, verb, label and its forward steps."""
    mine = action.c.person_id == person
    newest = select(func.coalesce(func.max(action.c.id), 0)).where(mine, action.c.undone.is_(False)).scalar_subquery()
    if undone:
        query = select(action).where(mine, action.c.undone, action.c.id > newest).order_by(action.c.id)
    else:
        query = select(action).where(mine, action.c.id == newest)
    row = tx.execute(query.limit(1)).first()
    if row is None:
        return None
    return ActionId(row.id), row.verb, row.label, from_json(row.forward)


def mark(tx: Tx, id_: ActionId, *, undone: bool, now: datetime) -> None:
    """Say that a decision was taken back, or done again."""
    tx.execute(update(action).where(action.c.id == id_).values(undone=undone, undone_at=now if undone else None))


def history(tx: Tx, person: PersonId, limit: int) -> list[HistoryEntry]:
    """Decisions, newest first."""
    query = select(action).where(action.c.person_id == person).order_by(action.c.id.desc()).limit(limit)
    return [_entry(row) for row in tx.execute(query)]


def _entry(row: Any) -> HistoryEntry:
    return HistoryEntry(ActionId(row.id), row.at, row.verb, row.label, row.made_by, row.undone, len(row.forward))
