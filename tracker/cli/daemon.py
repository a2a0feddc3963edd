"""`tracker daemon`: crawl on a schedule, for ever; `daemon install` hands it to the system's supervisor."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import click

from tracker.cli.output import say, tell


@click.group("daemon", invoke_without_command=True)
@click.option("--once", is_flag=True, help="One round of all that is due, then leave.")
@click.pass_context
def command(ctx: click.Context, once: bool) -> int:
    """Look at sources when they are due, wake what was snoozed, write digests at their hour; until it is stopped.

    One daemon a home and database; a second leaves with status 3. SIGTERM or Ctrl-C ends it within ten seconds, SIGHUP
    (or a changed config.toml) makes it read its settings again; 'kill -9' loses nothing that was acknowledged.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from tracker.daemon.main import run
    from tracker.wiring import house_of

    with house_of(ctx.obj) as house:
        summary = asyncio.run(run(house, once=once))
    if summary is not None:
        say(f"{summary.sources} sources, {summary.new} new, {summary.failed} failed")
        return 1 if summary.failed else 0
    return 0


@command.command("install")
@click.option("--for", "kind", type=click.Choice(["systemd", "launchd"]), default=None, help="The supervisor.")
@click.option("--print", "only_print", is_flag=True, help="Print the unit, write nothing.")
@click.option("--force", is_flag=True, help="Write over a unit that differs.")
@click.pass_obj
def install(flags: Mapping[str, str], kind: str | None, only_print: bool, force: bool) -> None:
    """Write a unit that starts the daemon of this home with your session, and print where it lies."""
    from tracker.daemon import units
    from tracker.wiring import house_of

    with house_of(flags) as house:
        words = units.command_line({**flags, "home": str(house.home)})
    kind = kind or units.kind_here()
    if only_print:
        tell(units.unit(kind, words).rstrip("\n"))
        return
    path, written = units.install(kind, words, force=force)
    tell(str(path))
    say("written" if written else "it stands there already, as it should")
    start = "systemctl --user daemon-reload && systemctl --user enable --now tracker"
    say(f"start it with: {start if kind == 'systemd' else f'launchctl load {path}'}")
