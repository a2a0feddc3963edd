"""Part C: an upgrade of a filled database, killed, starved of room, doubled, and of a million items."""

from __future__ import annotations

import hashlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from db.migrations import HEAD
from tests.db.test_upgrades import RELEASED, persons_own, schema_of
from tests.drill.invariants import hold
from tests.drill.world import ROOT, limited

KILLS = 20
LONGEST_SECONDS = 600.0  # of an upgrade of a million items
ITEM = "https://many.example/"


def migrations(folder: Path, seed: int, items: int) -> dict[str, Any]:
    """Every released schema; returns counts of what was tried."""
    done: Counter[str] = Counter()
    rng = random.Random(f"C{seed}")
    for release in RELEASED:
        home = folder / f"from-{release.stem}"
        _kills(home, release, rng, done)
        _without_room(home, release, done)
        _two_at_once(home, release)
        _newer(home, release)
    found: dict[str, Any] = {"releases": len(RELEASED), **done}
    return found | _many(folder / "many", RELEASED[0], items)


def _filled(home: Path, release: Path) -> Path:
    """A database as that release left it, in a home of its own."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    db = sqlite3.connect(home / "tracker.db")
    db.executescript(release.read_text("utf-8"))
    db.execute("PRAGMA journal_mode=WAL")
    db.close()
    return home / "tracker.db"


def _start(home: Path, *words: str, before: tuple[str, ...] = (), crash: str = "") -> subprocess.Popen[str]:
    argv = [*before, sys.executable, "-m", "tracker", "--home", str(home), *words]
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | ({"TRACKER_CRASH_AT": crash} if crash else {})
    return subprocess.Popen(
        argv, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def _run(home: Path, *words: str, before: tuple[str, ...] = (), crash: str = "") -> tuple[int, str]:
    one = _start(home, *words, before=before, crash=crash)
    said, _ = one.communicate(timeout=LONGEST_SECONDS)
    return one.returncode, said


def _kills(home: Path, release: Path, rng: random.Random, done: Counter[str]) -> None:
    """At every step and at random moments: the old or the new, nothing between; a second start completes it."""
    database = _filled(home, release)
    old, before = schema_of(database), persons_own(database)
    began = time.monotonic()
    code, said = _run(home, "db", "upgrade")
    took = time.monotonic() - began
    hold("C", code == 0 and (schema_of(database), persons_own(database)) == (HEAD, before), f"upgrade: {said}")
    for attempt in range(HEAD - old + KILLS):
        database = _filled(home, release)
        if attempt < HEAD - old:
            code, said = _run(home, "db", "upgrade", crash=f"migrate.step:{attempt + 1}")
            hold("C", code == -signal.SIGKILL, f"step {attempt + 1} was not passed: {said}")
            done["killed at a step"] += 1
        else:
            one = _start(home, "db", "upgrade")
            time.sleep(rng.uniform(0.3, 0.85) * took)
            one.kill()
            one.communicate()
            done["killed at random" if one.returncode else "was quicker than the kill"] += 1
        _old_or_new(home, database, old, before)
        code, said = _run(home, "db", "upgrade")
        hold("C", code == 0 and (schema_of(database), persons_own(database)) == (HEAD, before), f"again: {said}")


def _old_or_new(home: Path, database: Path, old: int, before: dict[str, Any]) -> None:
    found = schema_of(database)
    hold("C", found in (old, HEAD) and persons_own(database) == before, f"between: schema {found}")
    copies = list((home / "backups").glob("[!.]*.db"))
    hold("C", found == old or copies, "upgraded without a copy")
    for copy in copies:
        hold("C", (schema_of(copy), persons_own(copy)) == (old, before), f"{copy} is not as it was")


def _without_room(home: Path, release: Path, done: Counter[str]) -> None:
    """Files may grow to a limit: the upgrade is done, or a sentence is said and the old stays as it was."""
    for kib in (4, 64, 256, 512, 1024, 4096):
        database = _filled(home, release)
        old, before = schema_of(database), persons_own(database)
        code, said = _run(home, "db", "upgrade", before=limited(fsize=kib << 10))
        hold("C", "Traceback" not in said and code in (0, 3), f"limit {kib} KiB: {code} {said}")
        hold("C", (schema_of(database), persons_own(database)) == (HEAD if code == 0 else old, before), f"at {kib} KiB")
        done["without room" if code else "room enough"] += 1
        code, said = _run(home, "db", "upgrade")
        hold("C", code == 0 and schema_of(database) == HEAD, f"with room again: {said}")


def _two_at_once(home: Path, release: Path) -> None:
    database = _filled(home, release)
    before = persons_own(database)
    both = [_start(home, "db", "upgrade") for _ in range(2)]
    ends = [(one.communicate(timeout=60)[0], one.returncode) for one in both]
    hold("C", any(code == 0 for _, code in ends), f"two at once: {ends}")
    hold("C", all("Traceback" not in said and "unexpected" not in said for said, _ in ends), f"two at once: {ends}")
    hold("C", (schema_of(database), persons_own(database)) == (HEAD, before), "two at once")


def _newer(home: Path, release: Path) -> None:
    """A database of a later release is refused by every kind of command, and no byte of it changes."""
    database = _filled(home, release)
    db = sqlite3.connect(database)
    db.execute(f"PRAGMA user_version={HEAD + 1}")
    db.close()
    seen = hashlib.sha256(database.read_bytes()).hexdigest()
    for words in (("status",), ("triage", "1", "done"), ("db", "upgrade"), ("crawl",), ("daemon", "--once")):
        code, said = _run(home, *words)
        hold("C", code == 3 and "newer" in said, f"{words} on a newer schema: {code} {said}")
        hold("C", hashlib.sha256(database.read_bytes()).hexdigest() == seen, f"{words} changed a newer database")


def _many(home: Path, release: Path, items: int) -> dict[str, Any]:
    """The same with many items: within ten minutes."""
    database = _filled(home, release)
    db = sqlite3.connect(database)
    for table, unlike in (("resource", ("canonical_url", "url")), ("filing", ())):
        _multiply(db, table, unlike, items)
    db.commit()
    db.close()
    began = time.monotonic()
    code, said = _run(home, "db", "upgrade")
    took = time.monotonic() - began
    hold(
        "C", code == 0 and schema_of(database) == HEAD and took < LONGEST_SECONDS, f"{items} items: {took:.0f} s {said}"
    )
    db = sqlite3.connect(database)
    kept = db.execute("SELECT count(*) FROM resource WHERE canonical_url LIKE ?", (ITEM + "%",)).fetchone()[0]
    db.close()
    hold("C", kept == items, f"{kept} of {items} items are there")
    size = database.stat().st_size
    shutil.rmtree(home)
    return {"items": items, "upgrade of them s": round(took, 1), "database MiB": size >> 20}


def _multiply(db: sqlite3.Connection, table: str, unlike: tuple[str, ...], items: int) -> None:
    """Rows like the first one, with numbers far from those that are there."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    key = "resource_id" if "resource_id" in columns else "id"
    values = [
        "n + 10000000" if name == key else f"'{ITEM}' || n" if name in unlike else f"one.{name}" for name in columns
    ]
    db.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {items}) "
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM numbers, "
        f"(SELECT * FROM {table} LIMIT 1) AS one"
    )
