"""What the program proposes and a person decides: nothing happens unasked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from db.store import Tx
from db.tables import proposal

SOURCE_MOVED = "source-moved"  # subject: the source's name; url: its new address
OPEN, TAKEN, GONE = "open", "taken", "gone"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal that waits for an answer."""

    id: int
    kind: str
    subject: str
    url: str
    evidence: Mapping[str, Any]
    made_at: datetime


def propose(tx: Tx, kind: str, subject: str, url: str, evidence: Mapping[str, Any], now: datetime) -> bool:
    """Propose once: what waits or was decided is not proposed again; a new address takes the place of an open one."""
    mine = (proposal.c.kind == kind) & (proposal.c.subject == subject)
    if tx.execute(select(proposal.c.id).where(mine, proposal.c.url == url, proposal.c.state != GONE)).first():
        return False
    tx.execute(update(proposal).where(mine, proposal.c.state == OPEN).values(state=GONE, decided_at=now))
    row = {"kind": kind, "subject": subject, "url": url, "evidence": dict(evidence), "state": OPEN, "made_at": now}
    tx.execute(proposal.insert().values(**row))
    return True


def settle(tx: Tx, kind: str, subject: str, now: datetime) -> None:
    """What waits for an answer about `subject` was done."""
    mine = (proposal.c.kind == kind) & (proposal.c.subject == subject) & (proposal.c.state == OPEN)
    tx.execute(update(proposal).where(mine).values(state=TAKEN, decided_at=now))


def waiting(tx: Tx, kind: str) -> dict[str, Proposal]:
    """Open proposals of a kind by their subject."""
    rows = tx.execute(select(proposal).where(proposal.c.kind == kind, proposal.c.state == OPEN).order_by(proposal.c.id))
    return {r.subject: Proposal(r.id, r.kind, r.subject, r.url, r.evidence, r.made_at) for r in rows}
