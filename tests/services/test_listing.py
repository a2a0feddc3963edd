"""The newest talks of a channel, as entries like those of its feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db import people, polling
from db import sources as rows
from db.arrivals import arrive
from db.store import Store
from tracker.core.arrival import arrivals
from tracker.core.model import Entry, Harvest, Polling, ResourceKind, Source
from tracker.net.ytdlp import Listed, Listing
from tracker.services.listing import KEY, TRIES, backfill, backfill_now, fill, noted, wanted
from tracker.services.look import Look

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
CHANNEL = Source("Talks", "https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa", "youtube")


class FakeLister:
    """Answers with one listing, and keeps what was asked."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self.asked: list[tuple[str, str, int]] = []

    async def listing(self, site: str, url: str, most: int) -> Listing:
        self.asked.append((site, url, most))
        return self._listing


async def test_a_listing_becomes_entries_as_a_feed_gives_them() -> None:
    rows = (
        Listed("https://www.youtube.com/watch?v=abc123DEF45&pp=x", "One\x1b[31m", 61.5, 1_760_000_000, ""),
        Listed("https://www.youtube.com/shorts/abc123DEF46", "Two", 0, 0, ""),
        Listed("https://www.youtube.com/@someone", "no talk", 0, 0, ""),
    )
    lister = FakeLister(Listing("A channel", "UCx", rows))
    found = await backfill(lister, "UCaaaaaaaaaaaaaaaaaaaaaa", 50)
    assert lister.asked == [("youtube", "https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa/videos", 50)]
    assert [(one.id, one.url, one.title, one.duration, one.kind) for one in found.entries] == [
        ("yt:video:abc123DEF45", "https://www.youtube.com/watch?v=abc123DEF45", "One", 61, ResourceKind.VIDEO),
        ("yt:video:abc123DEF46", "https://www.youtube.com/watch?v=abc123DEF46", "Two", 0, ResourceKind.VIDEO),
    ]
    assert found.entries[0].published == datetime.fromtimestamp(1_760_000_000, UTC)
    assert found.is_source


async def test_a_listing_that_failed_is_no_source() -> None:
    lister = FakeLister(Listing(problem="The playlist does not exist."))
    found = await backfill(lister, "PLnope")
    assert lister.asked[0][1] == "https://www.youtube.com/playlist?list=PLnope"
    assert (found.is_source, found.problems) == (False, ("The playlist does not exist.",))


# ---- gaps ------------------------------------------------------------------------------------------------------


def video(n: int) -> str:
    return f"talk{n:07}"


def listing(*numbers: int) -> Listing:
    """These talks, newest first."""
    found = (Listed(f"https://www.youtube.com/watch?v={video(n)}", f"Talk {n}", 60, 0, "") for n in numbers)
    return Listing("A channel", "UCx", tuple(found))


def crawled(store: Store, source: Source, days: int, *numbers: int) -> Polling:
    """One look at the feed, which shows these talks, written as the crawl writes it. The memory after it."""
    now = START + timedelta(days=days)
    with store.write() as tx:
        rows.sync(tx, [source], now)
        (kept,) = rows.watched(tx)
        memory = polling.all_of(tx, [kept.id])[kept.id]
        entries = (
            Entry(f"yt:video:{video(n)}", f"https://www.youtube.com/watch?v={video(n)}", f"Talk {n}") for n in numbers
        )
        found = arrivals(kept, Harvest(entries=tuple(entries)), now)
        came = arrive(tx, kept, found, most=99, now=now, people=people.everybody(tx))
        after = Polling(kept.id, polled_at=now, ok_at=now, baseline=True, memory=memory.memory)
        look = Look(kept, after, "unchanged", "", found=found, first=not memory.baseline)
        after = noted(look, came.fresh, after)
        polling.save(tx, [(after, "", "")])
    return after


async def test_what_a_feed_no_longer_held_comes_and_what_is_older_does_not_wait(store: Store) -> None:
    assert not crawled(store, CHANNEL, 0, *range(20, 5, -1)).memory
    assert not crawled(store, CHANNEL, 1, *range(22, 7, -1)).memory  # two new ones: no gap
    crawled(store, CHANNEL, 30, *range(60, 45, -1))  # nothing in it is known
    assert [one.name for one in wanted(store)] == ["Talks"]
    lister = FakeLister(listing(*range(61, 0, -1)))
    (done,) = await fill(store, lister, lambda: START + timedelta(days=30), 99)
    assert lister.asked[0][2] == 100
    assert (done.new, done.held_back, done.problem) == (1 + 45 - 22, 5, "")
    assert not wanted(store)
    assert KEY not in crawled(store, CHANNEL, 31, *range(60, 45, -1)).memory


async def test_no_more_than_a_day_takes_waits(store: Store) -> None:
    crawled(store, CHANNEL, 0, *range(20, 5, -1))
    crawled(store, CHANNEL, 30, *range(60, 45, -1))
    (done,) = await fill(store, FakeLister(listing(*range(60, 0, -1))), lambda: START + timedelta(days=30), 10)
    assert (done.new, done.held_back) == (10, 25 - 10 + 5)


async def test_a_listing_that_fails_is_tried_again_and_given_up_at_last(store: Store) -> None:
    crawled(store, CHANNEL, 0, *range(20, 5, -1))
    crawled(store, CHANNEL, 30, *range(60, 45, -1))
    broken = FakeLister(Listing(problem="The site asks for a login."))
    for _ in range(TRIES):
        assert [one.problem for one in await fill(store, broken, lambda: START, 99)] == ["The site asks for a login."]
    assert await fill(store, broken, lambda: START, 99) == []


async def test_a_backfill_is_kept_and_does_not_wait(store: Store) -> None:
    wished = Source("Talks", CHANNEL.url, "youtube", options={"backfill": "40"})
    crawled(store, wished, 0, *range(60, 45, -1))
    lister = FakeLister(listing(*range(60, 20, -1)))
    (done,) = await fill(store, lister, lambda: START, 99)
    assert (lister.asked[0][2], done.new, done.held_back) == (40, 0, 25)
    with store.read() as tx:
        (source,) = rows.watched(tx)
    again = await backfill_now(store, lister, lambda: START, source, 60)
    assert (again.new, again.held_back) == (0, 0)


@pytest.mark.parametrize("numbers", [(1, 2, 3), ()])
def test_a_short_feed_tells_no_gap(store: Store, numbers: tuple[int, ...]) -> None:
    crawled(store, CHANNEL, 0, 9)
    assert not crawled(store, CHANNEL, 5, *numbers).memory


async def test_a_source_whose_channel_is_not_known_is_told_so(store: Store) -> None:
    crawled(store, Source("Talks", "https://www.youtube.com/@someone", "youtube"), 0, 1)
    with store.read() as tx:
        (source,) = rows.watched(tx)
    done = await backfill_now(store, FakeLister(listing()), lambda: START, source)
    assert "crawl it first" in done.problem
