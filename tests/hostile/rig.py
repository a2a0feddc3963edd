"""What the drill runs with: the program as a process, its clock, its memory; the control port of the hostile web."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CONTROL = os.environ.get("HOSTILE_CONTROL", "127.0.0.1:8899")
OPENED = "127.0.1.0/24,127.0.2.0/24"
TRACEBACK = "Traceback (most recent call last)"
PROGRAM = [sys.executable, "-m", "tracker"]
COMMAND_SECONDS = 240.0
STILL_SECONDS = 1.0  # without a new byte: the screen is drawn
MOST_SECONDS_TO_DRAW = 30.0
_SECRET = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    out: str
    err: str
    seconds: float
    peak_mib: float  # the process and its children together

    @property
    def crash(self) -> str | None:
        """Why this run counts as a crash; None when it does not."""
        if self.code < 0 and self.code != -signal.SIGINT:
            return f"ended by signal {-self.code}" if self.code != -signal.SIGKILL else "hung and was killed"
        if self.code == 70 or TRACEBACK in self.err + self.out:
            return self.err.strip()[-300:] or "unexpected error"
        return None

    def lines(self) -> Iterator[dict[str, Any]]:
        """The JSON Lines on standard output."""
        for line in self.out.splitlines():
            with contextlib.suppress(ValueError):  # a program that was killed may leave half a line
                if line.startswith("{"):
                    yield json.loads(line)


@dataclass
class Rig:
    """The run folder, the hostile web's own folder, and the pass the clock stands at."""

    run: Path
    web: Path
    at_h: Mapping[int, float]
    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    number: int = 1
    work: Path = field(init=False)
    artefacts: Path = field(init=False)

    def __post_init__(self) -> None:
        self.work, self.artefacts = self.run / "work", self.run / "artefacts"
        for folder in (self.work, self.artefacts):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def now(self) -> datetime:
        """The program's clock at this pass."""
        return self.start + timedelta(hours=self.at_h[self.number])

    def epoch(self, number: int) -> None:
        """Begin a pass: the server is told, the clock moves."""
        self.number = number
        control(f"/epoch/{number}")

    def environment(self, **more: str) -> dict[str, str]:
        """Names answered by the hostile web, its certificates, the two open networks, the clock of this pass."""
        env = {k: v for k, v in os.environ.items() if k not in _SECRET and not k.startswith("TRACKER_")}
        env |= {
            "PYTHONPATH": str(self.web / "shim"),
            "HOSTILE_CONTROL": CONTROL,
            "TRACKER_NOW": self.now.isoformat(),
            "TRACKER_NETWORK__ALLOW_PRIVATE": OPENED,
            "TRACKER_NETWORK__CONCURRENCY": "64",
            "TERM": "xterm-256color",
        }
        if (self.run / "tls/ca.pem").is_file():
            env["SSL_CERT_FILE"] = str(self.run / "tls/ca.pem")
        return env | more


class Home:
    """A home of the program below the run folder."""

    def __init__(self, rig: Rig, name: str) -> None:
        self.rig, self.path = rig, rig.work / name
        self.path.mkdir(parents=True, exist_ok=True)
        self.sources = self.path / "sources.yaml"
        if not self.sources.exists():
            self.sources.write_text("version: 1\nsources: []\n", "utf-8")

    def argv(self, *args: str) -> list[str]:
        """The command line of this home."""
        log = str(self.rig.artefacts / "requests.jsonl")
        return [*PROGRAM, "--home", str(self.path), "--sources", str(self.sources), "--log-requests", log, *args]

    def run(self, *args: str, timeout: float = COMMAND_SECONDS, prefix: Sequence[str] = (), **env: str) -> Ran:
        """Run one command to its end; one that hangs is killed."""
        argv = [*prefix, *self.argv(*args)]
        return run(argv, self.rig.environment(**env), self.path, timeout)

    def screen(self, *args: str, keys: bytes = b"", seconds: float = 4.0, columns: int = 200, rows: int = 50) -> Ran:
        """Run a command in a terminal; its raw output. `keys` are typed one by one, then it is interrupted."""
        return _in_terminal(self.argv(*args), self.rig.environment(), self.path, keys, seconds, (rows, columns))

    def watch(self, sources: Sequence[tuple[str, str, str]]) -> None:
        """Write sources.yaml: (name, address, kind)."""
        lines = ["version: 1", "sources:"]
        for name, url, kind in sources:
            lines += [f"  - name: {json.dumps(name)}", f"    url: {json.dumps(url)}", f"    kind: {kind}"]
        self.sources.write_text("\n".join(lines) + "\n" if sources else "version: 1\nsources: []\n", "utf-8")


def run(argv: Sequence[str], env: Mapping[str, str], cwd: Path, timeout: float) -> Ran:
    """Run a process to its end, watching the memory of its tree."""
    begun = time.monotonic()
    process = subprocess.Popen(
        argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    memory = Memory(process.pid)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        _kill(process.pid)
        out, err = process.communicate(timeout=30)
    seconds = time.monotonic() - begun
    text, talk = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
    return Ran(process.returncode, text, talk, seconds, memory.stop())


def _kill(pid: int) -> None:
    """End a process and all below it, those that opened a session of their own too."""
    for one in reversed(tree(pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


class Memory:
    """The peak resident memory of a process and its children, MiB, looked at twenty times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peaks = pid, dict[int, int]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.is_set():
            for pid in tree(self._pid):
                self._peaks[pid] = max(self._peaks.get(pid, 0), _high_water(pid))
            self._over.wait(0.05)

    def stop(self) -> float:
        """The sum over the processes that lived at any one time is at most this."""
        self._over.set()
        self._thread.join()
        return sum(self._peaks.values()) / 1024


def tree(pid: int) -> list[int]:
    """`pid` and the processes below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                waiting += [int(child) for child in task.read_text().split()]
        except OSError:  # it ended meanwhile
            continue
    return found


def _high_water(pid: int) -> int:
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _in_terminal(
    argv: Sequence[str], env: Mapping[str, str], cwd: Path, keys: bytes, seconds: float, size: tuple[int, int]
) -> Ran:
    """Run in a pseudo-terminal for at most so long; keys are typed a quarter of a second apart.

    The first waits until the screen stands still: on a busy machine that takes its time.
    """
    import fcntl
    import struct
    import termios

    begun = time.monotonic()
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    process = subprocess.Popen(
        argv, env=env, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    out, waiting, next_key = b"", list(keys), begun + 2.0
    still = begun
    end = begun + seconds + len(keys) * 0.25 + 2
    while process.poll() is None and time.monotonic() < end:
        more = _read(ours)
        out += more
        now = time.monotonic()
        if len(waiting) == len(keys) and now < begun + MOST_SECONDS_TO_DRAW and (more or not out):
            still, end = now, now + seconds + len(keys) * 0.25 + 2
        if waiting and now >= max(next_key, still + STILL_SECONDS):
            os.write(ours, bytes([waiting.pop(0)]))
            next_key = time.monotonic() + 0.25
    code = process.poll()
    if code is None:
        os.killpg(process.pid, signal.SIGTERM)
        code = 0 if process.wait(10) in (0, -signal.SIGTERM, 143) else process.returncode
    for _ in range(50):
        more = _read(ours)
        out += more
        if not more:
            break
    os.close(ours)
    return Ran(code, out.decode("utf-8", "replace"), "", time.monotonic() - begun, 0.0)


def _read(descriptor: int) -> bytes:
    ready, _, _ = select.select([descriptor], [], [], 0.1)
    try:
        return os.read(descriptor, 65536) if ready else b""
    except OSError:
        return b""


def control(path: str) -> Any:
    """Ask the control port of the hostile web."""
    with urllib.request.urlopen(f"http://{CONTROL}{path}", timeout=30) as answer:
        return json.load(answer)


def plain(screen: str) -> str:
    """What stands on a terminal, without its sequences."""
    text = re.sub(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)", "", screen)
    return re.sub(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-B]|[=>78])", "", text)
