"""Kind `youtube`: a channel by id, @handle, old names or any video of it, or a playlist; read by its Atom feed.

The page of a channel or video names the channel's id once; it is remembered. Asked is the list of the channel's long
videos (YouTube keeps one under the channel's id with another prefix); `shorts: true` and `live: true` bring the others.
A channel without such a list is asked by its whole feed, without the Shorts in it. A feed's 404 proves nothing: YouTube
answers so for living channels now and then.
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
LONG, SHORTS, LIVE = "UULF", "UUSH", "UULV"  # prefixes of the lists YouTube keeps of a channel, in place of UC
_SITE = re.compile(r"https?://(?:(?:www|m|music)\.)?(?:youtube\.com/|youtu\.be/)", re.I)
_CHANNEL = re.compile(r"(?:/channel/|[?&]channel_id=)(UC[\w-]{22})")
_PLAYLIST = re.compile(r"(?:/playlist\?(?:.*&)?list=|[?&]playlist_id=)((?:PL|UU|OL|FL)[\w-]{10,})")
# Where a page names its own channel, most trustworthy first: pages of videos name others' channels too.
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rb'<link[^>]{0,200}application/rss\+xml[^>]{0,200}channel_id=(UC[\w-]{22})',
        rb'"videoDetails"\s*:\s*\{.{0,2000}?"channelId"\s*:\s*"(UC[\w-]{22})"',
        rb'<meta[^>]{0,100}itemprop="(?:identifier|channelId)"[^>]{0,100}content="(UC[\w-]{22})"',
        rb'<link[^>]{0,100}rel="canonical"[^>]{0,200}/channel/(UC[\w-]{22})',
        rb'"externalId"\s*:\s*"(UC[\w-]{22})"',
        rb'"(?:externalChannelId|channelId|browseId)"\s*:\s*"(UC[\w-]{22})"',
        rb"<(?:meta|link)[^>]{0,200}/channel/(UC[\w-]{22})",
    )
)  # fmt: skip
_SHORT = re.compile(r"/shorts/")
PAGE_BYTES = 3 * 1024 * 1024
CONSENT = {"Cookie": "SOCS=CAI"}  # without it, European addresses get a page that asks for consent instead


class Youtube(Feed):
    """Asks the channel's page first only while its id is not known."""

    name = "youtube"
    patience_days = 7

    def claims(self, url: str) -> bool:
        return bool(_SITE.match(url))

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        playlist, channel = playlist_of(source), channel_of(source, polling)
        if playlist:
            return (conditional(source, polling, f"{FEED}?playlist_id={playlist}"),)
        if not channel:
            return (Request(source.url, max_bytes=PAGE_BYTES, cut=True, purpose="page", headers=CONSENT),)
        whole = f"{FEED}?channel_id={channel}"
        if polling.memory.get("whole") or (source.options.get("shorts") and source.options.get("live")):
            return (conditional(source, polling, whole),)
        return conditional(source, polling, _list(channel, LONG)), Request(whole, purpose="feed")

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """The feed, or the page of a channel, which leads to its feed."""
        found = super().read(source, reply, polling)
        if found.is_source:
            return _talks(source, reply, polling, found)
        channel = next((hit[1].decode("ascii") for hit in (one.search(reply.body) for one in _NAMED) if hit), "")
        if not channel:
            return found
        known = {**polling.memory, "channel": channel}
        return Harvest(follow=(f"{FEED}?channel_id={channel}",), memory=known)


def _list(channel: str, prefix: str) -> str:
    return f"{FEED}?playlist_id={prefix}{channel[2:]}"


def playlist_of(source: Source) -> str:
    """The id of the list a source is of; "" for a channel."""
    found = _PLAYLIST.search(source.url)
    return found[1] if found else ""


def channel_of(source: Source, polling: Polling) -> str:
    """The id of the source's channel, as its address says or as its page said once; "" when it is not known."""
    found = _CHANNEL.search(source.url)
    return found[1] if found else str(polling.memory.get("channel", ""))


def _talks(source: Source, reply: Reply, polling: Polling, found: Harvest) -> Harvest:
    """The entries as videos. From a whole feed Shorts are left out, unless they are wished for."""
    wished, channel = source.options, channel_of(source, polling)
    asked, memory = reply.request.url, dict(polling.memory)
    follow: tuple[str, ...] = ()
    entries = [replace(one, kind=ResourceKind.VIDEO) for one in found.entries]
    if "channel_id=" in asked and not wished.get("shorts"):
        entries = [one for one in entries if not _SHORT.search(one.url)]
    if channel and asked == f"{FEED}?channel_id={channel}" and polling.baseline:
        memory["whole"] = True  # the list of long videos gave nothing: not asked for again
    if channel and asked == _list(channel, LONG):
        more = (prefix for prefix, wish in ((SHORTS, "shorts"), (LIVE, "live")) if wished.get(wish))
        follow = tuple(_list(channel, prefix) for prefix in more)
    title = re.sub(r"^Uploads from (?=.)|^Videos$", "", found.title)
    return replace(found, title=title or found.title, entries=tuple(entries), memory=memory, follow=follow)


def kind() -> SourceKind:
    return Youtube()
