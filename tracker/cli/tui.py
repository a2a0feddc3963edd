"""`tracker tui`: the terminal interface."""

from __future__ import annotations

from collections.abc import Mapping

import click


@click.command("tui")
@click.pass_obj
def command(flags: Mapping[str, str]) -> None:
    """Open the inbox in the terminal: list, preview, one key a decision. '?' shows the keys."""
    import gc

    gc.disable()  # until the first rows are drawn: what starting makes stays; looking through it is a tenth of it
    from tracker.wiring import house_of
    from tui.app import run

    with house_of(flags) as house:
        run(house)
