"""What today asks for: the day's number in a plan, the talk that runs on, streaks without blame."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from tracker.core.choices import Choices, dated, days_of, wins
from tracker.core.model import ResourceId
from tracker.core.plan import JournalEntry, PlanNode
from tracker.core.standing import OPEN, in_focus, priority_of, rests, state_of

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


def late_rows(
    nodes: Iterable[PlanNode], number: int, tracks: Sequence[str], choices: Choices, now: datetime
) -> list[PlanNode]:
    """Rows of the days before day `number` that are still open, of the followed tracks, as chosen, by day."""
    before = [
        one
        for one in dated(nodes)
        if not one.checked
        and days_of(one)[-1] < number
        and state_of(one, now) == OPEN
        and any(wins(one, day, tracks, choices) for day in days_of(one))
    ]
    return sorted(before, key=lambda one: days_of(one)[-1])


def next_row(
    nodes: Iterable[PlanNode], number: int, tracks: Sequence[str], choices: Choices, now: datetime
) -> PlanNode | None:
    """The first open row of the days after day `number`: what can be begun when today's rows are done."""
    ahead = [
        one
        for one in dated(nodes)
        if not one.checked
        and days_of(one)[0] > number
        and state_of(one, now) == OPEN
        and any(wins(one, day, tracks, choices) for day in days_of(one))
    ]
    return min(ahead, key=lambda one: days_of(one)[0], default=None)


def pressing(rows: Iterable[PlanNode], now: datetime) -> list[PlanNode]:
    """Rows in the order in which they press: what is in focus, then by priority; what rests is left out."""
    awake = (one for one in rows if not rests(one, now))
    return sorted(awake, key=lambda one: (not in_focus(one), -priority_of(one)))


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that runs over days. `seconds` is where notes or sessions reached, None when they do not say."""

    resource: ResourceId
    title: str
    url: str
    days: tuple[date, ...]
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A note or a session about a work: on which day, from or up to which second."""

    resource: ResourceId
    title: str
    url: str
    day: date
    seconds: int | None


def sitting_of(one: JournalEntry) -> Sitting | None:
    """An entry of the journal as a sitting; None when it is about no work."""
    return Sitting(one.resource, one.title, one.url, one.day, one.start_seconds) if one.resource else None


def lately(sittings: Iterable[Sitting], today: date) -> list[Sitting]:
    """Those of the last days, in their order: what may still run."""
    return [one for one in sittings if 0 <= (today - one.day).days <= RUNNING_DAYS]


def running(sittings: Iterable[Sitting], done: Container[ResourceId], today: date) -> Talk | None:
    """What one sat with last, oldest first in `sittings`, when it was within the last days and is not done with."""
    mine = sorted((one for one in sittings if one.day <= today), key=lambda one: one.day)
    recent = lately(mine, today)
    if not recent or recent[-1].resource in done:
        return None
    last = recent[-1]
    parts = [one for one in mine if one.resource == last.resource]
    seconds = max((one.seconds for one in parts if one.seconds is not None), default=None)
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
