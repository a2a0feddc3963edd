"""The invariants of the drill, asked of the files as they lie and of the running program after a restart."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.drill.world import World


class Broken(AssertionError):
    """An invariant that does not hold; the first word is its number."""


def hold(number: str, truth: object, said: str) -> None:
    if not truth:
        raise Broken(f"{number}: {said}")


def _copy_whole(home: Path, copy_to: Path) -> None:
    """The database with its log, again while a process that lives brings the log in between the one and the other."""
    for _ in range(100):
        before = (home / "tracker.db").stat()
        time.sleep(0.02)  # longer than the clock of the file system ticks
        for rest in ("", "-wal"):
            target = copy_to / f"tracker.db{rest}"
            target.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copy(home / target.name, target)
        after = (home / "tracker.db").stat()
        if (before.st_mtime_ns, before.st_size, before.st_ino) == (after.st_mtime_ns, after.st_size, after.st_ino):
            return
    raise Broken(f"drill: {home / 'tracker.db'} was never still for the time of a copy")


class Facts:
    """A look into the database past the program: a copy of the SQLite files, or PostgreSQL as it stands."""

    def __init__(self, world: World, copy_to: Path) -> None:
        self.world, self.sqlite = world, not world.database
        if self.sqlite:
            copy_to.mkdir(parents=True, exist_ok=True)
            _copy_whole(world.home, copy_to)
            self.db: Any = sqlite3.connect(copy_to / "tracker.db")
        else:
            import psycopg

            self.db = psycopg.connect(world.direct.replace("+psycopg", ""))
            self.db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # one picture: others write meanwhile

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.db.execute(query).fetchall()]

    def one(self, query: str) -> Any:
        found = self.rows(query)
        return found[0][0] if found else None

    def close(self) -> None:
        self.db.close()


def at_rest(world: World, copy_to: Path) -> None:
    """I1, I3, I4 on the files as they lie after the kill."""
    facts = Facts(world, copy_to)
    try:
        if facts.sqlite:
            hold("I1", facts.rows("PRAGMA integrity_check") == [("ok",)], "integrity_check")
            hold("I1", not facts.rows("PRAGMA foreign_key_check"), "foreign_key_check")
        else:
            hold("I1", not facts.rows("SELECT conname FROM pg_constraint WHERE NOT convalidated"), "constraints")
        for query in (
            "SELECT canonical_url FROM resource WHERE canonical_url IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
            "SELECT source_id, item_key FROM sighting WHERE source_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1",
            "SELECT person_id, resource_id FROM filing GROUP BY 1, 2 HAVING count(*) > 1",
        ):
            hold("I3", not facts.rows(query), query)
        newest: dict[int, int] = {}
        for source, guid in facts.rows("SELECT source_id, guid FROM sighting WHERE source_id IS NOT NULL"):
            newest[source] = max(newest.get(source, 0), int(re.search(r"-g(\d+)-", guid)[1]))  # type: ignore[index]
        for source, tag in facts.rows("SELECT source_id, etag FROM polling WHERE etag <> ''"):
            hold(
                "I4",
                int(tag.strip('"g')) == newest.get(source),
                f"source {source}: {tag} but items {newest.get(source)}",
            )
    finally:
        facts.close()


def decisions(world: World, copy_to: Path, unsure: int) -> int:
    """I2: what was acknowledged stands. `unsure`: how many decisions may have been in flight at kills so far.

    Returns how many decisions are in the database without an acknowledgement that was seen.
    """
    facts = Facts(world, copy_to)
    try:
        counter = int(facts.one("SELECT value FROM meta WHERE key = 'ack'") or 0)
        stored = dict(facts.rows("SELECT resource_id, state FROM filing"))
        with world.lock:
            seen = {seq: list(items) for seq, items in world.acks.items()}
        hold("I2", max(seen, default=0) <= counter, f"acknowledged {max(seen, default=0)}, the counter says {counter}")
        unseen = counter - len(seen)
        hold("I2", unseen <= unsure, f"{unseen} decisions were made that nobody was told of, {unsure} can have been")
        last = {item: state for _, items in sorted(seen.items()) for item, state in items}
        now = {item: stored.get(item, "inbox") for item in last}  # without a row it waits in the inbox
        differ = {item: (state, now[item]) for item, state in last.items() if now[item] != state}
        hold("I2", len(differ) <= unseen, f"acknowledged and stored differ: {dict(list(differ.items())[:5])}")
        touched: set[int] = set()
        for (forward,) in facts.rows("SELECT forward FROM action"):
            changes = json.loads(forward) if isinstance(forward, str) else forward
            touched |= {int(change[0]) for change in changes if isinstance(change, list) and isinstance(change[0], int)}
        loose = [item for item in last if last[item] != "inbox" and item not in touched]
        hold("I2", not loose, f"decisions without history: {loose[:5]}")
        return unseen
    finally:
        facts.close()


def after_restart(world: World, copy_to: Path, exports: Path) -> dict[str, Any]:
    """I6, I7, I9, I10 on the running program; returns what the doctor said."""
    facts = Facts(world, copy_to)
    try:
        failed = facts.rows("SELECT source_id, reason, detail FROM polling WHERE failures > 0")
        hold("I6", not failed, f"a kill was counted as a failure: {failed[:3]}")
    finally:
        facts.close()
    for file in exports.glob("*.md"):
        hold("I7", file.read_text("utf-8").rstrip().endswith("-->"), f"{file} has no end mark")
    said = world.doctor()
    hold("I1", said.get("sound"), f"doctor: {said}")
    hold("I7", not said.get("temporary_files"), f"left behind: {said.get('temporary_files')}")
    hold("I9", said.get("log_bytes", 0) < 64 << 20, f"the log is {said.get('log_bytes')} bytes")
    log = (world.home / "logs" / "daemon.log").read_text("utf-8", "replace").splitlines()
    for position, line in enumerate(log):
        try:
            json.loads(line)
        except ValueError:
            cut_by_kill = position + 1 < len(log)  # a cut line ends where the next process began to write
            hold("I10", cut_by_kill or position == len(log) - 1, f"log line {position + 1}: {line[:80]}")
    return said
