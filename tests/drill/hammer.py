"""Eight processes on one SQLite: daemon, terminal interface, six command loops. `python -m tests.drill.hammer`

Nobody may see an error, no decision may be lost, and 95 of 100 triage actions take less than 200 ms.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.drill.invariants import Broken, at_rest, decisions
from tests.drill.kills import new_world

LOOPS = 6


def main() -> int:
    """Hammer for a while, then compare what was acknowledged with what is stored."""
    wish = argparse.ArgumentParser(prog="hammer")
    wish.add_argument("--seconds", type=float, default=120)
    wish.add_argument("--seed", type=int, default=1)
    wish.add_argument("--pause", default="0.05")
    asked = wish.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hammer-"))
    world = new_world(folder / "world", asked.seed)
    log = folder / "tui-acks"
    people = [world.daemon(), world.actor("tui", asked.seed, TRACKER_ACK_LOG=str(log))]
    people += [world.actor("cli", asked.seed + n, asked.pause) for n in range(LOOPS)]
    time.sleep(asked.seconds)
    dead = [one.name for one in people if one.process.poll() is not None]
    for one in people:
        one.kill(signal.SIGTERM)
    for one in people:
        one.ended()
    world.take_log(log)
    errors = [line for one in people for line in one.lines if line.startswith("ERROR") or "locked" in line]
    took = sorted(float(line.split()[1]) for one in people for line in one.lines if line.startswith("TOOK"))
    lost = ""
    try:
        at_rest(world, folder / "copy")
        decisions(world, folder / "copy", LOOPS + 1)  # each loop may have been ended in the middle of one
    except Broken as broken:
        lost = str(broken)
    p95 = took[int(len(took) * 0.95)] if took else 9.9
    print(json.dumps({
        "seconds": asked.seconds, "seed": asked.seed, "processes": len(people), "ended early": dead,
        "decisions": len(took), "errors": len(errors), "first errors": errors[:3], "lost": lost,
        "p50 ms": round(took[len(took) // 2] * 1000, 1) if took else None, "p95 ms": round(p95 * 1000, 1),
        "max ms": round(took[-1] * 1000, 1) if took else None, "feeds fetched twice at once": world.web.doubled,
    }, indent=1))  # fmt: skip
    return 1 if errors or lost or dead or p95 > 0.2 or world.web.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
