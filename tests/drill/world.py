"""What a drill runs in: a web, a home, processes in sessions of their own, and the reader of their acknowledgements."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.drill.web import Web

ROOT = Path(__file__).parents[2]
CONFIG = """[network]
allow_private = ["127.0.0.1"]
host_spacing = 0.0
per_host = 8
[crawl]
min_interval = 1
daily_cap = 100000
tick = 0.5
parse_processes = 1
[digest]
language = "en"
[log]
json = true
"""


class Running:
    """One process in a session of its own; its lines are read here and outlive it."""

    def __init__(self, world: World, name: str, words: list[str], **environment: str) -> None:
        self.name, self.lines, self.started = name, list[str](), time.monotonic()
        self.up_after = 0.0
        clean = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
        self.process = subprocess.Popen(
            words, cwd=ROOT, env=clean | world.environment | environment, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        self.reader = threading.Thread(target=self._read, args=(world,), daemon=True)
        self.reader.start()
        world.started.append(self)

    def _read(self, world: World) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):  # a line cut by the kill is no acknowledgement
                self.lines.append(line.rstrip("\n"))
                if line.startswith("ACK "):
                    world.keep_ack(line)

    def kill(self, name: signal.Signals = signal.SIGKILL) -> None:
        """By its session, so that its children go too."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, name)

    def ended(self, seconds: float = 15) -> int:
        code = self.process.wait(seconds)
        self.reader.join(5)
        return code


class World:
    """One home and its web."""

    def __init__(self, folder: Path, seed: int, database: str = "", feeds: int = 40) -> None:
        self.folder, self.home, self.seed = folder, folder / "home", seed
        self.home.mkdir(parents=True)
        self.web = Web(seed, feeds)
        self.acks: dict[int, list[tuple[int, str]]] = {}
        self.ack_file = (folder / "acks").open("a", encoding="utf-8")
        self.lock, self.started = threading.Lock(), list[Running]()
        self.environment = {"TRACKER_ACK_LOG": "", "PYTHONUNBUFFERED": "1"}
        if database:
            self.environment["TRACKER_DATABASE_URL"] = database
        self.database = self.direct = database  # `direct`: past whatever stands before it
        (self.home / "config.toml").write_text(CONFIG)
        (self.home / "sources.yaml").write_text(
            "version: 1\ndefaults:\n  interval: 2s\nsources:\n"
            + "".join(f"  - name: F{n}\n    url: {self.web.base}/feed/{n}\n    kind: feed\n" for n in range(feeds))
        )
        self.environment["TRACKER_SOURCES"] = str(self.home / "sources.yaml")

    def close(self) -> None:
        """End what still runs: after a failure the evidence stays, the processes do not."""
        for one in self.started:
            if one.process.poll() is None:
                one.kill()

    def keep_ack(self, line: str) -> None:
        """Append with fsync: this reader is what a person saw."""
        found = re.fullmatch(r"ACK (\d+) (\S+) (\w+)", line.strip())
        if not found:
            return
        with self.lock:
            seen = self.acks.setdefault(int(found[1]), [])
            if found[2].isdigit():  # where a resource stands; of other rows (`note:12`) the number alone is kept
                seen.append((int(found[2]), found[3]))
            self.ack_file.write(line.rstrip("\n") + "\n")
            self.ack_file.flush()
            os.fsync(self.ack_file.fileno())

    def take_log(self, path: Path) -> None:
        """The acknowledgements that the terminal interface wrote to its file."""
        if path.is_file():
            text = path.read_text("utf-8")
            for line in text[: text.rfind("\n") + 1].splitlines():
                if int(line.split()[1]) not in self.acks:
                    self.keep_ack(line)
            path.unlink()

    def tracker(self, *words: str, before: tuple[str, ...] = (), **environment: str) -> Running:
        """Start a command; `before` are words in front of it (see `limited`)."""
        line = [*before, sys.executable, "-m", "tracker", "--home", str(self.home), *words]
        return Running(self, words[0], line, **environment)

    def done(
        self, *words: str, seconds: float = 60, before: tuple[str, ...] = (), **environment: str
    ) -> tuple[int, str]:
        """One command to its end: status and all it said."""
        one = self.tracker(*words, before=before, **environment)
        code = one.ended(seconds)
        return code, "\n".join(one.lines)

    def actor(self, kind: str, seed: int, *more: str, **environment: str) -> Running:
        file = str(Path(__file__).with_name("actors.py"))
        return Running(self, kind, [sys.executable, file, kind, str(self.home), str(seed), *more], **environment)

    def daemon(self, before: tuple[str, ...] = (), **environment: str) -> Running:
        """Start it and wait until it says that it started; `up_after` is how long that took (see `own_seconds`)."""
        one = self.tracker("daemon", before=before, **environment)
        deadline = time.monotonic() + 30
        while not any("started, pid" in line for line in one.lines):
            if one.process.poll() is not None or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        one.up_after = own_seconds(one)
        return one

    def doctor(self) -> dict[str, Any]:
        _, said = self.done("doctor", "--json")
        lines = [line for line in said.splitlines() if line.startswith("{")]
        return dict(json.loads(lines[-1])) if lines else {"sound": False, "said": said}


def limited(**limits: int) -> tuple[str, ...]:
    """Words before a command that bound it: fsize (bytes of a file), nofile (open files), as (bytes of memory)."""
    return ("prlimit", *(f"--{name}={most}" for name, most in limits.items()), "--")


def own_seconds(one: Running) -> float:
    """Seconds since the start of a process, without those in which the system let it wait for a processor.

    Limits of time are about what the program does. On a machine that others use as well the clock on the wall measures
    them; waiting for locks and for the disk is ours and counts. Of a session the process that stood longest is taken;
    never less than the processor time it used. Where the system does not tell (no /proc), it is the clock on the wall.
    """
    wall, used, waited = time.monotonic() - one.started, 0, 0
    for process in left_of_session(one.process.pid):
        ran, stood = 0, 0
        for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
            with suppress(OSError, ValueError):
                numbers = thread.read_text().split()
                ran, stood = ran + int(numbers[0]), stood + int(numbers[1])
        used, waited = max(used, ran), max(waited, stood)
    return max(wall - waited / 1e9, used / 1e9)


def left_of_session(sid: int) -> list[int]:
    """Processes that still live in a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == sid and fields[0] != "Z":
                found.append(int(entry.name))
    return found
