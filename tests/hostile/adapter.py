#!/usr/bin/env python3
"""Drive the real program over a run of the hostile web: `adapter.py RUN_FOLDER`.

RUN_FOLDER is what `hostile_web.py serve --run` was given; the server must be running. Written: `results.jsonl`,
`artefacts/` and `work/` (homes of the program) in it, one line of figures on standard output. Works on any set of
cases in the form of that folder's README. The hostile web's own folder (its shim, its files, its database faults) is
`--web`, else what PYTHONPATH names, else the shared one beside this repository.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import database
import exports
import files
import guard
import special
from calm import Calm
from reader import Case, Reader, Record
from rig import Rig

SHARED = Path(__file__).resolve().parents[3] / "shared" / "hostile_web"
ONLINE = ("feed", "link", "page", "talk")
AT_ONCE = 4


def main(argv: Sequence[str] | None = None) -> int:
    """Run all passes over all cases."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("run", type=Path)
    asked.add_argument("--web", type=Path, default=None, help="the folder of hostile_web.py")
    asked.add_argument("--ids", default="", help="only these cases: 1,3-9")
    asked.add_argument("--passes", default="", help="only these passes: 1,4")
    wishes = asked.parse_args(argv)
    # Started in the background by a script, Ctrl-C would be ignored here and in all that is started from here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    spec = json.loads((wishes.run / "cases.resolved.json").read_text("utf-8"))
    numbers = _numbers(wishes.passes) or [one["n"] for one in spec["passes"]]
    rig = Rig(wishes.run.resolve(), _web(wishes.web), {one["n"]: one["at_h"] for one in spec["passes"]})
    chosen = _numbers(wishes.ids)
    cases = [case for case in spec["cases"] if not chosen or case["id"] in chosen]
    begun = time.monotonic()
    with (rig.run / "results.jsonl").open("w", encoding="utf-8") as out, Calm() as calm:
        drill = Drill(rig, cases, out, calm)
        drill.passes(numbers)
        drill.after()
    print(json.dumps({"cases": len(cases), "seconds": round(time.monotonic() - begun), "peak_mib": round(drill.peak)}))
    return 0


class Drill:
    """The homes of a run and the results they give."""

    def __init__(self, rig: Rig, cases: Sequence[Case], out: Any, calm: Calm) -> None:
        self._rig, self._out, self._calm = rig, out, calm
        self._cases = cases
        online = [case for case in cases if case["kind"] in ONLINE and not _special(case)]
        alone = [case for case in online if _wants_a_home(case)]
        baseline = calm.baseline(rig) if alone else 0.0
        self._together = Reader(rig, "together", [case for case in online if case not in alone])
        self._alone = [Reader(rig, f"alone-{case['id']}", [case], baseline) for case in alone]
        self.peak = 0.0

    def passes(self, numbers: Iterable[int]) -> None:
        """Every pass over what needs the server."""
        last: dict[int, Record] = {}
        for number in numbers:
            self._rig.epoch(number)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for records in pool.map(Reader.one_pass, [self._together, *self._alone]):
                    for record in records:
                        self._write(record)
                        last[record["id"]] = record
        self.peak = self._together.peak_mib
        for reader in (self._together, *self._alone):
            for record in exports.export(self._rig, reader, last):
                self._write(record)

    def after(self) -> None:
        """What needs no pass: source lists, the database, the drills that run by themselves."""
        folder = files.write(self._rig) if any(case["kind"] == "sourcefile" for case in self._cases) else None
        for case in self._cases:
            try:
                for record in self._one(case, folder):
                    self._write(record)
            except Exception:  # one drill that breaks must not take the others with it; its case is missing then
                traceback.print_exc()

    def _one(self, case: Case, folder: Path | None) -> Iterable[Record]:
        if case["kind"] == "sourcefile" and folder is not None:
            return [files.load(self._rig, case, folder)]
        if case["url"].startswith("dbfault:"):
            return [database.fault(self._rig, case, self._calm)]
        if case["expect"].get("dry"):
            return [guard.ask(case)]
        if case["url"].startswith("run:"):
            return special.run(self._rig, case, self._calm, self._cases)
        return []

    def _write(self, record: Record) -> None:
        self._out.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._out.flush()


def _special(case: Case) -> bool:
    return bool(case["expect"].get("dry")) or case["url"].startswith(("run:", "dbfault:", "file:"))


def _wants_a_home(case: Case) -> bool:
    """Memory is measured, and a screen is read, with one case a home."""
    return "rss_delta_mib_max" in case["expect"] or "tui" in case["expect"]


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for part in filter(None, text.split(",")):
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


def _web(named: Path | None) -> Path:
    """The hostile web's own folder."""
    shims = [Path(part).resolve().parent for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    for folder in filter(None, (named, *shims, SHARED)):
        if (folder / "hostile_web.py").is_file():
            return folder.resolve()
    raise SystemExit("adapter: the folder of hostile_web.py was not found. Name it with --web DIR")


if __name__ == "__main__":
    sys.exit(main())
