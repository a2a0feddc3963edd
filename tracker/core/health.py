"""A verdict from several looks over days. Pure. A link is called gone only after looks on different days agree.

`conclude` adds one look to what is known. What a later look sees well ends any verdict; a wall, an outage of ours and a
refusal of ours count for nothing. The table stands in docs/links.md, its rows are cases of the tests.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tracker.core.look import Seen, Sign, cosmetic, kept_anchor
from tracker.core.outage import SOON
from tracker.core.signs import Page


class Verdict(StrEnum):
    """How a link fares."""

    OK = "ok"
    MOVED = "moved"
    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"
    SOFT404 = "soft404"
    UNKNOWN = "unknown"
    REFUSED = "refused"


DEAD = frozenset((Verdict.GONE, Verdict.SOFT404, Verdict.FAILING))
LOST = frozenset((Verdict.GONE, Verdict.SOFT404))
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a sign that comes again and again becomes a verdict: after `times` looks over at least `span`."""

    times: int
    span: timedelta
    verdict: Verdict


# Nothing else makes a link gone. A day's slack in none of them: the spans are the least that is promised.
RULES = {
    Sign.ABSENT: Rule(3, 3 * DAY, Verdict.GONE),
    Sign.WITHDRAWN: Rule(2, timedelta(hours=20), Verdict.GONE),
    Sign.NO_NAME: Rule(4, 14 * DAY, Verdict.GONE),
    Sign.NO_ROUTE: Rule(4, 30 * DAY, Verdict.GONE),
    Sign.SUSPECT: Rule(2, timedelta(hours=46), Verdict.SOFT404),
    Sign.PARKED: Rule(2, timedelta(hours=46), Verdict.SOFT404),
}
BACK_OFF = {
    Sign.ABSENT: (1, 3, 7),
    Sign.WITHDRAWN: (1, 3, 7),
    Sign.NO_NAME: (1, 3, 7),
    Sign.NO_ROUTE: (1, 3, 7, 14),
    Sign.SUSPECT: (2, 7, 14),
    Sign.PARKED: (2, 7, 14),
}
SLOW_BACK_OFF = (1, 3, 7, 14)  # days, for what never becomes gone by itself
SELDOM = 30  # days between looks at what is gone, walled or refused
OFTEN, GROWTH = 7, 1.5  # days between looks at what is well; grows to SELDOM
STALE = 30 * DAY


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason, as `check` tells it. `replacement` is the address to write instead, "" for none."""

    url: str
    verdict: Verdict
    status: int = 0
    final_url: str = ""
    reason: str = ""
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """A sign that came `times` times since `since` with no good look between."""

    times: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """All that is known of one link. `causes`: signs on their way to a verdict. `revivals`: how often it came back."""

    url: str
    verdict: Verdict = Verdict.UNKNOWN
    status: int = 0
    final_url: str = ""
    reason: str = ""
    checked_at: datetime | None = None
    ok_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    next_check_at: datetime | None = None
    why_next: str = "never looked at"
    page: Page | None = None  # as it was when it was last well
    causes: Mapping[Sign, Cause] = field(default_factory=dict)
    revivals: int = 0
    rhythm: float = 0.0  # days between looks while it is well
    large: bool = False  # a big file: its head is enough
    moved_to: str = ""
    moved_since: datetime | None = None
    moved_seen: int = 0

    def memory(self) -> dict[str, Any]:
        """What has no column of its own, as plain data."""
        return {
            "why_next": self.why_next,
            "page": self.page.to_json() if self.page else None,
            "causes": {sign.value: [cause.times, cause.since.isoformat()] for sign, cause in self.causes.items()},
            "revivals": self.revivals,
            "rhythm": self.rhythm,
            "large": self.large,
            "moved_to": self.moved_to,
            "moved_since": self.moved_since.isoformat() if self.moved_since else None,
            "moved_seen": self.moved_seen,
        }

    def remembering(self, memory: Mapping[str, Any]) -> Health:
        """With what `memory` wrote."""
        if not memory:
            return self
        since = memory["moved_since"]
        return replace(
            self,
            why_next=memory["why_next"],
            page=Page.from_json(memory["page"]),
            causes={Sign(k): Cause(n, datetime.fromisoformat(at)) for k, (n, at) in memory["causes"].items()},
            revivals=memory["revivals"],
            rhythm=memory["rhythm"],
            large=memory["large"],
            moved_to=memory["moved_to"],
            moved_since=datetime.fromisoformat(since) if since else None,
            moved_seen=memory["moved_seen"],
        )

    @property
    def judgement(self) -> Judgement:
        """As `check` tells it."""
        to = self.moved_to if self.verdict is Verdict.MOVED else ""
        return Judgement(self.url, self.verdict, self.status, self.final_url, self.reason, to)


def first_judgement(seen: Seen) -> Judgement:
    """The verdict when one look is all there is. Never gone: that needs looks on several days."""
    told = Judgement(seen.url, _FIRST[seen.sign], seen.status, seen.final_url, seen.reason or seen.remark, seen.target)
    if seen.sign in (Sign.ABSENT, Sign.WITHDRAWN):
        return replace(told, reason=f"{seen.reason}; gone only when looks on several days say so")
    return told


_FIRST = {
    Sign.FINE: Verdict.OK,
    Sign.MOVED: Verdict.MOVED,
    Sign.SUSPECT: Verdict.SOFT404,
    Sign.PARKED: Verdict.SOFT404,
    Sign.WALL: Verdict.BLOCKED,
    Sign.REFUSED: Verdict.REFUSED,
    Sign.SILENT: Verdict.UNKNOWN,
} | dict.fromkeys(
    (Sign.ABSENT, Sign.WITHDRAWN, Sign.REJECTED, Sign.TROUBLE, Sign.NO_NAME, Sign.NO_ROUTE, Sign.TLS), Verdict.FAILING
)


def begin(url: str, seen_first: datetime) -> Health:
    """A link its source has just named: it lives, most likely."""
    at = seen_first + OFTEN * DAY * (1 - 0.1 * spread(url))
    return Health(url, next_check_at=at, why_next="named by its source; first looked at after a week")


def spread(url: str) -> float:
    """A number from 0 to 1, fixed for a link, that keeps looks from coming in herds."""
    return zlib.crc32(url.encode("utf-8", "replace")) % 1000 / 1000


def conclude(before: Health, seen: Seen, now: datetime) -> Health:
    """What is known after one more look."""
    if seen.sign is Sign.SILENT:
        return _later(before, now, max(timedelta(hours=1), timedelta(seconds=seen.wait)), "the host asked for rest")
    after = replace(before, status=seen.status, final_url=seen.final_url, reason=seen.reason, checked_at=now)
    if seen.sign in (Sign.FINE, Sign.MOVED):
        after = _well(before, after, seen, now)
    elif seen.sign is Sign.REFUSED:
        after = _at(replace(after, verdict=Verdict.REFUSED), now, SELDOM, "not asked; looked at once a month")
    elif seen.sign is Sign.WALL:
        after = _walled(before, after, now)
    else:
        after = _badly(before, after, seen, now)
    return _spread(after, now, spread(before.url))


def _well(before: Health, after: Health, seen: Seen, now: datetime) -> Health:
    """A good look ends everything bad that was thought of the link."""
    came_back = before.verdict in LOST or Sign.ABSENT in before.causes or Sign.WITHDRAWN in before.causes
    rhythm = min(SELDOM, max(OFTEN, before.rhythm * GROWTH)) if not before.causes and before.ok_at else OFTEN
    after = replace(
        after, reason=seen.reason or seen.remark, ok_at=now, failing_since=None, failures=0, causes={}, rhythm=rhythm,
        page=seen.page or before.page, revivals=before.revivals + came_back, large=seen.large,
    )  # fmt: skip
    if seen.sign is Sign.MOVED:
        return _moved(before, after, seen, now)
    after = replace(after, verdict=Verdict.OK, moved_to="", moved_since=None, moved_seen=0)
    return _at(after, now, rhythm, f"well; looked at every {rhythm:.0f} days")


def _moved(before: Health, after: Health, seen: Seen, now: datetime) -> Health:
    same = seen.target == before.moved_to
    first = before.moved_since if same and before.moved_since else now
    after = replace(
        after, verdict=Verdict.MOVED, moved_to=seen.target, moved_since=first,
        moved_seen=before.moved_seen + 1 if same else 1,
    )  # fmt: skip
    if settled(after):
        return _at(after, now, after.rhythm, f"moved; looked at every {after.rhythm:.0f} days")
    return _at(after, now, 1, "moved; a second look tells whether it stays so")


def settled(health: Health) -> bool:
    """Whether a new address was seen twice, a day apart: then it is proposed."""
    seen_long = health.moved_since and health.checked_at and health.checked_at - health.moved_since >= 0.8 * DAY
    return health.moved_seen > 1 and bool(seen_long)


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address that may take the place of a link's. Nothing happens unasked. `confidence` from 0 to 1."""

    kind: str  # moved, https, newer, elsewhere, archive
    url: str
    why: str
    confidence: float


def new_address(health: Health, seen: Seen) -> NewAddress | None:
    """What to propose after a look."""
    if health.verdict is Verdict.MOVED and settled(health):
        times, since = health.moved_seen, health.moved_since
        return NewAddress("moved", health.moved_to, f"moved for good: seen {times} times since {since:%Y-%m-%d}", 0.9)
    plain = health.url.lower().startswith("http://")
    if health.verdict is Verdict.OK and plain and seen.final_url.startswith("https://"):
        secure = "https" + health.url[4:]
        if cosmetic(secure, kept_anchor(health.url, seen.final_url)):
            return NewAddress("https", secure, "the same address answers over https", 0.95)
    if health.verdict is Verdict.OK and seen.newer:
        why = "the page itself names the newer version of it as the right one"
        return NewAddress("newer", kept_anchor(health.url, seen.newer), why, 0.7)
    return None


def _walled(before: Health, after: Health, now: datetime) -> Health:
    """There, but not for us. What was counted before stays counted: a wall proves nothing."""
    again = before.verdict is Verdict.BLOCKED
    after = replace(after, verdict=Verdict.BLOCKED)
    return _at(after, now, SELDOM if again else 1, "a wall; looked at " + ("once a month" if again else "once more"))


def _badly(before: Health, after: Health, seen: Seen, now: datetime) -> Health:
    """It did not work. The verdict comes when the looks agree long enough; until then it is failing."""
    causes = _counted(before, seen.sign, now)
    after = replace(
        after, causes=causes, failures=before.failures + 1, failing_since=before.failing_since or now,
        verdict=before.verdict if before.verdict in LOST else Verdict.FAILING,
    )  # fmt: skip
    if confirmed(after, seen.sign, now):
        after = replace(after, verdict=RULES[seen.sign].verdict)
    if after.verdict in LOST:
        return _at(after, now, SELDOM, f"{after.verdict}; looked at once a month, in case it comes back")
    steps = BACK_OFF.get(seen.sign, SLOW_BACK_OFF)
    times = causes[seen.sign].times if seen.sign in causes else after.failures
    days = max(steps[min(times, len(steps)) - 1], seen.wait / 86400)
    return _at(replace(after, reason=_told(after, seen, now)), now, days, f"failing; next try after {days:.3g} days")


def _counted(before: Health, sign: Sign, now: datetime) -> dict[Sign, Cause]:
    """410 also counts as 404: nothing is there. What has no rule is not counted."""
    causes = dict(before.causes)
    for one in (sign, Sign.ABSENT) if sign is Sign.WITHDRAWN else (sign,):
        if one in RULES:
            old = causes.get(one)
            causes[one] = Cause(old.times + 1, old.since) if old else Cause(1, now)
    return causes


def confirmed(after: Health, sign: Sign, now: datetime) -> bool:
    """Whether looks agree long enough. A link that came back from the dead before must convince for longer."""
    cause = after.causes.get(sign)
    if cause is None:
        return False
    rule, patience = RULES[sign], 1 + after.revivals
    return cause.times >= rule.times + after.revivals and now - cause.since >= rule.span * patience


def _told(after: Health, seen: Seen, now: datetime) -> str:
    """The reason, with what is still missing for a verdict, or for how long it has been so."""
    if seen.sign in (Sign.SUSPECT, Sign.PARKED):
        return f"suspected: {seen.reason}"
    if after.failing_since and now - after.failing_since >= STALE:
        return f"{seen.reason}; stale: failing since {after.failing_since:%Y-%m-%d}"
    return seen.reason


def _at(health: Health, now: datetime, days: float, why: str) -> Health:
    return replace(health, next_check_at=now + days * DAY, why_next=why)


def _later(health: Health, now: datetime, wait: timedelta, why: str) -> Health:
    return replace(health, next_check_at=now + wait, why_next=why)


def _spread(health: Health, now: datetime, share: float) -> Health:
    """Up to a tenth earlier, never later than promised."""
    wait = (health.next_check_at or now) - now
    return replace(health, next_check_at=now + wait * (1 - 0.1 * share))


def after_outage(before: Health, now: datetime, why: str) -> Health:
    """Our network failed: nothing was learned, nothing is counted, and one tries again soon."""
    return _later(before, now, SOON * (1 + spread(before.url)), why)
