"""Passes of the crawl and other rounds of work: what `status` shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from db.store import Tx
from db.tables import run


@dataclass(frozen=True, slots=True)
class Run:
    """One round: `ended_at` None = still running, or ended by force."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    summary: Mapping[str, Any]
    error: str = ""


def begin(tx: Tx, kind: str, owner: str, now: datetime) -> int:
    """Note that a round starts; returns its number."""
    made = tx.execute(run.insert().values(kind=kind, owner=owner, started_at=now).returning(run.c.id))
    return int(made.scalar_one())


def end(tx: Tx, number: int, summary: Mapping[str, Any], now: datetime, error: str = "") -> None:
    """Note what a round did."""
    tx.execute(update(run).where(run.c.id == number).values(ended_at=now, summary=dict(summary), error=error))


def latest(tx: Tx, limit: int = 5) -> list[Run]:
    """The last rounds, newest first."""
    rows = tx.execute(select(run).order_by(run.c.id.desc()).limit(limit))
    return [Run(row.kind, row.started_at, row.ended_at, row.summary, row.error) for row in rows]
