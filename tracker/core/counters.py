"""Counters a person keeps of what is done beside reading, by day: sums over the weeks, nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 4


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter by its name: this week (from Monday), the week before, the last four weeks, ever. `own` is false for
    what the library knows without counting: notes written, minutes of sessions."""

    name: str
    week: int
    before: int
    weeks: int
    total: int
    last: date | None
    own: bool = True


def counter(name: str, days: Mapping[date, int], today: date, *, own: bool = True) -> Counter:
    """The sums of one counter; days to come count in `total` alone."""
    monday = today - timedelta(days=today.weekday())

    def sum_from(first: date, last: date) -> int:
        return sum(count for day, count in days.items() if first <= day <= last)

    return Counter(
        name, sum_from(monday, today), sum_from(monday - timedelta(days=7), monday - timedelta(days=1)),
        sum_from(today - timedelta(days=7 * WEEKS - 1), today), sum(days.values()),
        max((day for day, count in days.items() if count), default=None), own,
    )  # fmt: skip
