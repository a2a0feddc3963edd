"""Words as the search index sees them. Chinese has no blanks between words, so runs of Han become pairs of characters.

The same function cuts texts and questions, so what was written can be found as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import add

from tracker.core.patterns import later
from tracker.core.text import fold, strip_unseen

_EAST = "぀-ヿ㐀-䶿一-鿿豈-﫿가-힯\U00020000-\U000323af"
_TOKEN = later(rf"[{_EAST}]+|[^\W_{_EAST}]+(?:[+#]+(?!\w))?")
_RUN = later(rf"[{_EAST}]")
_RUNS = later(rf"([{_EAST}]+)")
_SIGNS = re.compile(r"[^\x00-\x7f\w]+|_+")
# Signs of running text that are no part of any word: without them most English is ASCII, and Chinese needs no folding.
_STOPS = re.compile(
    "[\u2010-\u2027\u2030-\u205e\u3000-\u3003\u3008-\u3011\u3014-\u301f\uff01\uff08\uff09\uff0c-\uff0f\uff1a\uff1b\uff1f]+"
)
_SMALL = "the a an of and to in for on with is are by from at as it this that or be how what your you we"
SMALL = frozenset(_SMALL.split())  # words that tell nothing of what a text is about
_ACCENTS = re.compile("[\u0300-\u036f]")
_ACCENTED = re.compile("[\u00c0-\u1fff\u2126-\u2bff\u2c00-\u2dff\ua600-\uabff]")
_CASED = re.compile("[\u00c0-\u1fff\u2126-\u2bff\u2c00-\u2dff\ua600-\uabff\U00010000-\U0001ffff]")  # or accented
_NAMED = later(rf"(?<=[^\W_{_EAST}])[+#]+(?!\w)")  # C++, C#


def tokens(text: str) -> Iterator[str]:
    """Index words of `text`, in order: folded, accents off; a run of Han gives its pairs and its last character."""
    for found in _TOKEN.finditer(_plain(text)):
        word = found[0]
        if not _RUN.match(word):
            yield word.replace("+", "plus").replace("#", "sharp")
            continue
        for i in range(len(word) - 1):
            yield word[i : i + 2]
        yield word[-1]


def index_text(text: str) -> str:
    """`text` as the index takes it: `tokens`, but with ASCII signs and capitals left to the index, which knows them."""
    text = strip_unseen(text)
    if not text.isascii():
        text = _STOPS.sub(" ", text)
    if text.isascii():
        return _NAMED.sub(_spelled, text) if "+" in text or "#" in text else text
    plain = unicodedata.normalize("NFKC", text)
    if _CASED.search(plain):
        plain = _plain(text)
    if "+" in plain or "#" in plain:
        plain = _NAMED.sub(_spelled, plain)
    return _with_pairs(_SIGNS.sub(" ", plain))


def words_of(authors: Iterable[str], site: str, said: Iterable[str], teaser: str, whole: str) -> str:
    """What a resource is found by beside its title. A teaser that is only a part of the whole text counts once."""
    return "\n".join((*authors, site, *said, *(() if teaser in whole else (teaser,)), whole))


def _spelled(found: re.Match[str]) -> str:
    return found[0].replace("+", "plus").replace("#", "sharp")


def _with_pairs(text: str) -> str:
    """`text` with each run of Han as its pairs and its last character.

    All runs are spread out at once, by moving bytes: each character, the next one, a blank. That is four times as fast
    as joining pair after pair. Characters beyond the first plane are rare and go the long way.
    """
    parts = _RUNS.split(text)
    runs = parts[1::2]
    if not runs:
        return text
    chain = "\n".join((*runs, ""))
    narrow = chain.encode("utf-16-le", "surrogatepass")
    if len(narrow) != 2 * len(chain):
        parts[1::2] = [" ".join((*map(add, run, run[1:]), run[-1])) for run in runs]
        return " ".join(parts)
    after, spread = narrow[2:] + b"\n\0", bytearray(3 * len(narrow))
    spread[0::6], spread[1::6] = narrow[0::2], narrow[1::2]
    spread[2::6], spread[3::6] = after[0::2], after[1::2]
    spread[4::6] = b" " * len(chain)
    wide, at = spread.decode("utf-16-le", "surrogatepass"), 0
    for place, run in enumerate(runs):
        parts[2 * place + 1] = wide[at : at + 3 * len(run)]
        at += 3 * len(run) + 3  # the line end between two runs has made three as well
    return " ".join(parts)


def _plain(text: str) -> str:
    """Folded, accents off. Only some scripts have letters with accents of their own: the rest is spared the walk."""
    folded = fold(text)
    if not _ACCENTED.search(folded):
        return folded
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that must stand side by side in the index: whole ones, the last perhaps only begun."""

    words: tuple[str, ...]
    prefix: bool = False


def wanted(text: str, *, prefix: bool = False) -> Wanted:
    """What `text` looks for. One Han character is the beginning of a pair; words of nothing but signs are no words.

    A run of Han in the index ends with its last character alone; at the end of a question that character is left out,
    since the text may go on there.
    """
    words = list(tokens(text))
    if not words or not _RUN.match(words[-1]):
        return Wanted(tuple(words), prefix and bool(words))
    if len(words) > 1 and len(words[-1]) == 1 and len(words[-2]) == 2 and words[-2][1] == words[-1]:
        return Wanted(tuple(words[:-1]))
    return Wanted(tuple(words), True)


def pattern(asked: Iterable[tuple[str, bool]]) -> re.Pattern[str] | None:
    """Where (words, may the last go on) stand in a text, signs between them let pass; None for nothing to look for."""
    found = [one for text, prefix in asked if (one := _phrase(text, prefix))]
    return re.compile("|".join(found), re.I) if found else None


def _phrase(text: str, prefix: bool) -> str:
    words = _TOKEN.findall(fold(text))
    if not words:
        return ""
    said = r"[\W_]*".join(re.escape(word) for word in words)
    before = r"(?<![a-zA-Z0-9])" if words[0].isascii() else ""
    after = r"[a-zA-Z0-9]*" if prefix else r"(?![a-zA-Z0-9])" if words[-1].isascii() else ""
    return f"{before}{said}{after}"


def excerpt(text: str, hit: re.Pattern[str] | None, width: int = 160) -> str:
    """About `width` characters of `text` around the first hit, on one line, hits between `**`; else its beginning."""
    plain = unicodedata.normalize("NFKC", text)
    first = hit.search(plain) if hit else None
    start = max(0, (first.start() if first else 0) - width // 3)
    piece = plain[start : start + width].replace("*", "")
    line = " ".join(piece.split())
    marked = hit.sub(lambda m: f"**{m[0]}**", line) if hit else line
    return ("…" if start else "") + marked + ("…" if start + width < len(plain) else "")


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for a hit before its text is read. `age` in days; None = no date."""

    in_title: bool
    age: float | None
    kind: str
    state: str = ""
    starred: bool = False


_STATE = {"filed": 0.5, "shortlist": 0.6, "done": 0.3, "inbox": 0.2, "snoozed": 0.1, "skipped": -0.6}
_KIND = {"resource": 0.3, "note": 0.4, "plan": 0.2}
HALF_LIFE = 365.0  # days until a hit's freshness counts half


def weigh(one: Standing) -> float:
    """How much speaks for a hit: words in its title, freshness, where it stands."""
    fresh = 0.5 ** (max(0.0, one.age) / HALF_LIFE) if one.age is not None else 0.3
    stands = _STATE.get(one.state, 0.0) + (0.5 if one.starred else 0.0)
    return (2.0 if one.in_title else 0.0) + 0.8 * fresh + stands + _KIND.get(one.kind, 0.0)


def relevance(text: str, hit: re.Pattern[str] | None) -> float:
    """0 to 2: how often the words stand in a text for its length (BM25's curve, k1 1.2, b 0.75)."""
    count = sum(1 for _ in hit.finditer(unicodedata.normalize("NFKC", text))) if hit else 0
    return 2.0 * count / (count + 1.2 * (0.25 + 0.75 * len(text) / 1500)) if count else 0.0
