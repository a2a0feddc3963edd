"""The newest talks of a channel, as entries like those of its feed."""

from __future__ import annotations

from datetime import UTC, datetime

from tracker.core.model import ResourceKind
from tracker.net.ytdlp import Listed, Listing
from tracker.services.listing import backfill


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
