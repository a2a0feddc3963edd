"""What runs, what is next and why, what is in trouble: everything `tracker status` and the daemon's endpoint show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from db import cooldowns, leases, runs
from db import inbox as filings
from db.cooldowns import Rest
from db.leases import Held
from db.runs import Run
from db.store import Store
from tracker.core.model import InboxState, PersonId
from tracker.services.leases import described
from tracker.services.single import running
from tracker.services.source_list import Health, health

BOARD = "daemon.json"


@dataclass(frozen=True, slots=True)
class Daemon:
    """The daemon of a home: its process (0 = not said) and what it says of itself."""

    pid: int
    started: str
    jobs: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Status:
    """What `tracker status` shows. The owner of what is `held` is said in words."""

    waiting: int
    watched: int
    due: int
    trouble: tuple[Health, ...]
    next_up: tuple[Health, ...]
    runs: tuple[Run, ...]
    resting: tuple[Rest, ...]
    held: tuple[Held, ...]
    daemon: Daemon | None


def status(store: Store, person: PersonId, home: Path, now: datetime) -> Status:
    """What waits, what is watched, what is in trouble, what is next, who rests, who is at what."""
    watched = [one for one in health(store, now) if one.enabled]
    with store.read() as tx:
        waiting = filings.counts(tx, person).get(InboxState.INBOX, 0)
        latest, resting, held = runs.latest(tx), cooldowns.resting(tx, now), leases.held(tx, now)
    trouble = tuple(one for one in watched if one.health in ("failing", "stopped", "unsure"))
    coming = sorted((one.next_poll_at, i) for i, one in enumerate(watched) if one.next_poll_at)
    return Status(
        waiting,
        len(watched),
        sum(at <= now for at, _ in coming) + sum(one.health == "new" for one in watched),
        trouble,
        tuple(watched[i] for _, i in coming[:5]),
        tuple(latest),
        tuple(resting),
        tuple(one._replace(owner=described(one.owner)) for one in held),
        daemon_of(home, store.path),
    )


def daemon_of(home: Path, database: Path | None) -> Daemon | None:
    """The daemon that runs for this home, with its board; None when none does."""
    pid = running(home, database)
    if pid is None:
        return None
    try:
        board = json.loads((home / BOARD).read_text("utf-8"))
    except (OSError, ValueError):
        board = {}
    mine = board if board.get("pid") == pid else {}
    return Daemon(pid, str(mine.get("started", "")), mine.get("jobs", {}))
