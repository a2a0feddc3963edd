"""Passes of the crawl and other rounds of work: what `status` shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from db.store import Tx
from db.tables import run

BY_FORCE = "ended by force"


@dataclass(frozen=True, slots=True)
class Run:
    """One round: `ended_at` None = still running, or ended by force."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    summary: Mapping[str, Any]
    error: str = ""
    owner: str = ""


def begin(tx: Tx, kind: str, owner: str, now: datetime) -> int:
    """Note that a round starts; returns its number."""
    made = tx.execute(run.insert().values(kind=kind, owner=owner, started_at=now).returning(run.c.id))
    return int(made.scalar_one())


def end(tx: Tx, number: int, summary: Mapping[str, Any], now: datetime, error: str = "") -> None:
    """Note what a round did."""
    tx.execute(update(run).where(run.c.id == number).values(ended_at=now, summary=dict(summary), error=error))


def latest(tx: Tx, limit: int = 5) -> list[Run]:
    """The last rounds, newest first."""
    return [_run(row) for row in tx.execute(select(run).order_by(run.c.id.desc()).limit(limit))]


def unfinished(tx: Tx) -> list[Run]:
    """Rounds without an end, oldest first."""
    return [_run(row) for row in tx.execute(select(run).where(run.c.ended_at.is_(None)).order_by(run.c.id))]


def bury(tx: Tx, owners: Iterable[str], now: datetime) -> int:
    """End the rounds of owners that died; returns how many."""
    dead = update(run).where(run.c.ended_at.is_(None), run.c.owner.in_(list(owners)))
    return len(list(tx.execute(dead.values(ended_at=now, error=BY_FORCE).returning(run.c.id))))


def prune(tx: Tx, keep: int) -> int:
    """Forget all but the newest `keep` rounds (by number, not by time: a clock may be wrong); returns how many."""
    newest = int(tx.execute(select(func.coalesce(func.max(run.c.id), 0))).scalar_one())
    gone = tx.execute(run.delete().where(run.c.id <= newest - keep).returning(run.c.id))
    return len(list(gone))


def _run(row: Any) -> Run:
    return Run(row.kind, row.started_at, row.ended_at, row.summary, row.error, row.owner)
