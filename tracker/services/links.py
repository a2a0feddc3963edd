"""Links of the library: what is due is looked at within a daily budget, and the verdicts are kept with their evidence.

A pass goes in batches: all of a batch is looked at side by side, then judged together (failures that hit nearly every
host at once are ours, not theirs) and written in one short transaction. A kill loses one batch, never half of one.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from db import links as rows
from db.clock import LINKS
from db.links import Evidence, LinkRow
from db.store import Store
from tracker.config.settings import Settings
from tracker.core.drill import pass_point
from tracker.core.elsewhere import candidates, sameness
from tracker.core.health import (
    DEAD,
    LOST,
    Health,
    NewAddress,
    Verdict,
    after_outage,
    conclude,
    new_address,
)
from tracker.core.look import Known, Seen, Sign, is_front_page, kept_anchor
from tracker.core.model import FIRST_PERSON, PersonId, ResourceId
from tracker.core.outage import ENOUGH_HOSTS, Attempt, in_doubt, outages
from tracker.core.sibling import Sibling
from tracker.core.urls import host_key
from tracker.core.web import Fetcher
from tracker.services import leases
from tracker.services.leases import Holder
from tracker.services.looking import ABSENT, HostNotes, Looker, Wish
from tracker.services.waking import put_right

BATCH = 200
ENLISTED = 1000  # addresses that become links in one transaction of 25 ms
LOOKED_UP = 100_000  # of them, in one look through the library
MOST_AT_A_HOST = 30  # in one pass; what is left waits for the next
LEASE = timedelta(minutes=15)
SIBLING_DAYS = timedelta(days=30)
DAY = timedelta(days=1)
CONFIRM_PAUSE = 2.0  # seconds between the last questions before a link is called gone


@dataclass
class Pass:
    """What came of a pass. `outage` says why it was broken off, "" when it was not."""

    looked: int = 0
    verdicts: dict[Verdict, int] = field(default_factory=dict)
    changed: list[tuple[LinkRow, Health]] = field(default_factory=list)
    outage: str = ""
    left: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """One link after a look. `seen` None: our network failed, nothing was learned."""

    row: LinkRow
    health: Health
    seen: Seen | None
    places: tuple[tuple[str, int], ...] = ()
    proposed: NewAddress | None = None


async def check_library(
    store: Store,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
    settings: Settings,
    *,
    everything: bool = False,
    person: PersonId = FIRST_PERSON,
    on_result: Callable[[Result], None] = lambda result: None,
) -> Pass:
    """Look at what is due, within the day's budget; with `everything` at all links, due or not. Raises StoreError.

    Results say where in the documents of `person` a link stands.
    """
    done, owner = Pass(), leases.new_owner()
    await asyncio.to_thread(put_right, store, clock(), (LINKS,))
    left = await asyncio.to_thread(_budget, store, clock(), settings, everything)
    try:
        while left > 0 and not done.outage:
            batch = await asyncio.to_thread(_claim, store, clock(), min(left, BATCH), everything, owner)
            if not batch:
                break
            left -= len(batch)
            await _batch(store, fetcher, clock, settings, batch, owner, person, done, on_result)
    finally:
        leases.end(owner)
        await asyncio.to_thread(_release, store, owner)
    with store.read() as tx:
        done.left = rows.due_count(tx, clock())
    return done


async def check_some(
    store: Store,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
    settings: Settings,
    ids: Sequence[ResourceId],
    holder: Holder,
) -> Pass:
    """Look at those of `ids` that are due and that nobody else is at: a job of a worker. Raises StoreError."""
    done = Pass()

    def take() -> list[LinkRow]:
        now = clock()
        with store.write() as tx:
            return rows.claim_some(tx, ids, now, owner=holder.word, before=holder.before, until=now + LEASE)

    try:
        if batch := await asyncio.to_thread(take):
            await _batch(store, fetcher, clock, settings, batch, holder.word, FIRST_PERSON, done, lambda result: None)
    finally:
        await asyncio.to_thread(_release, store, holder.word)
    return done


def enlisted(store: Store, clock: Callable[[], datetime], settings: Settings) -> int:
    """How many links may still be looked at today. New addresses of the library are put into the queue first."""
    return _budget(store, clock(), settings, everything=False)


def _budget(store: Store, now: datetime, settings: Settings, everything: bool) -> int:
    _enlist(store)
    if everything:
        return 1_000_000
    with store.read() as tx:
        return settings.links.daily_budget - rows.looked_since(tx, now - DAY, now)


def _enlist(store: Store) -> None:
    """New addresses of the library become links, some at once: others want to write meanwhile."""
    while True:
        with store.read() as tx:
            found = rows.unlisted(tx, LOOKED_UP)
        for start in range(0, len(found), ENLISTED):
            with store.write(durable=False) as tx:
                rows.enlist(tx, found[start : start + ENLISTED])
        if len(found) < LOOKED_UP:
            return


def _claim(store: Store, now: datetime, limit: int, everything: bool, owner: str) -> list[LinkRow]:
    with store.write() as tx:
        return rows.claim(
            tx, now, limit=limit, per_host=0 if everything else MOST_AT_A_HOST, everything=everything, owner=owner,
            until=now + LEASE,
        )  # fmt: skip


def _release(store: Store, owner: str) -> None:
    with store.write() as tx:
        rows.release(tx, owner)


async def _batch(
    store: Store,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
    settings: Settings,
    batch: Sequence[LinkRow],
    owner: str,
    person: PersonId,
    done: Pass,
    on_result: Callable[[Result], None],
) -> None:
    notes = await asyncio.to_thread(_notes, store, batch, clock())
    looker = Looker(fetcher, Wish(deadline=settings.network.deadline, keep_pages=True), notes)
    looks = await _look_at(looker, batch)
    attempts = [attempt for _, attempt in looks] + await _witnesses(store, looker, [a for _, a in looks])
    ours, now = outages(attempts), clock()
    results = []
    for i, (row, (seen, _)) in enumerate(zip(batch, looks, strict=True)):
        if i in ours:
            done.outage = ours[i]
            results.append(Result(row, after_outage(row.health, now, ours[i]), None))
        else:
            one = await _concluded(looker, row, seen, now)
            results.append(replace(one, proposed=await _proposed(store, looker, one, settings.links.archive)))
    results, places = await asyncio.to_thread(_keep, store, owner, person, results, notes, now)
    for one in results:
        _count(done, one)
        on_result(replace(one, places=places.get(one.row.resource, ())))


async def _look_at(looker: Looker, batch: Sequence[LinkRow]) -> list[tuple[Seen, Attempt]]:
    """Side by side over hosts, one after the other at one host; in the order of `batch`."""
    out: dict[ResourceId, tuple[Seen, Attempt]] = {}
    by_host: dict[str, list[LinkRow]] = defaultdict(list)
    for row in batch:
        by_host[row.host].append(row)

    async def at_host(mine: Sequence[LinkRow]) -> None:
        for row in mine:
            known = Known(row.label, row.health.page)
            seen, attempt = await looker.look([row.health.url], [known], large=row.health.large)
            out[row.resource] = (seen[0], replace(attempt, standing=_standing(row.health)))

    async with asyncio.TaskGroup() as group:
        for mine in by_host.values():
            group.create_task(at_host(mine))
    return [out[row.resource] for row in batch]


async def _witnesses(store: Store, looker: Looker, attempts: Sequence[Attempt]) -> list[Attempt]:
    """When hosts fail and too few others were asked to tell whose fault it is, hosts that were well are asked."""
    apart = in_doubt(attempts)
    if not apart:
        return []
    with store.read() as tx:
        urls = rows.witnesses(tx, apart, ENOUGH_HOSTS)
    looks = await asyncio.gather(*(looker.look([url], [Known()]) for url in urls))
    return [replace(attempt, standing=True) for _, attempt in looks]


def _standing(health: Health) -> bool | None:
    """Whether a link was well at its last look; None when it never was looked at."""
    return None if health.checked_at is None else health.verdict not in DEAD


async def _concluded(looker: Looker, row: LinkRow, seen: Seen, now: datetime) -> Result:
    """The verdict. Before a page that answered 404 is called gone it is asked twice more."""
    health = conclude(row.health, seen, now)
    newly_gone = health.verdict is Verdict.GONE and row.health.verdict is not Verdict.GONE
    if newly_gone and seen.sign in ABSENT and not await looker.still_absent(seen.url, CONFIRM_PAUSE):
        seen = replace(seen, sign=Sign.TROUBLE, reason=f"{seen.reason} now and then")
        health = conclude(replace(row.health, causes={}), seen, now)
    return Result(row, health, seen)


async def _proposed(store: Store, looker: Looker, one: Result, archive: bool) -> NewAddress | None:
    """A better address, with its evidence. For what was lost just now: the same page elsewhere, else an archive's."""
    assert one.seen is not None
    found = new_address(one.health, one.seen)
    if found is not None and found.kind == "newer" and await _looked(looker, found.url, one) is None:
        found = None
    lost = one.health.verdict in LOST and one.row.health.verdict not in LOST
    if lost:
        found = await _elsewhere(store, looker, one)
    if found is not None or not lost or not archive:
        return found
    copy = await looker.archive_copy(one.health.url, one.health.ok_at)
    why = f"{one.health.reason}; the Wayback Machine holds a copy"
    return NewAddress("archive", copy, why, 0.6) if copy else None


async def _elsewhere(store: Store, looker: Looker, one: Result) -> NewAddress | None:
    """The same page, known by its words or its title, at the host to which others of its host moved, or beside it."""
    with store.read() as tx:
        hosts = rows.moved_hosts(tx, one.row.host)
    if not hosts and (other := await looker.leads_to(one.row.host)):
        hosts = [other]
    for url in candidates(one.health.url, hosts):
        seen = await _looked(looker, url, one)
        sure = sameness(one.row.label, one.row.health.page, seen.page) if seen else 0.0
        if seen and sure:
            target = kept_anchor(one.health.url, seen.target or url)
            why = f"{one.health.reason}; the same page answers at {host_key(target)}"
            return NewAddress("elsewhere", target, why, sure)
    return None


async def _looked(looker: Looker, url: str, one: Result) -> Seen | None:
    """What is seen at another address of a link; None when nothing good is."""
    seen, _ = await looker.look([url], [Known(one.row.label)])
    return seen[0] if seen[0].sign in (Sign.FINE, Sign.MOVED) and not is_front_page(seen[0].final_url) else None


def _keep(
    store: Store, owner: str, person: PersonId, results: Sequence[Result], notes: HostNotes, now: datetime
) -> tuple[list[Result], dict[ResourceId, tuple[tuple[str, int], ...]]]:
    """Write a batch; returns what was written, and where its links stand in documents.

    A process that was away so long that another took its links over writes none of them.
    """
    with store.write() as tx:
        pass_point("store.begin")
        held = rows.held(tx, owner, [one.row.resource for one in results])
        results = [one for one in results if one.row.resource in held]
        rows.save(tx, [(one.row.resource, one.health, one.seen) for one in results])
        for host in notes.changed:
            rows.put_host_note(tx, host, _note(notes, host), now)
        for one in results:
            if one.proposed is not None:
                rows.propose(tx, one.row.resource, one.health.url, one.proposed, now)
        places = rows.places(tx, person, [one.row.resource for one in results])
        pass_point("store.before_commit")
    pass_point("store.after_commit")
    return results, places


def _notes(store: Store, batch: Sequence[LinkRow], now: datetime) -> HostNotes:
    """What is remembered of the hosts of a batch; how they say "not here" is asked again after a month."""
    notes = HostNotes()
    with store.read() as tx:
        known = rows.host_notes(tx, sorted({row.host for row in batch}))
    for host, (memory, at) in known.items():
        if memory.get("no_head"):
            notes.no_head.add(host)
        if memory.get("sibling") and now - at < SIBLING_DAYS:
            notes.siblings[host] = Sibling.from_json(memory["sibling"])
    return notes


def _note(notes: HostNotes, host: str) -> dict[str, Any]:
    sibling = notes.siblings.get(host)
    return {"no_head": host in notes.no_head, "sibling": sibling.to_json() if sibling else None}


def _count(done: Pass, one: Result) -> None:
    done.looked += one.seen is not None
    done.verdicts[one.health.verdict] = done.verdicts.get(one.health.verdict, 0) + 1
    if one.health.verdict is not one.row.health.verdict:
        done.changed.append((one.row, one.health))


def known(store: Store, ids: Sequence[ResourceId]) -> dict[ResourceId, Health]:
    """What is known of the links of these resources."""
    with store.read() as tx:
        return rows.of(tx, ids)


def evidence(store: Store, id_: ResourceId) -> list[Evidence]:
    """The looks at one link, newest first."""
    with store.read() as tx:
        return rows.history(tx, id_)
