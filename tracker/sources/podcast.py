"""Kind `podcast`: a feed whose items are episodes, with enclosure, duration and transcript files."""

from __future__ import annotations

from dataclasses import replace

from tracker.core.model import Harvest, Polling, ResourceKind, Source
from tracker.core.web import Reply
from tracker.sources.base import SourceKind
from tracker.sources.feed import Feed

_HOSTS = ("feeds.simplecast.com/", "feed.xyzfm.space/", "feeds.megaphone.fm/", "anchor.fm/s/", "feeds.transistor.fm/",
          "feeds.buzzsprout.com/", "feeds.libsyn.com/")  # fmt: skip


class Podcast(Feed):
    """Read as a feed; every item is an episode, whatever its page is."""

    name = "podcast"

    def claims(self, url: str) -> bool:
        """Addresses of hosts that serve nothing else."""
        return any(host in url for host in _HOSTS)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        found = super().read(source, reply, polling)
        return replace(found, entries=tuple(replace(one, kind=ResourceKind.PODCAST) for one in found.entries))


def kind() -> SourceKind:
    return Podcast()
