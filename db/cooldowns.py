"""Hosts that asked for rest: kept, so that a restart does not forget it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.store import Tx
from db.tables import cooldown

_HOSTS = cooldown.c.host.not_like("% %")  # the rests of talks ("youtube captions") are db.transcripts' own


@dataclass(frozen=True, slots=True)
class Rest:
    """One host that is left alone until a time."""

    host: str
    until: datetime
    reason: str


def resting(tx: Tx, now: datetime) -> list[Rest]:
    """Hosts that rest now, the longest first."""
    query = select(cooldown).where(cooldown.c.until > now, _HOSTS).order_by(cooldown.c.until.desc())
    return [Rest(row.host, row.until, row.reason) for row in tx.execute(query)]


def keep(tx: Tx, rests: Mapping[str, datetime], reason: str, now: datetime) -> None:
    """Make the table say which hosts rest, and until when."""
    tx.execute(cooldown.delete().where(_HOSTS))
    rows = [{"host": host, "until": until, "reason": reason, "since": now} for host, until in rests.items()]
    if rows:
        tx.execute(cooldown.insert(), rows)
