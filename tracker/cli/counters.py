"""`tracker count`: counters of what you do beside reading. Off by default; nothing of it leaves this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from tracker.cli.output import emit, say, table
from tracker.cli.places import date_of

if TYPE_CHECKING:
    from tracker.core.counters import Counter


@click.command("count", context_settings={"ignore_unknown_options": True})
@click.argument("name", default="", metavar="[COUNTER]")
@click.argument("by", default=1, type=int, metavar="[N]")
@click.option("--day", default="", metavar="YYYY-MM-DD", help="For another day than today.")
@click.option("--json", "as_json", is_flag=True, help="The counters, one a line.")
@click.pass_obj
def command(flags: Mapping[str, str], name: str, by: int, day: str, as_json: bool) -> None:
    """Add N (default 1; -1 takes off) to COUNTER, or without one show them all, beside notes and minutes.

    There are none unless [study] counters in config.toml names them: pull requests, answers in forums, talks given.
    They are kept in the database here and are sent nowhere; nothing looks them up for you.
    """
    from tracker.cli.acks import report
    from tracker.services import counters
    from tracker.wiring import house_of

    with house_of(flags) as house:
        names, now = house.settings.study.counters, house.clock()
        today = now.astimezone(house.zone).date()
        if name:
            on = date_of(day) if day else today
            done = counters.count(house.store, house.person, names, name, by, on, now, "cli")
            if not as_json:
                report(done)
                say(done.label if done.action else "it stands so already")
                return
        found = counters.counters(house.store, house.person, names, today)
    if not found:
        say(f"{counters.OFF}. {counters.HOW}")
        return
    if as_json:
        for one in found:
            emit(_shape(one))
        return
    rows = [
        (one.name, str(one.week), str(one.before), str(one.weeks), str(one.total), str(one.last or "-"))
        for one in found
    ]
    table(rows, ("what", "this week", "last week", "4 weeks", "ever", "last on"))


def _shape(one: Counter) -> dict[str, object]:
    return {
        "counter": one.name, "own": one.own, "week": one.week, "week_before": one.before, "four_weeks": one.weeks,
        "total": one.total, "last": one.last,
    }  # fmt: skip
