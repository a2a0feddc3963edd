"""Forgetting on purpose: what will go is listed first, and nothing a person keeps is ever among it."""

from __future__ import annotations

from datetime import datetime, timedelta

from db import retention as rows
from db.retention import Spent
from db.store import Store


def spent(store: Store, days: int, now: datetime) -> list[Spent]:
    """What is done with or skipped for longer than `days` and kept by nobody, longest first."""
    with store.read() as tx:
        return rows.spent(tx, now - timedelta(days=days))


def prune(store: Store, days: int, now: datetime) -> list[Spent]:
    """Forget what `spent` lists, and return it. Not undoable; stones stay, so that no feed brings it back."""
    with store.write() as tx:
        found = rows.spent(tx, now - timedelta(days=days))
        rows.forget(tx, [one.id for one in found], now)
    return found
