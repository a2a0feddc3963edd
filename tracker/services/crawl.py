"""The crawl: what is due is looked at side by side; what came is written in short transactions, many looks in one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from db import arrivals as merging
from db import people, polling, runs
from db import sources as rows
from db.sources import Synced
from db.store import Store, Tx
from tracker.config.settings import Settings
from tracker.config.sourcefile import SourceFile
from tracker.core.arrival import newest
from tracker.core.drill import pass_point
from tracker.core.errors import NotFound, TrackerError, nearest
from tracker.core.model import PersonId, Polling, Source
from tracker.core.pace import Bounds
from tracker.core.web import Fetcher
from tracker.services.look import Look, Reading, look
from tracker.sources.base import kind_for

MOST_IN_ONE_WRITE = 64
FAILING_AT = 3
BASELINE_KINDS = ("sitemap", "page", "docs")  # what was there before one watched is not news


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one source."""

    source: str
    kind: str
    outcome: str  # new, unchanged, not-modified, failed, skipped
    status: int
    new: int
    updated: int
    error: str
    next_poll: datetime | None
    seconds: float  # from the first question to the answer read


@dataclass
class Summary:
    """What came of a pass. Seconds are wall-clock."""

    sources: int = 0
    new: int = 0
    updated: int = 0
    failed: int = 0
    seconds: float = 0.0
    hints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Health:
    """One source as `sources list` shows it. `health`: ok, new, failing, stopped, off."""

    name: str
    kind: str
    url: str
    enabled: bool
    topics: tuple[str, ...]
    why: str
    health: str
    reason: str
    items: int
    ok_at: datetime | None
    next_poll_at: datetime | None
    why_next: str


def sync(store: Store, file: SourceFile, now: datetime) -> Synced:
    """Make the store know what sources.yaml says; what left the file keeps its items."""
    wanted = [one if one.kind else replace(one, kind=kind_for(one.url).name) for one in file.sources]
    with store.read() as tx:
        if rows.agrees(tx, wanted):
            return Synced()
    with store.write() as tx:
        return rows.sync(tx, wanted, now)


def health(store: Store) -> list[Health]:
    """Every source of the file with its health, its next look, and why then."""
    with store.read() as tx:
        watched, counts, words = rows.watched(tx), rows.item_counts(tx), polling.words_of(tx)
        memories = polling.all_of(tx, (one.id for one in watched))
    return [_health(one, memories[one.id], counts.get(one.id, 0), *words[one.id]) for one in watched]


def _health(one: Source, memory: Polling, items: int, why_next: str, detail: str) -> Health:
    state, reason = "ok", ""
    if not one.enabled:
        state = "off"
    elif memory.stopped:
        state, reason = "stopped", memory.stopped
    elif memory.failures:
        state, reason = "failing" if memory.failures >= FAILING_AT else "unsure", detail or memory.reason
    elif memory.ok_at is None:
        state = "new"
    return Health(
        one.name, one.kind, one.url, one.enabled, one.topics, one.why, state, reason, items, memory.ok_at,
        memory.next_poll_at, why_next,
    )  # fmt: skip


async def crawl(
    store: Store,
    fetcher: Fetcher,
    reading: Reading,
    clock: Callable[[], datetime],
    *,
    names: Sequence[str] = (),
    everything: bool = False,
    force: bool = False,
    settings: Settings,
    on_line: Callable[[Line], None] = lambda line: None,
) -> Summary:
    """Look at what is due (or at `names`, or at everything) and merge what came. Raises NotFound, StoreError.

    A crash loses looks, never half of one: validators and items of a source are written together.
    """
    started = time.monotonic()
    chosen, memories = await asyncio.to_thread(_choose, store, names, everything, force, clock())
    with store.write() as tx:
        number, everybody = runs.begin(tx, "crawl", "", clock()), people.everybody(tx)
    bounds = Bounds(settings.crawl.min_interval, settings.crawl.max_interval)
    writer = _Writer(store, everybody, clock, on_line)
    queue: asyncio.Queue[Look | None] = asyncio.Queue()
    failure: TrackerError | None = None
    room = asyncio.Semaphore(settings.network.concurrency * 2)

    async def one(source: Source) -> None:
        async with room:
            begun = time.monotonic()
            looked = await look(source, memories[source.id], fetcher, reading, clock, bounds)
            await queue.put(replace(looked, seconds=time.monotonic() - begun))

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(writer.drain(queue))
            async with asyncio.TaskGroup() as looks:
                for source in chosen:
                    looks.create_task(one(source))
            await queue.put(None)
    except* TrackerError as several:  # the store gave way under the writer: one sentence is enough
        failure = _first(several)
    if failure is not None:
        raise failure
    summary = writer.summary
    summary.sources, summary.seconds = len(chosen), time.monotonic() - started
    with store.write() as tx:
        counted = {"sources": len(chosen), "new": summary.new, "updated": summary.updated, "failed": summary.failed}
        runs.end(tx, number, counted, clock())
    return summary


def _first(several: BaseExceptionGroup[TrackerError]) -> TrackerError:
    one: BaseException = several
    while isinstance(one, BaseExceptionGroup):
        one = one.exceptions[0]
    assert isinstance(one, TrackerError)
    return one


def _choose(
    store: Store, names: Sequence[str], everything: bool, force: bool, now: datetime
) -> tuple[list[Source], dict[int, Polling]]:
    with store.read() as tx:
        watched = rows.watched(tx)
        if names:
            chosen = [_named(watched, name) for name in dict.fromkeys(names)]
        elif everything:
            chosen = [one for one in watched if one.enabled]
        else:
            order = {id_: position for position, id_ in enumerate(polling.due(tx, now))}
            chosen = sorted((one for one in watched if one.id in order), key=lambda one: order[one.id])
        memories = polling.all_of(tx, (one.id for one in chosen))
    if not force:
        chosen = [one for one in chosen if not memories[one.id].stopped]
    else:
        memories = {
            id_: replace(memory, etag="", last_modified="", body_hash="", stopped="")
            for id_, memory in memories.items()
        }
    return chosen, {int(id_): memory for id_, memory in memories.items()}


def _named(watched: Sequence[Source], name: str) -> Source:
    for one in watched:
        if one.name == name:
            return one
    raise NotFound("source", name, "tracker sources list", nearest(name, [one.name for one in watched]))


class _Writer:
    """The one writer of a pass: takes looks as they come, writes all that wait in one transaction."""

    def __init__(
        self,
        store: Store,
        everybody: Sequence[PersonId],
        clock: Callable[[], datetime],
        on_line: Callable[[Line], None],
    ) -> None:
        self._store, self._people, self._clock, self._on_line = store, everybody, clock, on_line
        self.summary = Summary()

    async def drain(self, queue: asyncio.Queue[Look | None]) -> None:
        """Write until None comes."""
        more = True
        while more:
            batch = [await queue.get()]
            while not queue.empty() and len(batch) < MOST_IN_ONE_WRITE:
                batch.append(queue.get_nowait())
            looks = [one for one in batch if one is not None]
            more = len(looks) == len(batch)
            if looks:
                for line in await asyncio.to_thread(self._write, looks):
                    self._count(line)
                self.summary.hints += [hint for one in looks for hint in one.hints]

    def _write(self, looks: Sequence[Look]) -> list[Line]:
        with self._store.write() as tx:
            pass_point("store.begin")
            lines = [self._merge(tx, one) for one in looks]
            pass_point("store.before_commit")
        pass_point("store.after_commit")
        return lines

    def _merge(self, tx: Tx, one: Look) -> Line:
        arrived = merging.Arrived()
        now = self._clock()
        if one.found:
            first = 0 if one.source.kind in BASELINE_KINDS else one.source.max_items_first_fetch
            most = first if one.first else len(one.found)
            arrived = merging.arrive(
                tx, one.source, one.found, welcome=newest(one.found, most), now=now, people=self._people
            )
        new = len(arrived.new)
        after = replace(one.polling, changed_at=now) if new else one.polling
        polling.save(tx, [(after, one.why_next, one.error)])
        outcome = "new" if new else one.outcome
        return Line(
            one.source.name, one.source.kind, outcome, one.status, new, arrived.updated, one.error, after.next_poll_at,
            one.seconds,
        )  # fmt: skip

    def _count(self, line: Line) -> None:
        self.summary.new += line.new
        self.summary.updated += line.updated
        self.summary.failed += line.outcome == "failed"
        self._on_line(line)
