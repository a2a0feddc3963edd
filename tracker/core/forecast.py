"""When a plan will be done, as a range, from what a person did day by day. Pure: the same days give the same dates.

Work comes in lumps: after S units in n days the time for R more varies like the quotient of two gamma variables with
R/f and S/f lumps, where f is how unevenly the work came: the variance of what came in a stretch of days, over its mean.
Days are many, but good and idle ones come in runs, which only weeks, fortnights and months show, and there are few of
those. So each stretch begins with what the shorter one told, made GROWS times larger, and its own figure takes over as
such stretches add up. That f is uncertain itself makes the range wider. People change: a day counts half of one that is
HALF days younger, and where the last stretch differs from what was before by more than f explains, f grows by as much.
The chances are drawn from a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import fmean

DRAWS = 1000
LOW, HIGH = 0.1, 0.9  # the range holds the date in 80 of 100 cases
ENOUGH = 3  # units done on at least two days, before that nothing is foretold
WINDOW = 84  # days of history that count: people change
STRETCHES = (7, 14, 28)  # days
HALF = 14  # days after which a day counts half
DOUBT = (1.25, 1.0)  # unevenness before anything is known, and how many degrees of freedom that weighs
GROWS = 1.2  # a longer stretch is so much more uneven, before it is known
TRUST = 1.5  # degrees of freedom which that weighs
SURE = 2  # degrees of freedom nobody has less of
CHANGED = 1.4  # how much a change of pace beyond chance adds to the unevenness, a unit of its chi-square
MOST_CHANGED = 4.0  # times, at most
LEVELLED = 14  # days after which what weekdays explain is no unevenness
FAR = 3650  # days; what lies behind that is told as no date
LEARNED = 21  # days after which weekdays have a share of their own
SEED = 20260112


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast work goes by now: `units` in so many `days`, as much as what counts comes to (the last one counts whole,
    those before less and less); how unevenly, and how well that is known. `seen` are the days that were looked at."""

    days: float
    units: float
    uneven: float
    freedom: float
    seen: int = 0

    @property
    def a_week(self) -> float:
        """Units a week."""
        return self.units / self.days * 7 if self.days else 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """Days of work until done: in 1 of 10 cases fewer than `early`, in 1 of 10 more than `late`."""

    early: float
    likely: float
    late: float


@dataclass(frozen=True, slots=True)
class Finish:
    """The dates of a span; None = further away than anyone can say."""

    early: date | None
    likely: date | None
    late: date | None


def days_between(first: date, last: date, off: Callable[[date], bool]) -> list[date]:
    """The days from `first` to `last` that are no declared pause, the last `WINDOW` of them."""
    days = (first + timedelta(days=n) for n in range(max(0, (last - first).days + 1)))
    return [day for day in days if not off(day)][-WINDOW:]


def speed(daily: Sequence[float]) -> Speed | None:
    """How fast work went, by what was done on each day; None when that is too little to tell."""
    units = float(sum(daily))
    if units < ENOUGH or sum(amount > 0 for amount in daily) < 2:
        return None
    uneven, freedom = _blended(_of_days(daily), *DOUBT)
    for length in STRETCHES:
        if len(daily) >= length:
            uneven, known = _blended(_uneven(daily, length), uneven * GROWS, TRUST)
            freedom = min(freedom, known)
    weights = [0.5 ** (age / HALF) for age in reversed(range(len(daily)))]
    days = sum(weights) ** 2 / sum(weight * weight for weight in weights)  # as many equal ones would tell as much
    a_day = sum(weight * amount for weight, amount in zip(weights, daily, strict=True)) / sum(weights)
    return Speed(days, a_day * days, uneven * _changed(daily, uneven), freedom + SURE, len(daily))


def _changed(daily: Sequence[float], uneven: float) -> float:
    """How many times more uneven it is to be taken, when the pace of late (a fortnight, of less than four weeks a
    week) is another than before; 1.0 for what chance explains."""
    late = 14 if len(daily) >= 28 else 7
    if len(daily) < 2 * late:
        return 1.0
    apart = fmean(daily[-late:]) - fmean(daily[:-late])
    by_chance = uneven * fmean(daily) * (1 / late + 1 / (len(daily) - late))
    return min(MOST_CHANGED, 1 + CHANGED * max(0.0, apart * apart / by_chance - 1))


def _blended(found: tuple[float, float], before: float, weight: float) -> tuple[float, float]:
    """What was found, drawn to what was thought before by how little is known; with its degrees of freedom."""
    uneven, freedom = found
    return (uneven * freedom + before * weight) / (freedom + weight), freedom + weight


def _of_days(daily: Sequence[float]) -> tuple[float, float]:
    """Variance over mean of days, without what their weekdays explain once those are known; its degrees of freedom."""
    kinds = 7 if len(daily) >= LEVELLED else 1
    means = [fmean(daily[kind::kinds]) for kind in range(kinds)]
    freedom = len(daily) - kinds
    return sum((one - means[n % kinds]) ** 2 for n, one in enumerate(daily)) / freedom / fmean(daily), float(freedom)


def _uneven(daily: Sequence[float], length: int) -> tuple[float, float]:
    """Variance over mean of overlapping stretches of so many days, and its degrees of freedom: 0 for one stretch."""
    days = len(daily)
    if days == length:
        return 0.0, 0.0
    mean = fmean(daily) * length
    sums = [sum(daily[at : at + length]) for at in range(days - length + 1)]
    return fmean((one - mean) ** 2 for one in sums) / (1 - length / days) / mean, 1.5 * (days / length - 1)


def spans(found: Speed, left: Iterable[float], faster: float = 1.0) -> dict[float, Span]:
    """How many days each amount of work takes. `faster` 2.0 = twice the hours. More work never takes less time."""
    amounts = sorted({amount for amount in left if amount > 0})
    drawn: dict[float, list[float]] = {amount: [] for amount in amounts}
    chance = Random(SEED)
    for _ in range(DRAWS):
        lump = found.uneven * found.freedom / chance.gammavariate(found.freedom / 2, 2)
        a_day = chance.gammavariate(found.units / lump, 1) * lump / found.days * faster
        done = spent = 0.0
        for amount in amounts:
            spent += chance.gammavariate((amount - done) / lump, 1) * lump
            done = amount
            drawn[amount].append(spent / a_day if a_day else float("inf"))
    return {amount: _span(sorted(days)) for amount, days in drawn.items()}


def _span(days: Sequence[float]) -> Span:
    early, likely, late = (days[int(share * len(days))] for share in (LOW, 0.5, HIGH))
    return Span(early, likely, late)


def weekdays(amounts: Mapping[date, float], days: Sequence[date], rest: frozenset[int]) -> tuple[float, ...]:
    """The share of each weekday, Monday first, 1 on average: even until there are three weeks to tell it from."""
    even = [0.0 if day in rest else 7 / max(1, 7 - len(rest)) for day in range(7)]
    if len(days) < LEARNED:
        return tuple(even)
    done = [sum(amounts.get(day, 0.0) for day in days if day.weekday() == wanted) for wanted in range(7)]
    known = sum(done)
    return tuple((amount * 7 + share) / (known + 1) for amount, share in zip(done, even, strict=True))


def finish(span: Span, first: date, share: Callable[[date], float]) -> Finish:
    """The dates of a span that begins on `first`; `share` is how much of an average day a date gives."""
    wanted = (span.early, span.likely, span.late)
    found: list[date | None] = []
    day, sum_ = first, 0.0
    for days in wanted:
        while sum_ < days - 1e-9 and (day - first).days < FAR:
            sum_ += share(day)
            day += timedelta(days=1)
        found.append(day - timedelta(days=1) if sum_ >= days - 1e-9 else None)
    return Finish(*found)
