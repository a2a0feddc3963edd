"""Kind `docs`: one page is watched; a change of its main text becomes one card that shows it section by section.

Every change is confirmed by a second fetch at once: what differs between the two is noise (a clock, a rotating quote)
and its place is remembered. A place that changes at every look is noise too. An empty text never counts as a change,
and a text of which most is missing only when it is still so at the next look.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from html import escape

from tracker.core.model import Entry, Harvest, Polling, ResourceKind, Source
from tracker.core.text import clean_line, pattern
from tracker.core.web import Reply
from tracker.sources.base import Kind, SourceKind
from tracker.sources.markup import BadSelector, Line, is_login, main_lines, page_title, tree

MOST_NOISE, MOST_FLIPS = 300, 100
FLIPS_OF_NOISE = 3
FLIP_WITHIN = timedelta(days=2)
LEAST_LEFT = 0.3  # share of the lines that must be left for a change to be believed at once
MOST_SHOWN = 40  # hunks of one card
_MINOR = re.compile(
    r"^(?:(?:page |article |content )?(?:last )?(?:updated|modified|edited|reviewed|published|generated|built|build)\b.{0,60}"
    r"|.{0,40}\b\d+ (?:second|minute|min|hour|day|week|month|year)s? (?:ago|read)\b.{0,20}"
    r"|[\d.,]+ ?[km]? (?:views?|likes?|stars?|forks?|comments?|claps?|reads?|shares?|downloads?|people)\b.{0,30}"
    r"|(?:©|\(c\)|copyright).{0,100}|(?:最后|最近|本文)?(?:更新|修改|编辑)(?:于|时间|日期)?.{0,40}|(?:浏览|阅读|点赞)(?:量|数)?.{0,20}"
    r"|\d{1,2}:\d\d(?::\d\d)?)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Hunk:
    """One place that changed: its section, the lines that went and came, and the place by its neighbours."""

    section: str
    gone: tuple[str, ...]
    came: tuple[str, ...]
    place: str


class Docs(Kind):
    """One page; the text of the last look is the memory. `watch` names the part by CSS, `ignore` lines by patterns."""

    name = "docs"

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        soup = tree(reply)
        title = page_title(soup)
        try:
            lines = _wanted(source, main_lines(soup, str(source.options.get("watch", ""))))
        except BadSelector as wrong:
            return Harvest(is_source=False, error="not_a_feed", problems=(f"watch: {wrong}",))
        if is_login(reply, sum(len(line.text.split()) for line in lines)):
            return Harvest(title, is_source=False, error="login", problems=("a login page stands where the text was",))
        if not lines:
            return Harvest(
                title, is_source=False, error="empty", problems=("the page has no main text; nothing was compared",)
            )
        memory = _Memory.of(polling)
        first = memory.pending(polling)
        if first is None and not (memory.known and not _changes(memory.lines, lines)):
            return Harvest(title, reply.url, follow=(source.url,), memory=memory.kept(pending=(lines, polling)))
        if first is None:
            return Harvest(title, reply.url, memory=memory.kept())
        return _confirmed(source, reply, polling, title, memory, first, lines)


def _confirmed(
    source: Source, reply: Reply, polling: Polling, title: str, memory: _Memory, first: list[Line], lines: list[Line]
) -> Harvest:
    """What two fetches in a row agree on, compared with what was there at the last look."""
    memory.learn(hunk.place for hunk in _changes(first, lines))
    if not memory.known:
        page = Entry(id=source.url, url=source.url, title=title, kind=ResourceKind.DOCS)
        return Harvest(title, reply.url, entries=(page,), memory=memory.kept(lines))
    seen = _digest(lines)
    if len(lines) < LEAST_LEFT * len(memory.lines) and memory.doubt != seen:
        said = f"{len(memory.lines) - len(lines)} of {len(memory.lines)} lines are missing; believed if it stays so"
        return Harvest(title, is_source=False, error="doubt", problems=(said,), memory=memory.kept(doubt=seen))
    hunks = [hunk for hunk in _changes(memory.lines, lines) if not memory.is_noise(hunk)]
    told = [hunk for hunk in hunks if not memory.flips(hunk, polling)]
    if not told:
        return Harvest(title, reply.url, memory=memory.kept(lines))
    memory.count += 1
    card = _card(source, title, told, f"change:{memory.count}:{seen}:{source.url}")
    return Harvest(title, reply.url, entries=(card,), memory=memory.kept(lines))


def _wanted(source: Source, lines: list[Line]) -> list[Line]:
    given = source.options.get("ignore", ())
    ignore = [pattern(str(one)) for one in (given if isinstance(given, (list, tuple)) else (given,))]
    return [line for line in lines if not any(one.search(line.text) for one in ignore)]


def _digest(lines: list[Line]) -> str:
    return hashlib.sha256("\n".join(line.text for line in lines).encode("utf-8", "replace")).hexdigest()[:12]


def _changes(old: list[Line], new: list[Line]) -> list[Hunk]:
    """Where two texts differ, but for lines that say only when or how often they were seen."""
    begin = 0
    while begin < min(len(old), len(new)) and old[begin].text == new[begin].text:
        begin += 1
    end = 0
    while end < min(len(old), len(new)) - begin and old[-1 - end].text == new[-1 - end].text:
        end += 1
    a, b = old[begin : len(old) - end], new[begin : len(new) - end]
    matcher = SequenceMatcher(None, [line.text for line in a], [line.text for line in b], autojunk=False)
    hunks = []
    for what, a1, a2, b1, b2 in matcher.get_opcodes():
        if what != "equal":
            hunks.append(_hunk(old, new, (begin + a1, begin + a2), (begin + b1, begin + b2)))
    return [hunk for hunk in hunks if not all(_MINOR.match(text) for text in (*hunk.gone, *hunk.came))]


def _hunk(old: list[Line], new: list[Line], gone: tuple[int, int], came: tuple[int, int]) -> Hunk:
    before = new[came[0] - 1].text if came[0] else ""
    after = new[came[1]].text if came[1] < len(new) else ""
    there = new[came[0]] if came[0] < came[1] else old[gone[0]]
    place = f"{zlib.crc32(chr(10).join((before, after)).encode('utf-8', 'replace')):08x}"
    return Hunk(
        there.section, tuple(one.text for one in old[slice(*gone)]), tuple(one.text for one in new[slice(*came)]), place
    )


class _Memory:
    """What is kept between looks, and what one look makes of it."""

    def __init__(self, kept: Mapping[str, object]) -> None:
        self._kept = kept
        self.lines = _opened(kept.get("text"))
        self.known = bool(self.lines)
        self.noise: list[str] = [str(one) for one in _list(kept.get("noise"))]
        self.doubt = str(kept.get("doubt", ""))
        count = kept.get("count", 0)
        self.count = count if isinstance(count, int) else 0
        flips = kept.get("flips")
        self._flips: dict[str, list[object]] = {
            str(key): list(_list(value)) for key, value in (flips.items() if isinstance(flips, Mapping) else ())
        }

    @classmethod
    def of(cls, polling: Polling) -> _Memory:
        return cls(polling.memory)

    def pending(self, polling: Polling) -> list[Line] | None:
        """The text of the first of two fetches, when this is the second of the same look."""
        waiting = _list(self._kept.get("pending"))
        return _opened(waiting[0]) if len(waiting) == 2 and waiting[1] == str(polling.polled_at) else None

    def learn(self, places: Iterable[str]) -> None:
        """Remember places where two fetches in a row differ."""
        self.noise = list(dict.fromkeys([*self.noise, *places]))[-MOST_NOISE:]

    def is_noise(self, hunk: Hunk) -> bool:
        return hunk.place in self.noise

    def flips(self, hunk: Hunk, polling: Polling) -> bool:
        """Whether a place changes at every look: then it is noise from now on."""
        now = polling.polled_at
        if now is None:
            return False
        count, since = (self._flips.get(hunk.place) or [0, 0.0])[:2]
        near = isinstance(since, (int, float)) and now.timestamp() - since <= FLIP_WITHIN.total_seconds()
        seen = int(count) + 1 if near and isinstance(count, int) else 1
        self._flips[hunk.place] = [seen, now.timestamp()]
        if seen >= FLIPS_OF_NOISE:
            self.learn([hunk.place])
        return seen >= FLIPS_OF_NOISE

    def kept(
        self, lines: list[Line] | None = None, *, pending: tuple[list[Line], Polling] | None = None, doubt: str = ""
    ) -> dict[str, object]:
        """The memory to keep; `lines` is the text that is now the one to compare with."""
        out: dict[str, object] = {
            "text": _packed(self.lines if lines is None else lines),
            "noise": self.noise,
            "count": self.count,
            "flips": dict(list(self._flips.items())[-MOST_FLIPS:]),
            "doubt": self.doubt if pending else doubt,
            "pending": [_packed(pending[0]), str(pending[1].polled_at)] if pending else [],
        }
        return {key: value for key, value in out.items() if value or key in ("pending", "doubt")}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _packed(lines: list[Line]) -> str:
    """Lines as one short text: a page is long, and its memory is read at every look."""
    text = "\n".join(f"{line.section}\t{line.text}" for line in lines)
    return base64.b85encode(zlib.compress(text.encode("utf-8", "replace"), 6)).decode("ascii") if lines else ""


def _opened(packed: object) -> list[Line]:
    if not isinstance(packed, str) or not packed:
        return []
    try:
        text = zlib.decompress(base64.b85decode(packed)).decode("utf-8")
    except (ValueError, zlib.error):
        return []
    return [Line(*line.split("\t", 1)) for line in text.split("\n") if "\t" in line]


def _card(source: Source, title: str, hunks: list[Hunk], id_: str) -> Entry:
    """One card for one change, section by section."""
    sections = list(dict.fromkeys(hunk.section for hunk in hunks if hunk.section))
    named = ", ".join(sections[:3]) + (f" and {len(sections) - 3} more" if len(sections) > 3 else "")
    pieces, words, last = [], [], None
    for hunk in hunks[:MOST_SHOWN]:
        if hunk.section != last:
            pieces.append(f"<h4>{escape(hunk.section or title)}</h4>")
            words.append(f"# {hunk.section or title}")
            last = hunk.section
        for mark, tag, lines in (("-", "del", hunk.gone), ("+", "ins", hunk.came)):
            pieces += [f"<p><{tag}>{escape(line)}</{tag}></p>" for line in lines]
            words += [f"{mark} {line}" for line in lines]
    if len(hunks) > MOST_SHOWN:
        pieces.append(f"<p>{len(hunks) - MOST_SHOWN} more places changed.</p>")
    return Entry(
        id=id_,
        url=source.url,
        title=clean_line(f"Changed: {title or source.name}" + (f" ({named})" if named else ""), 300),
        summary="".join(pieces)[:50_000],
        kind=ResourceKind.DOCS,
        text="\n".join(words)[:50_000],
    )


def kind() -> SourceKind:
    return Docs()
