"""`tracker plan new, add, edit, drop, templates`: plans made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from tracker.cli.output import say, tell
from tracker.cli.places import AS_JSON, decide

if TYPE_CHECKING:
    from tracker.services.handmade import Wish

DAYS = click.option("--days", default="", metavar="7|32-35", help="The days it is for; without, it is a box to tick.")
DEPTH = click.option("--depth", default=None, metavar="WORDS", help="How deep you want it: 掌握, proficient, ...")
PRACTICE = click.option("--practice", default=None, metavar="WORDS", help="What to do with it.")
STRESS = click.option("--stress", multiple=True, metavar="TRACK=WORDS", help="What a track stresses; again for more.")


@click.command("new")
@click.argument("name")
@click.option("--title", default="", help="Its title (default: NAME).")
@click.option("--template", default="", metavar="NAME", help="Begin with a shipped plan; 'plan templates' lists them.")
@click.pass_obj
def plan_new(flags: Mapping[str, str], name: str, title: str, template: str) -> None:
    """Begin a plan of your own called NAME. 'plan add' adds to it, 'export document NAME' gives it out as Markdown."""
    from tracker.cli.acks import report
    from tracker.core.text import argument
    from tracker.services import handmade, templates
    from tracker.wiring import house_of

    text = templates.plan_text(template, title or name.removesuffix(".md")) if template else ""
    with house_of(flags) as house:
        made, done = handmade.new(
            house.store, house.person, name, title=title, template=text, now=house.clock(), made_by="cli"
        )
        report(done)
        name = argument(made)
        say(f"{done.label}; next: 'tracker plan add {name} TITLE', 'tracker plan schedule {name} --start DATE'")


@click.command("templates")
def plan_templates() -> None:
    """The plans that are shipped, for 'plan new NAME --template'."""
    from tracker.services.templates import plan_names

    for name in plan_names():
        tell(name)


@click.command("add")
@click.argument("name", metavar="PLAN")
@click.argument("title", nargs=-1, required=True)
@click.option("--under", default="", metavar="HEADING", help="A heading (default: whose days hold it, else the plan).")
@click.option("--track", default="", help="The track it belongs to; its heading is made when there is none.")
@click.option("--heading", is_flag=True, help="A heading: a phase ('Phase 1: ...'), a week, a track ('Track: ...').")
@DAYS
@DEPTH
@PRACTICE
@STRESS
@click.option("--resource", "resources", multiple=True, type=int, metavar="ID", help="To learn it from.")
@AS_JSON
@click.pass_obj
def plan_add(
    flags: Mapping[str, str], name: str, title: tuple[str, ...], under: str, track: str, heading: bool, days: str,
    depth: str | None, practice: str | None, stress: tuple[str, ...], resources: tuple[int, ...], as_json: bool,
) -> None:  # fmt: skip
    """Add a day, a box or a heading to a plan made here."""
    from tracker.services import handmade

    wish = _wish(" ".join(title), days, depth, practice, stress, heading=heading)
    decide(
        flags, as_json,
        lambda house, how: handmade.add(
            house.store, house.person, name, wish, under=under, track=track, resources=resources, **how
        ),
    )  # fmt: skip


@click.command("edit")
@click.argument("place", metavar="PLACE")
@click.option("--title", default=None)
@DAYS
@DEPTH
@PRACTICE
@STRESS
@AS_JSON
@click.pass_obj
def plan_edit(
    flags: Mapping[str, str], place: str, title: str | None, days: str, depth: str | None, practice: str | None,
    stress: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Change a place of a plan made here."""
    from tracker.services import handmade

    wish = _wish(title, days, depth, practice, stress)
    decide(flags, as_json, lambda house, how: handmade.edit(house.store, house.person, place, wish, **how))


@click.command("drop")
@click.argument("place", metavar="PLACE")
@AS_JSON
@click.pass_obj
def plan_drop(flags: Mapping[str, str], place: str, as_json: bool) -> None:
    """Take PLACE, and all under it, out of a plan made here; 'undo' brings it back."""
    from tracker.cli.acks import report
    from tracker.services import handmade
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done = handmade.drop(house.store, house.person, place, now=house.clock(), made_by="cli")
        report(done, as_json)
        say(done.label)


def _wish(
    title: str | None, days: str, depth: str | None, practice: str | None, stress: tuple[str, ...], *,
    heading: bool = False,
) -> Wish:  # fmt: skip
    from tracker.core.errors import UsageError
    from tracker.services.handmade import Wish

    odd = next((one for one in stress if "=" not in one), "")
    if odd:
        raise UsageError(f"'{odd}' says no track", "Write --stress TRACK=WORDS")
    emphasis = {track.strip(): words.strip() for track, _, words in (one.partition("=") for one in stress)}
    return Wish(title, _days(days), depth, practice, emphasis if stress else None, heading)


def _days(text: str) -> tuple[int, int] | None:
    from tracker.core.errors import UsageError

    first, _, last = text.partition("-")
    if not text:
        return None
    if not (first.isascii() and first.isdigit() and (not last or (last.isascii() and last.isdigit()))):
        raise UsageError(f"'{text}' are no days of a plan", "Write 7 or 32-35")
    return int(first), int(last or first)


COMMANDS = (plan_new, plan_templates, plan_add, plan_edit, plan_drop)
