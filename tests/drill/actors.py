"""People at work, each a process of its own: `python actors.py cli|tui|export HOME SEED`.

The command-line and the export loop print what the program prints; the reader of it lives outside and is not killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tracker.cli.main import run

VERBS = ("done", "skip", "shortlist", "star", "inbox")


def said(home: str, *words: str) -> str:
    """One command in this process; what it printed. Trouble is a line that the drill counts."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        started = time.monotonic()
        code = run(["--home", home, *words])
        seconds = time.monotonic() - started
    if code:
        tell(f"ERROR {code} {' '.join(words)}: {err.getvalue().strip()[:300]}")
    elif words[0] == "triage":
        tell(f"TOOK {seconds:.4f}")
    return out.getvalue()


def tell(line: str) -> None:
    sys.__stdout__.write(line + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def cli(home: str, rng: random.Random, pause: float) -> None:
    """Triage a random resource, for ever; a look at the list, an undo now and then."""
    while True:
        top = int(
            (said(home, "resources", "--json").strip().splitlines() or ['{"id": 0'])[-1]
            .split('"id": ')[1]
            .split(",")[0]
        )
        for _ in range(20):
            choice = rng.random()
            if choice < 0.05:
                out = said(home, "undo")
            elif choice < 0.08:
                out = said(home, "redo")
            elif top:
                out = said(home, "triage", str(rng.randint(1, top)), rng.choice(VERBS))
            else:
                out = ""
            for line in out.splitlines():
                if line.startswith("ACK"):
                    tell(line)
            time.sleep(pause)


def export(home: str, rng: random.Random) -> None:
    """Write digests over and over."""
    while True:
        said(home, "digest", rng.choice(("daily", "weekly")), "--out", f"{home}/digests")
        time.sleep(0.05)


async def tui(home: str, rng: random.Random) -> None:
    """Press keys in the terminal interface: move, decide, undo, search."""
    from tracker.wiring import house_of
    from tui.app import TrackerApp
    from tui.desk import Desk

    with house_of({"home": home}) as house:
        _ = house.store
        app = TrackerApp(Desk(house), "dark")
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause(0.3)
            tell("READY")
            while True:
                await pilot.press(rng.choice(("j", "j", "k", "e", "d", "s", "f", "u", "G", "home")))
                await pilot.pause(0.05)
                if app._exception is not None:
                    tell(f"ERROR 70 tui: {app._exception}")
                    return


def main() -> None:
    kind, home, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    rng = random.Random(f"{kind}{seed}")
    if kind == "tui":
        asyncio.run(tui(home, rng))
    elif kind == "export":
        export(home, rng)
    else:
        cli(home, rng, float(sys.argv[4]) if len(sys.argv) > 4 else 0.05)


if __name__ == "__main__":
    main()
