"""The day as lines of text, for the command line and the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracker.core.journal import at_second

if TYPE_CHECKING:
    from tracker.core.day import Day


def lines(found: Day) -> Iterator[str]:
    """What the day asks for, a line each, the most pressing first."""
    yield f"{found.day}"
    if found.talk:
        yield f"  talk      {found.talk.title}  (day {len(found.talk.days)})"
        yield f"            {at_second(found.talk.url, found.talk.seconds)}"
    for entry in found.noted:
        yield f"  noted     {entry.title}" + (f" ({entry.part})" if entry.part else "")
    if found.cards:
        yield f"  reviews   {len(found.cards)} cards, about {found.review_minutes:g} min"
    for plan in found.plans:
        yield f"  plan      {plan.plan}, day {plan.number}" + (" (a day off)" if plan.off else "")
        for place in plan.rows:
            yield f"            {'[x]' if place.checked else '[ ]'} {', '.join(place.tracks)}  {place.title}"
    for word, rows in (("shortlist", found.shortlist), ("new", found.new)):
        for n, row in enumerate(rows):
            yield f"  {word if not n else '':<9} {row.id:>5}  {row.title}"
    for n, one in enumerate(found.chosen):
        yield f"  {'session' if not n else '':<9} {one.minutes:>3} min  {one.title}"
    streak = found.streak
    if streak.days:
        yield f"  {streak.days} days noted, longest run {streak.longest}, this run {streak.current}"
