"""Kind `youtube`: a channel by id, @handle, old names or any video of it, or a playlist; read by its Atom feed.

The page of a channel or video names the channel's id once; it is remembered. A feed's 404 proves nothing: YouTube
answers so for living channels now and then, so a failure is only counted, never taken for the end.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from tracker.core.model import Harvest, Polling, ResourceKind, Source
from tracker.core.web import Reply, Request
from tracker.sources.base import SourceKind, conditional
from tracker.sources.feed import Feed

FEED = "https://www.youtube.com/feeds/videos.xml"
_SITE = re.compile(r"https?://(?:(?:www|m|music)\.)?(?:youtube\.com/|youtu\.be/)", re.I)
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})")
_PLAYLIST = re.compile(r"[?&]list=((?:PL|UU|OL|FL)[\w-]{10,})")
_NAMED = re.compile(
    rb'"(?:externalId|channelId|browseId)"\s*:\s*"(UC[\w-]{22})"'
    rb"|<(?:meta|link)[^>]{0,200}(?:identifier|channelId|/channel/)[^>]{0,80}?(UC[\w-]{22})"
)
PAGE_BYTES = 3 * 1024 * 1024


class Youtube(Feed):
    """Asks the channel's page first only while its id is not known."""

    name = "youtube"

    def claims(self, url: str) -> bool:
        return bool(_SITE.match(url))

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        feed = _feed_of(source.url) or _known(polling)
        if feed:
            return (conditional(source, polling, feed),)
        return (Request(source.url, max_bytes=PAGE_BYTES, cut=True, purpose="page"),)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """The feed, or the page of a channel, which leads to its feed."""
        found = super().read(source, reply, polling)
        if found.is_source:
            talks = tuple(replace(one, kind=ResourceKind.VIDEO) for one in found.entries)
            return replace(found, entries=talks, memory=polling.memory)
        named = _NAMED.search(reply.body)
        if named is None:
            return found
        channel = (named[1] or named[2]).decode("ascii")
        return Harvest(follow=(f"{FEED}?channel_id={channel}",), memory={**polling.memory, "channel": channel})


def _feed_of(url: str) -> str:
    """The feed an address alone tells, "" when a page must be asked."""
    if url.startswith(FEED):
        return url
    channel, playlist = _CHANNEL.search(url), _PLAYLIST.search(url)
    if channel:
        return f"{FEED}?channel_id={channel[1]}"
    return f"{FEED}?playlist_id={playlist[1]}" if playlist and "/playlist" in url else ""


def _known(polling: Polling) -> str:
    channel = str(polling.memory.get("channel", ""))
    return f"{FEED}?channel_id={channel}" if channel else ""


def kind() -> SourceKind:
    return Youtube()
