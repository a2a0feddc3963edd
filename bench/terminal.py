"""The terminal interface in a pseudo-terminal over a large library: first frame beside an empty Textual app, keys,
opening, search as one types, memory; calm, and while another process writes as fast as it can."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.home import Home
from bench.measured import resident
from bench.report import OURS, Figure
from bench.start import Terminal

FIRST_FRAME = re.compile(rb"Inbox")  # a name on top of every place
FIRST_ROW = re.compile(rb"\d\d-\d\d")  # the day at the end of a row
STARTS, KEYS, OPENED, TYPED = 5, 60, 12, 6
WORD = "memory"
EMPTY = "an empty Textual app"
_EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("01-12 is here")
Empty().run()
"""
# Entries of a source, merged as a crawl merges them, one transaction of a hundred after the other.
_WRITER = """
import itertools, sys
from datetime import UTC, datetime
from db import arrivals, people, sources
from tracker.core.arrival import arrivals as arriving
from tracker.core.model import Entry, Harvest, Source
from tracker.wiring import house_of
with house_of({"home": sys.argv[1]}) as house:
    now = datetime.now(UTC)
    with house.store.write() as tx:
        sources.sync(tx, [Source("Flood", "https://flood.example/feed", "feed")], now)
        (source,) = [one for one in sources.watched(tx) if one.name == "Flood"]
    print("ready", flush=True)
    for turn in itertools.count():
        entries = tuple(Entry(f"{turn}.{n}", f"https://flood.example/{turn}/{n}", f"k{turn}.{n}") for n in range(100))
        found = arriving(source, Harvest(entries=entries), datetime.now(UTC))
        with house.store.write() as tx:
            arrivals.arrive(tx, source, found, most=0, now=datetime.now(UTC), people=people.everybody(tx))
"""


def measure(home: Home, rows: int) -> list[Figure]:
    """All of it over a library of `rows` works."""
    return [*_first_frames(home, rows), *_at_work(home, rows, "calm"), *_while_written(home, rows)]


def _first_frames(home: Home, rows: int) -> Iterator[Figure]:
    """Process start to the first frame, and to the first row in it, in turns with an app that draws nothing else."""
    ours, empty = home.command("tui"), [sys.executable, "-c", _EMPTY]
    shows = (("first frame", EMPTY, empty, FIRST_ROW), ("first frame", OURS, ours, FIRST_FRAME),
             ("first row", OURS, ours, FIRST_ROW))  # fmt: skip
    took: dict[tuple[str, str], list[float]] = {}
    for _ in range(STARTS):
        for what, name, command, shown in shows:
            screen = Terminal(command)
            try:
                took.setdefault((what, name), []).append(screen.wait_for(shown))
            finally:
                screen.close()
    for (what, name), values in took.items():
        yield Figure(f"terminal: {what} over {rows:,}", name, _part(values, 0.5), "s")


def _at_work(home: Home, rows: int, how: str) -> Iterator[Figure]:
    screen = Terminal(home.command("tui"))
    try:
        screen.wait_for(FIRST_ROW)
        screen.rest(2.0)
        screen.key(b"\x1b", quiet=0.3)  # the tour of the first day
        parts: tuple[tuple[str, Callable[[], list[float]]], ...] = (
            ("key to frame", lambda: [screen.key(b"j") for _ in range(KEYS)]),
            ("open and back", lambda: _opened(screen)),
            ("a letter of a search", lambda: _typed(screen)),
        )
        for name, act in parts:
            took = act()
            yield Figure(f"terminal, {how}: {name} over {rows:,}, median", OURS, _part(took, 0.5) * 1000, "ms")
            yield Figure(f"terminal, {how}: {name} over {rows:,}, p95", OURS, _part(took, 0.95) * 1000, "ms")
        memory = resident(screen.process) / 1e6
        yield Figure(f"terminal, {how}: memory over {rows:,}", OURS, memory, "MB", peak=memory)
    finally:
        screen.close()


def _opened(screen: Terminal) -> list[float]:
    took = []
    for _ in range(OPENED):
        took.append(screen.key(b"\r", quiet=0.3))
        screen.key(b"q", quiet=0.3)
        screen.key(b"j", quiet=0.3)
    return took


def _typed(screen: Terminal) -> list[float]:
    """Each letter until the list that answers it is drawn: the line above it says so, in the same frame."""
    took = []
    for _ in range(TYPED):
        screen.key(b"/", quiet=0.4)
        for n, letter in enumerate(WORD, 1):
            answered = re.compile(rb"/" + WORD[:n].encode() + rb"(?![a-z])")
            took.append(screen.shown_after(letter.encode(), answered, quiet=0.4))
        screen.key(b"\x1b", quiet=0.4)
    return took


def _while_written(home: Home, rows: int) -> Iterator[Figure]:
    with _writing(home):
        yield from _at_work(home, rows, "while a crawl writes")


@contextmanager
def _writing(home: Home) -> Iterator[None]:
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(home.folder / "home")], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        yield
    finally:
        writer.kill()
        writer.wait()


def _part(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
