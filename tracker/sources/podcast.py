"""Kind `podcast`: a feed whose items are episodes, with enclosure, duration and transcript files.

A page of Apple's directory stands for the feed it lists: the directory is asked once, the feed is remembered.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime

from tracker.core.model import Harvest, Polling, ResourceKind, Source
from tracker.core.urls import is_web
from tracker.core.web import Reply, Request
from tracker.sources.base import SourceKind, conditional
from tracker.sources.feed import Feed

_HOSTS = ("feeds.simplecast.com/", "feed.xyzfm.space/", "feeds.megaphone.fm/", "anchor.fm/s/", "feeds.transistor.fm/",
          "feeds.buzzsprout.com/", "feeds.libsyn.com/", "feeds.acast.com/", "rss.art19.com/", "feeds.captivate.fm/",
          "feeds.fireside.fm/", "feeds.soundcloud.com/", "feeds.redcircle.com/", "rss.com/podcasts/")  # fmt: skip
_APPLE = re.compile(r"https?://(?:podcasts|itunes)\.apple\.com/.*/id(\d{5,12})", re.I)
LOOKUP = "https://itunes.apple.com/lookup?id="


class Podcast(Feed):
    """Read as a feed; every item is an episode, whatever its page is."""

    name = "podcast"

    def claims(self, url: str) -> bool:
        """Addresses of hosts that serve nothing else."""
        return any(host in url for host in _HOSTS) or bool(_APPLE.match(url))

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        listed, known = _APPLE.match(source.url), str(polling.memory.get("feed", ""))
        if listed and not known:
            return (Request(f"{LOOKUP}{listed[1]}", purpose="feed"),)
        return (conditional(source, polling, known if listed else source.url),)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        if _APPLE.match(source.url) and reply.request.url.startswith(LOOKUP):
            return _listed(reply)
        found = super().read(source, reply, polling)
        episodes = tuple(replace(one, kind=ResourceKind.PODCAST) for one in found.entries)
        known = {"feed": polling.memory["feed"]} if "feed" in polling.memory else {}
        return replace(found, entries=episodes, memory=known)


def _listed(reply: Reply) -> Harvest:
    """The feed that Apple's directory names."""
    try:
        feed = str(json.loads(reply.body)["results"][0]["feedUrl"])
    except (ValueError, LookupError, TypeError, RecursionError):
        feed = ""
    if not is_web(feed):
        return Harvest(is_source=False, error="not_a_feed", problems=("Apple's directory names no feed for it",))
    return Harvest(follow=(feed,), memory={"feed": feed})


def kind() -> SourceKind:
    return Podcast()
