"""Addresses for works that have none, and better ones for links that lead to a front page: what fits, and how well.

Nothing here is asked of anybody, and nothing is decided: what fits is proposed, and a person says yes or no.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from tracker.core.html import host_of
from tracker.core.search import SMALL, tokens
from tracker.core.text import fold

ARXIV_API = "https://export.arxiv.org/api/query"
ASKED_FOR = 20  # papers of one answer
OFFERED = 2  # candidates for a work
LEAST_WORDS = 4  # of a name that a longer title may begin with
_SEVERAL = re.compile(r"(.*?)(\d+)((?:/\d+)+)(.*)", re.S)
_SUFFIX = re.compile(r"\s*(?:论文|技术报告|paper|technical report|tech report)\Z", re.I)
_FIRST = re.compile(r"\s*[ -]1\Z")
_EDGES = " .,:;!?\"'()[]《》“”"
_GENERIC_WORDS = (
    "docs doc documentation guide guides tutorial tutorials learn manual wiki index html intro introduction overview "
    "latest stable main master www com org home page en zh api using use "
    "文档 官方 教程 指南 中文 入门 基础 与"
)
_GENERIC = SMALL | frozenset(_GENERIC_WORDS.split())


@dataclass(frozen=True, slots=True)
class Page:
    """An address that may be meant, with what it is called; `known` when the library holds it already."""

    url: str
    title: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """A page that fits, how well (0 to 1), and why in words."""

    page: Page
    confidence: float
    why: str


# ---- papers ----------------------------------------------------------------------------------------------------------


def names_of(title: str) -> tuple[str, ...]:
    """The works a title names: `LLaMA 1/2` are two, all others one."""
    found = _SEVERAL.fullmatch(title)
    if found is None:
        return (title,)
    before, first, more, after = found.groups()
    return tuple(f"{before}{number}{after}" for number in (first, *more[1:].split("/")))


def stars_in(notes: Iterable[str]) -> int:
    """How many stars a list gave a work."""
    return max((note.count("★") for note in notes), default=0)


def question(name: str, number: str = "", base: str = ARXIV_API) -> str:
    """What to ask arXiv for a paper called `name`, or for the one of this number."""
    words = " ".join(re.sub(r"[^\w\s-]+", " ", spoken(name)).split())  # a colon would name a field
    wanted = f"id_list={number}" if number else "search_query=" + quote(f'ti:"{words}"')
    return f"{base}?{wanted}&max_results={ASKED_FOR}"


def spoken(name: str) -> str:
    """A name as a title says it: without `paper` behind it, the first of a series without its 1, no quotes."""
    return _FIRST.sub("", _SUFFIX.sub("", name.strip())).replace('"', " ").strip()


def papers_called(name: str, found: Iterable[Page]) -> tuple[Fit, ...]:
    """Those that are called `name`, the best first: in full, before the colon, or as the beginning of their title."""
    fits = [Fit(page, sure, why) for page in found for sure, why in [_likeness(name, page.title)] if sure]
    return tuple(sorted(fits, key=lambda fit: (-fit.confidence, fit.page.url))[:OFFERED])


def _likeness(name: str, title: str) -> tuple[float, str]:
    wanted, whole, given = _plain(spoken(name)), _plain(name), _plain(title)
    if given in (wanted, whole):
        return 0.95, f"arXiv has '{title}'"
    if wanted and _plain(title.partition(":")[0]) in (wanted, whole):
        return 0.9, f"arXiv has '{title}', which is called so before its colon"
    if len(wanted.split()) >= LEAST_WORDS and given.startswith(f"{wanted} "):
        return 0.8, f"arXiv has '{title}', which begins so"
    return 0.0, ""


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", fold(text)).split()).strip(_EDGES)


# ---- pages -----------------------------------------------------------------------------------------------------------


def pages_about(words: str, start: str, pages: Sequence[Page]) -> tuple[Fit, ...]:
    """Pages below the address `start` that what is said of the link (`words`) points at, the best first."""
    below = [page for page in {page.url: page for page in pages}.values() if _is_below(page.url, start)]
    wanted = set(_telling(words, start))
    said = {page.url: set(_telling(f"{page.title} {_path(page.url)}", start)) for page in below}
    holders = Counter(word for shared in said.values() for word in shared & wanted)
    scored = [(_score(said[page.url] & wanted, holders), page) for page in below]
    best = sorted((-score, len(said[page.url]), page.url) for score, page in scored if score)  # little else besides
    known = {page.url: page for page in below}
    return tuple(_fit(known[url], said[url] & wanted) for _, _, url in best[:OFFERED])


def _is_below(url: str, start: str) -> bool:
    folder = urlsplit(start).path.rpartition("/")[0] + "/"
    path = urlsplit(url).path
    return host_of(url) == host_of(start) and path.startswith(folder) and len(path.strip("/")) > len(folder.strip("/"))


def _path(url: str) -> str:
    return re.sub(r"[^\w]+|_", " ", unquote(urlsplit(url).path))


def _telling(text: str, start: str) -> Iterable[str]:
    """Words that tell a page from the others of its site: not the site's own name, not what all documentation says."""
    own = set(tokens(_path(start) + " " + host_of(start).replace(".", " ")))
    return (word for word in tokens(text) if len(word) > 1 and word not in _GENERIC and word not in own)


def _score(shared: Iterable[str], holders: Counter[str]) -> int:
    return sum(round(1000 / holders[word]) for word in shared)


def _fit(page: Page, shared: set[str]) -> Fit:
    where = "the library holds it" if page.known else "its site map lists it"
    sure = 0.4 + 0.2 * (len(shared) > 1) + 0.1 * page.known
    return Fit(page, round(sure, 2), f"'{page.title}' is about {', '.join(sorted(shared))}; {where}")
