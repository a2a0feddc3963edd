"""The day as lines of text, for the command line and the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracker.core.text import argument
from tracker.core.url_start import at_second

if TYPE_CHECKING:
    from tracker.core.day import Day, PlanDay


def lines(found: Day) -> Iterator[str]:
    """What the day asks for, a line each, the most pressing first."""
    yield f"{found.day}"
    if found.sitting:
        yield f"  sitting   {found.sitting.title}: 'tracker session stop' ends it"
    if found.pick:
        yield f"  begin     {found.pick.offer.title}  ({found.pick.why})"
        if found.pick.url:
            yield f"            {found.pick.url}"
    if found.talk and not (found.pick and found.pick.offer.key == "talk"):
        yield f"  talk      {found.talk.title}  {at_second(found.talk.url, found.talk.seconds)}"
    for entry in found.noted:
        yield f"  noted     {entry.title}" + (f" ({entry.part})" if entry.part else "")
    if found.cards:
        yield f"  reviews   {len(found.cards)} cards, about {found.review_minutes:g} min"
    for plan in found.plans:
        yield from _plan(plan)
    for name in found.unplanned:
        yield f"  plan      {name} has no start yet: tracker plan schedule {argument(name)} --start DATE"
    for focus in found.focus:
        yield f"  focus     {focus.place.title}"
        for work in focus.works:
            yield f"            {work.id:>5}  {work.title}"
    for word, rows in (("shortlist", found.shortlist), ("new", found.new)):
        for n, row in enumerate(rows):
            yield f"  {word if not n else '':<9} {row.id:>5}  {row.title}" + (
                f"  ({row.sources[0]})" if row.sources else ""
            )
    for n, one in enumerate(found.chosen):
        yield f"  {'session' if not n else '':<9} {one.minutes:>3} min  {one.title}"
    streak = found.streak
    if streak.days:
        yield f"  {streak.days} days noted, longest run {streak.longest}, this run {streak.current}"


def _plan(plan: PlanDay) -> Iterator[str]:
    behind = f", {plan.behind} rows of earlier days are open" if plan.behind else ""
    yield f"  plan      {plan.plan}, day {plan.number}" + (" (a day off)" if plan.off else "") + behind
    for place in (*plan.late, *plan.rows):
        late = "" if place in plan.rows else "late  "
        stress = "; ".join(f"{track}: {said}" for track, said in plan.stress(place).items())
        tracks = ", ".join(track for track in place.tracks if not plan.tracks or track in plan.tracks)
        box = "[x]" if place.checked else "[ ]"
        where = f"{tracks}  " if tracks else ""
        yield f"            {box} {late}{where}{place.title}" + (f"  ({stress})" if stress else "")
    if plan.double:
        yield "            two rows for one track: 'tracker plan choose' says which counts"
