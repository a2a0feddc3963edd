"""Faults of the database file: a copy of a good home is damaged or held, and the program is used on it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calm import Calm
from rig import TRACEBACK, Home, Ran, Rig

_CACHE: dict[Path, Path] = {}


class Patient(Home):
    """A home in a folder anybody may enter; used without the powers of root."""

    def __init__(self, rig: Rig, name: str) -> None:
        super().__init__(rig, name)
        self.path = Path(tempfile.mkdtemp(prefix="hostile-db-"))
        self.path.chmod(0o755)
        self.sources = self.path / "sources.yaml"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.path / "tracker.db"

    def argv(self, *args: str) -> list[str]:
        """Without the request log, and without the powers of root."""
        line = [sys.executable, "-m", "tracker", "--home", str(self.path), "--sources", str(self.sources), *args]
        return [*_without_powers(), *line]

    def rows(self, query: str) -> list[Any]:
        """Ask the database itself, read-only."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as found:
            return found.execute(query).fetchall()


def _without_powers() -> list[str]:
    """Root may write what nobody else may: without that power the mode of a file counts for it too."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return []
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]


def good(rig: Rig, name: str, calm: Calm) -> Patient:
    """A copy of a home with a few sources and items; made once a run."""
    home = Patient(rig, name)
    if rig.run not in _CACHE:
        home.watch(calm.feeds(3))
        home.run("crawl", "--json")
        keep = rig.work / "good"
        shutil.copytree(home.path, keep, dirs_exist_ok=True)
        _CACHE[rig.run] = keep
    shutil.copytree(_CACHE[rig.run], home.path, dirs_exist_ok=True)
    return home


def fault(rig: Rig, case: dict[str, Any], calm: Calm) -> dict[str, Any]:
    """Damage or hold the database as the case says, use the program, tell what came of it."""
    home = good(rig, f"db-{case['id']}", calm)
    item = home.rows("SELECT resource_id FROM filing WHERE state = 'inbox' ORDER BY resource_id")[0][0]
    with _fault(rig, case["id"], home.database) as hint:
        limit = (hint or {}).get("ulimit_f_kib")
        before = _bytes_of(home.database)
        if limit:
            home.watch([*calm.feeds(3), *((f"Big {n}", f"{calm.base}/big{n}.xml", "feed") for n in range(4))])
            used = home.run("crawl", "--json", prefix=_limited(limit))
        else:
            used = home.run("triage", str(item), "shortlist")
        read = home.run("resources", "--json")
        unchanged = _bytes_of(home.database) == before
    after = home.run("triage", str(item), "shortlist")
    return {
        "id": case["id"],
        "pass": 1,
        "seconds": round(used.seconds, 3),
        "db": {
            "exit_nonzero": used.code != 0,
            "traceback": any(TRACEBACK in ran.err + ran.out or ran.code == 70 for ran in (used, read, after)),
            "message": used.err.strip(),
            "file_unchanged": unchanged,
            "seconds": used.seconds,
            "next_ok": after.code == 0,
            "reads_still_work": read.code == 0 and bool(list(read.lines())),
            "write_lost": used.code == 0 and not limit and not _stands(home, item),
            "integrity_ok": _sound(home),
            "acked_lost": _lost(home, used),
            "rows_lost": 0 if _count(home) >= 15 else 15 - _count(home),
        },
    }


def _limited(kib: int) -> list[str]:
    return ["bash", "-c", f'ulimit -f {kib}; exec "$@"', "limited"]


@contextlib.contextmanager
def _fault(rig: Rig, number: int, path: Path) -> Iterator[dict[str, Any] | None]:
    """The fault, for the length of the block when it is one that is held."""
    argv = [sys.executable, "-B", str(rig.web / "hostile_web.py"), "dbfault", str(number), str(path)]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = json.loads(process.stdout.readline() or "{}")
    try:
        yield said.get("hint")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=30)
        process.kill()


def _bytes_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "none"


def _stands(home: Patient, item: int) -> bool:
    return home.rows(f"SELECT state FROM filing WHERE resource_id = {item}")[0][0] == "shortlist"


def _sound(home: Patient) -> bool:
    try:
        return home.rows("PRAGMA integrity_check") == [("ok",)]
    except sqlite3.Error:
        return False


def _count(home: Patient) -> int:
    try:
        return int(home.rows("SELECT count(*) FROM sighting")[0][0])
    except sqlite3.Error:
        return 0


def _lost(home: Patient, ran: Ran) -> int:
    """Items a crawl told of that are not stored."""
    told = {row["source"]: row["new"] for row in ran.lines() if row.get("new") and "source" in row}
    try:
        kept = dict(
            home.rows("SELECT s.name, count(*) FROM sighting i JOIN source s ON s.id = i.source_id GROUP BY s.name")
        )
    except sqlite3.Error:
        return sum(told.values())
    return sum(max(0, new - kept.get(source, 0)) for source, new in told.items())


def wait_for(condition: Any, seconds: float) -> bool:
    """Whether `condition()` came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
