"""One look at one source: ask, read, decide what came of it. Touches the network and the reading room, not the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from tracker.core import pace
from tracker.core.arrival import Arrival, arrivals
from tracker.core.drill import pass_point
from tracker.core.model import Harvest, Polling, Source
from tracker.core.pace import Bounds
from tracker.core.text import clean_line, fold
from tracker.core.urls import host_key
from tracker.core.web import Answer, Failed, Fetcher, NotModified, Reason, Reply, Request
from tracker.sources.base import KIND_NAMES, kind_of

MOST_FOLLOWED = 10
MOST_PROBLEM = 300
_NOT_A_SOURCE = {
    "login": "a login page stands where the source was",
    "empty": "the answer is empty",
    "not_a_feed": "the answer is no feed",
    "parse": "the answer could not be read",
}


class Reading(Protocol):
    """The room where strangers' bytes are read."""

    async def read(self, kind_name: str, source: Source, reply: Reply, polling: Polling) -> Harvest: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to: the memory to keep, and what to merge. `outcome` as the face says it."""

    source: Source
    polling: Polling
    outcome: str  # unchanged, not-modified, failed; "new" is known only after merging
    why_next: str
    status: int = 0
    error: str = ""
    found: tuple[Arrival, ...] = ()
    first: bool = False
    hints: tuple[str, ...] = field(default=())
    seconds: float = 0.0


async def look(
    source: Source, polling: Polling, fetcher: Fetcher, reading: Reading, clock: Callable[[], datetime], bounds: Bounds
) -> Look:
    """Look at `source` once. Requests after the first are sent only when the first gave nothing usable."""
    pass_point("fetch.start")
    last: Look | None = None
    if source.kind not in KIND_NAMES:
        return _failed(source, polling, clock(), "kind", f"no source kind '{source.kind}'", 0, None)
    for request in kind_of(source.kind).ask(source, polling, clock()):
        answer = await fetcher.fetch(request)
        pass_point("fetch.body")
        last = await _taken(source, polling, answer, fetcher, reading, clock, bounds)
        if last.outcome != "failed":
            break
    return last or _failed(source, polling, clock(), "protocol", "nothing to ask for", 0, None)


async def _taken(
    source: Source,
    polling: Polling,
    answer: Answer,
    fetcher: Fetcher,
    reading: Reading,
    clock: Callable[[], datetime],
    bounds: Bounds,
) -> Look:
    if isinstance(answer, Failed):
        return _failed_answer(source, polling, clock(), answer)
    if isinstance(answer, NotModified):
        after, why = pace.after_success(source, polling, clock(), bounds, hint=pace.hint_of(answer.headers))
        return Look(source, replace(after, status=304), "not-modified", why, 304)
    digest = hashlib.sha256(answer.body).hexdigest()
    if polling.baseline and digest == polling.body_hash:
        memory = _remember(polling, answer, digest)
        after, why = pace.after_success(source, memory, clock(), bounds, hint=pace.hint_of(answer.headers))
        return Look(source, after, "unchanged", why, answer.status)
    harvest = await _harvest(source, polling, answer, fetcher, reading)
    pass_point("parse.done")
    if not harvest.is_source:
        said = _NOT_A_SOURCE.get(harvest.error, harvest.error)
        detail = clean_line("; ".join((said, *harvest.problems[:1])), MOST_PROBLEM)
        return _failed(source, polling, clock(), harvest.error, detail, answer.status, None)
    return _read(source, polling, answer, harvest, digest, clock(), bounds)


async def _harvest(source: Source, polling: Polling, reply: Reply, fetcher: Fetcher, reading: Reading) -> Harvest:
    """What the answer holds, with the further pages it names."""
    harvest = await reading.read(source.kind, source, reply, polling)
    entries = list(harvest.entries)
    for url in harvest.follow[:MOST_FOLLOWED]:
        abroad = host_key(url) != host_key(source.url)  # its own further pages are what the person listed
        more = await fetcher.fetch(Request(url, purpose="feed", robots=abroad))
        if isinstance(more, Reply):
            entries += (await reading.read(source.kind, source, more, polling)).entries
    return replace(harvest, entries=tuple(entries)) if harvest.follow else harvest


def _read(
    source: Source, polling: Polling, reply: Reply, harvest: Harvest, digest: str, now: datetime, bounds: Bounds
) -> Look:
    found = arrivals(source, harvest, now)
    memory = replace(
        _remember(polling, reply, digest), title=harvest.title, site=harvest.link, memory=dict(harvest.memory)
    )
    rhythm = pace.rhythm_of(one.published for one in found)
    hint = pace.hint_of(reply.headers, harvest.ttl)
    after, why = pace.after_success(source, memory, now, bounds, hint=hint, rhythm=rhythm)
    return Look(source, after, "unchanged", why, reply.status, "", found, not polling.baseline, _hints(source, harvest))


def _hints(source: Source, harvest: Harvest) -> tuple[str, ...]:
    """A source that does not call itself what the list expects is read, and said."""
    expected = fold(source.expect_title)
    if expected and harvest.title and expected not in fold(harvest.title):
        return (f"{source.name}: calls itself '{harvest.title}', but '{source.expect_title}' is expected",)
    return ()


def _remember(polling: Polling, reply: Reply, digest: str) -> Polling:
    """Validators are kept only of a body that was read well: a cut one must not answer 304 for ever."""
    return replace(
        polling,
        etag=reply.headers.get("etag", "")[:1000],
        last_modified=reply.headers.get("last-modified", "")[:200],
        body_hash=digest,
        status=reply.status,
    )


def _failed_answer(source: Source, polling: Polling, now: datetime, answer: Failed) -> Look:
    if answer.reason is Reason.RESTING:  # nothing was sent: no failure of the source
        after, why = pace.resting(polling, now, answer.retry_after or 60.0)
        return Look(source, after, "skipped", why, 0, answer.detail)
    reason = {429: "rate_limited", 401: "login", 402: "paywall", 403: "blocked"}.get(answer.status, answer.reason.value)
    return _failed(source, polling, now, reason, answer.detail, answer.status, answer.retry_after)


def _failed(
    source: Source, polling: Polling, now: datetime, reason: str, detail: str, status: int, rest: float | None
) -> Look:
    after, why = pace.after_failure(source, polling, now, reason=reason, status=status, rest=rest)
    return Look(source, after, "failed", why, status, detail)
