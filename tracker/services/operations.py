"""Operations: what runs and what is next, whether the database is sound, copies of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from db import inbox as filings
from db import runs, upkeep
from db.runs import Run
from db.store import Store
from tracker.core.errors import Conflict, StoreError
from tracker.core.model import InboxState, PersonId
from tracker.services.crawl import Health, health


@dataclass(frozen=True, slots=True)
class Status:
    """What `tracker status` shows."""

    waiting: int
    watched: int
    trouble: tuple[Health, ...]
    next_up: tuple[Health, ...]
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing `doctor` looked at; `ok` False wants a person."""

    what: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class Checkup:
    """What `doctor` found."""

    findings: tuple[Finding, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        return all(finding.ok for finding in self.findings)


def status(store: Store, person: PersonId) -> Status:
    """What waits, what is watched, what is in trouble, what is next."""
    watched = [one for one in health(store) if one.enabled]
    with store.read() as tx:
        waiting = filings.counts(tx, person).get(InboxState.INBOX, 0)
        latest = runs.latest(tx)
    trouble = tuple(one for one in watched if one.health in ("failing", "stopped", "unsure"))
    coming = sorted((one.next_poll_at, i) for i, one in enumerate(watched) if one.next_poll_at)
    return Status(waiting, len(watched), trouble, tuple(watched[i] for _, i in coming[:5]), tuple(latest))


def checkup(store: Store, home: Path) -> Checkup:
    """Look for damage: the file, the ties between rows, what was left lying about. Changes nothing."""
    with store.read() as tx:
        damage, loose, facts = upkeep.damage(tx), upkeep.loose_rows(tx), upkeep.facts(tx)
    left = sorted(str(path) for path in home.glob("**/.*.tmp")) if home.is_dir() else []
    findings = (
        Finding("integrity", not damage, damage or "the database is whole"),
        Finding("ties", not loose, f"{loose} rows point nowhere" if loose else "every row has what it points to"),
        Finding("temporary files", not left, f"left behind: {', '.join(left[:5])}" if left else "none left behind"),
    )
    return Checkup(findings, facts | {"temporary_files": left})


def backup(store: Store, target: Path) -> int:
    """Copy the database to `target` while others work on it, look at the copy, return its size in bytes.

    Raises Conflict when `target` is there already, StoreError when the copy is not sound.
    """
    if target.exists():
        raise Conflict(f"{target} is there already", "Nothing was overwritten; name another file")
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        upkeep.copy(store, temporary)
        upkeep.verify(temporary)
        temporary.replace(target)
        return target.stat().st_size
    except OSError as error:
        raise StoreError(str(target), f"cannot be written ({error.strerror})", "Name another file.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def restore(source: Path, database: Path, now: datetime) -> Path | None:
    """Put the backup `source` in place of `database`; what was there is kept beside it. Returns where, None if nothing was.

    Raises StoreError when `source` is no sound database of ours; nothing is changed then.
    """
    upkeep.verify(source)
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%d-%H%M%S}")
    fresh = database.with_name(f".{database.name}.tmp")
    database.parent.mkdir(parents=True, exist_ok=True)
    upkeep.copy_file(source, fresh)
    there = database.exists()
    if there:
        upkeep.settle(database)
        database.replace(kept)
    for rest in ("-wal", "-shm"):  # another database's log beside the file would destroy it on the first write
        database.with_name(database.name + rest).unlink(missing_ok=True)
    fresh.replace(database)
    return kept if there else None
