"""`tracker today`: what the day asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, say, tell
from tracker.core.journal import at_second

if TYPE_CHECKING:
    from tracker.services.study import Today


@click.command("today")
@click.option("--minutes", default=0, type=click.IntRange(0, 1440), help="What fits into so many minutes.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(flags: Mapping[str, str], minutes: int, as_json: bool) -> None:
    """The running talk, due reviews, the rows of your plans, what is new; with --minutes a session that fits."""
    from tracker.services import study
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = study.today(house.store, house.person, house.settings.study, house.zone, house.clock(), minutes=minutes)
    if as_json:
        emit(_shape(found))
        return
    _tell(found)
    if minutes:
        tell(f"In {minutes} minutes:")
        for one in found.chosen:
            tell(f"  {one.minutes:>3} min  {one.title}")


def _tell(found: Today) -> None:
    tell(f"{found.day}")
    if found.talk:
        tell(f"  talk      {found.talk.title}  (day {len(found.talk.days)})")
        tell(f"            {at_second(found.talk.url, found.talk.seconds)}")
    for entry in found.noted:
        tell(f"  noted     {entry.title}" + (f" ({entry.part})" if entry.part else ""))
    if found.reviews.cards:
        tell(f"  reviews   {len(found.reviews.cards)} cards, about {found.reviews.minutes:g} min")
    for plan in found.plans:
        tell(f"  plan      {plan.plan}, day {plan.number}" + (" (a day off)" if plan.off else ""))
        for place in plan.rows:
            tell(f"            {'[x]' if place.checked else '[ ]'} {', '.join(place.tracks)}  {place.title}")
    for word, rows in (("shortlist", found.shortlist), ("new", found.new)):
        for n, row in enumerate(rows):
            tell(f"  {word if not n else '':<9} {row.id:>5}  {row.title}")
    streak = found.streak
    if streak.days:
        say(f"{streak.days} days noted, longest run {streak.longest}, this run {streak.current}")


def _shape(found: Today) -> dict[str, Any]:
    talk = found.talk
    return {
        "day": found.day,
        "talk": talk
        and {
            "resource": talk.resource, "title": talk.title, "url": at_second(talk.url, talk.seconds),
            "start_seconds": talk.seconds, "days": list(talk.days),
        },
        "noted": [{"id": one.id, "title": one.title, "part": one.part or None} for one in found.noted],
        "reviews": [card.id for card in found.reviews.cards],
        "review_minutes": found.reviews.minutes,
        "plans": [
            {"plan": one.plan, "day": one.number, "off": one.off, "rows": [row.id for row in one.rows]}
            for one in found.plans
        ],
        "shortlist": [row.id for row in found.shortlist],
        "new": [row.id for row in found.new],
        "streak": {
            "days": found.streak.days, "longest": found.streak.longest, "current": found.streak.current,
            "gaps": list(found.streak.gaps),
        },
        "session": [{"key": one.key, "title": one.title, "minutes": one.minutes} for one in found.chosen],
    }  # fmt: skip
