"""`tracker demo`: the real pipeline over a small bundled web, in a throw-away home."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from tracker.cli.output import say, tell


@click.command("demo")
@click.option("--once", is_flag=True, help="Print what happened and leave; no terminal interface.")
@click.pass_obj
def command(flags: Mapping[str, str], once: bool) -> None:
    """Import a list, crawl a small web served on loopback, triage, write a digest; then open the inbox.

    The home is a new folder in the system's temporary folder, or --home when it is empty. Nothing of yours is touched.
    """
    from tracker.core.errors import Conflict
    from tracker.demo.walk import furnish, walk
    from tracker.demo.web import serving

    home = Path(flags["home"]) if "home" in flags else Path(tempfile.mkdtemp(prefix="tracker-demo-"))
    if home.exists() and any(home.iterdir()):
        raise Conflict(f"{home} is not empty", "The demo wants a folder of its own; name another --home")
    with serving() as web:
        furnish(home, web)
        walk(home, web, tell)
        tell(f"home     {home}")
        if not once:
            _open(home)
    say(f"Look around: tracker --home {home} inbox. When done, remove {home}")


def _open(home: Path) -> None:
    from tracker.wiring import house_of
    from tui.app import run

    with house_of({"home": str(home), "sources": str(home / "sources.yaml")}) as house:
        run(house)
