"""The newest talks of a channel or playlist beyond the fifteen of its feed: for a backfill, or when a feed shows a gap.

A gap: after some time away nothing in the feed is known, so more may have come than it holds. What is to be listed is
noted in the source's memory when its look is written, and taken off only when the listing was read: a kill or a site
that fails costs a try, not a talk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from db import arrivals as merging
from db import people, polling
from db import sources as rows
from db.store import Store, Tx
from tracker.core import pace
from tracker.core.arrival import Arrival, arrivals
from tracker.core.model import Entry, Harvest, Polling, ResourceKind, Source
from tracker.core.talks import YOUTUBE, talk_of
from tracker.core.text import clean_line
from tracker.services.look import Look
from tracker.sources.youtube import channel_of, playlist_of

MOST = 100  # entries of one listing, unless more are asked for; never more than 500
LEAST_FEED = 5  # a feed with fewer entries than this tells no gap
TRIES = 5  # a listing that failed so often is given up
KEY = "list"  # in the memory of a source: how many talks to list, since when, and how often it was tried


class Listed(Protocol):
    """One entry as `net.ytdlp.Listed`."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def duration(self) -> float: ...
    @property
    def at(self) -> float: ...


class Listing(Protocol):
    """What a listing brought, as `net.ytdlp.Listing`."""

    @property
    def title(self) -> str: ...
    @property
    def entries(self) -> tuple[Listed, ...]: ...
    @property
    def problem(self) -> str: ...


class Lister(Protocol):
    """Who lists; `net.ytdlp.Ytdlp` does."""

    async def listing(self, site: str, url: str, most: int) -> Listing:
        """The newest `most` entries behind `url`."""
        ...


def address_of(channel: str) -> str:
    """Where the long talks of a channel (UC…) or the entries of a playlist (PL…, UU…) are listed."""
    if channel.startswith("UC"):
        return f"https://www.youtube.com/channel/{channel}/videos"  # the bare channel would add streams and shorts
    return f"https://www.youtube.com/playlist?list={channel}"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a listing of one source brought: works new to the inbox, and those kept in the library only."""

    source: str
    new: int = 0
    held_back: int = 0
    problem: str = ""


def noted(one: Look, fresh: int, after: Polling) -> Polling:
    """`after`, with a note of what to list: a backfill wished with `backfill:` on the first visit, or a gap."""
    if one.source.kind != "youtube" or KEY in after.memory:
        return after
    wished = str(one.source.options.get("backfill", ""))
    if one.first and wished.isdigit() and int(wished):
        return _with_note(after, {"most": int(wished), "since": "", "tries": 0})
    if one.first or fresh < max(LEAST_FEED, len(one.found)) or one.polling.polled_at is None:
        return after
    return _with_note(after, {"most": MOST, "since": one.polling.polled_at.isoformat(), "tries": 0})


def _with_note(memory: Polling, note: Mapping[str, object]) -> Polling:
    return replace(memory, memory={**memory.memory, KEY: dict(note)})


def _without_note(memory: Polling) -> Polling:
    return replace(memory, memory={name: value for name, value in memory.memory.items() if name != KEY})


def wanted(store: Store) -> list[Source]:
    """Enabled sources with a listing to do."""
    with store.read() as tx:
        talks = [one for one in rows.watched(tx) if one.kind == "youtube" and one.enabled]
        memories = polling.all_of(tx, [one.id for one in talks])
    return [one for one in talks if isinstance(memories[one.id].memory.get(KEY), Mapping)]


async def fill(
    store: Store,
    lister: Lister,
    clock: Callable[[], datetime],
    daily_cap: int,
    *,
    on_filled: Callable[[Filled], None] = lambda one: None,
) -> list[Filled]:
    """List what is noted, one source after the other. One that fails is tried again in the next pass; others go on."""
    out = []
    for source in wanted(store):
        with store.read() as tx:
            memory = polling.all_of(tx, [source.id])[source.id]
        note = memory.memory.get(KEY)
        if not isinstance(note, Mapping):  # another process did it meanwhile
            continue
        out.append(await _listed(store, lister, clock, source, note, daily_cap))
        on_filled(out[-1])
    return out


async def backfill_now(
    store: Store, lister: Lister, clock: Callable[[], datetime], source: Source, most: int = MOST
) -> Filled:
    """List the newest `most` talks of `source`; what is not known is kept in the library, not put into the inbox."""
    return await _listed(store, lister, clock, source, {"most": most, "since": "", "tries": 0}, 0)


async def _listed(
    store: Store,
    lister: Lister,
    clock: Callable[[], datetime],
    source: Source,
    note: Mapping[str, object],
    daily_cap: int,
) -> Filled:
    with store.read() as tx:
        before = polling.all_of(tx, [source.id])[source.id]
    channel = playlist_of(source) or channel_of(source, before)
    if not channel:
        return Filled(source.name, problem="its channel is not known yet; crawl it first")
    found = await backfill(lister, channel, int(str(note.get("most", MOST))))
    with store.write() as tx:
        memory = polling.all_of(tx, [source.id])[source.id]  # it may have been looked at meanwhile
        if not found.is_source:
            problem = "; ".join(found.problems) or "the listing is empty"
            _save(tx, _tried(memory))
            return Filled(source.name, problem=problem)
        now, everybody = clock(), people.everybody(tx)
        missed, older = _parted(tx, source, arrivals(source, found, now), str(note.get("since", "")))
        room = pace.room_left(memory, daily_cap, now) if daily_cap else 0
        came = merging.arrive(tx, source, missed, most=room, now=now, people=everybody)
        kept = merging.arrive(tx, source, older, most=0, now=now, people=everybody)
        if came.new:
            memory = pace.came(memory, len(came.new), now)
        _save(tx, _without_note(memory))
    return Filled(source.name, len(came.new), came.held_back + kept.held_back)


def _parted(
    tx: Tx, source: Source, listed: Sequence[Arrival], since: str
) -> tuple[Sequence[Arrival], Sequence[Arrival]]:
    """What was missed since, and what is older: all from the first on that was known then already."""
    if not since:
        return (), listed
    at = datetime.fromisoformat(since)
    known = merging.seen_before(tx, source, [one.key for one in listed], at)
    end = next((i for i, one in enumerate(listed) if one.key in known), len(listed))
    return listed[:end], listed[end:]


def _tried(memory: Polling) -> Polling:
    """One more try is counted; after the last the note goes."""
    note = memory.memory.get(KEY)
    if not isinstance(note, Mapping):
        return memory
    tries = int(str(note.get("tries", 0))) + 1
    return _without_note(memory) if tries >= TRIES else _with_note(memory, {**note, "tries": tries})


def _save(tx: Tx, memory: Polling) -> None:
    polling.remember(tx, memory.source, memory.memory)


async def backfill(lister: Lister, channel: str, most: int = MOST) -> Harvest:
    """The newest talks of a channel or playlist as a harvest. Their days are near ones ("3 days ago")."""
    found = await lister.listing(YOUTUBE, address_of(channel), most)
    entries = tuple(entry for one in found.entries if (entry := _entry(one)) is not None)
    problems = (clean_line(found.problem),) if found.problem else ()
    return Harvest(clean_line(found.title), entries=entries, problems=problems, is_source=bool(entries))


def _entry(one: Listed) -> Entry | None:
    talk = talk_of(one.url)
    if talk is None:
        return None
    published = datetime.fromtimestamp(one.at, UTC) if 0 < one.at < 4e9 else None
    return Entry(
        f"yt:video:{talk.id}", talk.url, clean_line(one.title), published=published, kind=ResourceKind.VIDEO,
        duration=int(one.duration) if 0 < one.duration < 1e7 else 0,
    )  # fmt: skip
