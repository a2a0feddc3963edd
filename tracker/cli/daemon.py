"""`tracker daemon`: crawl on a schedule, for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import click

from tracker.cli.output import say


@click.command("daemon")
@click.option("--once", is_flag=True, help="One round of all that is due, then leave.")
@click.pass_obj
def command(flags: Mapping[str, str], once: bool) -> int:
    """Look at sources when they are due, wake what was snoozed, write digests at their hour; until it is stopped.

    One daemon a home. SIGTERM or Ctrl-C ends it within ten seconds; 'kill -9' loses nothing that was acknowledged.
    """
    from tracker.daemon.main import run
    from tracker.wiring import house_of

    with house_of(flags) as house:
        summary = asyncio.run(run(house, once=once))
    if summary is not None:
        say(f"{summary.sources} sources, {summary.new} new, {summary.failed} failed")
        return 1 if summary.failed else 0
    return 0
