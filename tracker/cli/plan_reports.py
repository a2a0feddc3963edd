"""`tracker plan progress, gaps, coverage`: how far one is, where depth falls short, where works are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from tracker.cli.output import emit, say, table, tell
from tracker.cli.places import NAME

if TYPE_CHECKING:
    from tracker.core.coverage import Lack
    from tracker.core.progress import Tally
    from tracker.core.roles import Profile

CELLS = 20
SHOWN = 10  # places of a list that are told where people look


@click.command("progress")
@NAME
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_progress(flags: Mapping[str, str], name: str, as_json: bool) -> None:
    """How far PLAN (or every plan) is: the whole, its phases, its tracks; boxes of deliverables beside them."""
    from tracker.services import progress
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = progress.progress(house.store, house.person, name, house.clock())
    for document, tallies in found:
        if as_json:
            for one in tallies:
                emit({"plan": document, "kind": one.kind, "name": one.name, "done": one.done, "total": one.total,
                      "percent": one.percent, "ongoing": one.ongoing, "resting": one.resting, "boxes": one.boxes,
                      "boxes_done": one.boxes_done})  # fmt: skip
            continue
        tell(document)
        table([_row(one) for one in tallies], ("  what", "chart", "done", "boxes", "name"))


def _row(one: Tally) -> tuple[str, ...]:
    full = one.done * CELLS // one.total if one.total else 0
    more = ", ".join(f"{n} {word}" for n, word in ((one.ongoing, "ongoing"), (one.resting, "resting")) if n)
    return (
        f"  {one.kind}", "█" * full + "░" * (CELLS - full), f"{one.done}/{one.total}",
        f"{one.boxes_done}/{one.boxes}" if one.boxes else "", one.name + (f" ({more})" if more else ""),
    )  # fmt: skip


@click.command("gaps")
@NAME
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_gaps(flags: Mapping[str, str], name: str, as_json: bool) -> None:
    """Places where the level reached is below the depth wanted: the widest gap first, then what rested longest."""
    from tracker.services import progress
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found, unsaid = progress.short_of_depth(house.store, house.person, name, house.clock())
    if as_json:
        for one in found:
            emit({"id": one.place.id, "document": one.place.document, "title": one.place.title,
                  "target_depth": one.place.target_depth, "wanted": one.wanted, "reached": one.reached,
                  "gap": one.wanted - one.reached, "checked": one.place.checked,
                  "remark": one.place.remark or None, "days": one.days})  # fmt: skip
        return
    rows = [
        (
            f"#{one.place.id}", "●" * one.reached + "○" * (one.wanted - one.reached),
            f"{one.reached} of {one.wanted}", one.place.target_depth, one.place.title,
        )
        for one in found
    ]  # fmt: skip
    table(rows, ("place", "level", "reached", "wanted", "title"))
    say(f"{len(found)} gaps; {unsaid} more are ticked without a level ('tracker plan level' says it)")


@click.command("coverage")
@NAME
@click.option("--days", default=90, type=click.IntRange(1, 10_000), help="So many days without anything new are long.")
@click.option("--all", "everything", is_flag=True, help="Every place of the lists, not the first ten.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_coverage(flags: Mapping[str, str], name: str, days: int, everything: bool, as_json: bool) -> None:
    """What PLAN (or every plan) has nothing to learn from: open places without a work (with candidates from your
    library), with dead links only, with several works of one source only, without anything new for long.
    """
    from tracker.services import coverage
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = coverage.report(house.store, house.person, name, house.clock(), days)
    for plan, told in found:
        lists = (("none", "without a work", told.bare), ("dead", "with dead links only", told.dead),
                 ("one-source", "with works of one source only", told.lone),
                 ("stale", f"without anything new in {days} days", told.stale))  # fmt: skip
        if as_json:
            for kind, _, lacks in lists:
                _emit(plan.name, kind, lacks)
            for source, kept in told.unplanned:
                emit({"plan": plan.name, "lack": "unplanned", "source": source, "kept": kept})
            continue
        tell(f"{plan.name}: {told.places} open places")
        for _, words, lacks in lists:
            _show(words, lacks, len(lacks) if everything else SHOWN)
        for source, kept in told.unplanned:
            tell(f"  not planned: {source}, {kept} works kept")


def _emit(plan: str, kind: str, lacks: Sequence[Lack]) -> None:
    for one in lacks:
        offers = [{"id": work.id, "title": work.title} for work in one.offers]
        emit({"plan": plan, "lack": kind, "id": one.place.id, "title": one.place.title, "line": one.place.line or None,
              "day_from": one.place.day_from, "day_to": one.place.day_to, "offers": offers})  # fmt: skip


def _show(words: str, lacks: Sequence[Lack], most: int) -> None:
    if not lacks:
        return
    tell(f"  {len(lacks)} {words}")
    for one in lacks[:most]:
        tell(f"    #{one.place.id:<6} {one.place.title}")
        for work in one.offers:
            tell(f"            perhaps {work.id}: {work.title}")
    if len(lacks) > most:
        tell(f"    and {len(lacks) - most} more (--all)")


@click.command("roles")
@NAME
@click.option("--role", default="", help="One role only: app, algo, fde.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_roles(flags: Mapping[str, str], name: str, role: str, as_json: bool) -> None:
    """What each role wants of each ability (the table of PLAN), and how far your skills about it have come."""
    from tracker.services import progress
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = progress.role_profiles(house.store, house.person, name)
    for one in found:
        for wanted, words in one.ability.wanted.items():
            if role and wanted != role:
                continue
            if as_json:
                emit(_wanted(one, wanted, words))
    if not as_json:
        table([_ability(one, role) for one in found], ("ability", "reached", "skills", "wanted"))


def _wanted(one: Profile, role: str, words: str) -> dict[str, object]:
    return {
        "ability": one.ability.title, "role": role, "words": words, "wanted": one.ability.levels[role],
        "reached": one.reached, "gap": one.gap(role), "skills": [skill.id for skill in one.skills],
    }  # fmt: skip


def _ability(one: Profile, role: str) -> tuple[str, ...]:
    wanted = "; ".join(
        f"{name}: {words}" + (f" (-{gap})" if (gap := one.gap(name)) else "")
        for name, words in one.ability.wanted.items()
        if not role or name == role
    )
    return one.ability.title, "-" if one.reached is None else str(one.reached), str(len(one.skills)), wanted


COMMANDS = (plan_progress, plan_gaps, plan_coverage, plan_roles)
