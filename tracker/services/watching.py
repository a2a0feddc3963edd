"""How the watching goes: sources with their health and what was kept of them, links in trouble, talks without text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db import keeping, links, transcripts
from db import sources as rows
from db.links import LinkRow
from db.store import Store
from tracker.core.jobs import Job
from tracker.core.model import PersonId
from tracker.services import source_list
from tracker.services.source_list import Health

MOST = 1000  # rows of a list that a person looks through


@dataclass(frozen=True, slots=True)
class Watched:
    """A source, and how many of its works the person kept and skipped."""

    health: Health
    kept: int = 0
    skipped: int = 0

    @property
    def rate(self) -> float | None:
        """The share that was kept; None before anything was decided."""
        return self.kept / (self.kept + self.skipped) if self.kept + self.skipped else None


def sources(store: Store, person: PersonId, now: datetime) -> list[Watched]:
    """Every source of the list, those in trouble first."""
    with store.read() as tx:
        decided, ids = keeping.decided(tx, person), {one.name: one.id for one in rows.watched(tx)}
    out = [
        Watched(one, *decided.get(ids[one.name], (0, 0))) for one in source_list.health(store, now) if one.name in ids
    ]
    order = ("stopped", "failing", "unsure", "quiet", "new", "ok", "off")
    return sorted(out, key=lambda one: (not one.health.moved_to, order.index(one.health.health), one.health.name))


def links_in_trouble(store: Store) -> list[LinkRow]:
    """Links that are dead, moved or failing."""
    with store.read() as tx:
        return links.in_trouble(tx, MOST)


def talks_without_text(store: Store) -> list[Job]:
    """Talks that were asked for, or wait for it, and have no transcript yet."""
    with store.read() as tx:
        return transcripts.without_text(tx, MOST)
