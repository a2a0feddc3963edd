"""`tracker plan`: plans, roadmaps and lists as trees, and what is decided about their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tracker.cli import plan_hand, plan_reports, plan_states, plan_time
from tracker.cli.output import emit, table, tell
from tracker.cli.places import AS_JSON, PLACES, branch, decide

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.core.plan import Branch, PlanNode


@click.group("plan")
def plan() -> None:
    """Plans, roadmaps and lists as trees: days, topics, boxes and levels."""


@plan.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_(flags: Mapping[str, str], as_json: bool) -> None:
    """The documents that hold a tree."""
    from tracker.services import plans
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = plans.plan_names(house.store, house.person)
        if as_json:
            for name, kind, title in found:
                emit({"document": name, "kind": kind, "title": title})
            return
        table(found, ("document", "kind", "title"))


@plan.command("show")
@click.argument("name", default="")
@click.option("--all", "everything", is_flag=True, help="Every document (the default without NAME).")
@click.option("--ids", is_flag=True, help="The number of each place before it.")
@click.option("--state", type=click.Choice(["open", "paused", "blocked", "ongoing"]), help="Places that stand so.")
@click.option("--focus", is_flag=True, help="Places you want to work at next.")
@click.option("--priority", type=click.Choice(["low", "normal", "high"]), help="Places as pressing as this.")
@click.option("--json", "as_json", is_flag=True, help="One tree a line, children inside; of chosen places one a line.")
@click.pass_obj
def show(
    flags: Mapping[str, str], name: str, everything: bool, ids: bool, state: str | None, focus: bool,
    priority: str | None, as_json: bool,
) -> None:  # fmt: skip
    """The tree of NAME (a file's name, a title, or the start of either), or of all."""
    from tracker.core.plan import walk
    from tracker.services import plans
    from tracker.wiring import house_of

    with house_of(flags) as house:
        now = house.clock()
        trees = plans.plan(house.store, house.person, "" if everything else name)
        chosen = state or focus or priority
        for depth, one in walk(trees) if chosen or not as_json else ((0, tree) for tree in trees):
            if chosen and not _is_meant(one.node, now, state, focus, priority):
                continue
            shown = replace(one, children=()) if chosen else one
            if as_json:
                emit(branch(shown, now))
            else:
                number = f"#{one.node.id:<6}" if ids or chosen else ""
                tell(number + ("" if chosen else "  " * depth) + _line(shown, now))


def _is_meant(node: PlanNode, now: datetime, state: str | None, focus: bool, priority: str | None) -> bool:
    """Whether a place (no heading) is as it was asked for."""
    from tracker.core import standing
    from tracker.services.plans import HEADINGS

    return (
        node.kind not in HEADINGS
        and (state is None or standing.state_of(node, now) == state)
        and (not focus or standing.in_focus(node))
        and (priority is None or standing.PRIORITY_NAMES[standing.priority_of(node)] == priority)
    )


def _line(one: Branch, now: datetime) -> str:
    from tracker.core.standing import OPEN, state_of

    node = one.node
    boxed = node.kind in ("skill", "deliverable", "task") or node.checked
    box = ("[x] " if node.checked else "[ ] ") if boxed else ""
    days = f"{node.day_from}-{node.day_to}  " if node.day_from and node.day_from != node.day_to else ""
    days = days or (f"{node.day_from}  " if node.day_from else "")
    said = ", ".join(filter(None, [node.remark, f"level {node.level}" if node.level is not None else ""]))
    level = f"  ({said})" if said else ""
    filed = f"  · {len(node.resources)}" if node.resources else ""
    state = f"  [{stands}]" if (stands := state_of(node, now)) != OPEN else ""
    return f"{box}{days}{node.title}{level}{state}{filed}"


@plan.command("tick")
@PLACES
@AS_JSON
@click.pass_obj
def tick(flags: Mapping[str, str], places: tuple[str, ...], as_json: bool) -> None:
    """Tick places: numbers as 'plan show --ids' has them, or words of a title that only one has."""
    from tracker.services import plans

    decide(flags, as_json, lambda house, how: plans.tick(house.store, house.person, places, on=True, **how))


@plan.command("untick")
@PLACES
@AS_JSON
@click.pass_obj
def untick(flags: Mapping[str, str], places: tuple[str, ...], as_json: bool) -> None:
    """Take the ticks of places away."""
    from tracker.services import plans

    decide(flags, as_json, lambda house, how: plans.tick(house.store, house.person, places, on=False, **how))


@plan.command("level")
@PLACES
@click.argument("level", metavar="LEVEL")
@AS_JSON
@click.pass_obj
def level(flags: Mapping[str, str], places: tuple[str, ...], level: str, as_json: bool) -> None:
    """How far you are with places: 0 nothing, 1 the idea, 2 a demo, 3 in use, 4 mastered, 5 could teach it.

    LEVEL may be a depth word (了解, 熟悉, 掌握, 精通), or - for what the remark says. 'plan history' keeps the former.
    """
    from tracker.services import plans

    number = _level(level)
    decide(flags, as_json, lambda house, how: plans.set_level(house.store, house.person, places, number, **how))


def _level(word: str) -> int | None:
    from tracker.core.errors import UsageError
    from tracker.documents.depth import depth_of

    if word in ("-", "none"):
        return None
    if word.isascii() and word.isdigit():
        return int(word)
    _, rank = depth_of(word)
    if rank is None:
        raise UsageError(
            f"'{word}' is no level", "Write 0 to 5, 了解, 熟悉, 掌握 or 精通, or - for what the remark says"
        )
    return rank


@plan.command("remark")
@click.argument("place", metavar="PLACE")
@click.argument("words", nargs=-1)
@AS_JSON
@click.pass_obj
def remark(flags: Mapping[str, str], place: str, words: tuple[str, ...], as_json: bool) -> None:
    """Say how it stands with PLACE, in your own words; without WORDS the remark goes. The level follows the words."""
    from tracker.services import plans

    said = " ".join(words)
    decide(flags, as_json, lambda house, how: plans.set_remark(house.store, house.person, [place], said, **how))


@plan.command("attach")
@click.argument("place", metavar="PLACE")
@click.argument("ids", nargs=-1, required=True, type=int, metavar="RESOURCE...")
@click.option("--off", is_flag=True, help="Take them away again.")
@AS_JSON
@click.pass_obj
def attach(flags: Mapping[str, str], place: str, ids: tuple[int, ...], off: bool, as_json: bool) -> None:
    """Give PLACE resources to learn it from."""
    from tracker.services import plans

    decide(flags, as_json, lambda house, how: plans.attach(house.store, house.person, place, ids, off=off, **how))


@plan.command("history")
@click.argument("place", metavar="PLACE")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def history(flags: Mapping[str, str], place: str, as_json: bool) -> None:
    """What was decided about PLACE: ticks, levels and remarks, each with what stood there before."""
    from tracker.services import plans
    from tracker.wiring import house_of

    with house_of(flags) as house:
        _, entries = plans.node(house.store, house.person, place)
        if as_json:
            for at, field, old, new in entries:
                emit({"at": at, "field": field, "old": old, "new": new})
            return
        rows = [
            (f"{at.astimezone(house.zone):%Y-%m-%d %H:%M}", f, _said(old), _said(new)) for at, f, old, new in entries
        ]
        table(rows, ("when", "what", "from", "to"))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "") else str(value)


for _module in (plan_states, plan_time, plan_reports, plan_hand):
    for _command in _module.COMMANDS:
        plan.add_command(_command)
