"""Running one command and saying what it cost: seconds by the clock and of CPU, memory of its whole process tree."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """What one run took. `peak` is the largest sum over the tree in MB; pages that are shared count for each."""

    seconds: float
    cpu: float
    peak: float
    status: int
    output: str


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    env: Mapping[str, str] | None = None,
    limit: float = 600.0,
    sampled: bool = True,
) -> Cost:
    """Run `command` in `folder` to its end, or kill it after `limit` seconds (status -9)."""
    output = folder / "output.txt"
    with output.open("wb") as sink:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        killer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        killer.start()
        tree = _Tree(process.pid)
        if sampled:
            tree.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        killer.cancel()
        tree.ended.set()
        process.returncode = os.waitstatus_to_exitcode(status)
    peak = max(tree.peak / 1e6, used.ru_maxrss * 1024 / 1e6)
    return Cost(seconds, used.ru_utime + used.ru_stime, peak, process.returncode, output.read_text(errors="replace"))


class _Tree(threading.Thread):
    """Looks at the memory of a process and all that came of it, again and again."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self.peak, self.ended = 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, resident(self._root))


def resident(root: int) -> int:
    """Resident bytes of a process and of its children, their children, and so on."""
    children: dict[int, list[int]] = {}
    bytes_of: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "stat").read_text().rpartition(") ")[2].split()
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(int(words[1]), []).append(int(entry.name))
        bytes_of[int(entry.name)] = int(words[21]) * _PAGE
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += bytes_of.get(process, 0)
        waiting += children.get(process, [])
    return total


def size_of(path: Path) -> float:
    """MB of a folder, or of a file with what lies beside it under the same beginning."""
    files = path.rglob("*") if path.is_dir() else path.parent.glob(path.name + "*")
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
