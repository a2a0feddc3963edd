"""A session: half an hour with one work or place, where it began and where it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.core.model import NodeId, ResourceId

FORGOTTEN = 360  # minutes after which nobody is asked to believe that a session ran on


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting. `ended` None = it runs. Seconds are positions in a talk, None = not said."""

    id: int
    resource: ResourceId | None
    node: NodeId | None
    title: str
    url: str
    day: date
    started: datetime
    ended: datetime | None
    minutes: int
    from_seconds: int | None
    to_seconds: int | None

    def minutes_until(self, now: datetime) -> int:
        """How long it has run, in whole minutes, one at least."""
        return max(1, round((now - self.started).total_seconds() / 60))
