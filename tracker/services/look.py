"""One look at one source: ask, read, decide what came of it. Touches the network and the reading room, not the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from tracker.core import pace
from tracker.core.arrival import Arrival, Came, arrivals
from tracker.core.drill import pass_point
from tracker.core.look import host_asked, strange_page, was_reached
from tracker.core.model import Harvest, Polling, Source
from tracker.core.pace import Bounds
from tracker.core.text import clean_line, fold
from tracker.core.urls import host_key
from tracker.core.web import Answer, Failed, Fetcher, NotModified, Reason, Reply, Request
from tracker.sources.base import KIND_NAMES, SourceKind, kind_of

MOST_FOLLOWED = 10
MOST_PROBLEM = 300
_NOT_A_SOURCE = {
    "login": "a login page stands where the source was",
    "empty": "the answer is empty",
    "not_a_feed": "the answer is no feed",
    "parse": "the answer could not be read",
}
_REASONS = {429: "rate_limited", 401: "login", 402: "paywall", 403: "blocked"}


class Reads(Protocol):
    """A room where strangers' bytes are read."""

    async def read(self, kind_name: str, source: Source, reply: Reply, polling: Polling) -> Harvest: ...


class Reading(Reads, Protocol):
    """One that also names what it read, as the library will know it."""

    async def arrive(self, kind_name: str, source: Source, reply: Reply, polling: Polling, now: datetime) -> Came: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to: the memory to keep, and what to merge. `outcome` as the face says it."""

    source: Source
    polling: Polling
    outcome: str  # unchanged, not-modified, failed, skipped; "new" is known only after merging
    why_next: str
    status: int = 0
    error: str = ""
    found: tuple[Arrival, ...] = ()
    first: bool = False
    hints: tuple[str, ...] = field(default=())
    seconds: float = 0.0
    host: str = ""  # that was asked last, "" for none
    reached: bool = True  # whether a server answered at all
    landed: str = ""  # the page at another host where a page of its own should be
    shown: str = ""  # how a page calls itself that may be of the network here


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a look works with: one source, and the house's means."""

    source: Source
    polling: Polling
    kind: SourceKind
    fetcher: Fetcher
    reading: Reading
    clock: Callable[[], datetime]
    bounds: Bounds


async def look(
    source: Source, polling: Polling, fetcher: Fetcher, reading: Reading, clock: Callable[[], datetime], bounds: Bounds
) -> Look:
    """Look at `source` once. Requests after the first are sent only when the first gave nothing usable."""
    pass_point("fetch.start")
    if source.kind not in KIND_NAMES:
        kind = kind_of("feed")
        visit = _Visit(source, polling, kind, fetcher, reading, clock, bounds)
        return _failed(visit, "kind", f"no source kind '{source.kind}'", 0, None)
    visit = _Visit(source, polling, kind_of(source.kind), fetcher, reading, clock, bounds)
    last: Look | None = None
    for request in visit.kind.ask(source, polling, clock()):
        answer = await fetcher.fetch(request)
        pass_point("fetch.body")
        if isinstance(answer, Failed):
            last = _failed_answer(visit, answer)
        elif isinstance(answer, NotModified):
            last = _not_modified(visit, answer)
        else:
            last = await _answered(visit, answer)
        last = _fared(last, answer)
        if last.outcome != "failed":
            break
    return last or _failed(visit, "protocol", "nothing to ask for", 0, None)


def _fared(one: Look, answer: Answer) -> Look:
    """`one` with what tells whose fault a failure is."""
    landed, shown = strange_page(answer.request.url, answer, read_well=one.outcome != "failed")
    return replace(one, host=host_asked(answer), reached=was_reached(answer), landed=landed, shown=shown)


def _not_modified(visit: _Visit, answer: NotModified) -> Look:
    memory = _moved(visit, visit.polling, answer) if visit.polling.moved_to else visit.polling
    after, why = pace.after_success(visit.source, memory, visit.clock(), visit.bounds, headers=answer.headers)
    return Look(visit.source, replace(after, status=304), "not-modified", why, 304)


async def _answered(visit: _Visit, reply: Reply) -> Look:
    source, polling = visit.source, visit.polling
    digest = hashlib.sha256(reply.body).hexdigest()
    leads_on = bool(polling.memory.get("leads_on"))  # the same list of files may lead to new pages
    if polling.baseline and digest == polling.body_hash and not leads_on:
        memory = _moved(visit, _remember(polling, reply, digest), reply)
        after, why = pace.after_success(source, memory, visit.clock(), visit.bounds, headers=reply.headers)
        return Look(source, after, "unchanged", why, reply.status)
    now = visit.clock()
    came = await visit.reading.arrive(source.kind, source, reply, polling, now)
    harvest, found = came.harvest, came.found
    if found is None:
        harvest = await _with_pages(harvest, source, polling, visit.fetcher, visit.reading)
        found = arrivals(source, harvest, now)
    pass_point("parse.done")
    if not harvest.is_source:
        said = _NOT_A_SOURCE.get(harvest.error, harvest.error)
        detail = clean_line("; ".join((said, *harvest.problems[:1])), MOST_PROBLEM)
        learned = replace(polling, memory={**polling.memory, **harvest.memory})
        return _failed(replace(visit, polling=learned), harvest.error, detail, reply.status, None)
    return _read(visit, reply, harvest, found, digest)


async def read_whole(source: Source, polling: Polling, reply: Reply, fetcher: Fetcher, reading: Reads) -> Harvest:
    """What the answer holds, with the further pages it names."""
    harvest = await reading.read(source.kind, source, reply, polling)
    return await _with_pages(harvest, source, polling, fetcher, reading) if harvest.follow else harvest


async def _with_pages(harvest: Harvest, source: Source, polling: Polling, fetcher: Fetcher, reading: Reads) -> Harvest:
    """`harvest` with the further pages it names; each is read with the memory of the one before.

    An entry whose address is one of these pages only stands for it. What a page that failed was remembered by is
    forgotten, so that the next look asks for it again.
    """
    led_to = frozenset(harvest.follow)
    entries = [one for one in harvest.entries if one.url not in led_to]
    problems, memory, failed = list(harvest.problems), dict(harvest.memory), 0
    for url in harvest.follow[:MOST_FOLLOWED]:
        abroad = host_key(url) != host_key(source.url)  # its own further pages are what the person listed
        more = await fetcher.fetch(Request(url, purpose="feed", robots=abroad))
        known = replace(polling, memory=memory)
        page = await reading.read(source.kind, source, more, known) if isinstance(more, Reply) else None
        if page is None or not page.is_source:
            problems.append(f"{url} could not be read")
            failed += 1
            _forget(memory, url)
            continue
        entries += page.entries
        harvest = replace(harvest, title=harvest.title or page.title)
        memory |= page.memory
    for url in harvest.follow[MOST_FOLLOWED:]:
        _forget(memory, url)
    whole = replace(harvest, entries=tuple(entries), problems=tuple(problems), memory=memory)
    if failed and failed == len(harvest.follow[:MOST_FOLLOWED]) and not entries:
        return replace(whole, is_source=False, error="what it leads to could not be read")
    return whole


def _forget(memory: dict[str, object], url: str) -> None:
    files = memory.get("files")
    if isinstance(files, Mapping):
        memory["files"] = {key: value for key, value in files.items() if key != url}


def _read(visit: _Visit, reply: Reply, harvest: Harvest, found: tuple[Arrival, ...], digest: str) -> Look:
    source, polling, now = visit.source, visit.polling, visit.clock()
    kept = {pace.MEMORY: polling.memory.get(pace.MEMORY), **harvest.memory}
    memory = replace(_remember(polling, reply, digest), title=harvest.title, site=harvest.link, memory=kept)
    memory = _moved(visit, memory, reply, harvest.moved_to)
    memory = pace.learned(memory, harvest, (one.published for one in found), now)
    after, why = pace.after_success(source, memory, now, visit.bounds, headers=reply.headers)
    return Look(source, after, "unchanged", why, reply.status, "", found, not polling.baseline, _hints(source, harvest))


def _hints(source: Source, harvest: Harvest) -> tuple[str, ...]:
    """A source that does not call itself what the list expects is read, and said."""
    said = misnamed(source, harvest.title)
    return (f"{source.name}: {said}",) if said else ()


def misnamed(source: Source, title: str) -> str:
    """What to say of a source that calls itself otherwise than the list expects; "" when all is well."""
    expected = fold(source.expect_title)
    if not expected or not title or expected in fold(title):
        return ""
    return f"calls itself '{title}', but '{source.expect_title}' is expected"


def _moved(visit: _Visit, memory: Polling, answer: Reply | NotModified, said: str = "") -> Polling:
    """The memory with one more proof of a permanent move, by redirects or by the feed's own word; or without any."""
    target = pace.moved_by(answer.hops) or (said if said != answer.request.url else "")
    new = visit.kind.moved(visit.source, answer.request.url, target) if target else ""
    return pace.sighted(memory, new if new != visit.source.url else "", visit.clock())


def _remember(polling: Polling, reply: Reply, digest: str) -> Polling:
    """Validators are kept only of a body that was read well: a cut one must not answer 304 for ever."""
    return replace(
        polling,
        etag=reply.headers.get("etag", "")[:1000],
        last_modified=reply.headers.get("last-modified", "")[:200],
        body_hash=digest,
        status=reply.status,
    )


def _failed_answer(visit: _Visit, answer: Failed) -> Look:
    if answer.reason is Reason.RESTING:  # nothing was sent: no failure of the source
        after, why = pace.resting(visit.polling, visit.clock(), answer.retry_after or 60.0)
        return Look(visit.source, after, "skipped", why, 0, answer.detail)
    reason = _REASONS.get(answer.status, answer.reason.value)
    return _failed(visit, reason, answer.detail, answer.status, answer.retry_after)


def _failed(visit: _Visit, reason: str, detail: str, status: int, rest: float | None) -> Look:
    patient = bool(visit.kind.patience_days)
    after, why = pace.after_failure(
        visit.source, visit.polling, visit.clock(), reason=reason, status=status, rest=rest, patient=patient
    )
    return Look(visit.source, after, "failed", why, status, detail)
