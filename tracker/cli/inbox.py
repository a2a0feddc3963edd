"""`tracker inbox`: what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from tracker.cli.output import emit, say, table
from tracker.core.model import InboxState, ResourceId

if TYPE_CHECKING:
    from tracker.wiring import House


@click.command("inbox")
@click.argument("query", nargs=-1)
@click.option("--state", type=click.Choice([s.value for s in InboxState]), default="inbox", help="Another state.")
@click.option("--topic", default="", help="Only this topic.")
@click.option("--source", default="", help="Only this source.")
@click.option("--limit", default=50, type=click.IntRange(1, 100_000), help="At most so many (default 50).")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines in the shape of 'tracker resources'.")
@click.pass_obj
def command(
    flags: Mapping[str, str], query: tuple[str, ...], state: str, topic: str, source: str, limit: int, as_json: bool
) -> None:
    """What waits for a decision, newest first. QUERY narrows it (see 'tracker search --help')."""
    from tracker.services import inbox
    from tracker.wiring import house_of

    with house_of(flags) as house:
        inbox.wake(house.store, house.person, house.clock())
        page = inbox.page(
            house.store,
            house.person,
            states=(InboxState(state),),
            asked=house.asked(" ".join(query)),
            zone=house.zone,
            topic=topic,
            source=source,
            limit=limit,
        )
        if as_json:
            _emit(house, [row.id for row in page.items])
            return
        table(
            [
                (
                    str(row.id),
                    _day(row.published or row.first_seen),
                    row.kind.value,
                    row.site or ", ".join(row.sources),
                    row.title,
                )
                for row in page.items
            ],
            ("id", "day", "kind", "from", "title"),
        )
        total = inbox.counts(house.store, house.person).get(InboxState(state), 0)
        say(f"{len(page.items)} of {total}. Decide with 'tracker triage ID done|skip|shortlist|file TOPIC'.")
        if state == InboxState.INBOX.value and (held := inbox.held_back(house.store)):
            say(f"{held} more came than sources may bring (crawl.daily_cap a day each); 'tracker noise' counts them.")


def _emit(house: House, ids: Sequence[ResourceId]) -> None:
    """A line of JSON each. What it takes is loaded only here: people read the table, and wait for it."""
    from tracker.cli import shapes
    from tracker.services import library, links
    from tracker.services.suggest import Adviser

    health, sure = links.known(house.store, ids), Adviser(house.store, house.person).sure(ids)
    for found in library.resources_by_id(house.store, house.person, ids):
        emit(shapes.resource(found, health.get(found.id), shapes.suggestion(sure.get(found.id))))


def _day(at: object) -> str:
    return f"{at:%m-%d}" if at else ""
