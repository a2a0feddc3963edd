"""Source lists that attack their reader: each is loaded into a home that had a good list before."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from rig import TRACEBACK, Home, Ran, Rig

GOOD = [("Good", "http://127.0.1.199/good.xml", "feed")]


def write(rig: Rig) -> Path:
    """The folder with the files of all cases, made by the hostile web."""
    folder = rig.work / "files"
    subprocess.run(
        [sys.executable, "-B", str(rig.web / "hostile_web.py"), "files", str(folder)], check=True, capture_output=True
    )
    return folder


def load(rig: Rig, case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Load the file of a case as the program would take it in use."""
    number = case["id"]
    home = Home(rig, f"file-{number}")
    home.watch(GOOD)
    home.run("sources", "list", "--json")
    before = database(home)
    home.sources = folder / f"{number}.yaml"
    ran = home.run("sources", "list", "--json", timeout=90)
    rows = list(ran.lines())
    unchanged = database(home) == before
    reading = home.run("status")
    names = [row["name"] for row in rows]
    expected = case["expect"].get("files", {})
    record: dict[str, Any] = {
        "id": number,
        "pass": 1,
        "seconds": round(ran.seconds, 3),
        "rss_delta_mib": round(max(0.0, ran.peak_mib - reading.peak_mib)),
        "titles": stored(home),
        "load": {
            "exit_nonzero": ran.code != 0,
            "traceback": TRACEBACK in ran.err or ran.code == 70,
            "message": ran.err.strip(),
            "names_line": re.search(rf"{number}\.yaml:[1-9]\d*|\bline \d", ran.err) is not None,
            "db_unchanged": unchanged,
            "seconds": ran.seconds,
            "sources": len(rows),
            "names_as_text": names[:1000],
        },
        "files": {
            "must_not_exist": [name for name in expected.get("must_not_exist", ()) if not _anywhere(rig, name)],
            "inside_export_dir": _exported_inside(home),
        },
    }
    return record | crash_of(ran)


def crash_of(ran: Ran) -> dict[str, str]:
    """The crash field of a record, when there was one."""
    return {"crash": ran.crash} if ran.crash else {}


def database(home: Home) -> str:
    """A mark of what the database holds: of its rows, not of its pages."""
    text = "\n".join(str(row) for row in _sources(home))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def stored(home: Home) -> list[str]:
    """The names and addresses of the sources that are kept: of the list before, where this one was refused."""
    return [word for name, url, removed_at in _sources(home) if removed_at is None for word in (name, url)]


def _sources(home: Home) -> list[Any]:
    import sqlite3

    path = home.path / "tracker.db"
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as found:
        return found.execute("SELECT name, url, removed_at FROM source ORDER BY id").fetchall()


def _anywhere(rig: Rig, name: str) -> bool:
    """Whether a file of that name lies where the program ran, or in the folders a command would likely hit."""
    places = (rig.work, Path.cwd(), Path("/tmp"))
    return any(next(place.glob(pattern), None) for place in places for pattern in (name, f"*/{name}", f"*/*/{name}"))


def _exported_inside(home: Home) -> bool:
    """Whether the exports of this home lie in the folder they were sent to."""
    out = home.path / "out"
    shutil.rmtree(out, ignore_errors=True)
    before = set(home.path.parent.iterdir())
    home.run("export", "opml", "--out", str(out / "sources.opml"))
    home.run("digest", "daily", "--out", str(out))
    return set(home.path.parent.iterdir()) == before and not list(home.path.parent.parent.glob("outside*"))
