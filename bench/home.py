"""A home for `tracker` in a folder of its own, with the settings the bench states."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.measured import Cost, run

# The farm is on loopback and its hosts are made up, so the guard is opened for it and hosts are not spared: no peer
# spares them. Everything else is as it comes.
QUICK = """[network]
allow_private = ["127.0.0.0/8"]
host_spacing = 0
concurrency = 64
per_host = 4

[links]
host_spacing = 0
per_host = 8
"""
POLITE = """[network]
allow_private = ["127.0.0.0/8"]
"""


class Home:
    """One home and the program used on it."""

    def __init__(self, folder: Path, settings: str = QUICK) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder, self.database = folder, folder / "home" / "tracker.db"
        (folder / "home").mkdir()
        (folder / "home" / "config.toml").write_text(settings)
        self.sources = folder / "sources.yaml"
        self.sources.write_text("version: 1\nsources: []\n")

    def watch(self, urls: Iterable[str]) -> None:
        """Write the list of sources."""
        rows = "".join(
            f"  - name: Feed {number}\n    url: {url}\n    kind: feed\n    enabled: true\n    why: measured\n"
            for number, url in enumerate(urls)
        )
        self.sources.write_text(f"version: 1\nsources:\n{rows}")

    def command(self, *words: str) -> list[str]:
        """The command line of the released program."""
        beside = Path(sys.executable).with_name("tracker")
        return [str(beside), "--home", str(self.folder / "home"), "--sources", str(self.sources), *words]

    def run(self, *words: str, sampled: bool = True) -> Cost:
        """Use the program once. Ends the bench when it refused (status 2 and up): one that did nothing looks fast."""
        cost = run(self.command(*words), folder=self.folder, sampled=sampled)
        if cost.status not in (0, 1):  # 1: it did its work and found something wrong
            raise SystemExit(
                f"'tracker {words[0]}' ended with status {cost.status}; mend that first: {cost.output[-300:]}"
            )
        return cost

    def counted(self, query: str) -> int:
        """A number from the database, asked of the file itself."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as found:
            return int(found.execute(query).fetchone()[0])

    def holds(self) -> str:
        """How many works are stored, and how many of them are in the search index as they stand."""
        stored = self.counted("SELECT count(*) FROM resource")
        waiting = self.counted("SELECT count(*) FROM search_dirty WHERE kind = 'resource'")
        return f"{stored} entries, {stored - waiting} searchable"
