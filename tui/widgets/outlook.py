"""When plans will be done and what they have nothing to learn from, as words and as passages to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tracker.core.coverage import Coverage, Lack
from tracker.core.outlook import Forecast, Outlook
from tracker.core.plan import Branch, walk
from tracker.core.progress import Gap
from tui.passage import Passage, Tone
from tui.plain import fit, titled
from tui.words import say

WEEKS = 12
STEPS = "▁▂▃▄▅▆▇█"
NAME_CELLS, DATE_CELLS, SPAN_CELLS = 26, 12, 25
MOST_LINES = 6  # of a forecast beside the tree
Part = tuple[str, str]


def pace(trees: Iterable[Branch], today: date) -> list[int]:
    """How much was ticked in each of the last weeks, the oldest first."""
    monday = today - timedelta(days=today.weekday())
    counts = [0] * WEEKS
    for _, one in walk(tuple(trees)):
        if one.node.checked and one.node.checked_at:
            ago = (monday - one.node.checked_at.date()).days
            week = -(-ago // 7) if ago > 0 else 0
            if week < WEEKS:
                counts[WEEKS - 1 - week] += 1
    return counts


def spark(counts: Sequence[int]) -> str:
    """A small chart: a block a week, a dot for a week without anything."""
    most = max(counts, default=0) or 1
    return "".join(STEPS[max(0, round(n / most * (len(STEPS) - 1)))] if n else "·" for n in counts)


def beside(found: Sequence[Forecast], counts: Sequence[int], cells: int) -> Iterator[Part]:
    """Beside the tree: the pace, then when the plan, its tracks and what comes next will likely be done."""
    if any(counts):
        yield f"\n{say('plan.pace')}\n", "bold $muted"
        yield spark(counts), "$success"
        yield f"  {say('plan.this-week', n=counts[-1])}\n", "$muted"
    for one in found:
        yield f"\n{say('plan.forecast-head')}\n", "bold $muted"
        yield f"{_speed(one)}\n", "$muted"
        for part in [part for part in one.outlooks if part.left][:MOST_LINES]:
            when, style = _when(part)
            yield fit(when, DATE_CELLS), style
            name = fit(titled(part.name), max(8, cells - DATE_CELLS)).rstrip()
            yield f"{name}\n", "bold" if part.kind == "plan" else ""


def forecast(found: Sequence[Forecast]) -> Iterator[Passage]:
    """All of it to read: likely, the span of 8 of 10 cases, the plan's own date, what is left."""
    for one in found:
        yield Passage(titled(one.plan), tone=Tone.HEAD)
        yield Passage(_speed(one), tone=Tone.DIM)
        yield Passage()
        heads = (say("plan.what"), say("plan.likely"), say("plan.span"))
        yield Passage(_row(*heads, say("plan.left")), tone=Tone.DIM)
        for part in one.outlooks:
            left = say("plan.left-of", left=part.left, total=part.total)
            resting = f"  {say('plan.resting', n=part.resting)}" if part.resting else ""
            yield Passage(_row(titled(part.name), _when(part)[0], _span(part), left + resting))
        yield Passage()


def coverage(name: str, found: Coverage, gaps: Sequence[Gap]) -> Iterator[Passage]:
    """What a plan lacks, with what the library offers; then where depth falls short."""
    yield Passage(titled(name), tone=Tone.HEAD)
    yield Passage(say("plan.open-places", n=found.places), tone=Tone.DIM)
    for word, lacks in (("bare", found.bare), ("dead", found.dead), ("lone", found.lone), ("stale", found.stale)):
        if lacks:
            yield from (Passage(), Passage(say(f"plan.lack-{word}", n=len(lacks)), tone=Tone.HEAD))
            yield from (line for lack in lacks for line in _lack(lack))
    if found.unplanned:
        yield from (Passage(), Passage(say("plan.unplanned"), tone=Tone.HEAD))
        yield from (Passage(f"• {source}  {say('plan.kept-works', n=kept)}") for source, kept in found.unplanned)
    if gaps:
        yield from (Passage(), Passage(say("plan.short", n=len(gaps)), tone=Tone.HEAD))
        yield from (
            Passage(f"{'■' * one.reached}{'□' * (one.wanted - one.reached)}  {titled(one.place.title)}") for one in gaps
        )
    yield Passage()


def _lack(one: Lack) -> Iterator[Passage]:
    day = f"  {say('plan.day', n=one.place.day_from)}" if one.place.day_from is not None else ""
    yield Passage(f"• {titled(one.place.title)}{day}")
    yield from (Passage(f"    {say('plan.perhaps', title=titled(work.title))}", tone=Tone.DIM) for work in one.offers)


def _speed(one: Forecast) -> str:
    if one.speed is None:
        return say("plan.no-speed")
    return say("plan.speed", rate=f"{one.speed.a_week:.1f}", days=one.speed.seen)


def _when(part: Outlook) -> tuple[str, str]:
    """The likely date, else the plan's own; green once it is done."""
    if not part.left:
        return say("plan.is-done"), "$success"
    if part.finish is None:
        return f"{part.planned or '–'}", "$muted"
    return _date(part.finish.likely), "$accent"


def _span(part: Outlook) -> str:
    if not part.left or part.finish is None:
        return ""
    return f"{_date(part.finish.early)} – {_date(part.finish.late)}"


def _date(day: date | None) -> str:
    return f"{day}" if day else say("plan.far")


def _row(name: str, likely: str, span: str, left: str) -> str:
    return fit(name, NAME_CELLS) + " " + fit(likely, DATE_CELLS) + fit(span, SPAN_CELLS) + left
