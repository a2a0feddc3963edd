"""What an XML or JSON reader found, before cleaning; and the one cleaning both XML readers share."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from tracker.core.dates import parse_date
from tracker.core.html import is_whole, sanitize, title_text
from tracker.core.model import Enclosure, Entry, Harvest, ResourceKind
from tracker.core.text import clean_line
from tracker.sources.syndication.charset import undouble

MOST_ENTRIES = 2000  # newest kept of one answer
URL_LIMIT = 2048  # longer addresses are data, not addresses
BODY_LIMIT = 2_000_000  # characters of one entry's HTML
_DURATION = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,7})(?:\.\d+)?$")
_ISO_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?$", re.I)
_MAIL_AFTER = re.compile(
    r"\s*\((?:mailto:)?[^()]*$|\s*<(?:mailto:)?$|^mailto:", re.I
)  # what is left of a cut-out address
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(slots=True)
class RawEntry:
    """One item as its reader found it: strings undecoded by HTML, addresses absolute where the reader could."""

    id: str = ""
    link: str = ""
    original: str = ""  # the address behind a redirector link, as the feed says it
    title: str = ""
    authors: list[str] = field(default_factory=list)
    published: str = ""
    updated: str = ""
    summary: str = ""
    summary_base: str = ""
    content: str = ""
    content_base: str = ""
    enclosures: list[tuple[str, str, str]] = field(default_factory=list)  # address, type, length
    tags: list[str] = field(default_factory=list)
    lang: str = ""
    duration: str = ""
    transcripts: list[tuple[str, str]] = field(default_factory=list)  # address, type
    base: str = ""
    kind: ResourceKind | None = None


@dataclass(slots=True)
class RawFeed:
    """A whole feed as its reader found it."""

    title: str = ""
    link: str = ""
    language: str = ""
    summary: str = ""
    authors: list[str] = field(default_factory=list)
    id: str = ""
    published: str = ""
    updated: str = ""
    entries: list[RawEntry] = field(default_factory=list)
    ttl: str = ""
    update_period: str = ""
    update_frequency: str = ""
    skip_hours: list[str] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    atom: bool = False
    problems: list[str] = field(default_factory=list)
    base: str = ""
    moved_to: str = ""  # itunes:new-feed-url


ITUNES_PREFIX = "itunes_x-"  # iTunes elements that must not overwrite the plain ones are renamed to this
_MAIL = re.compile(r"[\w.+-]{1,100}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?:\?subject=\S+)?")
_SECONDARY = frozenset(("self", "edit", "replies", "enclosure", "hub", "next", "previous", "prev", "first", "last", "license",
                       "edit-media", "service", "service.post", "service.edit", "http://schemas.google.com/g/2005#feed"))  # fmt: skip
_CP1252 = {
    n: bytes([n]).decode("cp1252", "replace") for n in range(0x80, 0xA0) if n not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_LATIN = re.compile("[\x80-\xff]")  # what the traces of both accidents begin with
_C1 = re.compile("[\x80-\x9f]")
_CLOSED_TAG = re.compile(
    r"</(?:a|b|blockquote|br|code|div|em|h[1-6]|i|li|ol|p|pre|span|strong|table|td|tr|u|ul)\s*>|<(?:br|hr|img|p)\b[^<>]*>",
    re.I,
)
_HTML_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|nbsp|[a-zA-Z]{2,8});")


def repair(text: str) -> str:
    """`text` with the two common charset accidents undone: UTF-8 read as Latin-1, Windows-1252 taken for controls."""
    if text.isascii() or not _LATIN.search(text):
        return text
    text = undouble(text)
    return text.translate(_CP1252) if _C1.search(text) else text


def escape_text(text: str, kind: str, atom: bool) -> str:
    """Markup for `text`: as it is when it is HTML, or looks like it although it is called plain; else escaped.

    Atom plain text with `a < b` in it (arXiv abstracts) must not lose its second half as a broken tag. RSS has no
    plain type, so there everything is HTML.
    """
    if kind != "text/plain" or not atom or "<" not in text or _CLOSED_TAG.search(text):
        return text
    return text.replace("<", "&lt;") if _HTML_REFERENCE.search(text) else html.escape(text, quote=False)


def person_name(text: str) -> str:
    """The name in `jo@example.org (Jo Doe)`, `Jo Doe <jo@example.org>`; the address when there is only that."""
    text = text[:1000]
    found = _MAIL.search(text)
    if found is None:
        return text
    name = text.replace(found[0], "")
    for empty in ("()", "<>", "&lt;&gt;", "mailto:"):
        name = name.replace(empty, "")
    name = name.strip()
    if name[:1] == "(" and name[-1:] == ")":
        name = name[1:-1].strip()
    return name or found[0]


def choose_link(chosen: str, links: list[tuple[str, str]], given_id: str) -> str:
    """The address of the work: the alternate link, another link that could be it, the id if that is an address.

    `chosen` is what the format's own rule took; `links` are (address, relation) in document order.
    """
    rels = dict(reversed(links))
    if chosen and rels.get(chosen, "alternate") == "alternate":
        return chosen
    for href, rel in links:
        if rel == "alternate" or (not chosen and rel not in _SECONDARY):
            return href
    return chosen or (given_id if given_id.startswith(("http://", "https://", "/")) else "")


def clean_url(url: str, base: str = "") -> str:
    """An absolute http(s) address, or "" when it is none or not one to follow."""
    if is_whole(url):
        return url if len(url) <= URL_LIMIT else ""
    url = _NOT_IN_URL.sub("", url.strip()) if not (url.isascii() and url.isprintable() and " " not in url) else url
    if not url or len(url) > URL_LIMIT:
        return ""
    try:
        whole = urljoin(base, url) if base else url
        parts = urlsplit(whole)
        if not base and not parts.scheme and (url[:1] in "/?" or "." in url or "/" in url):
            return url  # a file read without its address: the link stays as written
        return whole if parts.scheme.lower() in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def seconds_of(text: str) -> int:
    """`1:02:03`, `62:03`, `3723`, `PT1H2M3S` in seconds; 0 when it says nothing."""
    text = text.strip()
    found = _DURATION.match(text)
    if found:
        total = int(found[1] or 0) * 3600 + int(found[2] or 0) * 60 + int(found[3])
        return total if total < 30 * 86400 else 0
    found = _ISO_DURATION.match(text)
    if not found:
        return 0
    return int(found[1] or 0) * 3600 + int(found[2] or 0) * 60 + int(found[3] or 0)


def harvest_of(raw: RawFeed, url: str) -> Harvest:
    """The cleaned harvest of what a reader found. `url` is the address the bytes came from."""
    problems = list(raw.problems)
    kept = raw.entries
    if len(kept) > MOST_ENTRIES:
        problems.append(f"the feed holds {len(kept)} entries; the {MOST_ENTRIES} newest were taken")
        kept = _newest(kept)
    base = raw.base or url
    return Harvest(
        title=title_text(repair(raw.title)),
        link=clean_url(raw.link, base),
        language=clean_line(raw.language.replace("_", "-"), 35),
        id=clean_line(raw.id, URL_LIMIT),
        summary=sanitize(repair(raw.summary[:BODY_LIMIT]), base),
        authors=_people(raw.authors),
        published=_when(raw.published),
        updated=_when(raw.updated),
        entries=tuple(_entry(e, base) for e in kept),
        problems=tuple(clean_line(p, 300) for p in problems),
        ttl=_ttl(raw),
        skip_hours=frozenset(int(h) % 24 for h in raw.skip_hours if h.strip().isdigit() and int(h) <= 24),
        skip_days=frozenset(d.strip().capitalize() for d in raw.skip_days if d.strip().capitalize() in _DAYS),
        moved_to=clean_url(raw.moved_to),
    )


def _newest(entries: list[RawEntry]) -> list[RawEntry]:
    """The newest, in the feed's own order; entries without a date count by their place from the top."""
    dated = [(parse_date(e.published or e.updated), n) for n, e in enumerate(entries)]
    if sum(1 for when, _ in dated if when is not None) * 2 < len(entries):
        return entries[:MOST_ENTRIES]
    ranked = sorted(dated, key=lambda pair: pair[0].timestamp() if pair[0] else float("-inf"), reverse=True)
    return [entries[n] for n in sorted(n for _, n in ranked[:MOST_ENTRIES])]


def _entry(raw: RawEntry, base: str) -> Entry:
    """One entry, cleaned."""
    base = raw.base or base
    summary = sanitize(repair(raw.summary[:BODY_LIMIT]), raw.summary_base or base)
    same = raw.content == raw.summary and (raw.content_base or base) == (raw.summary_base or base)
    content = summary if same else sanitize(repair(raw.content[:BODY_LIMIT]), raw.content_base or base)
    url = clean_url(raw.link, base)
    return Entry(
        id=clean_line(raw.id, URL_LIMIT),
        url=url,
        title=title_text(repair(raw.title)),
        authors=_people(raw.authors),
        published=_when(raw.published),
        updated=_when(raw.updated),
        summary=summary,
        content=content,
        enclosures=_files(raw.enclosures, base),
        tags=tuple(dict.fromkeys(t for t in (title_text(repair(x), 200) for x in raw.tags[:100]) if t)),
        lang=clean_line(raw.lang, 35),
        kind=raw.kind,
        duration=seconds_of(raw.duration),
        transcripts=_files([(u, t, "") for u, t in raw.transcripts], base),
        original=clean_url(raw.original, base),
    )


def _when(text: str) -> datetime | None:
    return parse_date(text) if text else None


def _people(names: list[str]) -> tuple[str, ...]:
    """Author names, each once, in the order given."""
    cleaned = (_MAIL_AFTER.sub("", title_text(repair(name), 300)) for name in names[:200])
    return tuple(dict.fromkeys(name for name in cleaned if name))


def _files(found: list[tuple[str, str, str]], base: str) -> tuple[Enclosure, ...]:
    """Enclosures with an address, each once."""
    out: dict[str, Enclosure] = {}
    for url, kind, length in found[:100]:
        whole = clean_url(url, base)
        if whole and whole not in out:
            size = int(length.strip()) if length.strip().isascii() and length.strip().isdigit() else 0
            out[whole] = Enclosure(whole, clean_line(kind, 100).lower(), min(size, 2**53))
    return tuple(out.values())


_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": 30 * 86400, "yearly": 365 * 86400}


def _ttl(raw: RawFeed) -> int:
    """Seconds the feed asks us to wait: RSS `ttl` is minutes; sy:updatePeriod over sy:updateFrequency."""
    if raw.ttl.strip().isascii() and raw.ttl.strip().isdigit():
        return min(int(raw.ttl.strip()[:9]) * 60, 30 * 86400)
    period = _PERIODS.get(raw.update_period.strip().lower(), 0)
    every = raw.update_frequency.strip()
    times = int(every[:6]) if every.isascii() and every.isdigit() else 1
    return min(period // max(1, times), 30 * 86400)
