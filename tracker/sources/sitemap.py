"""Kind `sitemap`: pages a site lists for robots (sitemaps.org), whole or as an index, plain or gzip, a text list, a feed.

The first visit is the baseline: what was there already is backlog. Titles are made from the address until the text
is fetched. An index says of its files when each changed: only those that did are asked for again.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from html import unescape
from urllib.parse import unquote

from tracker.core.dates import parse_date
from tracker.core.model import Entry, Harvest, Polling, Source
from tracker.core.text import clean_line, pattern
from tracker.core.urls import is_web, resolve
from tracker.core.web import Reply, Request
from tracker.sources.base import Kind, SourceKind, conditional
from tracker.sources.syndication.charset import decode
from tracker.sources.syndication.reading import read_feed

MAX_BYTES = 50 * 1024 * 1024  # of one file, by the protocol
MAX_PAGES = 50_000
MOST_REMEMBERED = 500  # files of an index
_PIECE = re.compile(r"<(?:\w+:)?(url|sitemap)\b[^>]*>(.*?)</(?:\w+:)?\1\s*>", re.I | re.S)
_LOC = re.compile(r"<(?:\w+:)?loc\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</(?:\w+:)?loc\s*>", re.I | re.S)
_LASTMOD = re.compile(r"<(?:\w+:)?lastmod\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</", re.I | re.S)
_TITLE = re.compile(r"<(?:news|video):title\b[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</", re.I | re.S)
_REMARK = re.compile(r"<!--.*?-->", re.S)
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")


class Sitemap(Kind):
    """One address; an index leads to its files, newest first."""

    name = "sitemap"

    def claims(self, url: str) -> bool:
        name = url.split("?")[0].rsplit("/", 1)[-1].lower()
        return "sitemap" in name and name.endswith((".xml", ".xml.gz", ".txt"))

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        """An index that says no dates stays the same while its files change: it is read whole each time."""
        asked = conditional(source, polling, max_bytes=MAX_BYTES)
        return (replace(asked, etag="", last_modified="") if polling.memory.get("leads_on") else asked,)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """Pages whose address holds the source's `match` (a pattern, any case)."""
        text = _text(reply)
        pages, files = locations(text, reply.url)
        wanted = pattern(str(source.options.get("match", "")))
        if not pages and not files:
            return _as_feed(reply, text, wanted)
        found = [_entry(*one) for one in pages if wanted.search(one[0])][:MAX_PAGES]
        liked = [one for one in files if wanted.search(one[1])] or files
        known = polling.memory.get("files") if reply.url == source.url else None
        changed = [(date, url) for date, url in liked if not date or not _knows(known, url, date)]
        memory = {"leads_on": True, "files": {url: date for date, url in liked[:MOST_REMEMBERED] if date}}
        return Harvest(
            link=resolve(reply.url, "/"),
            entries=tuple(found + [_entry(url, date, "") for date, url in changed]),
            follow=tuple(url for _, url in changed),
            memory=memory if files else {},
        )


def _knows(known: object, url: str, date: str) -> bool:
    return isinstance(known, Mapping) and known.get(url) == date


def _as_feed(reply: Reply, text: str, wanted: re.Pattern[str]) -> Harvest:
    """The protocol lets a feed stand for a site map."""
    found = read_feed(reply.body, reply.headers, reply.url) if _FEED.search(text, 0, 3000) else None
    if found is None or not found.is_source:
        return Harvest(is_source=False, error="not_a_feed", problems=("no sitemap: it lists no address",))
    return replace(found, entries=tuple(one for one in found.entries if wanted.search(one.url)))


def _text(reply: Reply) -> str:
    body = reply.body
    if body[:2] == b"\x1f\x8b":
        try:
            body = zlib.decompressobj(31).decompress(body, MAX_BYTES)
        except zlib.error:
            return ""
    return _REMARK.sub("", decode(body, reply.headers))


def locations(text: str, base: str) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Pages as (address, date as written, title), and files of an index as (date, address), newest first."""
    pages: dict[str, tuple[str, str, str]] = {}
    files: dict[str, str] = {}
    for piece in _PIECE.finditer(text):
        loc = _LOC.search(piece[2])
        url = _address(base, unescape(loc[1])) if loc else ""
        if not url:
            continue
        date, title = _LASTMOD.search(piece[2]), _TITLE.search(piece[2])
        if piece[1].lower() == "sitemap":
            files.setdefault(url, date[1] if date else "")
        else:
            pages.setdefault(url, (url, date[1] if date else "", unescape(title[1]) if title else ""))
    if not pages and not files and "<" not in text[:1000]:
        lines = (line.strip() for line in text.splitlines())
        pages = {line: (line, "", "") for line in lines if line.startswith(("http://", "https://")) and is_web(line)}
    return list(pages.values()), sorted(((date, url) for url, date in files.items()), key=_date_of, reverse=True)


def _date_of(file: tuple[str, str]) -> str:
    return file[0]


def _address(base: str, url: str) -> str:
    """An absolute web address, as written where it is one already; "" for anything else."""
    whole = url if url.lower().startswith(("http://", "https://")) else resolve(base, url)
    return whole if whole and is_web(whole) else ""


def _entry(url: str, date: str, title: str) -> Entry:
    slug = unquote(url.split("?")[0].rstrip("/").rsplit("/", 1)[-1])
    words = re.sub(r"\.(?:html?|php|aspx?)$", "", slug, flags=re.I).replace("-", " ").replace("_", " ")
    made = clean_line(title, 500) or clean_line(words[:1].upper() + words[1:], 300)
    return Entry(id=url, url=url, title=made, updated=parse_date(date) if date else None)


def kind() -> SourceKind:
    return Sitemap()
