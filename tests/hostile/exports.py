"""All that the program gives out of a home, kept as artefacts: digests, exports, JSON, logs, what a terminal shows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from reader import Reader, Record
from rig import Ran, Rig, plain

DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))))
EXPORTS = ("list", "json", "opml", "journal", "plan", "roadmap")


def export(rig: Rig, reader: Reader, last: Mapping[int, Record]) -> Iterable[Record]:
    """Export the home; the last records of its cases once more, with what is told of files, screens and output."""
    home, name = reader.home, reader.home.path.name
    out = rig.artefacts / name
    out.mkdir(exist_ok=True)
    beside = _around(rig)
    days = f"{rig.now - timedelta(days=40):%Y-%m-%d}..{rig.now:%Y-%m-%d}"
    ran = [home.run("digest", days, "--out", str(out))]
    ran += [home.run("export", form, "--out", str(out / f"export.{form}")) for form in EXPORTS]
    for words in (("resources",), ("sources", "list"), ("inbox",), ("history",)):
        stem = "-".join(words)
        (out / f"{stem}.json").write_text(home.run(*words, "--json").out, "utf-8")
        ran.append(_kept(out / f"{stem}.ansi", home.screen(*words, seconds=8)))
    if (home.path / "logs").is_dir():
        shutil.copytree(home.path / "logs", out / "logs", dirs_exist_ok=True)
    screen = _kept(out / "tui.ansi", home.screen("tui", keys=b"jjjjjjkk?\x1bq", seconds=6))
    crash = next((one.crash for one in [*ran, screen] if one.crash), None)
    facts = {"files": _files(out) | {"inside_export_dir": _around(rig) == beside}}
    for case in reader.cases:
        if case["id"] in last:
            more: dict[str, Any] = facts | {"tui": _tui(case, screen), "output": {}}
            yield last[case["id"]] | more | ({"crash": crash} if crash else {})


def _kept(path: Path, ran: Ran) -> Ran:
    path.write_text(ran.out, "utf-8")
    return ran


def _around(rig: Rig) -> set[str]:
    """What lies around the folder of exports: nothing may appear there."""
    places = (rig.run, rig.artefacts, Path("/"), Path("/tmp"), Path.home())
    return {
        str(found) for place in places for found in place.iterdir() if "tracker" in found.name or "CANARY" in found.name
    }


def _files(out: Path) -> dict[str, Any]:
    names = [path.name for path in out.rglob("*")]
    suffixes = {Path(name).suffix.lstrip(".") for name in names}
    return {
        "name_bytes": max(len(os.fsencode(name)) for name in names),
        "no_device_names": not any(name.split(".")[0].lower() in DEVICES for name in names),
        "no_extensions": sorted({"desktop", "sh", "exe", "url", "lnk", "py", "bat", "com", "js", "html"} - suffixes),
        "must_not_exist": [],
    }


def _tui(case: dict[str, Any], screen: Ran) -> dict[str, Any]:
    wanted = case["expect"].get("tui", {}).get("must_show", [])
    shown = plain(screen.out)
    return {
        "no_crash": screen.crash is None and screen.code == 0,
        "must_show": [text for text in wanted if text in shown],
    }
