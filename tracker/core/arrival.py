"""What a look at a source brings into the library: entries with their identity. Pure; the store only looks keys up.

Identity of an item within its source: its GUID when the source gives each item one of its own, else its address, else
its title (Miniflux #1503, newsboat #86, FreshRSS #2205 taught the exceptions). Identity of the work over all sources:
the canonical address or the work's identifier.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.core.dates import believable
from tracker.core.html import host_of, to_text
from tracker.core.model import Entry, Harvest, ResourceKind, Source
from tracker.core.text import clean_line, fold, guess_language, pattern, reading_minutes
from tracker.core.urls import canonical, is_home_page, is_web, kind_of, work_id

LONGEST_KEY = 500
WORDS_THAT_TELL = 1200  # characters of a text that is more than a teaser
_KIND_OF_SOURCE = {"podcast": ResourceKind.PODCAST, "docs": ResourceKind.DOCS, "arxiv": ResourceKind.PAPER}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One entry on its way in. `canonical` "" = known by `work` alone; `sort_at` orders the inbox."""

    key: str
    entry: Entry
    url: str
    canonical: str
    work: str
    kind: ResourceKind
    title: str
    site: str
    lang: str
    published: datetime | None
    hash: str

    def alone(self, owner: int) -> Arrival:
        """The same item as a work of its own: its address is shared by different items."""
        return replace(self, canonical="", work=f"item:{owner}:{self.key}")

    @property
    def minutes(self) -> int:
        """Minutes to read or watch, 0 when the feed does not tell. Costs a walk over the text: for new items only."""
        if self.entry.duration:
            return max(1, round(self.entry.duration / 60))
        if len(self.entry.content) < WORDS_THAT_TELL:
            return 0
        return reading_minutes(to_text(self.entry.content))

    @property
    def summary(self) -> str:
        """The teaser as the source gives it, sanitised HTML."""
        return self.entry.summary or self.entry.content[:20_000]


def arrivals(source: Source, harvest: Harvest, now: datetime) -> tuple[Arrival, ...]:
    """The entries of `harvest` that the source's patterns let in, each once, in the source's own order."""
    wanted = [entry for entry in harvest.entries if lets_in(source, entry)]
    counts = Counter(entry.id for entry in wanted)
    found = (_arrival(source, harvest, entry, counts[entry.id] > 1, now) for entry in wanted)
    return _apart(source, tuple({one.key: one for one in reversed(list(found))}.values())[::-1])


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


def _arrival(source: Source, harvest: Harvest, entry: Entry, shared_id: bool, now: datetime) -> Arrival:
    url = next((u for u in (entry.url, *(e.url for e in entry.enclosures)) if u and is_web(u)), "")
    key_url = entry.original if entry.original and is_web(entry.original) else url
    canon = canonical(key_url) if key_url and not is_home_page(key_url) else ""
    title = entry.title or _made_title(entry, url)
    key = _item_key(entry, canon or url, title, shared_id)
    work = work_id(key_url) if canon else f"item:{source.id}:{key}"
    kind = entry.kind or _KIND_OF_SOURCE.get(source.kind) or kind_of(url)
    return Arrival(
        key, entry, url, canon, work, kind, title, host_of(key_url or harvest.link),
        _language(source, harvest, entry, title), believable(entry.published or entry.updated, now), _hash(entry),
    )  # fmt: skip


def _item_key(entry: Entry, address: str, title: str, shared_id: bool) -> str:
    given = canonical(entry.id) if entry.id.startswith(("http:", "https:")) else entry.id
    if given and not shared_id:
        return _short(given)
    words = [given, address] if address else [given, fold(title)]
    return _short("|".join(word for word in words if word))


def _short(key: str) -> str:
    if len(key) <= LONGEST_KEY:
        return key
    return key[: LONGEST_KEY - 65] + "#" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _apart(source: Source, found: tuple[Arrival, ...]) -> tuple[Arrival, ...]:
    """Different items that share an address (a changelog of one page) are works of their own, all but the first."""
    seen: dict[str, str] = {}
    out = []
    for one in found:
        first = seen.setdefault(one.canonical, fold(one.title)) if one.canonical else ""
        out.append(one.alone(source.id) if first and first != fold(one.title) else one)
    return tuple(out)


def _made_title(entry: Entry, url: str) -> str:
    words = clean_line(to_text(entry.summary or entry.content), 90)
    return words or clean_line(url.partition("://")[2], 120)


def _language(source: Source, harvest: Harvest, entry: Entry, title: str) -> str:
    said = entry.lang or guess_language(title) or source.lang or harvest.language
    return said[:2].lower() if said[:2].isalpha() else ""


def _hash(entry: Entry) -> str:
    words = "\x00".join((entry.title, entry.url, entry.content or entry.summary, entry.text))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:24]
