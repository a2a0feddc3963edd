"""When to look at a source again, and why then. Pure: polling memory and a look's outcome in, polling memory out.

Rhythm from the source's own behaviour, floors from its headers (RFC 9111 max-age and Expires, RSS ttl), hours and days
it does not want to be asked in (RSS skipHours, skipDays), rests it asked for (RFC 9110 Retry-After), back-off while it
fails: 1 h doubling to 24 h. A 410 that stays ends the polling; a permanent move is believed after repeated proof.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from tracker.core.dates import parse_date
from tracker.core.model import Harvest, Polling, Source
from tracker.core.outage import SOON
from tracker.core.web import Hop

HOUR, DAY = 3600, 86400
FIRST_GUESS = HOUR
LEAST_HINT, MOST_HINT = 15 * 60, 7 * DAY
FIRST_BACK_OFF, MOST_BACK_OFF = HOUR, DAY
PATIENT_BACK_OFF = 30 * 60  # a site that fails for living sources now and then is asked again sooner
MOST_REST = 30 * DAY
GONE_LOOKS = 3
MOVED_LOOKS, MOVED_SECONDS = 2, 20 * HOUR  # proof of a permanent move: seen so often, over so long
QUIET_AT_LEAST = 7 * DAY
PERMANENT = (301, 308)
MEMORY = "pace"  # the key of Polling.memory that is ours
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MAX_AGE = re.compile(r"(?:s-maxage|max-age)\s*=\s*\"?(\d{1,12})", re.I)
_NOT_KEPT = re.compile(r"\bno-(?:cache|store)\b", re.I)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The person's limits, seconds."""

    least: int = 900
    most: int = 7 * DAY


@dataclass(frozen=True, slots=True)
class Habits:
    """What a source says of its rhythm and what was seen of it; kept between looks. Seconds, 0 = not known."""

    rhythm: int = 0  # usual time between two items
    pause: int = 0  # longest usual silence: the second longest of the last gaps
    newest: float = 0.0  # time stamp of the newest item
    ttl: int = 0  # what the feed itself asks for
    skip_hours: tuple[int, ...] = ()  # of the day in UTC
    skip_days: tuple[str, ...] = ()
    day_began: float = 0.0  # time stamp at which the items of a day began to be counted
    day_count: int = 0  # items put into the inbox since


def habits(polling: Polling) -> Habits:
    """What is remembered of a source's rhythm."""
    kept = polling.memory.get(MEMORY)
    known = {field.name for field in fields(Habits)}
    values = {key: value for key, value in kept.items() if key in known} if isinstance(kept, Mapping) else {}
    lists: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Habits(**lists)


def learned(polling: Polling, harvest: Harvest, dates: Iterable[datetime | None], now: datetime) -> Polling:
    """`polling` with what a good answer teaches: the gaps between its newest items and what it asks of readers."""
    known = sorted((at for at in dates if at and at <= now), reverse=True)[:11]
    gaps = sorted((a - b).total_seconds() for a, b in pairwise(known))
    before = habits(polling)
    seen = replace(
        before,
        ttl=harvest.ttl,
        skip_hours=tuple(sorted(harvest.skip_hours)),
        skip_days=tuple(day for day in DAYS if day in harvest.skip_days),
    )
    if len(gaps) >= 2:
        seen = replace(seen, rhythm=int(median(gaps)), pause=int(gaps[-2]), newest=known[0].timestamp())
    return _keep(polling, seen)


def room_left(polling: Polling, cap: int, now: datetime) -> int:
    """How many items of a source may still go into the inbox today; a day begins with the first of them."""
    known = habits(polling)
    return cap if now.timestamp() - known.day_began >= DAY else max(0, cap - known.day_count)


def came(polling: Polling, new: int, now: datetime) -> Polling:
    """`polling` once `new` items came: they are counted, and what has no dates is timed by when it came."""
    before = habits(polling)
    if now.timestamp() - before.day_began >= DAY:
        before = replace(before, day_began=now.timestamp(), day_count=0)
    before = replace(before, day_count=before.day_count + new)
    after = replace(polling, changed_at=now)
    if before.newest or polling.changed_at is None or polling.changed_at >= now:
        return _keep(after, before)
    gap = (now - polling.changed_at).total_seconds()
    rhythm = int(gap if not before.rhythm else (2 * before.rhythm + gap) / 3)
    return _keep(after, replace(before, rhythm=rhythm, pause=max(int(gap), before.pause * 3 // 4)))


def _keep(polling: Polling, seen: Habits) -> Polling:
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(seen).items() if value}
    rest = {key: value for key, value in polling.memory.items() if key != MEMORY}
    return replace(polling, memory=rest | ({MEMORY: plain} if plain else {}))


def after_success(
    source: Source, polling: Polling, now: datetime, bounds: Bounds, *, headers: Mapping[str, str]
) -> tuple[Polling, str]:
    """The next look after a good one: the source's rhythm, never earlier than it asks for."""
    known = habits(polling)
    seconds, why = _interval(source, polling, known, now)
    hint = 0 if source.interval else hint_of(headers, known.ttl, now)
    if hint > seconds:
        seconds, why = hint, f"it asks for {spoken(hint)} between looks"
    wait = min(max(seconds, bounds.least), bounds.most)
    told = source.interval or hint >= wait  # by a person or the source: then not earlier
    spread = _later(source, wait) if told else max(_earlier(source, wait), hint, bounds.least)
    at = now + timedelta(seconds=spread)
    allowed = _outside(at, known)
    after = replace(
        polling,
        next_poll_at=allowed,
        polled_at=now,
        ok_at=now,
        changed_at=polling.changed_at or now,  # what came before the first look is not known
        failures=0,
        failing_since=None,
        reason="",
        baseline=True,
        stopped="",
    )
    return after, why if allowed == at else f"{why}; it does not want to be asked before"


def after_failure(
    source: Source, polling: Polling, now: datetime, *, reason: str, status: int, rest: float | None, patient: bool
) -> tuple[Polling, str]:
    """The next look after a bad one; the last good state is kept. `rest`: seconds the host asked for."""
    failures = polling.failures + 1
    first = PATIENT_BACK_OFF if patient else FIRST_BACK_OFF
    back_off = min(first * 2 ** min(failures - 1, 10), MOST_BACK_OFF)
    why = f"failed {failures} time{'s' if failures > 1 else ''}; next try after {spoken(back_off)}"
    if rest is not None and rest > back_off:
        back_off, why = int(min(rest, MOST_REST)), f"it asked for {spoken(rest)} of rest"
    gone = status == 410 and failures >= GONE_LOOKS
    after = replace(
        polling,
        next_poll_at=None if gone else now + timedelta(seconds=min(_later(source, back_off), MOST_REST)),
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


def after_outage(source: Source, polling: Polling, now: datetime, why: str) -> tuple[Polling, str]:
    """The network here failed: nothing was learned of the source, nothing is counted, and one tries again soon."""
    share = 1 + zlib.crc32(source.name.encode()) % 1000 / 1000
    return replace(polling, next_poll_at=now + SOON * share), why


def moved_by(hops: Iterable[Hop]) -> str:
    """Where an address moved for good: the end of the permanent redirects it began with; "" for none.

    A temporary hop ends the proof: what lies behind it may be somewhere else tomorrow.
    """
    target = ""
    for hop in hops:
        if hop.status not in PERMANENT:
            break
        target = hop.location
    return target


def sighted(polling: Polling, target: str, now: datetime) -> Polling:
    """`polling` after one more look that went to `target` for good; "" takes all earlier proof back."""
    if not target:
        return replace(polling, moved_to="", moved_seen=0, moved_since=None)
    if target != polling.moved_to:
        return replace(polling, moved_to=target, moved_seen=1, moved_since=now)
    return replace(polling, moved_seen=polling.moved_seen + 1)


def proved(polling: Polling, now: datetime) -> bool:
    """Whether a move was seen often and long enough to be proposed."""
    if not polling.moved_to or polling.moved_since is None or polling.moved_seen < MOVED_LOOKS:
        return False
    return (now - polling.moved_since).total_seconds() >= MOVED_SECONDS


def silence(polling: Polling, now: datetime) -> str:
    """What to say of a source that is quiet for longer than it ever is; "" while that is nothing unusual."""
    known = habits(polling)
    last = datetime.fromtimestamp(known.newest, UTC) if known.newest else polling.changed_at
    if not known.rhythm or last is None:
        return ""
    quiet = (now - last).total_seconds()
    if quiet <= max(3 * known.rhythm, 2 * known.pause, QUIET_AT_LEAST):
        return ""
    return f"nothing new for {spoken(quiet)}; it usually brings something every {spoken(known.rhythm)}"


def _interval(source: Source, polling: Polling, known: Habits, now: datetime) -> tuple[int, str]:
    if source.interval:
        return source.interval, f"set to {spoken(source.interval)} in sources.yaml"
    last = datetime.fromtimestamp(known.newest, UTC) if known.newest else polling.changed_at or polling.ok_at
    quiet = (now - last).total_seconds() if last else 0.0
    if known.rhythm and quiet / 10 <= known.rhythm / 2:  # twice as often as it speaks, within an hour and a day
        return min(max(known.rhythm // 2, HOUR), DAY), f"it brings something every {spoken(known.rhythm)}"
    if not quiet:
        return FIRST_GUESS, "its rhythm is not known yet"
    return int(min(max(quiet / 10, HOUR), DAY)), f"quiet for {spoken(quiet)}"


def _later(source: Source, seconds: float) -> float:
    """Up to a tenth longer, the same for a source every time, so that sources added together drift apart."""
    return seconds * (1 + zlib.crc32(source.name.encode()) % 1000 / 10_000)


def _earlier(source: Source, seconds: float) -> float:
    """Up to a tenth shorter: a guess of ours that says "within a day" keeps its word."""
    return seconds * (1 - zlib.crc32(source.name.encode()) % 1000 / 10_000)


def _outside(at: datetime, known: Habits) -> datetime:
    """`at`, or the first full hour after it in which the source may be asked. A feed that skips all is not believed."""
    if len(known.skip_hours) >= 24 or len(known.skip_days) >= 7 or not (known.skip_hours or known.skip_days):
        return at
    when = at
    while when.hour in known.skip_hours or DAYS[when.weekday()] in known.skip_days:
        when = when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return when


def hint_of(headers: Mapping[str, str], ttl: int, now: datetime) -> int:
    """Seconds the source asks us to wait: Cache-Control, else Expires, or its own ttl; 15 min to a week."""
    hint = max(_fresh_for(headers, now), ttl)
    return min(max(hint, LEAST_HINT), MOST_HINT) if hint > 0 else 0


def _fresh_for(headers: Mapping[str, str], now: datetime) -> int:
    """Seconds an answer stays fresh (RFC 9111, 4.2): what a cache on the way kept it for is taken off."""
    control, age = headers.get("cache-control", ""), headers.get("age", "")
    found = _MAX_AGE.search(control)
    if found:
        return int(found[1]) - (int(age[:9]) if age.isascii() and age.isdigit() else 0)
    if _NOT_KEPT.search(control) or "expires" not in headers:
        return 0
    expires, said = parse_date(headers["expires"]), parse_date(headers.get("date", ""))
    return int((expires - (said or now)).total_seconds()) if expires else 0


def spoken(seconds: float) -> str:
    """A span for people: 45 min, 6 h, 3 d."""
    if seconds < 2 * HOUR:
        return f"{max(1, round(seconds / 60))} min"
    return f"{round(seconds / HOUR)} h" if seconds < 2 * DAY else f"{round(seconds / DAY)} d"
