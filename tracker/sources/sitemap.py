"""Kind `sitemap`: pages a site lists for robots (sitemaps.org), whole or as an index, plain or gzip, or a text list.

The first visit is the baseline: what was there already is backlog. Titles are made from the address until the text
is fetched.
"""

from __future__ import annotations

import re
import zlib
from datetime import datetime
from html import unescape
from urllib.parse import unquote

from tracker.core.dates import parse_date
from tracker.core.model import Entry, Harvest, Polling, Source
from tracker.core.text import clean_line
from tracker.core.urls import is_home_page, is_web, resolve
from tracker.core.web import Reply, Request
from tracker.sources.base import SourceKind, conditional

MAX_BYTES = 50 * 1024 * 1024  # of one file, by the protocol
MAX_PAGES = 50_000
_PIECE = re.compile(r"<(?:\w+:)?(url|sitemap)\b[^>]*>(.*?)</(?:\w+:)?\1\s*>", re.I | re.S)
_LOC = re.compile(r"<(?:\w+:)?loc\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</(?:\w+:)?loc\s*>", re.I | re.S)
_LASTMOD = re.compile(r"<(?:\w+:)?lastmod\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</", re.I | re.S)
_TITLE = re.compile(r"<(?:news|video):title\b[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</", re.I | re.S)
_REMARK = re.compile(r"<!--.*?-->", re.S)


class Sitemap:
    """One address; an index leads to its files, newest first."""

    name = "sitemap"

    def claims(self, url: str) -> bool:
        name = url.split("?")[0].rsplit("/", 1)[-1].lower()
        return "sitemap" in name and name.endswith((".xml", ".xml.gz", ".txt"))

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        return (conditional(source, polling, max_bytes=MAX_BYTES),)

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """Pages whose address holds the source's `match` (a pattern, any case)."""
        text = _text(reply.body)
        pages, files = locations(text, reply.url)
        if not pages and not files:
            return Harvest(is_source=False, error="not_a_feed", problems=("no sitemap: it lists no address",))
        wanted = _pattern(str(source.options.get("match", "")))
        found = [one for one in pages if wanted.search(one[0]) and not is_home_page(one[0])]
        entries = tuple(_entry(*one) for one in found[:MAX_PAGES])
        liked = [url for url in files if wanted.search(url)] or list(files)
        return Harvest(title=source.expect_title, link=resolve(reply.url, "/"), entries=entries, follow=tuple(liked))


def _text(body: bytes) -> str:
    if body[:2] == b"\x1f\x8b":
        opened = zlib.decompressobj(31)
        try:
            body = opened.decompress(body, MAX_BYTES)
        except zlib.error:
            return ""
    return _REMARK.sub("", body.decode("utf-8-sig", "replace"))


def locations(text: str, base: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Pages as (address, date as written, title), and files of an index, newest first."""
    pages: dict[str, tuple[str, str, str]] = {}
    files: list[tuple[str, str]] = []
    for piece in _PIECE.finditer(text):
        loc = _LOC.search(piece[2])
        url = resolve(base, unescape(loc[1])) if loc else ""
        if not url or not is_web(url):
            continue
        date, title = _LASTMOD.search(piece[2]), _TITLE.search(piece[2])
        if piece[1].lower() == "sitemap":
            files.append((date[1] if date else "", url))
        else:
            pages.setdefault(url, (url, date[1] if date else "", unescape(title[1]) if title else ""))
    if not pages and not files and "<" not in text[:1000]:
        lines = (line.strip() for line in text.splitlines())
        pages = {line: (line, "", "") for line in lines if line.startswith(("http://", "https://"))}
    return list(pages.values()), [url for _, url in sorted(files, key=lambda file: file[0], reverse=True)]


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.I)
    except re.error:
        return re.compile(re.escape(text), re.I)


def _entry(url: str, date: str, title: str) -> Entry:
    slug = unquote(url.split("?")[0].rstrip("/").rsplit("/", 1)[-1])
    words = re.sub(r"\.(?:html?|php|aspx?)$", "", slug, flags=re.I).replace("-", " ").replace("_", " ")
    made = clean_line(title, 500) or clean_line(words[:1].upper() + words[1:], 300)
    return Entry(id=url, url=url, title=made, updated=parse_date(date) if date else None)


def kind() -> SourceKind:
    return Sitemap()
