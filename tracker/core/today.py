"""What today asks for: the day's number in a plan, the running talk, streaks without blame, a session that fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tracker.core.choices import Choices, dated, days_of, wins
from tracker.core.model import ResourceId
from tracker.core.plan import JournalEntry, PlanNode

RUNNING_DAYS = 7  # a talk noted within so many days runs on, unless it is marked done


@dataclass(frozen=True, slots=True)
class Pace:
    """When a plan runs: its first day, weekdays without study (0 = Monday), pauses of so many days from a day on."""

    start: date
    rest: frozenset[int] = frozenset()
    pauses: tuple[tuple[date, int], ...] = ()
    tracks: tuple[str, ...] = ()

    def paused(self, day: date) -> bool:
        """Whether `day` lies in a pause."""
        return any(begin <= day < begin + timedelta(days=days) for begin, days in self.pauses)

    def studies(self, day: date) -> bool:
        """Whether `day` is one of study."""
        return day >= self.start and day.weekday() not in self.rest and not self.paused(day)

    def number(self, day: date) -> int:
        """Which day of the plan `day` is, from 1; on a day off that of the day before; 0 before the start."""
        return sum(self.studies(self.start + timedelta(days=n)) for n in range((day - self.start).days + 1))

    def day(self, number: int) -> date:
        """The date of the plan's day `number`. Raises ValueError for a number below 1."""
        if number < 1 or len(self.rest) > 6:
            raise ValueError(number)
        day = self.start
        while not self.studies(day) or number > 1:
            number -= self.studies(day)
            day += timedelta(days=1)
        return day


def rows_of(
    nodes: Iterable[PlanNode], number: int, tracks: Sequence[str], choices: Choices | None = None
) -> list[PlanNode]:
    """The rows of a plan's day `number`: of the followed tracks (none named: of all), as chosen, in its order."""
    return [one for one in dated(nodes) if number in days_of(one) and wins(one, number, tracks, choices or {})]


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that runs over days. `seconds` is where the notes reached, None when they do not say."""

    resource: ResourceId
    title: str
    url: str
    days: tuple[date, ...]
    seconds: int | None


def running(entries: Iterable[JournalEntry], done: frozenset[ResourceId], today: date) -> Talk | None:
    """The talk noted last, when it was within the last days and is not marked done."""
    mine = sorted((one for one in entries if one.resource and one.day <= today), key=lambda one: (one.day, one.id))
    if not mine or mine[-1].resource is None or mine[-1].resource in done:
        return None
    last = mine[-1]
    if (today - last.day).days > RUNNING_DAYS:
        return None
    parts = [one for one in mine if one.resource == last.resource]
    seconds = max((one.start_seconds for one in parts if one.start_seconds is not None), default=None)
    assert last.resource is not None
    return Talk(last.resource, last.title, last.url, tuple(dict.fromkeys(one.day for one in parts)), seconds)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days with a note: how many, the longest run, the one that reaches today or yesterday, days between without."""

    days: int = 0
    longest: int = 0
    current: int = 0
    gaps: tuple[date, ...] = ()


def streak(noted: Iterable[date], today: date) -> Streak:
    """Counted from the first day noted to the last; a day without a note is a gap, nothing more."""
    days = sorted({day for day in noted if day <= today})
    if not days:
        return Streak()
    runs, longest = 1, 1
    for before, after in pairwise(days):
        runs = runs + 1 if (after - before).days == 1 else 1
        longest = max(longest, runs)
    there = set(days)
    span = (days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days))
    gaps = tuple(day for day in span if day not in there)
    return Streak(len(days), longest, runs if (today - days[-1]).days <= 1 else 0, gaps)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that could be done today. `after` names offers that must be done before it."""

    key: str
    title: str
    minutes: int
    value: float
    after: tuple[str, ...] = ()


def session(offers: Sequence[Offer], budget: int) -> list[Offer]:
    """The most worthwhile offers that fit into `budget` minutes together, what must come before others in front.

    Exact for what a day offers: the best value for every number of minutes, offers with what they need as one bundle.
    """
    by_key = {one.key: one for one in offers}
    best: dict[frozenset[str], tuple[int, float]] = {frozenset(): (0, 0.0)}
    for one in sorted(offers, key=lambda one: -one.value / one.minutes):  # so that what is dropped is worth least
        bundle = _needs(one, by_key)
        if bundle is None:
            continue
        for chosen in list(best):
            wider = chosen | bundle
            minutes = sum(by_key[key].minutes for key in wider)
            if minutes <= budget and wider not in best:
                best[wider] = (minutes, sum(by_key[key].value for key in wider))
        best = _pruned(best)
    chosen = max(best, key=lambda keys: (best[keys][1], -best[keys][0], sorted(keys)))
    return _ordered([one for one in offers if one.key in chosen], by_key)


MOST_KEPT = 4000


def _pruned(best: dict[frozenset[str], tuple[int, float]]) -> dict[frozenset[str], tuple[int, float]]:
    """Bounded: of very many choices the most worthwhile are kept."""
    if len(best) <= MOST_KEPT:
        return best
    kept = sorted(best, key=lambda keys: (-best[keys][1], best[keys][0], sorted(keys)))[: MOST_KEPT // 2]
    return {keys: best[keys] for keys in kept}


def _needs(one: Offer, by_key: dict[str, Offer]) -> frozenset[str] | None:
    """An offer with all that must come before it; None when some of that is not on offer, or they wait in a ring."""
    found: set[str] = set()
    waiting = [one.key]
    while waiting:
        key = waiting.pop()
        if key not in by_key:
            return None
        if key not in found:
            found.add(key)
            waiting.extend(by_key[key].after)
    return frozenset(found) if _has_order({key: by_key[key].after for key in found}) else None


def _has_order(needs: dict[str, tuple[str, ...]]) -> bool:
    """Whether everything can come after what it needs."""
    done: set[str] = set()
    while ready := {key for key, before in needs.items() if key not in done and done.issuperset(before)}:
        done |= ready
    return len(done) == len(needs)


def _ordered(chosen: list[Offer], by_key: dict[str, Offer]) -> list[Offer]:
    depth = {one.key: len(_needs(one, by_key) or ()) for one in chosen}
    return sorted(chosen, key=lambda one: depth[one.key])
