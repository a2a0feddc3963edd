"""Starting the program: help against a bare click; and a pseudo-terminal for the interface."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from pathlib import Path

from bench.home import Home
from bench.measured import run
from bench.report import OURS, Figure

ROUNDS = 9
_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")


def measure_help(folder: Path) -> list[Figure]:
    """`tracker --help` and a bare import of click, in turns; the middle of several."""
    home = Home(folder / "start")
    commands = {OURS: home.command("--help"), "python -c 'import click'": [sys.executable, "-c", "import click"]}
    took: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            took[name].append(run(command, folder=home.folder, sampled=False).seconds * 1000)
    return [Figure("--help", name, statistics.median(values), "ms") for name, values in took.items()]


def measure_commands(home: Home, rows: int) -> list[Figure]:
    """Whole commands from process start over a library of so many works."""
    found = []
    for words in (("inbox",), ("search", "memory"), ("search", "数据"), ("search", "--newest", "memory")):
        cost = home.run(*words)
        lines = len(cost.output.splitlines())
        found.append(
            Figure(
                f"'{' '.join(words)}' over {rows:,}",
                OURS,
                cost.seconds,
                "s",
                cost.cpu,
                cost.peak,
                0.0,
                f"{lines} lines",
            )
        )
        print(found[-1], flush=True)
    return found


class Terminal:
    """A program in a pseudo-terminal of 120 by 40."""

    def __init__(self, command: list[str]) -> None:
        self._begun = time.perf_counter()
        self.process, self._end = pty.fork()
        if self.process == 0:
            os.execve(command[0], command, {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def wait_for(self, shown: re.Pattern[bytes], limit: float = 60.0) -> float:
        """Seconds from the start of the process (or the key) until `shown` was written. Raises TimeoutError."""
        written, end = b"", time.perf_counter() + limit
        while time.perf_counter() < end:
            if select.select([self._end], [], [], 0.5)[0]:
                written += os.read(self._end, 1 << 16)
                if shown.search(_SEQUENCE.sub(b"", written)):
                    return time.perf_counter() - self._begun
        raise TimeoutError(f"{shown.pattern!r} was not shown")

    def key(self, key: bytes, quiet: float = 0.05, still: float = 0.004) -> float:
        """Seconds from the key until the last byte it made the program write, `still` seconds of silence behind it."""
        self.rest(quiet)
        begun = last = time.perf_counter()
        os.write(self._end, key)
        if not select.select([self._end], [], [], 5.0)[0]:
            raise TimeoutError("a key brought nothing")
        while select.select([self._end], [], [], still)[0]:
            os.read(self._end, 1 << 16)
            last = time.perf_counter()
        return last - begun

    def shown_after(self, key: bytes, shown: re.Pattern[bytes], quiet: float) -> float:
        """Seconds from the key until `shown` was written. Raises TimeoutError."""
        self.rest(quiet)
        self._begun = time.perf_counter()
        os.write(self._end, key)
        return self.wait_for(shown, 5.0)

    def rest(self, quiet: float) -> None:
        """Read what is written until nothing comes for so long."""
        while select.select([self._end], [], [], quiet)[0]:
            os.read(self._end, 1 << 16)

    def close(self) -> None:
        """End the program."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._end)
