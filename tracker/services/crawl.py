"""The crawl: what is due is looked at side by side; what came is written in short transactions, many looks in one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from db import arrivals as merging
from db import people, polling, proposals, runs
from db import search as index
from db import sources as rows
from db.clock import SOURCES
from db.search import Cut
from db.store import Store, Tx
from tracker.config.settings import Settings
from tracker.core import pace
from tracker.core.drill import pass_point
from tracker.core.errors import NotFound, StoreError, TrackerError, nearest
from tracker.core.model import PersonId, Polling, Source, SourceId
from tracker.core.pace import Bounds
from tracker.core.turns import in_turn
from tracker.core.urls import host_key
from tracker.core.web import Fetcher
from tracker.services import leases, rules
from tracker.services.doubts import Doubts
from tracker.services.leases import Holder
from tracker.services.listing import noted
from tracker.services.look import Look, Reading, look
from tracker.services.search import catch_up
from tracker.services.waking import put_right

MOST_IN_ONE_WRITE = 64
MOST_SECONDS = 0.05  # that one write may last before a person's decision gets its turn; longer ones save little
GAP_SECONDS = 0.01  # between two writes: those who wait ask every few milliseconds
GATHER_SECONDS = 0.03  # that a look waits for others: one commit, and one wait for the disk, for several
INDEXED_AT = 500  # entries that wait for the search index while a pass goes on
UTC = ZoneInfo("UTC")
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
    outage: str = ""  # of the network here: why `put_off` sources were as good as not looked at
    put_off: int = 0
    hints: list[str] = field(default_factory=list)


async def crawl(
    store: Store,
    fetcher: Fetcher,
    reading: Reading,
    clock: Callable[[], datetime],
    *,
    names: Sequence[str] = (),
    everything: bool = False,
    force: bool = False,
    only: Sequence[SourceId] = (),
    holder: Holder | None = None,
    settings: Settings,
    zone: ZoneInfo = UTC,
    on_line: Callable[[Line], None] = lambda line: None,
) -> Summary:
    """Look at what is due (or at `names`, or at everything) and merge what came. Raises NotFound, StoreError.

    Rules are asked about what is new before anybody sees it; `zone` is where a person's day begins.

    A crash loses looks, never half of one: validators and items of a source are written together. A job of a worker
    looks at `only` some of what is due, as their `holder`; it is no round of its own.
    """
    started = time.monotonic()
    if holder is None:
        await asyncio.to_thread(put_right, store, clock(), (SOURCES,))
    chosen = await asyncio.to_thread(_choose, store, names, everything, force, only, clock())
    summary = Summary()
    if not chosen:
        return summary
    due = not (names or everything)
    round_ = await asyncio.to_thread(_claim, store, chosen, clock(), force, due=due, holder=holder)
    for source in (one for one in chosen if one.id not in round_.memories):
        on_line(Line(source.name, source.kind, "skipped", 0, 0, 0, "another process is looking at it", None, 0.0))
    chosen = [one for one in chosen if one.id in round_.memories]
    bounds = Bounds(settings.crawl.min_interval, settings.crawl.max_interval)
    writer = _Writer(store, round_, clock, zone, settings.crawl.daily_cap, on_line)
    queue: asyncio.Queue[Look | None] = asyncio.Queue(MOST_IN_ONE_WRITE)  # what is read waits for the writer
    doubts = Doubts(store, fetcher, clock, round_.memories)
    failure: TrackerError | None = None
    room = asyncio.Semaphore(settings.network.concurrency * 2)

    async def one(source: Source) -> None:
        async with room:
            begun = time.monotonic()
            looked = await look(source, round_.memories[source.id], fetcher, reading, clock, bounds)
            looked = replace(looked, seconds=time.monotonic() - begun)
            if not doubts.holds(looked, begun):
                await queue.put(looked)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(writer.drain(queue))
            renewing = group.create_task(_renew(store, round_.owner, clock))
            async with asyncio.TaskGroup() as looks:
                for source in chosen:
                    looks.create_task(one(source))
            for held in await doubts.settled():
                await queue.put(held)
            await queue.put(None)
            renewing.cancel()
    except* TrackerError as several:  # the store gave way under the writer: one sentence is enough
        failure = _first(several)
    finally:
        _put_back(store, round_)
    if failure is not None:
        raise failure
    summary = writer.summary
    summary.sources, summary.outage, summary.put_off = len(chosen), doubts.outage, doubts.put_off
    if round_.number:
        with store.write() as tx:
            counted = {"sources": len(chosen), "new": summary.new, "updated": summary.updated, "failed": summary.failed}
            runs.end(tx, round_.number, counted, clock())
        await asyncio.to_thread(catch_up, store)  # what came is found at once, and no question has to wait for it
    summary.seconds = time.monotonic() - started
    return summary


@dataclass(frozen=True, slots=True)
class _Round:
    """One pass: its row (0 = a worker's job has none), its owner's word, the sources it holds with what is remembered of
    each, whose inboxes fill."""

    number: int
    owner: str
    memories: dict[int, Polling]
    people: Sequence[PersonId]


def _claim(
    store: Store, chosen: Sequence[Source], now: datetime, force: bool, *, due: bool, holder: Holder | None
) -> _Round:
    """Take the sources nobody else is at. What is remembered of them is read after that: it may just have changed."""
    own = holder or Holder(leases.new_owner())
    try:
        return _take(store, chosen, now, force, own, due=due, is_round=holder is None)
    except BaseException:  # it may have been written all the same: a connection that is lost at the end does not say
        leases.end(own.word)
        raise


def _take(
    store: Store, chosen: Sequence[Source], now: datetime, force: bool, own: Holder, *, due: bool, is_round: bool
) -> _Round:
    with store.write() as tx:
        dead = leases.dead(polling.owners(tx))
        taken = polling.claim(
            tx, [one.id for one in chosen], own.word, now=now, lease=leases.LEASE, dead=dead, before=own.before, due=due
        )
        memories = polling.all_of(tx, taken)
        number, everybody = runs.begin(tx, "crawl", own.word, now) if is_round else 0, people.everybody(tx)
    if force:
        memories = {id_: replace(m, etag="", last_modified="", body_hash="", stopped="") for id_, m in memories.items()}
    return _Round(number, own.word, {int(id_): memory for id_, memory in memories.items()}, everybody)


async def _renew(store: Store, owner: str, clock: Callable[[], datetime]) -> None:
    """Keep the leases of a long pass alive."""

    def hold() -> None:
        with store.write() as tx:
            polling.renew(tx, owner, clock() + leases.LEASE)

    while True:
        await asyncio.sleep(leases.RENEW_SECONDS)
        with suppress(StoreError):
            await asyncio.to_thread(hold)


def _put_back(store: Store, round_: _Round) -> None:
    """What was not looked at may be looked at by others at once; by us also when the database is away just now."""
    leases.end(round_.owner)
    with suppress(StoreError), store.write() as tx:
        polling.release(tx, round_.owner)


def _first(several: BaseExceptionGroup[TrackerError]) -> TrackerError:
    one: BaseException = several
    while isinstance(one, BaseExceptionGroup):
        one = one.exceptions[0]
    assert isinstance(one, TrackerError)
    return one


def _choose(
    store: Store, names: Sequence[str], everything: bool, force: bool, only: Sequence[SourceId], now: datetime
) -> list[Source]:
    with store.read() as tx:
        watched = rows.watched(tx, only)
        if names:
            chosen = [_named(watched, name) for name in dict.fromkeys(names)]
        elif everything or only:  # whether `only` these are due is asked when they are claimed
            chosen = [one for one in watched if one.enabled]
        else:
            order = {id_: position for position, id_ in enumerate(polling.due(tx, now))}
            chosen = sorted((one for one in watched if one.id in order), key=lambda one: order[one.id])
        memories = polling.all_of(tx, (one.id for one in chosen))
    chosen = in_turn((one, host_key(one.url)) for one in chosen)  # a host with many sources must not fill the room
    return chosen if force else [one for one in chosen if not memories[one.id].stopped]


def named(store: Store, name: str) -> Source:
    """The source called `name`. Raises NotFound with the nearest name."""
    with store.read() as tx:
        return _named(rows.watched(tx), name)


def _named(watched: Sequence[Source], name: str) -> Source:
    for one in watched:
        if one.name == name:
            return one
    raise NotFound("source", name, "tracker sources list", nearest(name, [one.name for one in watched]))


def _lost(one: Look) -> Line:
    """This process was away so long (asleep, stopped) that another took the source over: its look counts, not ours."""
    said = "another process took it over meanwhile"
    return Line(one.source.name, one.source.kind, "skipped", 0, 0, 0, said, None, one.seconds)


async def _batch(queue: asyncio.Queue[Look | None]) -> list[Look | None]:
    """The next look and those that come right after it; None ends it. As many as one write takes do not wait."""
    batch = [await queue.get()]
    with suppress(TimeoutError):
        async with asyncio.timeout(GATHER_SECONDS):
            while batch[-1] is not None and len(batch) < MOST_IN_ONE_WRITE:
                batch.append(await queue.get())
    return batch


class _Writer:
    """The one writer of a pass: takes looks as they come, writes all that wait in one transaction."""

    def __init__(
        self,
        store: Store,
        round_: _Round,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        daily_cap: int,
        on_line: Callable[[Line], None],
    ) -> None:
        self._store, self._round, self._clock, self._on_line = store, round_, clock, on_line
        self._zone, self._cap = zone, daily_cap
        self.summary = Summary()

    async def drain(self, queue: asyncio.Queue[Look | None]) -> None:
        """Write until None comes."""
        more, unindexed = True, 0
        while more:
            batch = await _batch(queue)
            looks = [one for one in batch if one is not None]
            more = len(looks) == len(batch)
            if looks:
                for line in await asyncio.to_thread(self._write, looks):
                    self._count(line)
                self.summary.hints += [hint for one in looks for hint in one.hints]
            unindexed += sum(len(one.found) for one in looks)
            if unindexed >= INDEXED_AT:  # now, while others read: at the end all of them would wait for it
                unindexed = 0
                await asyncio.to_thread(catch_up, self._store)

    def _write(self, looks: Sequence[Look]) -> list[Line]:
        """In several transactions when they are many: each source is written whole, and nobody waits long."""
        lines = self._write_some(looks)
        while len(lines) < len(looks):
            time.sleep(GAP_SECONDS)
            lines += self._write_some(looks[len(lines) :])
        return lines

    def _write_some(self, looks: Sequence[Look]) -> list[Line]:
        """The first of `looks`, as many as one transaction's time allows."""
        lines: list[Line] = []
        memories: list[tuple[Polling, str, str]] = []
        cut: list[Cut] = []
        with self._store.write(durable=False) as tx:  # a power cut may lose looks: they are due again then
            pass_point("store.begin")
            end = time.monotonic() + MOST_SECONDS
            held = polling.held(tx, self._round.owner, (one.source.id for one in looks))
            for one in looks:
                lines.append(self._merge(tx, one, memories, cut) if one.source.id in held else _lost(one))
                if time.monotonic() >= end:
                    break
            polling.save(tx, memories)
            index.add_new(tx, cut)
            pass_point("store.before_commit")
        pass_point("store.after_commit")
        return lines

    def _merge(self, tx: Tx, one: Look, memories: list[tuple[Polling, str, str]], cut: list[Cut]) -> Line:
        """Write what one look brought; what its source is remembered by, and what the index takes, go to the lists."""
        arrived, now, after = merging.Arrived(), self._clock(), one.polling
        if one.found:
            first = 0 if one.source.kind in BASELINE_KINDS else one.source.max_items_first_fetch
            most = first if one.first else pace.room_left(one.polling, self._cap, now)
            arrived = merging.arrive(tx, one.source, one.found, most=most, now=now, people=self._round.people)
        cut += arrived.cut
        new = len(arrived.new)
        if new:
            after = pace.came(one.polling, new, now)
            for person in self._round.people:
                self.summary.hints += rules.greet(tx, person, arrived.new, rules.Clock(now, self._zone))
        after = noted(one, arrived.fresh, after)
        if arrived.held_back and not one.first:
            said = f"{one.source.name}: {arrived.held_back} more came and are kept in the library only"
            self.summary.hints.append(f"{said} (crawl.daily_cap is {self._cap})")
        memories.append((after, one.why_next, one.error))
        self._propose(tx, one, now)
        outcome = "new" if new else one.outcome
        return Line(
            one.source.name, one.source.kind, outcome, one.status, new, arrived.updated, one.error, after.next_poll_at,
            one.seconds,
        )  # fmt: skip

    def _propose(self, tx: Tx, one: Look, now: datetime) -> None:
        """A source that moved for good, proved by several looks, is proposed; nothing changes unasked."""
        memory = one.polling
        if not pace.proved(memory, now):
            return
        evidence = {"from": one.source.url, "seen": memory.moved_seen, "since": str(memory.moved_since)}
        if proposals.propose(tx, proposals.SOURCE_MOVED, one.source.name, memory.moved_to, evidence, now):
            self.summary.hints.append(
                f"{one.source.name}: moved for good to {memory.moved_to}; 'tracker sources accept {one.source.name}'"
            )

    def _count(self, line: Line) -> None:
        self.summary.new += line.new
        self.summary.updated += line.updated
        self.summary.failed += line.outcome == "failed"
        self._on_line(line)
