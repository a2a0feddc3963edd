"""Days of schedule in a short while: the daemon's own jobs under a clock that is stepped. `python -m tests.drill.load`

The jobs live in a process of their own, which is the one that is measured: the web they read grows beside it. Every due
thing is done once, memory grows by less than 5 %, open files and threads stay as they are. Memory counts from when it
is warm: after the first quarter of the time, ten minutes at the most, when every job has run and connections have read
as many pages as they keep. It is measured after a collection, with what is free given back.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.drill.world import World
from tracker.daemon.board import Board
from tracker.daemon.jobs import Rounds
from tracker.daemon.main import crew_of, jobs_of
from tracker.daemon.memory import give_back
from tracker.wiring import house_of

WARM_SECONDS = 600.0
SAMPLES = 16
START = datetime(2026, 3, 20, 0, 0, tzinfo=UTC)  # a change of summer time lies in the next days
STEP = timedelta(minutes=10)


def _memory() -> int:
    """What this process holds, without what waits to be collected or given back."""
    gc.collect()
    give_back()
    return resident()


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _held() -> dict[str, int]:
    """What is flat in a process that lives for long."""
    files = len(list(Path("/proc/self/fd").iterdir()))
    return {"memory": _memory(), "files": files, "threads": threading.active_count()}


async def live(home: Path, seconds: float) -> dict[str, object]:
    """Step the clock and take every job's turn, until the time is over."""
    with house_of({"home": str(home), "sources": str(home / "sources.yaml")}) as house:
        house.frozen = START
        house.settings = replace(
            house.settings,
            timezone="Europe/Berlin",
            digest=replace(house.settings.digest, daily_at="02:30", weekly_at="sun 20:00"),
            crawl=replace(house.settings.crawl, min_interval=3600),
        )
        from zoneinfo import ZoneInfo

        house.zone = ZoneInfo("Europe/Berlin")
        async with crew_of(house) as crew:
            for handler in list(crew.log.handlers)[1:]:
                crew.log.removeHandler(handler)
            rounds, jobs = Rounds(crew, Board(house.home, START)), jobs_of(crew)
            digests: Counter[str] = Counter()
            first: dict[str, int] = {}
            megabytes: list[float] = []
            begun, steps = time.monotonic(), 0
            while (spent := time.monotonic() - begun) < seconds:
                for job in jobs:
                    row = rounds._board.row(job.name)
                    row.said = ""
                    await rounds.turn(job)
                    if job.name == "digest" and row.said:
                        digests.update(path.rpartition("/")[2] for path in row.said.split(", "))
                house.frozen += STEP
                steps += 1
                if not first and spent >= min(seconds / 4, WARM_SECONDS):
                    first = _held()
                if spent * SAMPLES >= seconds * len(megabytes):
                    megabytes.append(round(_memory() / 1e6, 1))
            last = _held()
        days = (house.frozen - START).days
        daily = [name for name in digests if "W" not in name]
        return {
            "days": days, "hours": (house.frozen - START) / timedelta(hours=1), "steps": steps, "digests": len(daily),
            "digests written twice": max(digests.values(), default=0) > 1,
            "after warming": first, "at the end": last,
            "memory growth %": round(100 * (last["memory"] / first["memory"] - 1), 2),
            "megabytes over time": megabytes,
            "errors": {name: row.error for name, row in rounds._board.rows.items() if row.error},
        }  # fmt: skip


def measured(world: World, seconds: float) -> dict[str, Any]:
    """The same in a process of its own, with what the web saw of it. Fails with its last words when it fails."""
    command = [sys.executable, "-m", "tests.drill.load", "--home", str(world.home), "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 300, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout)
    asked = [len(times) for times in world.web.asked.values()]
    found["looks per source and hour"] = [round(ask(asked) / found["hours"], 3) for ask in (min, max)]
    found["doubled"] = world.web.doubled
    return found


def main() -> int:
    """Run it and judge."""
    wish = argparse.ArgumentParser(prog="load")
    wish.add_argument("--seconds", type=float, default=3600)
    wish.add_argument("--seed", type=int, default=1)
    wish.add_argument("--home", type=Path, help="only live in this home and say what was held")
    asked = wish.parse_args()
    if asked.home:
        print(json.dumps(asyncio.run(live(asked.home, asked.seconds)), default=str))
        return 0
    world = World(Path(tempfile.mkdtemp(prefix="load-")) / "world", asked.seed)
    listed = world.home / "sources.yaml"
    listed.write_text(listed.read_text().replace("interval: 2s", "interval: 1h"))
    found = measured(world, asked.seconds)
    print(json.dumps(found, indent=1))
    first, last = found["after warming"], found["at the end"]
    flat = last["files"] <= first["files"] + 4 and last["threads"] <= first["threads"] + 2
    once = not found["digests written twice"] and abs(found["digests"] - found["days"]) <= 1 and not found["doubled"]
    return 0 if flat and once and found["memory growth %"] < 5 and not found["errors"] else 1


if __name__ == "__main__":
    sys.exit(main())
