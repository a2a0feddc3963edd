"""Kind `github`: releases of a repository (or its tags, with `tags: true`), by its Atom feed."""

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
_FEED = re.compile(r"https?://(?:www\.)?github\.com/[\w.-]+/([\w.-]+)/(?:releases|tags|commits/[^/]+)\.atom$", re.I)
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
        what = "tags" if source.options.get("tags") else "releases"
        url = f"https://github.com/{found[1]}/{found[2]}/{what}.atom" if found else source.url
        return (conditional(source, polling, url),)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """A release called only `v1.2` says of what."""
        found = super().read(source, reply, polling)
        named = _FEED.match(reply.url) or _FEED.match(source.url) or _REPOSITORY.match(source.url)
        name = named[named.re.groups] if named else ""
        entries = (
            replace(one, title=f"{name} {one.title}") if name and name.lower() not in one.title.lower() else one
            for one in found.entries
        )
        return replace(found, entries=tuple(entries))


def kind() -> SourceKind:
    return Github()
