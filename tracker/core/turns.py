"""Whose turn it is when much is due at once: hosts in turn, and no herd after a long sleep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 50  # so many may be looked at at once after a sleep; the others are spread over the window
WINDOW = timedelta(minutes=10)


def in_turn(waiting: Iterable[tuple[T, str]]) -> list[T]:
    """Things with their hosts, so that hosts take turns; at one host the order stays."""
    rank: dict[str, int] = {}
    ranked: list[tuple[int, T]] = []
    for thing, host in waiting:
        rank[host] = rank.get(host, -1) + 1
        ranked.append((rank[host], thing))
    return [thing for _, thing in sorted(ranked, key=lambda pair: pair[0])]


def spread(overdue: Sequence[tuple[T, str]], now: datetime) -> list[tuple[T, datetime]]:
    """New times for what became due while we slept, evenly over the window; the first are left as they are."""
    late = in_turn(overdue)[AT_ONCE:]
    step = WINDOW / max(len(late), 1)
    return [(thing, now + step * (position + 1)) for position, thing in enumerate(late)]
