"""`tracker plan`: plans, roadmaps and lists as trees, and what is decided about their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.acks import report
from tracker.cli.output import emit, say, table, tell
from tracker.core.errors import UsageError

if TYPE_CHECKING:
    from tracker.core.inbox import Done
    from tracker.core.plan import Branch
    from tracker.wiring import House


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
@click.option("--json", "as_json", is_flag=True, help="One tree a line, children inside.")
@click.pass_obj
def show(flags: Mapping[str, str], name: str, everything: bool, ids: bool, as_json: bool) -> None:
    """The tree of NAME (a file's name, a title, or the start of either), or of all."""
    from tracker.core.plan import walk
    from tracker.services import plans
    from tracker.wiring import house_of

    with house_of(flags) as house:
        trees = plans.plan(house.store, house.person, "" if everything else name)
        if as_json:
            for tree in trees:
                emit(branch(tree))
            return
        for depth, one in walk(trees):
            tell((f"#{one.node.id:<6}" if ids else "") + "  " * depth + _line(one))


def _line(one: Branch) -> str:
    node = one.node
    boxed = node.kind in ("skill", "deliverable", "task") or node.checked
    box = ("[x] " if node.checked else "[ ] ") if boxed else ""
    days = f"{node.day_from}-{node.day_to}  " if node.day_from and node.day_from != node.day_to else ""
    days = days or (f"{node.day_from}  " if node.day_from else "")
    said = ", ".join(filter(None, [node.remark, f"level {node.level}" if node.level is not None else ""]))
    level = f"  ({said})" if said else ""
    filed = f"  · {len(node.resources)}" if node.resources else ""
    return f"{box}{days}{node.title}{level}{filed}"


def branch(one: Branch) -> dict[str, Any]:
    """The JSON shape of a place with what hangs on it."""
    node = one.node
    return {
        "id": node.id,
        "plan": node.plan or None,
        "document": node.document or None,
        "kind": node.kind,
        "title": node.title,
        "path": list(one.path),
        "line": node.line or None,
        "day_from": node.day_from,
        "day_to": node.day_to,
        "tracks": list(node.tracks),
        "emphasis": dict(node.emphasis),
        "target_depth": node.target_depth or None,
        "practice": node.practice or None,
        "checked": node.checked,
        "remark": node.remark or None,
        "level": node.level,
        "resources": list(node.resources),
        "children": [branch(child) for child in one.children],
    }


PLACES = click.argument("places", nargs=-1, required=True, metavar="PLACE...")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One object per place instead of ACK lines.")


@plan.command("tick")
@PLACES
@AS_JSON
@click.pass_obj
def tick(flags: Mapping[str, str], places: tuple[str, ...], as_json: bool) -> None:
    """Tick places: numbers as 'plan show --ids' has them, or words of a title that only one has."""
    from tracker.services import plans

    _decide(flags, as_json, lambda house, how: plans.tick(house.store, house.person, places, on=True, **how))


@plan.command("untick")
@PLACES
@AS_JSON
@click.pass_obj
def untick(flags: Mapping[str, str], places: tuple[str, ...], as_json: bool) -> None:
    """Take the ticks of places away."""
    from tracker.services import plans

    _decide(flags, as_json, lambda house, how: plans.tick(house.store, house.person, places, on=False, **how))


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
    _decide(flags, as_json, lambda house, how: plans.set_level(house.store, house.person, places, number, **how))


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
    _decide(flags, as_json, lambda house, how: plans.set_remark(house.store, house.person, [place], said, **how))


@plan.command("attach")
@click.argument("place", metavar="PLACE")
@click.argument("ids", nargs=-1, required=True, type=int, metavar="RESOURCE...")
@click.option("--off", is_flag=True, help="Take them away again.")
@AS_JSON
@click.pass_obj
def attach(flags: Mapping[str, str], place: str, ids: tuple[int, ...], off: bool, as_json: bool) -> None:
    """Give PLACE resources to learn it from."""
    from tracker.services import plans

    _decide(flags, as_json, lambda house, how: plans.attach(house.store, house.person, place, ids, off=off, **how))


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


def _decide(flags: Mapping[str, str], as_json: bool, act: Callable[[House, dict[str, Any]], Done]) -> None:
    """Run one decision, then say it back: ACK lines, or the places as they stand."""
    from tracker.services.ack import acknowledge
    from tracker.services.plans import node
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done = act(house, {"now": house.clock(), "made_by": "cli"})
        if not as_json:
            report(done)
            say(done.label if done.action else "it stands so already")
            return
        acknowledge(done)
        places = dict.fromkeys(item for item in done.items if item.startswith(("node:", "node_resource:")))
        for item in places:
            emit(branch(node(house.store, house.person, item.split(":")[1].partition("/")[0])[0]))


@plan.command("schedule")
@click.argument("name")
@click.option("--start", default="", metavar="YYYY-MM-DD", help="The date of day 1.")
@click.option("--rest", default=None, metavar="SAT,SUN", help="Weekdays without study; empty for none.")
@click.option("--shift", default=0, type=click.IntRange(0, 3650), metavar="DAYS", help="Pause from today on.")
@click.option("--tracks", default=None, metavar="A,B", help="The tracks you follow; empty for all.")
@click.pass_obj
def schedule(flags: Mapping[str, str], name: str, start: str, rest: str | None, shift: int, tracks: str | None) -> None:
    """When the plan NAME runs; without options: as it is set now."""
    from tracker.cli.acks import report
    from tracker.services import study
    from tracker.wiring import house_of

    with house_of(flags) as house:
        if start or rest is not None or shift or tracks is not None:
            done = study.schedule(
                house.store, house.person, name, start=_date(start) if start else None,
                rest=None if rest is None else _weekdays(rest), shift=shift,
                tracks=None if tracks is None else _words(tracks), now=house.clock(), zone=house.zone, made_by="cli",
            )  # fmt: skip
            report(done)
        document, pace = study.pace_of(house.store, house.person, name)
        today = house.clock().astimezone(house.zone).date()
        if pace is None:
            say(f"{document} has no start; set one with --start YYYY-MM-DD")
            return
        off = ", ".join(WEEKDAYS[day] for day in sorted(pace.rest)) or "none"
        tell(f"{document}: day 1 on {pace.start}, days off: {off}, tracks: {', '.join(pace.tracks) or 'all'}")
        tell(f"today is day {pace.number(today)}" + ("" if pace.studies(today) else " (a day off)"))


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _weekdays(text: str) -> list[int]:
    words = [word.lower()[:3] for word in _words(text)]
    if odd := next((word for word in words if word not in WEEKDAYS), ""):
        raise UsageError(f"'{odd}' is no weekday", f"There are {', '.join(WEEKDAYS)}")
    return [WEEKDAYS.index(word) for word in words]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date", "Write YYYY-MM-DD") from None
