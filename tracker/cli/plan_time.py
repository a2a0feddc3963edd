"""`tracker plan schedule, conflicts, choose, forecast`: when a plan runs, and when it will be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, say, table, tell
from tracker.cli.places import AS_JSON, NAME, PLACES, WEEKDAYS, date_of, decide, weekdays_of, words_of

if TYPE_CHECKING:
    from tracker.core.outlook import Forecast, Outlook


@click.command("schedule")
@click.argument("name")
@click.option("--start", default="", metavar="YYYY-MM-DD", help="The date of day 1.")
@click.option("--rest", default=None, metavar="SAT,SUN", help="Weekdays without study; empty for none.")
@click.option("--shift", default=0, type=click.IntRange(0, 3650), metavar="DAYS", help="Pause from today on.")
@click.option("--tracks", default=None, metavar="A,B", help="The tracks you follow; empty for all.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_schedule(
    flags: Mapping[str, str], name: str, start: str, rest: str | None, shift: int, tracks: str | None, as_json: bool
) -> None:
    """When the plan NAME runs; without options: as it is set now."""
    from tracker.cli.acks import report
    from tracker.services import schedule
    from tracker.wiring import house_of

    with house_of(flags) as house:
        if start or rest is not None or shift or tracks is not None:
            done = schedule.schedule(
                house.store, house.person, name, start=date_of(start) if start else None,
                rest=None if rest is None else weekdays_of(rest), shift=shift,
                tracks=None if tracks is None else words_of(tracks), now=house.clock(), zone=house.zone, made_by="cli",
            )  # fmt: skip
            report(done, as_json)
        document, pace = schedule.pace_of(house.store, house.person, name)
        today = house.clock().astimezone(house.zone).date()
        if pace is None:
            say(f"{document} has no start; set one with --start YYYY-MM-DD")
            return
        off = [WEEKDAYS[day] for day in sorted(pace.rest)]
        last = schedule.last_day(house.store, house.person, document)
        ends = pace.day(last) if last else None
        if as_json:
            emit({"plan": document, "start": pace.start, "rest": off, "tracks": list(pace.tracks),
                  "pauses": [[begin, days] for begin, days in pace.pauses], "today": pace.number(today),
                  "off": not pace.studies(today), "last_day": last or None, "ends": ends})  # fmt: skip
            return
        tracks = ", ".join(pace.tracks) or "all"
        tell(f"{document}: day 1 on {pace.start}, days off: {', '.join(off) or 'none'}, tracks: {tracks}")
        for begin, days in sorted(pace.pauses):
            tell(f"paused from {begin} for {days} day{'s' * (days != 1)}")
        tell(f"today is day {pace.number(today)}" + ("" if pace.studies(today) else " (a day off)"))
        if ends:
            tell(f"day {last}, the last one, is {ends}")


@click.command("conflicts")
@NAME
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_conflicts(flags: Mapping[str, str], name: str, as_json: bool) -> None:
    """Days of PLAN (or of every plan) with two rows for one track, and which was chosen; 'plan choose' decides."""
    from tracker.services import plans, schedule
    from tracker.wiring import house_of

    with house_of(flags) as house:
        names = [name] if name else [one[0] for one in plans.plan_names(house.store, house.person)]
        found = [day for one in names for day in schedule.conflict_days(house.store, house.person, one)]
    if as_json:
        for one in found:
            rows_ = [{"id": row.id, "title": row.title, "line": row.line or None} for row in one.rows]
            emit({"day": one.day, "track": one.track or None, "chosen": one.chosen, "rows": rows_})
        return
    rows = []
    for one in found:
        said = [f"{'*' if row.id == one.chosen else ''}#{row.id} {row.title}" for row in one.rows]
        rows.append((str(one.day), one.track or "-", "; ".join(said)))
    table(rows, ("day", "track", "rows (* = chosen)"))
    say(f"{len(found)} days, {sum(one.chosen is None for one in found)} to choose for")


@click.command("choose")
@PLACES
@click.option("--off", is_flag=True, help="Forget the choice.")
@AS_JSON
@click.pass_obj
def plan_choose(flags: Mapping[str, str], places: tuple[str, ...], off: bool, as_json: bool) -> None:
    """Let PLACE count on the days that have two rows; a heading stands for all its rows. Remembered until undone."""
    from tracker.services import schedule

    decide(flags, as_json, lambda house, how: schedule.choose(house.store, house.person, places, off=off, **how))


@click.command("holiday")
@click.argument("days", default="", metavar="[FROM..TO]")
@click.option("--off", is_flag=True, help="Take the holiday back.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_holiday(flags: Mapping[str, str], days: str, off: bool, as_json: bool) -> None:
    """Days without plan and reviews: the days of every plan move on, no card is shown, and the pile drains afterwards.

    Without FROM..TO: the holidays there are.
    """
    from tracker.cli.acks import report
    from tracker.services import schedule
    from tracker.wiring import house_of

    with house_of(flags) as house:
        if days:
            first, _, last = days.partition("..")
            done = schedule.set_holiday(
                house.store, house.person, date_of(first), date_of(last or first), off=off, now=house.clock(),
                made_by="cli",
            )  # fmt: skip
            report(done, as_json)
            say(done.label if done.action else "they are free already")
            return
        for begin, end in schedule.holidays(house.store, house.person):
            if as_json:
                emit({"first": begin, "last": end})
            else:
                tell(f"{begin}..{end}")


@click.command("forecast")
@NAME
@click.option("--hours", type=click.FloatRange(0.1, 168), help="As if you studied so many hours a week.")
@click.option("--rest", default=None, metavar="SAT,SUN", help="As if these weekdays were off; empty for none.")
@click.option("--tracks", default=None, metavar="A,B", help="As if you followed these tracks; empty for all.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def plan_forecast(
    flags: Mapping[str, str], name: str, hours: float | None, rest: str | None, tracks: str | None, as_json: bool
) -> None:
    """When PLAN (or every plan), its tracks and its deliverables will be done, from what you ticked day by day.

    The true day lies between the first and the last date in 8 of 10 cases. Options are tried, not kept.
    """
    from tracker.services import progress
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = progress.outlook(
            house.store, house.person, name, now=house.clock(), zone=house.zone,
            minutes=house.settings.study.minutes, hours=hours, rest=None if rest is None else weekdays_of(rest),
            tracks=None if tracks is None else words_of(tracks),
        )  # fmt: skip
    for one in found:
        if as_json:
            for part in one.outlooks:
                emit(_shape(one, part))
        else:
            _show(one)


def _shape(one: Forecast, part: Outlook) -> dict[str, Any]:
    early, likely, late = (
        (part.finish.early, part.finish.likely, part.finish.late) if part.finish else (None, None, None)
    )
    return {
        "plan": one.plan, "kind": part.kind, "name": part.name, "left": part.left, "total": part.total,
        "resting": part.resting, "planned": part.planned, "early": early, "likely": likely, "late": late,
        "a_week": round(one.speed.a_week, 2) if one.speed else None, "days": one.speed.seen if one.speed else 0,
    }  # fmt: skip


def _show(one: Forecast) -> None:
    tell(one.plan)
    if one.speed:
        tell(f"  {one.speed.a_week:.1f} plan days a week, over the last {one.speed.seen} days, the latest most")
    elif not any(part.left for part in one.outlooks):
        tell("  nothing is left to do")
    else:
        tell(f"  too little was ticked here to foretell anything; {_instead(one)}")
    rows = []
    for part in one.outlooks:
        dates = ("done", "", "") if not part.left else _dates(part)
        resting = f" ({part.resting} paused or blocked)" if part.resting else ""
        rows.append((f"  {part.kind}", *dates, f"{part.left}", f"{part.name}{resting}"))
    table(rows, ("  what", "from", "likely", "to", "left", "name"))


def _instead(one: Forecast) -> str:
    from tracker.core.text import argument

    if any(part.planned for part in one.outlooks):
        return "the dates are those of the plan itself"
    return f"'tracker plan schedule {argument(one.plan)} --start DATE' gives a plan with days its dates"


def _dates(part: Outlook) -> tuple[str, str, str]:
    if part.finish is None:
        return "", f"{part.planned or '-'}", ""
    return (
        str(part.finish.early or "far"),
        str(part.finish.likely or "far"),
        str(part.finish.late or "far"),
    )


COMMANDS = (plan_schedule, plan_conflicts, plan_choose, plan_holiday, plan_forecast)
