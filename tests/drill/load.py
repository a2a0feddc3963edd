"""Days of schedule in a short while: the daemon's own jobs under a clock that is stepped. `python -m tests.drill.load`

Every due thing is done once, memory grows by less than 5 %, open files and threads stay as they are.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.drill.world import World
from tracker.daemon.board import Board
from tracker.daemon.jobs import Rounds
from tracker.daemon.main import crew_of, jobs_of
from tracker.wiring import house_of

START = datetime(2026, 3, 20, 0, 0, tzinfo=UTC)  # a change of summer time lies in the next days
STEP = timedelta(minutes=10)


def _memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def live(world: World, seconds: float) -> dict[str, object]:
    """Step the clock and take every job's turn, until the time is over."""
    with house_of({"home": str(world.home), "sources": str(world.home / "sources.yaml")}) as house:
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
            end, steps = time.monotonic() + seconds, 0
            while time.monotonic() < end:
                for job in jobs:
                    row = rounds._board.row(job.name)
                    row.said = ""
                    await rounds.turn(job)
                    if job.name == "digest" and row.said:
                        digests.update(path.rpartition("/")[2] for path in row.said.split(", "))
                house.frozen += STEP
                steps += 1
                if steps == 300 or (not first and time.monotonic() > end - seconds * 0.75):
                    gc.collect()
                    first = {"memory": _memory(), "files": _files(), "threads": threading.active_count()}
            gc.collect()
            last = {"memory": _memory(), "files": _files(), "threads": threading.active_count()}
        days = (house.frozen - START).days
        asked = [len(times) for times in world.web.asked.values()]
        daily = [name for name in digests if "W" not in name]
        return {
            "days": days, "steps": steps, "digests": len(daily),
            "digests written twice": max(digests.values(), default=0) > 1,
            "looks per source and hour": [round(min(asked) / (days * 24), 3), round(max(asked) / (days * 24), 3)],
            "doubled": world.web.doubled, "after warming": first, "at the end": last,
            "memory growth %": round(100 * (last["memory"] / first["memory"] - 1), 2),
            "errors": {name: row.error for name, row in rounds._board.rows.items() if row.error},
        }  # fmt: skip


def main() -> int:
    """Run it and judge."""
    wish = argparse.ArgumentParser(prog="load")
    wish.add_argument("--seconds", type=float, default=3600)
    wish.add_argument("--seed", type=int, default=1)
    asked = wish.parse_args()
    world = World(Path(tempfile.mkdtemp(prefix="load-")) / "world", asked.seed)
    listed = world.home / "sources.yaml"
    listed.write_text(listed.read_text().replace("interval: 2s", "interval: 1h"))
    found = asyncio.run(live(world, asked.seconds))
    print(json.dumps(found, indent=1, default=str))
    first, last = found["after warming"], found["at the end"]
    assert isinstance(first, dict)
    assert isinstance(last, dict)
    flat = last["files"] <= first["files"] + 4 and last["threads"] <= first["threads"] + 2
    once = not found["digests written twice"] and abs(int(str(found["digests"])) - int(str(found["days"]))) <= 1
    return 0 if flat and once and float(str(found["memory growth %"])) < 5 and not found["errors"] else 1


if __name__ == "__main__":
    sys.exit(main())
