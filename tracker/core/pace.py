"""When to look at a source again, and why then. Pure: polling memory and a look's outcome in, polling memory out.

Rhythm from the source's own behaviour, floors from its headers (RFC 9111 max-age, RSS ttl), rests it asked for
(RFC 9110 Retry-After), back-off while it fails: 1 h doubling to 24 h. A 410 that stays ends the polling.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from tracker.core.model import Polling, Source

HOUR, DAY = 3600, 86400
FIRST_GUESS = HOUR
LEAST_HINT, MOST_HINT = 15 * 60, 7 * DAY
FIRST_BACK_OFF, MOST_BACK_OFF = HOUR, DAY
MOST_REST = 30 * DAY
GONE_LOOKS = 3
_MAX_AGE = re.compile(r"(?:s-maxage|max-age)\s*=\s*\"?(\d{1,12})", re.I)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The person's limits, seconds."""

    least: int = 900
    most: int = 7 * DAY


def after_success(
    source: Source, polling: Polling, now: datetime, bounds: Bounds, *, hint: int = 0, rhythm: int = 0, new: int = 0
) -> tuple[Polling, str]:
    """The next look after a good one. `hint`: seconds the source asks for; `rhythm`: between items, 0 unknown."""
    seconds, why = _interval(source, polling, now, rhythm, new)
    if hint > seconds and not source.interval:
        seconds, why = hint, f"it asks for {spoken(hint)} between looks"
    seconds = min(max(seconds, bounds.least), bounds.most)
    after = replace(
        polling,
        next_poll_at=now + timedelta(seconds=_spread(source, seconds)),
        polled_at=now,
        ok_at=now,
        changed_at=now if new else polling.changed_at,
        failures=0,
        failing_since=None,
        reason="",
        baseline=True,
        stopped="",
    )
    return after, why


def after_failure(
    source: Source, polling: Polling, now: datetime, *, reason: str, status: int, rest: float | None
) -> tuple[Polling, str]:
    """The next look after a bad one; the last good state is kept. `rest`: seconds the host asked for."""
    failures = polling.failures + 1
    back_off = min(FIRST_BACK_OFF * 2 ** min(failures - 1, 10), MOST_BACK_OFF)
    why = f"failed {failures} time{'s' if failures > 1 else ''}; next try after {spoken(back_off)}"
    if rest is not None and rest > back_off:
        back_off, why = int(min(rest, MOST_REST)), f"it asked for {spoken(rest)} of rest"
    gone = status == 410 and failures >= GONE_LOOKS
    after = replace(
        polling,
        next_poll_at=None if gone else now + timedelta(seconds=min(_spread(source, back_off), MOST_REST)),
        polled_at=now,
        failures=failures,
        failing_since=polling.failing_since or now,
        reason=reason,
        status=status,
        stopped="it answers 410 Gone" if gone else "",
    )
    return after, why if not gone else "stopped: the source says it is gone for good"


def resting(polling: Polling, now: datetime, seconds: float) -> tuple[Polling, str]:
    """The host asked for rest and nothing was sent: look when the rest is over; no failure."""
    return replace(polling, next_poll_at=now + timedelta(seconds=seconds)), f"its host rests for {spoken(seconds)}"


def _interval(source: Source, polling: Polling, now: datetime, rhythm: int, new: int) -> tuple[int, str]:
    if source.interval:
        return source.interval, f"set to {spoken(source.interval)} in sources.yaml"
    if rhythm:  # twice as often as it speaks, within an hour and a day
        return min(max(rhythm // 2, HOUR), DAY), f"it brings something every {spoken(rhythm)}"
    if new or polling.ok_at is None:
        return FIRST_GUESS, "its rhythm is not known yet"
    quiet = (now - (polling.changed_at or polling.ok_at)).total_seconds()
    return int(min(max(quiet / 10, HOUR), DAY)), f"quiet for {spoken(quiet)}"


def _spread(source: Source, seconds: float) -> float:
    """Up to a tenth longer, the same for a source every time, so that sources added together drift apart."""
    return seconds * (1 + zlib.crc32(source.name.encode()) % 1000 / 10_000)


def rhythm_of(dates: Iterable[datetime | None]) -> int:
    """Seconds between items: the median gap of the newest ten dates; 0 with fewer than three."""
    known = sorted((at for at in dates if at), reverse=True)[:10]
    gaps = [(a - b).total_seconds() for a, b in pairwise(known)]
    return int(median(gaps)) if len(gaps) >= 2 else 0


def hint_of(headers: Mapping[str, str], ttl: int = 0) -> int:
    """Seconds the source asks us to wait: Cache-Control, or its own ttl; within a quarter of an hour and a week."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    hint = max(int(found[1]) if found else 0, ttl)
    return min(max(hint, LEAST_HINT), MOST_HINT) if hint else 0


def spoken(seconds: float) -> str:
    """A span for people: 45 min, 6 h, 3 d."""
    if seconds < 2 * HOUR:
        return f"{max(1, round(seconds / 60))} min"
    return f"{round(seconds / HOUR)} h" if seconds < 2 * DAY else f"{round(seconds / DAY)} d"
