"""The newest talks of a channel or playlist beyond the fifteen of its feed: for a backfill, or when a feed shows a gap."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from tracker.core.model import Entry, Harvest, ResourceKind
from tracker.core.talks import YOUTUBE, talk_of
from tracker.core.text import clean_line

MOST = 100  # entries of one listing, unless more are asked for; never more than 500


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
