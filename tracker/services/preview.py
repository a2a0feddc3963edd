"""What a source would give, storing nothing: of an address, or of a file on this machine; and what a site offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

from tracker.core.errors import DocumentError
from tracker.core.model import Harvest, Polling, Source, SourceId
from tracker.core.web import Answer, Failed, Fetcher, NotModified, Reply, Request
from tracker.services.look import read_whole
from tracker.sources.base import kind_for, kind_of
from tracker.sources.discover import Found, likely, platform, site_maps

MAX_FILE = 64 * 1024 * 1024
NOBODY = Polling(SourceId(0))
MOST_TRIED = 8
LISTS_AT_LEAST = 3  # links of a kind that make a page worth watching as a list


class Reading(Protocol):
    """The room where strangers' bytes are read."""

    async def read(self, kind_name: str, source: Source, reply: Reply, polling: Polling) -> Harvest: ...

    async def run(self, function_path: str, *args: object) -> Any: ...


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


async def preview_file(path: Path, reading: Reading, source: Source, *, guess: bool, type_: str = "") -> Preview:
    """Read a file as the answer of `source`; `guess`: another kind when it is none of this one.

    Raises DocumentError when it cannot be opened.
    """
    reply = Reply(Request(source.url), source.url, 200, {"content-type": type_} if type_ else {}, _bytes_of(path))
    harvest = await reading.read(source.kind, source, reply, NOBODY)
    if guess and not harvest.is_source:
        as_map = replace(source, kind="sitemap")
        other = await reading.read("sitemap", as_map, reply, NOBODY)
        if other.is_source:
            source, harvest = as_map, other
    return Preview(str(path), source.kind, harvest)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise DocumentError(str(path), 0, f"is larger than {MAX_FILE >> 20} MiB", "Name a smaller file")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), 0, f"cannot be read ({error.strerror})", "Check the path") from error


async def preview_url(source: Source, fetcher: Fetcher, reading: Reading, now: datetime) -> Preview:
    """Ask and read a source once; later requests of the kind only when the first gave nothing usable."""
    problem, harvest = "nothing was asked", None
    for request in kind_of(source.kind).ask(source, NOBODY, now):
        answer = await fetcher.fetch(request)
        if isinstance(answer, Failed):
            problem = f"{answer.reason.value}: {answer.detail or answer.status}"
        elif isinstance(answer, NotModified):
            problem = "not modified"
        else:
            harvest = await read_whole(source, NOBODY, answer, fetcher, reading)
            if harvest.is_source:
                break
    return Preview(source.url, source.kind, harvest, "" if harvest else problem)


async def discover_in(path: Path, url: str, reading: Reading) -> tuple[tuple[Found, ...], str]:
    """What a saved page names. Raises DocumentError when it cannot be opened."""
    named, anchors = await reading.run("tracker.sources.discover:in_page", _bytes_of(path), {}, url)
    return named or anchors, "the page names no feed"


async def discover(url: str, fetcher: Fetcher, reading: Reading) -> tuple[tuple[Found, ...], str]:
    """What can be watched of the site at `url`, best first; and why nothing, when there is nothing.

    Link tags are believed; everything else is opened and read before it is named.
    """
    known = platform(url)
    if known and known[0].kind != "feed":
        return known, ""
    answer = await fetcher.fetch(Request(url, purpose="page", robots=True))
    if not isinstance(answer, Reply):
        found = await _first(known, fetcher, reading)
        return (found, "") if found else ((), _why(answer))
    itself = await reading.read("feed", source_for(answer.url, "feed"), answer, NOBODY)
    if itself.is_source:
        return (Found(answer.url, itself.title, answer.headers.get("content-type", ""), "itself"),), ""
    named, anchors = await reading.run(
        "tracker.sources.discover:in_page", answer.body, dict(answer.headers), answer.url
    )
    if named:
        return named, ""
    guesses = (*known, *anchors, *(Found(one, how="path") for one in likely(answer.url)))
    found = await _first(guesses, fetcher, reading) or await _without_feed(answer, fetcher, reading)
    return found, "" if found else "no feed is named on the page or lies in a usual place"


def _why(answer: Answer) -> str:
    if isinstance(answer, Failed):
        return f"{answer.reason.value}: {answer.detail or answer.status}"
    return "the site gave no page"


async def _without_feed(page: Reply, fetcher: Fetcher, reading: Reading) -> tuple[Found, ...]:
    """What is left when a site has no feed: the page itself when it lists things, and its site map."""
    listed = await reading.read("page", source_for(page.url, "page"), page, NOBODY)
    as_page = (Found(page.url, listed.title, "", "page", "page"),) if len(listed.entries) >= LISTS_AT_LEAST else ()
    robots = await fetcher.fetch(Request(urljoin(page.url, "/robots.txt"), purpose="robots", robots=True))
    maps = site_maps(page.url, robots.body if isinstance(robots, Reply) else b"")
    return as_page + await _first(maps, fetcher, reading)


async def _first(guesses: Iterable[Found], fetcher: Fetcher, reading: Reading) -> tuple[Found, ...]:
    """The first of the guesses that can be read and holds something."""
    for guess in list({one.url: one for one in guesses}.values())[:MOST_TRIED]:
        answer = await fetcher.fetch(Request(guess.url, purpose="feed", robots=True))
        if isinstance(answer, Reply):
            harvest = await reading.read(guess.kind, source_for(guess.url, guess.kind), answer, NOBODY)
            if harvest.is_source and (harvest.entries or harvest.follow):
                kind = answer.headers.get("content-type", "")
                return (replace(guess, url=answer.url, title=harvest.title or guess.title, type=kind),)
    return ()
