"""A digest: a period, chosen and grouped, before any format. Pure; the same data and period give the same digest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.core.errors import UsageError
from tracker.core.model import InboxState, Resource


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included, in the person's zone."""

    first: date
    last: date
    name: str  # daily, weekly, or period

    @property
    def stem(self) -> str:
        """The file name without suffix, made from dates alone."""
        if self.name == "daily":
            return f"{self.first:%Y-%m-%d}"
        if self.name == "weekly":
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.first:%Y-%m-%d}..{self.last:%Y-%m-%d}"


def period_of(words: str, today: date) -> Period:
    """`daily` is today, `weekly` this ISO week from Monday, FROM..TO any days, a date that day. Raises UsageError."""
    if words == "daily":
        return Period(today, today, "daily")
    if words == "weekly":
        monday = today - timedelta(days=today.weekday())
        return Period(monday, monday + timedelta(days=6), "weekly")
    first, _, last = words.partition("..")
    try:
        start = date.fromisoformat(first)
        end = date.fromisoformat(last) if last else start
    except ValueError:
        raise UsageError(
            f"'{words}' is no period", "Write daily, weekly, 2026-01-05 or 2026-01-05..2026-01-11"
        ) from None
    if end < start:
        raise UsageError(f"the period {words} ends before it begins", "Turn the two dates round")
    if end == start:
        return Period(start, end, "daily")
    whole_week = start.weekday() == 0 and end - start == timedelta(days=6)
    return Period(start, end, "weekly" if whole_week else "period")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source or link that needs a person: what, since when in words, and why."""

    name: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """Resources under one heading, in the order they are to be read."""

    name: str
    items: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a period brought. Every resource stands in one group of `new` at most."""

    period: Period
    new: tuple[Group, ...] = ()  # came in the period, by topic; "" = no topic yet
    decided: tuple[Group, ...] = ()  # decided in the period, by state
    waiting: int = 0  # in the inbox at the end
    troubles: tuple[Trouble, ...] = field(default=())


ORDER = (InboxState.FILED, InboxState.SHORTLIST, InboxState.DONE, InboxState.SNOOZED, InboxState.SKIPPED)


def compose(
    period: Period, new: Iterable[Resource], decided: Iterable[Resource], waiting: int, troubles: Iterable[Trouble] = ()
) -> Digest:
    """Group what came by topic (first topic counts, topics in order of first sight) and what was decided by state."""
    topics: dict[str, list[Resource]] = {}
    for r in new:
        topics.setdefault(r.topics[0] if r.topics else "", []).append(r)
    untold = topics.pop("", [])
    groups = [Group(name, tuple(items)) for name, items in topics.items()]
    if untold:
        groups.append(Group("", tuple(untold)))
    done = list(decided)
    states = [Group(s.value, tuple(r for r in done if r.state is s)) for s in ORDER]
    return Digest(period, tuple(groups), tuple(g for g in states if g.items), waiting, tuple(troubles))


def plain_words(html: str) -> str:
    """The words of a short note, tags off; formats escape it."""
    return re.sub(r"<[^>]*>", " ", html)
