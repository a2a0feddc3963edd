"""Kind `feed`: RSS 0.9x, 1.0, 2.0, Atom 0.3, 1.0, CDF, JSON Feed, whatever the type or charset they are served with."""

from __future__ import annotations

from tracker.core.model import Harvest, Polling, Source
from tracker.core.web import Reply
from tracker.sources.base import Kind, SourceKind
from tracker.sources.syndication.reading import read_feed

_ENDINGS = (".rss", ".atom", ".rdf", "/feed", "/rss", "/atom", "feed.xml", "rss.xml", "atom.xml", "feed.json")


class Feed(Kind):
    """One address, one conditional question, one document."""

    name = "feed"

    def claims(self, url: str) -> bool:
        """An address that looks like that of a feed."""
        path = url.split("?")[0].rstrip("/").lower()
        return path.endswith(_ENDINGS)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        return read_feed(reply.body, reply.headers, reply.url or source.url)


def kind() -> SourceKind:
    return Feed()
