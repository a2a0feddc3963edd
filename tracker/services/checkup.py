"""The doctor: looks for damage and trouble, says what to do, repairs what can be repaired without a person."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db import clock, polling, runs, upkeep
from db import leases as held
from db.store import Store
from tracker.core.errors import StoreError
from tracker.services import leases
from tracker.services.single import running
from tracker.services.team import team

LEAST_FREE = 256 * 1024 * 1024
LONG_LOG = 64 * 1024 * 1024
WRONG_CLOCK = timedelta(days=1)
APART_SECONDS = 30.0
_TEMPORARY = re.compile(r"\.(?P<pid>\d+)\.(?:[0-9a-f]+\.)?tmp")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at. `level`: ok, warning (works, but know it), trouble (wants a person)."""

    what: str
    level: str
    said: str

    @property
    def ok(self) -> bool:
        return self.level != "trouble"


@dataclass(frozen=True, slots=True)
class Checkup:
    """What the doctor found; `repaired` says what was done about it."""

    findings: tuple[Finding, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    repaired: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return all(finding.ok for finding in self.findings)


def checkup(store: Store, home: Path, now: datetime, *, repair: bool = False) -> Checkup:
    """Look at the file, the ties between rows, settings, locks, work left undone, files left behind."""
    repaired = tuple(_repair(store, home, now)) if repair else ()
    with store.read() as tx:
        damage, loose, facts = upkeep.damage(tx), upkeep.loose_rows(tx), upkeep.facts(tx)
        unfinished, owners, due = runs.unfinished(tx), held.owners(tx), polling.longest_due(tx, now)
        ahead = clock.ahead(tx, now + WRONG_CLOCK)
    daemon, left = running(home, store.path), left_behind(home, store.path)
    dead = leases.dead({*owners, *(one.owner for one in unfinished if one.owner)})
    findings = [
        _finding("integrity", damage, "the database is whole"),
        _finding("ties", f"{loose} rows point nowhere" if loose else "", "every row has what it points to"),
        *(_of_sqlite(store, facts) if store.is_sqlite else ()),
        _finding("temporary files", f"left behind: {', '.join(str(p) for p in left[:5])}" if left else "",
                 "none left behind"),
        _finding("work", f"held by processes that are gone: {len(dead)}" if dead else "", "nothing is stuck", "warning"),
        _finding("clock", f"{ahead} looks lie in the future: the clock was or is wrong" if ahead else "",
                 "no time lies in the future", "warning"),
        *_of_places(store, home),
        *(() if store.is_sqlite else _of_team(store, now)),
    ]  # fmt: skip
    oldest = next((one for one in unfinished if one.owner not in dead), None)
    facts |= {
        "daemon": None if daemon is None else {"pid": daemon},
        "oldest_unfinished": None if oldest is None else {"kind": oldest.kind, "started": oldest.started_at},
        "longest_due": None if due is None else {"source": due[0], "since": due[1]},
        "held_by_dead": len(dead),
        "temporary_files": [str(path) for path in left],
    }
    return Checkup(tuple(findings), facts, repaired)


def unusable(error: StoreError) -> Checkup:
    """The checkup of a database that cannot be opened at all."""
    return Checkup((Finding("database", "trouble", error.sentence()),))


def left_behind(home: Path, database: Path | None) -> list[Path]:
    """Half-written files of processes that are gone."""
    places = {home.resolve()} | ({database.resolve().parent} if database is not None else set())
    found = {
        path
        for place in places
        if place.is_dir()
        for path in (place.glob("**/.*.tmp*") if place == home.resolve() else place.glob(f".{database.name}.*tmp*")
                     if database else ())
    }  # fmt: skip
    return sorted(path for path in found if not _being_written(path))


def _being_written(path: Path) -> bool:
    named = _TEMPORARY.search(path.name)
    return named is not None and leases.lives(int(named["pid"]))


def _finding(what: str, wrong: str, fine: str, level: str = "trouble") -> Finding:
    return Finding(what, level if wrong else "ok", wrong or fine)


def _of_sqlite(store: Store, facts: dict[str, Any]) -> Iterator[Finding]:
    wrong = upkeep.wrong_pragmas(facts["pragmas"])
    facts["begin"] = "immediate" if upkeep.begins_immediately(store) else "deferred"
    if facts["begin"] != "immediate":
        wrong.append("write transactions do not begin immediately")
    yield _finding("settings", "; ".join(wrong), "log, ties, waiting and syncing are as they should be")
    yield _finding("engine", upkeep.sqlite_risk(), f"SQLite {facts['version']}", "warning")
    assert store.keeper is not None
    facts["log_bytes"] = length = store.keeper.log_bytes()
    said = f"the log is {length >> 20} MiB long; is a program reading without a pause?" if length > LONG_LOG else ""
    yield _finding("log", said, f"{length >> 10} KiB are not in the file yet", "warning")


def _of_team(store: Store, now: datetime) -> Iterator[Finding]:
    """What a PostgreSQL is shared with: workers, and machines whose clocks should agree."""
    with store.read() as tx:
        apart = abs((upkeep.server_time(tx) - now).total_seconds())
    said = f"this machine's clock and the server's are {apart:.0f} s apart: leases and schedules want one time"
    yield _finding("server's clock", said if apart > APART_SECONDS else "", "the same as here", "warning")
    found = team(store)
    if found is None:
        return
    waiting = sum(one.waiting + one.again for one in found.queues.values())
    idle = (
        f"{waiting} jobs wait and no worker is alive: start 'tracker worker'" if waiting and not found.workers else ""
    )
    yield _finding("workers", idle, f"{found.workers} alive, {waiting} jobs wait", "warning")
    dead = f"{len(found.dead)} were given up: 'tracker status' says why, 'tracker worker retry' puts them back"
    yield _finding("jobs", dead if found.dead else "", "none was given up", "warning")


def _of_places(store: Store, home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        return
    mode = home.stat().st_mode
    open_to = "others" if mode & stat.S_IWOTH else "its group" if mode & stat.S_IWGRP else ""
    yield _finding("rights", f"{home} can be written by {open_to}: run 'chmod 700 {home}'" if open_to else "",
                   "the home is its owner's alone to write", "warning")  # fmt: skip
    free = shutil.disk_usage(home).free
    said = f"only {free >> 20} MiB are free on the disk of {home}" if free < LEAST_FREE else ""
    yield _finding("room", said, f"{free >> 20} MiB free", "warning")


def _repair(store: Store, home: Path, now: datetime) -> Iterator[str]:
    """What can be mended without a person. Yields a sentence for each thing done."""
    for path in left_behind(home, store.path):
        path.unlink(missing_ok=True)
        yield f"removed {path}"
    if held := bury_dead(store, now):
        yield f"put back what {held} dead processes held"
    with store.write() as tx:
        if moved := clock.put_right(tx, now):
            yield f"took {moved} looks that lay in the future back to now"
        if store.is_sqlite and upkeep.damage(tx):
            upkeep.rebuild_indexes(tx)
            yield "made the indexes anew"
    if store.keeper is not None and store.keeper.log_bytes() and store.keeper.bring_in(wholly=True):
        yield "brought the log into the file"


def bury_dead(store: Store, now: datetime) -> int:
    """End the rounds and free the leases of processes that are gone; returns how many those are."""
    with store.read() as tx:
        owners = {*held.owners(tx), *(one.owner for one in runs.unfinished(tx) if one.owner)}
    dead = leases.dead(owners)
    if dead:
        with store.write() as tx:
            runs.bury(tx, dead, now)
            held.free(tx, dead)
    return len(dead)
