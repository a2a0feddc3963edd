"""Drills of a large database: kills in an upgrade of a filled old one; a million items and 200,000 links in use."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rig import Home, Rig, run

FIRST_RELEASE = Path(__file__).parents[1] / "fixtures" / "db" / "0001.sql"
PROBE = Path(__file__).with_name("probe.py")
KEPT = ("source", "resource", "sighting", "filing", "action", "document", "node", "note")
KILLS, ROWS = 20, 20_000
ITEMS, LINKS = 1_000_000, 200_000
_COUNTED = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})"


def migration_kill(rig: Rig) -> dict[str, Any]:
    """A filled database of the first release, upgraded under twenty kills at random moments."""
    home = Home(rig, "migration-kill")
    kept, path = home.path / "first.old", home.path / "tracker.db"
    _first_release(kept)
    before = _rows(kept)
    shutil.copy(kept, path)
    whole = home.run("db", "upgrade")
    new, sound, versions, lost, started = _version(path), True, set[int](), 0, whole.code == 0
    for _ in range(KILLS):
        for file in home.path.glob("tracker.db*"):
            file.unlink()
        shutil.copy(kept, path)
        process = subprocess.Popen(
            home.argv("db", "upgrade"), env=rig.environment(), cwd=home.path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(random.uniform(0.2, 1.0) * whole.seconds)
        process.kill()
        process.wait()
        versions.add(_version(path))
        lost = max(lost, _missing(before, _rows(path)))
        started = started and home.run("db", "upgrade").code == 0 and home.run("sources", "list").code == 0
        sound, lost = sound and _sound(path), max(lost, _missing(before, _rows(path)))
    facts = {"integrity_ok": sound, "either_old_or_new": versions <= {1, new}, "rows_lost": lost}
    return {"db": facts | {"second_start_ok": started}, "notes": f"stood at schema {sorted(versions)} after the kills"}


def _first_release(path: Path) -> None:
    """The filled database of the first release, with so many works that an upgrade takes a while."""
    path.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(FIRST_RELEASE.read_text("utf-8"))
        db.execute(
            f"INSERT INTO resource (title, first_seen_at) {_COUNTED.format(most=ROWS)} "
            "SELECT 'Old work ' || i, '2026-01-02 03:04:05.000000' FROM n"
        )
        db.commit()


def _rows(path: Path) -> list[int]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in KEPT]


def _missing(before: list[int], after: list[int]) -> int:
    return sum(max(0, one - two) for one, two in zip(before, after, strict=True))


def _version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def _sound(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def huge(rig: Rig) -> dict[str, Any]:
    """A million items in the inbox, a fifth with a link that was looked at: how long everything takes."""
    home = Home(rig, "huge")
    home.watch([("Huge", "http://127.0.1.199/huge.xml", "feed")])
    home.run("sources", "list")  # makes the database and the source
    _fill(home.path / "tracker.db")
    home.run("search", "nothing-has-this-word", timeout=900)  # cuts a million titles into words, once
    started = home.run("inbox", "--limit", "50", "--json")
    probed = run([sys.executable, str(PROBE), str(home.path)], rig.environment(), home.path, 300)
    if started.code != 0 or probed.code != 0:
        return {"crash": (started.err + probed.err)[-400:]}
    facts: dict[str, Any] = json.loads(probed.out)
    peaks = [started.peak_mib, probed.peak_mib]
    for words in (
        ("digest", "daily", "--out", str(home.path / "out")),
        ("backup", str(home.path / "copy.db")),
        ("doctor",),
    ):
        ran = home.run(*words)
        facts[words[0]] = round(ran.seconds, 1)
        peaks.append(ran.peak_mib)
        if ran.code not in (0, 1):
            return {"crash": ran.err[-400:]}
    for file in home.path.rglob("*.db*"):
        file.unlink()
    return {"db": facts | {"start_s": round(started.seconds, 2), "rss_mib": round(max(peaks))}}


def _fill(path: Path) -> None:
    at, due = "'2026-10-02 03:04:05.000000'", "'2027-10-02 03:04:05.000000'"
    host = "'h' || (i % 5000) || '.example'"
    address = f"'http://' || {host} || '/' || i"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO resource (canonical_url, url, work, kind, title, site, summary, first_seen_at, published_at) "
            f"{_COUNTED.format(most=ITEMS)} SELECT {address}, {address}, NULL, 'article', "
            f"'Item ' || i || ' on topic ' || (i % 997) || ' of agents', {host},"
            f" 'A few words about number ' || i, {at}, {at} FROM n"
        )
        db.execute(
            f"INSERT INTO filing (person_id, resource_id, state, sort_at) SELECT 1, id, 'inbox', {at} FROM resource"
        )
        db.execute(
            "INSERT INTO sighting (resource_id, origin, source_id, item_key, url, title, seen_at) "
            f"SELECT id, 'source', (SELECT min(id) FROM source), 'k' || id, url, title, {at} FROM resource"
        )
        db.execute(
            "INSERT INTO link (resource_id, url, host, verdict, status, checked_at, ok_at, next_check_at) "
            f"SELECT id, url, site, 'ok', 200, {at}, {at}, {due} FROM resource WHERE id <= {LINKS}"
        )
        db.commit()
