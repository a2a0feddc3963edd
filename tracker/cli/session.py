"""`tracker session`: half an hour with one thing, where it began and where it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, iso, say, table, tell

if TYPE_CHECKING:
    from tracker.core.sessions import Session
    from tracker.wiring import House


@click.group("session", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The last sessions; 'start' begins one, 'stop' ends it."""
    if ctx.invoked_subcommand is not None:
        return
    from tracker.services import sessions
    from tracker.wiring import house_of

    with house_of(ctx.obj) as house:
        found = sessions.newest(house.store, house.person)
    if as_json:
        for one in found:
            emit(_shape(one))
        return
    rows = [(f"{one.day}", f"{one.minutes} min" if one.ended else "runs", _span(one), one.title) for one in found]
    table(rows, ("day", "took", "from-to", "about"))


def _span(one: Session) -> str:
    """From where to where in its talk, "" when nothing was said."""
    from tracker.core.text import clock

    if one.from_seconds is None and one.to_seconds is None:
        return ""
    return f"{clock(one.from_seconds or 0)}-{'' if one.to_seconds is None else clock(one.to_seconds)}"


def _shape(one: Session) -> dict[str, Any]:
    from tracker.core.url_start import at_second

    return {
        "id": one.id, "resource": one.resource, "place": one.node, "title": one.title, "day": one.day,
        "started": iso(one.started), "ended": iso(one.ended), "minutes": one.minutes, "from_seconds": one.from_seconds,
        "to_seconds": one.to_seconds, "url": at_second(one.url, one.from_seconds) or None,
    }  # fmt: skip


@command.command("start")
@click.argument("about", default="", metavar="[RESOURCE|PLACE]")
@click.option("--at", default="", metavar="20:31", help="Where in the talk (default: where you stopped).")
@click.option("--open", "open_", is_flag=True, help="Open it in the browser, at its second.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def start(flags: Mapping[str, str], about: str, at: str, open_: bool, as_json: bool) -> None:
    """Begin with a resource, a place of a plan ('#12' or its title), or without either with what 'today' picks."""
    from tracker.cli.acks import report
    from tracker.core.url_start import at_second
    from tracker.services import sessions
    from tracker.wiring import house_of

    with house_of(flags) as house:
        made, done = sessions.start(
            house.store, house.person, about or _picked(house), at=second_of(at), zone=house.zone, now=house.clock(),
            made_by="cli",
        )  # fmt: skip
        report(done, as_json)
    url = at_second(made.url, made.from_seconds)
    if as_json:
        emit(_shape(made))
    elif url:
        tell(url)
    say(done.label)
    if open_ and url:
        _browse(url)


def _picked(house: House) -> str:
    """What today picks, as `start` names it. Raises UsageError for nothing, and for reviews: they have a command."""
    from tracker.core.errors import UsageError
    from tracker.services import study

    pick = study.today(house.store, house.person, house.settings.study, house.zone, house.clock()).pick
    if pick is None or pick.offer.key == "reviews":
        raise UsageError("today picks nothing to sit with", "Name a resource or a place")
    if pick.resource is not None:
        return str(pick.resource)
    return "#" + pick.offer.key.partition(":")[2]


def _browse(url: str) -> None:
    import webbrowser

    from tracker.core.urls import is_web

    if is_web(url):
        webbrowser.open(url)


@command.command("stop")
@click.option("--at", default="", metavar="31:05", help="Where in the talk you stopped.")
@click.option("--minutes", type=click.IntRange(1, 1440), help="How long it was (default: by the clock).")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def stop(flags: Mapping[str, str], at: str, minutes: int | None, as_json: bool) -> None:
    """End the session that runs. The next one begins where this one stopped."""
    from tracker.cli.acks import report
    from tracker.services import sessions
    from tracker.wiring import house_of

    with house_of(flags) as house:
        ended, done = sessions.stop(
            house.store, house.person, at=second_of(at), minutes=minutes, now=house.clock(), made_by="cli"
        )
        report(done, as_json)
    if as_json:
        emit(_shape(ended))
    say(done.label)


def second_of(text: str) -> int | None:
    """Seconds of a time in a talk, None for "". Raises UsageError."""
    from tracker.core.errors import UsageError
    from tracker.core.journal import clock_seconds

    seconds = clock_seconds(text) if text else None
    if text and seconds is None:
        raise UsageError(f"'{text}' is no time in a talk", "Write 20:31, 1:02:03 or seconds")
    return seconds
