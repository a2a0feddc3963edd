"""What a source would give, storing nothing: of an address, or of a file on this machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tracker.core.errors import DocumentError
from tracker.core.model import Harvest, Polling, Source, SourceId
from tracker.core.web import Failed, Fetcher, NotModified, Reply, Request
from tracker.sources.base import kind_for, kind_of
from tracker.sources.discover import Found, find_feeds, likely

MAX_FILE = 64 * 1024 * 1024


class Reading(Protocol):
    """The room where strangers' bytes are read."""

    async def read(self, kind_name: str, source: Source, reply: Reply, polling: Polling) -> Harvest: ...


@dataclass(frozen=True, slots=True)
class Preview:
    """`harvest` is None when nothing could be read; `problem` then says why."""

    input: str
    kind: str
    harvest: Harvest | None
    problem: str = ""


def source_for(url: str, kind: str = "", options: dict[str, object] | None = None) -> Source:
    """An unnamed source of an address. Raises NotFound for an unknown kind."""
    found = kind_of(kind) if kind else kind_for(url)
    return Source(name=url, url=url, kind=found.name, options=options or {})


async def preview_file(path: Path, reading: Reading, *, kind: str = "", url: str = "") -> Preview:
    """Read a file as the answer of `url` (for relative links). Raises DocumentError when it cannot be opened."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise DocumentError(str(path), 0, f"is larger than {MAX_FILE >> 20} MiB", "Name a smaller file")
        body = path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), 0, f"cannot be read ({error.strerror})", "Check the path") from error
    source = source_for(url, kind or "feed")
    reply = Reply(Request(url), url, 200, {}, body)
    return Preview(str(path), source.kind, await reading.read(source.kind, source, reply, Polling(SourceId(0))))


async def preview_url(source: Source, fetcher: Fetcher, reading: Reading, now: datetime) -> Preview:
    """Ask and read a source once; later requests of the kind only when the first gave nothing usable."""
    polling = Polling(SourceId(0))
    problem, harvest = "nothing was asked", None
    for request in kind_of(source.kind).ask(source, polling, now):
        answer = await fetcher.fetch(request)
        if isinstance(answer, Failed):
            problem = f"{answer.reason.value}: {answer.detail or answer.status}"
        elif isinstance(answer, NotModified):
            problem = "not modified"
        else:
            harvest = await _read(source, answer, fetcher, reading, polling)
            if harvest.is_source:
                break
    return Preview(source.url, source.kind, harvest, "" if harvest else problem)


async def _read(source: Source, reply: Reply, fetcher: Fetcher, reading: Reading, polling: Polling) -> Harvest:
    harvest = await reading.read(source.kind, source, reply, polling)
    entries = list(harvest.entries)
    for url in harvest.follow[:10]:
        more = await fetcher.fetch(Request(url, purpose="feed"))
        if isinstance(more, Reply):
            entries += (await reading.read(source.kind, source, more, polling)).entries
    return replace(harvest, entries=tuple(entries))


async def discover(url: str, fetcher: Fetcher, reading: Reading) -> tuple[tuple[Found, ...], str]:
    """Feeds behind a site: its link tags, what is known of its platform, usual paths; each one opened and read.

    Answers the feeds and, when there are none, why.
    """
    answer = await fetcher.fetch(Request(url, purpose="page", robots=True))
    if isinstance(answer, Failed):
        return (), f"{answer.reason.value}: {answer.detail or answer.status}"
    if not isinstance(answer, Reply):
        return (), "the site gave no page"
    source = source_for(answer.url, "feed")
    itself = await reading.read("feed", source, answer, Polling(SourceId(0)))
    if itself.is_source:
        return (Found(answer.url, itself.title, answer.headers.get("content-type", ""), "itself"),), ""
    named = find_feeds(answer.body.decode("utf-8", "replace"), answer.url)
    if named:
        return named, ""
    return await _try(likely(answer.url), fetcher, reading)


async def _try(addresses: tuple[str, ...], fetcher: Fetcher, reading: Reading) -> tuple[tuple[Found, ...], str]:
    out = []
    for address in addresses[:8]:
        answer = await fetcher.fetch(Request(address, purpose="feed", robots=True))
        if isinstance(answer, Reply):
            harvest = await reading.read("feed", source_for(address, "feed"), answer, Polling(SourceId(0)))
            if harvest.is_source and harvest.entries:
                out.append(Found(answer.url, harvest.title, answer.headers.get("content-type", ""), "path"))
                break
    return tuple(out), "" if out else "no feed is named on the page or lies in a usual place"
