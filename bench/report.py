"""Figures of many runs, and the one table they make: min / median / max, and what we take of what another takes."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

OURS = "tracker"


@dataclass(frozen=True)
class Figure:
    """One run of one program. What does not apply is 0 or ""; `unit` is that of `value`."""

    measure: str
    program: str
    value: float
    unit: str = "s"
    cpu: float = 0.0
    peak: float = 0.0  # MB of the process tree
    size: float = 0.0  # MB on disk
    holds: str = ""  # proof that the work was done


def table(figures: Iterable[Figure]) -> str:
    """Markdown: a row for each measure and program, in the order they came."""
    groups: dict[str, dict[str, list[Figure]]] = {}
    for one in figures:
        groups.setdefault(one.measure, {}).setdefault(one.program, []).append(one)
    lines = [
        "| measure | program | min / median / max | tracker ÷ it | CPU s | peak MB | on disk MB | proof |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for measure, programs in groups.items():
        ours = _median(programs[OURS]) if OURS in programs else 0.0
        lines += [_row(measure, program, runs, ours) for program, runs in programs.items()]
    return "\n".join(lines) + "\n"


def _median(runs: Iterable[Figure]) -> float:
    return statistics.median(one.value for one in runs)


def _row(measure: str, program: str, runs: list[Figure], ours: float) -> str:
    values = sorted(one.value for one in runs)
    spread = " / ".join(_short(value) for value in (values[0], statistics.median(values), values[-1]))
    ratio = f"{ours / statistics.median(values):.2f}" if ours and program != OURS and values[0] else ""
    cells = [
        measure, program, f"{spread} {runs[0].unit}", ratio,
        _short(statistics.median(one.cpu for one in runs)), _short(max(one.peak for one in runs)),
        _short(max(one.size for one in runs)), runs[-1].holds,
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _short(value: float) -> str:
    if not value:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> str:
    """What kind of machine this is: cores and memory, no names."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def keep(figures: Iterable[Figure], file: Path) -> None:
    """The figures as JSON lines."""
    file.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in figures))


def kept(file: Path) -> list[Figure]:
    """The figures of such a file."""
    return [Figure(**json.loads(line)) for line in file.read_text().splitlines()]
