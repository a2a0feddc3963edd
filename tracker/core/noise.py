"""Noise: what each source brings and how much of it is kept, how long the queue is, what would help. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.core.model import InboxState
from tracker.core.rules import Past, by_rule

UNKNOWN_MINUTES = 15  # of something whose length nobody said
ENOUGH = 20  # decisions that prove something of a source
LOW_RATE = 0.15  # kept of decided: below it so much a day is too much
MUCH = 3.0  # items a day that are much
DROP_DAYS = 60  # so long nothing was kept
MUTE, CAP, DROP = "mute", "cap", "drop"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that came in: which sources brought it, how long it takes (0 = nobody said)."""

    past: Past
    sources: tuple[str, ...]
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """What would help with a source: mute, cap (at `most` a day), drop; with the figures that say so."""

    verb: str
    most: int
    why: str


@dataclass(frozen=True, slots=True)
class Yield:
    """What one source gave back within the window. `ruled`: rules put it elsewhere; `held`: never in the inbox.

    `waiting` and `minutes` are all that wait now, however old; `rate` is kept of decided, None before any decision.
    """

    source: str
    seen: int
    kept: int
    skipped: int
    ruled: int
    waiting: int
    minutes: int
    held: int
    a_day: float
    rate: float | None
    advice: Advice | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """The queue. `came` and `decided` are a day, over `days`; `clear` days at that pace if nothing new came.

    `settled` days with what comes; None = never, more comes than is decided.
    """

    days: int
    waiting: int
    minutes: int
    came: float
    decided: float
    clear: float | None
    settled: float | None


def debt(items: Sequence[Item], now: datetime, days: int) -> Debt:
    """How long the queue is, against what was decided a day in the last `days` (fewer when the first came later)."""
    days = _window(items, now, days)
    since = now - timedelta(days=days)
    waiting = [one for one in items if one.past.standing.state is InboxState.INBOX]
    came = sum(one.past.at > since and one.past.passed for one in items) / days
    decided = sum(_decided_since(one.past, since) for one in items) / days
    clear = len(waiting) / decided if decided else None
    settled = len(waiting) / (decided - came) if decided > came else None
    if not waiting:
        clear = settled = 0.0
    return Debt(days, len(waiting), sum(map(_minutes, waiting)), came, decided, clear, settled)


def yields(items: Sequence[Item], held: Mapping[str, int], now: datetime, days: int) -> list[Yield]:
    """Every source that brought something, the least kept first, then the most waiting.

    What two sources brought counts for both.
    """
    days = _window(items, now, days)
    by_source: dict[str, list[Item]] = {}
    for one in items:
        for name in one.sources:
            by_source.setdefault(name, []).append(one)
    found = [_yield(name, some, held.get(name, 0), now, days) for name, some in by_source.items()]
    return sorted(found, key=lambda one: (1.0 if one.rate is None else one.rate, -one.waiting, one.source))


def _yield(name: str, items: Sequence[Item], held: int, now: datetime, days: int) -> Yield:
    since = now - timedelta(days=days)
    seen = [one.past for one in items if one.past.at > since]
    waiting = [one for one in items if one.past.standing.state is InboxState.INBOX]
    kept, skipped = sum(one.kept for one in seen), sum(one.skipped for one in seen)
    passed = sum(one.passed for one in seen)
    rate = kept / (kept + skipped) if kept + skipped else None
    return Yield(
        name, len(seen), kept, skipped, len(seen) - passed, len(waiting), sum(map(_minutes, waiting)), held,
        passed / days, rate, _advice([one.past for one in items], kept, skipped, passed / days, now, days),
    )  # fmt: skip


def _advice(past: Sequence[Past], kept: int, skipped: int, a_day: float, now: datetime, days: int) -> Advice | None:
    decided = kept + skipped
    if decided < ENOUGH or not a_day:  # nothing comes to the person any more: a rule sees to it
        return None
    why = f"kept {kept} of {decided} in {days} day{'s' * (days > 1)}, {a_day:.1f} a day"
    if not kept:
        ever = any(one.kept for one in past)
        long = min(one.at for one in past) <= now - timedelta(days=DROP_DAYS)
        return Advice(MUTE if ever or not long else DROP, 0, why)
    if kept / decided < LOW_RATE and a_day > MUCH:
        return Advice(CAP, max(1, math.ceil(2 * kept / days)), why)
    return None


def _window(items: Sequence[Item], now: datetime, days: int) -> int:
    first = min((one.past.at for one in items), default=now)
    return max(1, min(days, (now - first).days + 1))


def _decided_since(past: Past, since: datetime) -> bool:
    standing = past.standing
    over = standing.state not in (InboxState.INBOX, InboxState.SNOOZED)
    return over and not by_rule(standing.why) and standing.decided_at is not None and standing.decided_at > since


def _minutes(item: Item) -> int:
    return item.minutes or UNKNOWN_MINUTES
