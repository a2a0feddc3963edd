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
from collections.abc import Callable, Iterable, Sequence
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what is known by then is told
    spec = json.loads((wishes.run / "cases.resolved.json").read_text("utf-8"))
    numbers = _numbers(wishes.passes) or [one["n"] for one in spec["passes"]]
    rig = Rig(wishes.run.resolve(), _web(wishes.web), {one["n"]: one["at_h"] for one in spec["passes"]})
    chosen = _numbers(wishes.ids)
    cases = [case for case in spec["cases"] if not chosen or case["id"] in chosen]
    with (rig.run / "results.jsonl").open("w", encoding="utf-8", errors="replace") as out, Calm() as calm:
        drill = Drill(rig, cases, out, calm)
        try:
            drill.passes(numbers)
            drill.after()
        finally:
            drill.tell()
    return 0


class Drill:
    """The homes of a run and the results they give. What breaks is told on standard error and costs its cases alone."""

    def __init__(self, rig: Rig, cases: Sequence[Case], out: Any, calm: Calm) -> None:
        self._rig, self._out, self._calm, self._cases = rig, out, calm, cases
        self._begun, self.broke = time.monotonic(), 0
        self._online = [case for case in cases if case["kind"] in ONLINE and not _special(case)]
        self._readers: list[Reader] = []

    def passes(self, numbers: Iterable[int]) -> None:
        """Every pass over what needs the server."""
        self._guarded(self._open)
        last: dict[int, Record] = {}
        for number in numbers if self._readers else ():
            if self._guarded(self._rig.epoch, number) is None:
                break  # without the server nothing said from here on would be true
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for records in pool.map(lambda reader: self._guarded(reader.one_pass) or [], self._readers):
                    self._write(records)
                    last |= {record["id"]: record for record in records}
            self._say(f"pass {number} done")
        with ThreadPoolExecutor(AT_ONCE // 2) as pool:  # screens are drawn in it
            export = lambda reader: self._guarded(lambda: list(exports.export(self._rig, reader, last))) or []  # noqa: E731
            for records in pool.map(export, self._readers):
                self._write(records)
        self._say("exports done")

    def _open(self) -> None:
        """The homes: one for most cases, one each for those that are measured alone."""
        alone = [case for case in self._online if _wants_a_home(case)]
        baseline = self._calm.baseline(self._rig) if alone else 0.0
        self._readers = [Reader(self._rig, "together", [case for case in self._online if case not in alone])]
        self._readers += [Reader(self._rig, f"alone-{case['id']}", [case], baseline) for case in alone]

    def after(self) -> None:
        """What needs no pass: source lists, the database, the drills that run by themselves."""
        lists = any(case["kind"] == "sourcefile" for case in self._cases)
        folder = self._guarded(files.write, self._rig) if lists else None
        for case in sorted(self._cases, key=lambda case: not case["url"].startswith("run:")):  # some need the server
            if case not in self._online:
                self._guarded(lambda case=case: self._write(self._one(case, folder)))
                self._say(f"case {case['id']} done")

    def _say(self, what: str) -> None:
        print(f"{what} after {time.monotonic() - self._begun:.0f} s", file=sys.stderr, flush=True)

    def tell(self) -> None:
        """One line of figures; `broke` counts what is told on standard error."""
        figures = {
            "cases": len(self._cases),
            "seconds": round(time.monotonic() - self._begun),
            "peak_mib": round(self._readers[0].peak_mib) if self._readers else None,
            "broke": self.broke,
        }
        print(json.dumps(figures), flush=True)

    def _guarded(self, do: Callable[..., Any], *args: Any) -> Any:
        """What `do` answers, `True` when that is nothing; None when it broke."""
        try:
            found = do(*args)
        except Exception:
            self.broke += 1
            traceback.print_exc()
            return None
        return True if found is None else found

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

    def _write(self, records: Iterable[Record]) -> None:
        for record in records:
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
