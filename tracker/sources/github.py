"""Kind `github`: releases of a repository (or its tags, with `tags: true`), by its Atom feed.

A renamed repository redirects for good; its new address is proposed in the form the list has it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from tracker.core.model import Harvest, Polling, Source
from tracker.core.web import Reply, Request
from tracker.sources.base import SourceKind, conditional
from tracker.sources.feed import Feed

_REPOSITORY = re.compile(
    r"https?://(?:www\.)?github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?(?:/(?:releases|tags)?)?/?$", re.I
)
_FEED = re.compile(r"https?://(?:www\.)?github\.com/([\w.-]+)/([\w.-]+)/(?:releases|tags|commits/[^/]+)\.atom$", re.I)
_NOT_OWNERS = frozenset(("topics", "features", "orgs", "sponsors", "settings", "marketplace", "collections"))


class Github(Feed):
    """A repository's address stands for the feed of its releases."""

    name = "github"

    def claims(self, url: str) -> bool:
        """A repository, or one of its feeds."""
        found = _REPOSITORY.match(url)
        return bool(_FEED.match(url) or (found and found[1].lower() not in _NOT_OWNERS))

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        found = _REPOSITORY.match(source.url)
        what = "tags" if source.options.get("tags") or source.url.rstrip("/").endswith("/tags") else "releases"
        url = f"https://github.com/{found[1]}/{found[2]}/{what}.atom" if found else source.url
        return (conditional(source, polling, url),)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """A release called only `v1.2` says of what."""
        found = super().read(source, reply, polling)
        named = _FEED.match(reply.url) or _FEED.match(source.url) or _REPOSITORY.match(source.url)
        name = named[2] if named else ""
        entries = (
            replace(one, title=f"{name} {one.title}") if name and name.lower() not in one.title.lower() else one
            for one in found.entries
        )
        return replace(found, entries=tuple(entries))

    def moved(self, source: Source, asked: str, target: str) -> str:
        """The repository under its new name, in the form of the listed address."""
        feed, listed = _FEED.match(target), _REPOSITORY.match(source.url)
        if listed is None or feed is None:
            return super().moved(source, asked, target)
        return f"https://github.com/{feed[1]}/{feed[2]}" + ("/tags" if source.url.rstrip("/").endswith("/tags") else "")


def kind() -> SourceKind:
    return Github()
