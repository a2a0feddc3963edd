"""What a look at a source brings into the library: entries with their identity. Pure; the store only looks keys up.

Identity of an item within its source: its GUID when the source gives each item one of its own, else its address, else
its title (Miniflux #1503, newsboat #86, FreshRSS #2205 taught the exceptions). Identity of the work over all sources:
the canonical address or the work's identifier.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tracker.core.dates import believable
from tracker.core.html import host_of, plain_words, to_text
from tracker.core.model import Entry, Harvest, ResourceKind, Source
from tracker.core.packing import QUICK, pack
from tracker.core.search import index_text, words_of
from tracker.core.text import clean_line, fold, guess_language, pattern, reading_minutes
from tracker.core.url_kind import kind_of
from tracker.core.urls import canonical, fragment, is_home_page, is_web, work_id

LONGEST_KEY = 500
LONGEST_TEASER = 20_000
WORDS_THAT_TELL = 1200  # characters of a text that is more than a teaser
_KIND_OF_SOURCE = {"podcast": ResourceKind.PODCAST, "docs": ResourceKind.DOCS, "arxiv": ResourceKind.PAPER}


class Arrival(NamedTuple):
    """One entry on its way in: what is kept of it. `canonical` "" = known by `work` alone.

    A tuple, since it goes from process to process by thousands.
    """

    key: str
    id: str  # as the source gives it, "" for none
    url: str
    canonical: str
    work: str
    kind: ResourceKind
    title: str
    site: str
    lang: str
    published: datetime | None
    hash: str
    authors: tuple[str, ...]
    minutes: int  # to read or watch, 0 when the feed does not tell
    duration: int  # seconds of a talk or episode, 0 = not said
    enclosures: tuple[tuple[str, str, int], ...]  # address, type, bytes
    transcripts: tuple[tuple[str, str], ...]  # files of an episode: address, type
    summary: str  # the teaser as the source gives it, sanitised HTML
    content: bytes = b""  # the whole, sanitised HTML, packed; empty when the teaser is all there is
    words: tuple[str, str] = ("", "")  # of title and rest, as the index takes them
    other_key: str = ""  # the key it has in a snapshot where its id is (or is not) shared with other items
    narrow: bool = False  # whether `key` names the address or title too

    def alone(self, owner: int) -> Arrival:
        """The same item as a work of its own: its address is shared by different items."""
        return self._replace(canonical="", work=f"item:{owner}:{self.key}")

    def reuses(self, title: str, url: str, published: datetime | None) -> bool:
        """Whether the item known under the same id (as it was called, where, when) is another one: an id used again."""
        if self.narrow or not self.id or fold(title) == fold(self.title):
            return False
        if self.url and url and canonical(url) != canonical(self.url):
            return published is None or published != self.published
        dated = published is not None and self.published is not None
        return not (self.url or url) and dated and published != self.published

    @property
    def is_page(self) -> bool:
        """Whether its id is its own address, however spelled: then it is that page, whatever its title."""
        id_ = self.id
        return (
            not self.narrow
            and id_.startswith(("http:", "https:"))
            and not fragment(id_)
            and canonical(id_) == self.canonical
        )

    def renamed(self) -> Arrival:
        """The same item under its other key."""
        return self._replace(key=self.other_key, other_key=self.key, narrow=not self.narrow)


@dataclass(frozen=True, slots=True)
class Came:
    """What one answer brought. `found` None: it leads to further pages, whose entries belong to it."""

    harvest: Harvest
    found: tuple[Arrival, ...] | None


def arrivals(source: Source, harvest: Harvest, now: datetime) -> tuple[Arrival, ...]:
    """The entries of `harvest` that the source's patterns let in, each once, in the source's own order."""
    wanted = [entry for entry in harvest.entries if lets_in(source, entry)]
    names = [_name(entry) for entry in wanted]
    like: dict[str, set[_Name]] = {}
    for name in names:
        like.setdefault(name.key, set()).add(name)
    found = [
        _arrival(source, harvest, entry, _keys(name, like[name.key]), now)
        for entry, name in zip(wanted, names, strict=True)
    ]
    once: dict[str, Arrival] = {}
    for one in found:
        once.setdefault(one.key, one)
    return _apart(source, tuple(once.values()))


def newest(found: Sequence[Arrival], most: int) -> frozenset[str]:
    """Keys of the `most` newest: by date where there is one, else as the source orders them."""
    dated = sorted(
        range(len(found)), key=lambda i: (-(_stamp(found[i].published) or _stamp(found[max(0, i - 1)].published)), i)
    )
    return frozenset(found[i].key for i in dated[:most])


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def lets_in(source: Source, entry: Entry) -> bool:
    """Whether the source's include and exclude patterns (title or address, any case) let `entry` in."""
    if source.include and not _matches(source.include, entry):
        return False
    return not (source.exclude and _matches(source.exclude, entry))


def _matches(patterns: Iterable[str], entry: Entry) -> bool:
    return any(pattern(text).search(entry.title) or pattern(text).search(entry.url) for text in patterns)


def _arrival(source: Source, harvest: Harvest, entry: Entry, keys: tuple[str, str, bool], now: datetime) -> Arrival:
    url = _url(entry)
    key_url = _address(entry)
    canon = canonical(key_url) if key_url and not is_home_page(key_url) else ""
    title = entry.title or _made_title(entry, url)
    key, other, narrow = keys
    work = work_id(key_url) if canon else f"item:{source.id}:{key}"
    kind = entry.kind or _KIND_OF_SOURCE.get(source.kind) or kind_of(url)
    summary, site = entry.summary or entry.content[:LONGEST_TEASER], host_of(key_url or harvest.link)
    teaser, whole = plain_words(summary), plain_words(entry.content)
    if whole in teaser:
        whole = ""
    return Arrival(
        key, entry.id, url, canon, work, kind, title, site, _language(source, harvest, entry, title),
        believable(entry.published or entry.updated, now), _hash(entry), entry.authors,
        _minutes(entry, whole or teaser), entry.duration, tuple((e.url, e.type, e.length) for e in entry.enclosures),
        tuple((e.url, e.type) for e in entry.transcripts), summary, pack(entry.content, QUICK) if whole else b"",
        (index_text(title), index_text(words_of(entry.authors, site, (), teaser, whole))), other, narrow,
    )  # fmt: skip


def _minutes(entry: Entry, words: str) -> int:
    if entry.duration:
        return max(1, round(entry.duration / 60))
    return reading_minutes(words) if len(entry.content) >= WORDS_THAT_TELL else 0


def _url(entry: Entry) -> str:
    return next((u for u in (entry.url, *(e.url for e in entry.enclosures)) if u and is_web(u)), "")


def _address(entry: Entry) -> str:
    """The address that tells what the entry is about: the publisher's own, where a feed service put its own first."""
    return entry.original if entry.original and is_web(entry.original) else _url(entry)


class _Name(NamedTuple):
    """What an item can be told by. `key` is its id, else its place, else its title."""

    key: str
    place: str
    title: str


def _name(entry: Entry) -> _Name:
    address, title = _address(entry), fold(entry.title or _made_title(entry, ""))
    place = "" if not address else address if is_home_page(address) else str(canonical(address))
    return _Name(entry.id or place or title, place, title)


def _keys(name: _Name, like: Collection[_Name]) -> tuple[str, str, bool]:
    """The item's key, its other key, and whether the key is the narrow one: others (`like`) have the same id."""
    by_place = _short(_joined(name.key, name.place or name.title))
    if len(like) == 1:
        return _short(name.key), by_place, False
    if len({one.place or one.title for one in like}) > 1:
        return by_place, _short(name.key), True
    return _short(_joined(name.key, name.place, name.title)), _short(name.key), True


def _joined(*words: str) -> str:
    return "|".join(word for word in words if word)


def _short(key: str) -> str:
    if len(key) <= LONGEST_KEY:
        return key
    return key[: LONGEST_KEY - 65] + "#" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _apart(source: Source, found: tuple[Arrival, ...]) -> tuple[Arrival, ...]:
    """Different items that share an address (a changelog of one page) are works of their own, all but the first."""
    seen: dict[str, str] = {}
    out = []
    for one in found:
        first = seen.setdefault(one.canonical, fold(one.title)) if one.canonical and not one.is_page else ""
        out.append(one.alone(source.id) if first and first != fold(one.title) else one)
    return tuple(out)


def _made_title(entry: Entry, url: str) -> str:
    words = clean_line(to_text(entry.summary or entry.content), 90)
    return words or clean_line(url.partition("://")[2], 120)


def _language(source: Source, harvest: Harvest, entry: Entry, title: str) -> str:
    said = entry.lang or guess_language(title) or source.lang or harvest.language
    return said[:2].lower() if said[:2].isalpha() else ""


def _hash(entry: Entry) -> str:
    day = entry.published.isoformat() if entry.published else ""
    words = "\x00".join((entry.title, entry.url, entry.content or entry.summary, entry.text, day))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:24]
