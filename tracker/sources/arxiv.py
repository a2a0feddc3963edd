"""Kind `arxiv`: category feeds and queries of the API. New versions of a paper are the same work, not new ones.

The API asks for three seconds between two questions: `net.limits` keeps them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from tracker.core.model import Entry, Harvest, Polling, ResourceKind, Source
from tracker.core.web import Reply, Request
from tracker.sources.base import SourceKind, conditional
from tracker.sources.feed import Feed

_LIST = re.compile(r"https?://(?:www\.)?arxiv\.org/list/([\w.-]+)", re.I)
_FEEDS = re.compile(r"https?://(?:rss\.arxiv\.org/|export\.arxiv\.org/(?:rss|api)/|arxiv\.org/rss/)", re.I)
_TAIL = re.compile(r"\s*\(arXiv:\S+(?: \[[\w.-]+\])?(?: UPDATED)?\)\s*$")
_GUID = re.compile(r"^(oai:arXiv\.org:[\w./-]+?)v\d+$", re.I)
_HEAD = re.compile(r"^\s*(?:<p>)?\s*arXiv:\S+\s+Announce Type:\s*([\w-]+)\s*(?:Abstract:)?\s*", re.I)


class Arxiv(Feed):
    """A listing page stands for the feed of its category."""

    name = "arxiv"

    def claims(self, url: str) -> bool:
        return bool(_LIST.match(url) or _FEEDS.match(url))

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        found = _LIST.match(source.url)
        return (conditional(source, polling, f"https://rss.arxiv.org/rss/{found[1]}" if found else source.url),)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """Entries as papers, without what the feed puts round title and abstract; replacements are left out."""
        found = super().read(source, reply, polling)
        papers = (_paper(one) for one in found.entries if not _announced(one).startswith("replace"))
        return replace(found, entries=tuple(papers))


def _announced(entry: Entry) -> str:
    said = _HEAD.match(entry.summary or entry.content)
    return said[1].lower() if said else ""


def _paper(entry: Entry) -> Entry:
    return replace(
        entry,
        id=_GUID.sub(r"\1", entry.id),
        kind=ResourceKind.PAPER,
        title=_TAIL.sub("", entry.title),
        summary=_HEAD.sub("", entry.summary),
        content=_HEAD.sub("", entry.content),
    )


def kind() -> SourceKind:
    return Arxiv()
