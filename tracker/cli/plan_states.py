"""`tracker plan pause, block, ongoing, resume, priority, focus, result`: how one goes on with places of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

import click

from tracker.cli.places import AS_JSON, PLACES, date_of, decide

WHY = click.option("--why", default="", metavar="WORDS", help="The reason, in your own words.")
UNTIL = click.option("--until", default="", metavar="YYYY-MM-DD", help="The day on which it is open again.")


def _state_command(name: str, state: str, about: str) -> click.Command:
    @click.command(name, help=about)
    @PLACES
    @WHY
    @UNTIL
    @AS_JSON
    @click.pass_obj
    def run(flags: Mapping[str, str], places: tuple[str, ...], why: str, until: str, as_json: bool) -> None:
        from tracker.services import plans

        day = date_of(until) if until else None
        decide(
            flags,
            as_json,
            lambda house, how: plans.set_standing(
                house.store, house.person, places, state, why=why,
                wake=datetime.combine(day, time(), house.zone) if day else None, **how,
            ),
        )  # fmt: skip

    return run


plan_pause = _state_command("pause", "paused", "Leave places alone for a while: no day and no forecast counts them.")
plan_block = _state_command("block", "blocked", "Say that places cannot go on, and why. No day asks for them.")


@click.command("ongoing")
@PLACES
@AS_JSON
@click.pass_obj
def plan_ongoing(flags: Mapping[str, str], places: tuple[str, ...], as_json: bool) -> None:
    """Places that never end: a tick does not close them, and they count neither as open nor as done."""
    from tracker.services import plans

    decide(flags, as_json, lambda house, how: plans.set_standing(house.store, house.person, places, "ongoing", **how))


@click.command("resume")
@PLACES
@AS_JSON
@click.pass_obj
def plan_resume(flags: Mapping[str, str], places: tuple[str, ...], as_json: bool) -> None:
    """Go on with places that were paused, blocked or ongoing, or that a remark says are."""
    from tracker.services import plans

    decide(flags, as_json, lambda house, how: plans.set_standing(house.store, house.person, places, "open", **how))


@click.command("priority")
@PLACES
@click.argument("priority", type=click.Choice(["low", "normal", "high"]))
@AS_JSON
@click.pass_obj
def plan_priority(flags: Mapping[str, str], places: tuple[str, ...], priority: str, as_json: bool) -> None:
    """How pressing places are: high ones come first among what a day asks for, low ones last."""
    from tracker.services import plans

    decide(flags, as_json, lambda house, how: plans.set_priority(house.store, house.person, places, priority, **how))


@click.command("focus")
@PLACES
@click.option("--off", is_flag=True, help="Take them out of focus.")
@AS_JSON
@click.pass_obj
def plan_focus(flags: Mapping[str, str], places: tuple[str, ...], off: bool, as_json: bool) -> None:
    """Places to work at next: what is about them comes first among what a day picks."""
    from tracker.services import plans

    decide(flags, as_json, lambda house, how: plans.set_focus(house.store, house.person, places, on=not off, **how))


@click.command("result")
@click.argument("place", metavar="PLACE")
@click.argument("links", nargs=-1, required=True, metavar="LINK...")
@click.option("--off", is_flag=True, help="Take them away again.")
@AS_JSON
@click.pass_obj
def plan_result(flags: Mapping[str, str], place: str, links: tuple[str, ...], off: bool, as_json: bool) -> None:
    """Where what came of PLACE lies: addresses or files of a practice, project or deliverable."""
    from tracker.services import plans

    decide(flags, as_json, lambda at, how: plans.set_results(at.store, at.person, place, links, off=off, **how))


COMMANDS = (plan_pause, plan_block, plan_ongoing, plan_resume, plan_priority, plan_focus, plan_result)
