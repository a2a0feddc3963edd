"""Parts A and B: kills at random moments and at every named point, and what must hold after each."""

from __future__ import annotations

import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.drill.invariants import Broken, after_restart, at_rest, decisions, hold
from tests.drill.world import Running, World, left_of_session, own_seconds

TARGETS = ("daemon", "cli", "tui", "export", "all", "daemon")
INTERVAL = 2.0


class Drill:
    """The rounds over one world. What a killed person was at is unsure; everything else must hold."""

    def __init__(self, world: World, report: Callable[[dict[str, Any]], None]) -> None:
        self.world, self.report = world, report
        self.unsure, self.slowest_restart, self.longest_log, self.slowest_decision = 0, 0.0, 0, 0.0
        self.took: list[float] = []

    def rounds(self, count: int, seed: int) -> None:
        for number in range(1, count + 1):
            started = time.monotonic()
            rng = random.Random(seed + number)
            target, row = rng.choice(TARGETS), {"round": number, "seed": seed + number}
            row["target"], row["moment"] = target, min(max(rng.expovariate(1 / 1.5), 0.02), 10.0)
            try:
                self._round(number, rng, target, float(row["moment"]))
                row["ok"] = True
            except Broken as broken:
                row |= {"ok": False, "broken": str(broken), "evidence": str(self.world.folder)}
                self.report(row)
                raise
            row["seconds"] = round(time.monotonic() - started, 2)
            self.report(row)

    def _round(self, number: int, rng: random.Random, target: str, moment: float) -> None:
        world, log = self.world, self.world.folder / "tui-acks"
        people = [world.daemon(), world.actor("cli", number), world.actor("export", number)]
        self._up(people[0])
        if number % 4 == 0 or target == "tui":
            people.append(world.actor("tui", number, TRACKER_ACK_LOG=str(log)))
            self._wait(people[-1], "READY", 15)
        time.sleep(moment)
        victims = people if target == "all" else [one for one in people if one.name == target]
        for one in victims:
            one.kill()
        self.unsure += sum(one.name in ("cli", "tui") for one in victims)
        for one in victims:
            one.ended()
        at_rest(world, world.folder / "copy")
        rest = [one for one in people if one not in victims]
        time.sleep(1.0 if rest else 0.0)
        for one in rest:
            hold("I8", one.process.poll() is None, f"{one.name} ended when {target} was killed: {one.lines[-3:]}")
            one.kill(signal.SIGTERM)
        self.unsure += sum(one.name in ("cli", "tui") for one in rest)  # SIGTERM ends them as a kill does
        for one in rest:
            one.ended()
            wrong = [line for line in one.lines if line.startswith("ERROR") or "Traceback" in line or "locked" in line]
            hold("D", not wrong, f"{one.name}: {wrong[:3]} {one.lines[-25:] if one.name == 'daemon' else ''}")
        world.take_log(log)
        for one in people:
            self.took += [float(line.split()[1]) for line in one.lines if line.startswith("TOOK")]
        if number % 10 == 0:  # two kills in a row: recovery itself must be safe to kill
            again = world.tracker("daemon")
            time.sleep(rng.uniform(0.01, 0.3) + rng.choice((0.0, 0.8)))
            again.kill()
            again.ended()
        self._after(people)

    def _up(self, daemon: Running) -> None:
        took = daemon.up_after
        self.slowest_restart = max(self.slowest_restart, took)
        hold("I8", daemon.process.poll() is None and took < 5, f"start took {took:.1f} s: {daemon.lines[-5:]}")

    def _after(self, people: list[Running]) -> None:
        """Start again and look: everything goes on, nothing is left behind."""
        world, began = self.world, time.monotonic()
        daemon = world.daemon()
        self._up(daemon)
        late = self._late(daemon, began)
        decisions(world, world.folder / "copy", self.unsure)
        said = after_restart(world, world.folder / "copy", world.home / "digests")
        self.longest_log = max(self.longest_log, int(said.get("log_bytes", 0)))
        daemon.kill(signal.SIGTERM)
        hold("I8", daemon.ended(12) == 0, f"the daemon did not end well: {daemon.lines[-3:]}")
        hold("I8", "Traceback" not in "\n".join(daemon.lines), f"a traceback: {daemon.lines[-30:]}")
        hold("I5", not late, f"not looked at again: feeds {late}")
        hold("I5", world.web.doubled == 0, f"{world.web.doubled} requests while another for the same feed ran")
        for one in people:
            hold("I9", not left_of_session(one.process.pid), f"children of {one.name} live on")
        self.slowest_decision = max(self.took, default=0.0)

    def _late(self, daemon: Running, began: float) -> list[int]:
        """Feeds that were not asked for within two intervals of the restart, and what it takes to ask forty."""
        patience = own_seconds(daemon) + 2 * INTERVAL + 10
        while True:
            late = [n for n, times in self.world.web.asked.items() if not times or times[-1] < began]
            if not late or own_seconds(daemon) > patience:
                return late
            time.sleep(0.2)

    @staticmethod
    def _wait(one: Running, word: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while word not in one.lines and time.monotonic() < deadline and one.process.poll() is None:
            time.sleep(0.05)


AIMED: dict[str, tuple[str, ...]] = {
    "fetch.start": ("crawl", "--all"), "fetch.body": ("crawl", "--all"), "parse.done": ("crawl", "--all"),
    "store.begin": ("crawl", "--all"), "store.item": ("crawl", "--all"), "store.before_commit": ("crawl", "--all"),
    "store.after_commit": ("crawl", "--all"), "decision.before_commit": ("triage", "ID", "done"),
    "decision.after_commit": ("triage", "ID", "done"), "backup.page": ("backup", "FILE"),
    "export.tmp_written": ("digest", "daily"), "export.before_rename": ("digest", "daily"),
    "export.after_rename": ("digest", "daily"), "checkpoint": ("doctor", "--repair"), "migrate.step": ("init",),
}  # fmt: skip


def aimed(world: World, passes: tuple[int, ...] = (1, 2, 7)) -> list[tuple[str, int, str]]:
    """Part B: every point, on its n-th pass. Returns (point, n, what came of it)."""
    world.done("crawl", "--all")
    out = []
    for point, words in AIMED.items():
        for n in passes:
            out.append((point, n, _aim(world, point, n, words)))
    return out


def _aim(world: World, point: str, n: int, words: tuple[str, ...]) -> str:
    environment = {"TRACKER_CRASH_AT": f"{point}:{n}"}
    reader = sqlite3.connect(world.home / "tracker.db") if point == "checkpoint" else None
    if reader is not None:  # somebody else has it open: the log stays when a command ends
        reader.execute("SELECT count(*) FROM filing").fetchall()
        world.done("triage", "1", "star")
        world.done("triage", "1", "unstar")
    before = _states(world)
    victim = next((item for item, state in before.items() if state != "done"), 0)
    target = world.folder / f"copy-{point}-{n}.db"
    asked = [str(victim) if w == "ID" else str(target) if w == "FILE" else w for w in words]
    if point == "migrate.step":
        asked = ["--database", str(world.folder / f"new-{n}.db"), *asked]
    one = Running(world, point, [_python(), "-m", "tracker", "--home", str(world.home), *asked], **environment)
    code = one.ended(60)
    if reader is not None:
        reader.close()
    hold("B", code in (0, -9), f"{point}:{n} ended with {code}: {one.lines[-3:]}")
    at_rest(world, world.folder / "copy")
    if code == -9:
        after = _states(world)
        if point == "decision.before_commit":
            hold("B", after == before, "a decision stands that was not committed")
        elif point == "decision.after_commit":
            hold("B", after[victim] == "done", "a committed decision is gone")
        elif point == "backup.page":
            hold("B", not target.exists(), "half a copy has the name of a whole one")
        elif point == "migrate.step":
            hold("B", not (world.folder / f"new-{n}.db").exists(), "half a database")
    for file in (world.home / "digests").glob("*.md"):
        hold("I7", file.read_text("utf-8").rstrip().endswith("-->"), f"{point}:{n}: {file} is cut")
    code_after, said = world.done("doctor", "--repair")
    hold("I8", code_after == 0, f"after {point}:{n} the doctor says: {said}")
    return "killed" if code == -9 else "not passed so often"


def _states(world: World) -> dict[int, str]:
    from tests.drill.invariants import Facts

    facts = Facts(world, world.folder / "copy")
    try:
        return dict(facts.rows("SELECT resource_id, state FROM filing ORDER BY 1"))
    finally:
        facts.close()


def _python() -> str:
    return sys.executable


def two_daemons(world: World) -> str:
    """Part D: the second leaves with 3 and names the first, also over a link; a third takes over from a dead one."""
    first = world.daemon()
    code, said = world.done("daemon")
    hold("D", code == 3 and str(first.process.pid) in said, f"second daemon: {code} {said}")
    link = world.folder / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(world.home)
    over = Running(world, "daemon", [_python(), "-m", "tracker", "--home", str(link), "daemon"])
    hold("D", over.ended(20) == 3, f"over a link: {over.lines}")
    first.kill()
    first.ended()
    third = world.daemon()
    hold("D", third.process.poll() is None and third.up_after < 5, f"third: {third.lines}")
    third.kill(signal.SIGTERM)
    hold("D", third.ended(12) == 0, "third did not end well")
    return f"second says: {said.strip()}"


def new_world(folder: Path, seed: int, database: str = "") -> World:
    """A world whose feeds were looked at once."""
    world = World(folder, seed, database)
    code, said = world.done("crawl", "--all", seconds=120)
    if code:
        raise Broken(f"the first crawl failed: {said}")
    return world
