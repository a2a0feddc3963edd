"""`tracker init`: make the home, the database and sources.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import click

from tracker.cli.output import say


@click.command("init")
@click.pass_obj
def command(flags: Mapping[str, str]) -> None:
    """Make the home, the database and sources.yaml. Safe to repeat: nothing that exists is changed."""
    from tracker.wiring import house_of

    with house_of(flags) as house:
        house.make_home()
        target = house.home / "sources.yaml"
        if target.exists():
            say(f"sources   {target} (kept as it is)")
        else:
            write_default_sources(target)
            say(f"sources   {target}")
        _ = house.store
        say(f"database  {house.store.place}")
        say(
            "Next: 'tracker crawl' looks at the sources, 'tracker' opens the inbox, 'tracker import FILE' reads a list."
        )


def write_default_sources(target: Path) -> None:
    """Put the shipped list at `target`, which must not exist."""
    with target.open("x", encoding="utf-8") as out:
        out.write(default_sources())


def default_sources() -> str:
    """The shipped list: inside the package when installed, beside it in a checkout."""
    inside = resources.files("tracker") / "sources.yaml"
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "sources.yaml").read_text(encoding="utf-8")
