"""`tracker today`: what the day asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, tell
from tracker.core.url_start import at_second

if TYPE_CHECKING:
    from tracker.core.day import Day


@click.command("today")
@click.option("--minutes", default=0, type=click.IntRange(0, 1440), help="What fits into so many minutes.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(flags: Mapping[str, str], minutes: int, as_json: bool) -> None:
    """The running talk, due reviews, the rows of your plans, what is new; with --minutes a session that fits."""
    from tracker.formats.today import lines
    from tracker.services import inbox, study
    from tracker.wiring import house_of

    with house_of(flags) as house:
        inbox.wake(house.store, house.person, house.clock())
        found = study.today(house.store, house.person, house.settings.study, house.zone, house.clock(), minutes=minutes)
    if as_json:
        emit(_shape(found))
        return
    for line in lines(found):
        tell(line)


def _shape(found: Day) -> dict[str, Any]:
    talk, pick = found.talk, found.pick
    return {
        "day": found.day,
        "pick": pick
        and {"key": pick.offer.key, "title": pick.offer.title, "minutes": pick.offer.minutes, "why": pick.why,
             "url": pick.url or None},
        "talk": talk
        and {
            "resource": talk.resource, "title": talk.title, "url": at_second(talk.url, talk.seconds),
            "start_seconds": talk.seconds, "days": list(talk.days),
        },
        "noted": [{"id": one.id, "title": one.title, "part": one.part or None} for one in found.noted],
        "reviews": [card.id for card in found.cards],
        "review_minutes": found.review_minutes,
        "plans": [
            {"plan": one.plan, "day": one.number, "off": one.off, "rows": [row.id for row in one.rows],
             "emphasis": {row.id: one.stress(row) for row in one.rows}, "late": [row.id for row in one.late],
             "behind": one.behind, "double": one.double}
            for one in found.plans
        ],
        "sitting": found.sitting and found.sitting.id,
        "unplanned": list(found.unplanned),
        "focus": [{"place": one.place.id, "resources": [work.id for work in one.works]} for one in found.focus],
        "shortlist": [row.id for row in found.shortlist],
        "new": [row.id for row in found.new],
        "streak": {
            "days": found.streak.days, "longest": found.streak.longest, "current": found.streak.current,
            "gaps": list(found.streak.gaps),
        },
        "session": [{"key": one.key, "title": one.title, "minutes": one.minutes} for one in found.chosen],
    }  # fmt: skip
