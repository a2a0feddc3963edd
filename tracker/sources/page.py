"""Kind `page`: an index page without a feed, read by `select:` or by finding the block that repeats.

`select: {item: article, link: a@href, title: h2, date: time@datetime, summary: p}`: CSS, each but `item` within the
item; `@name` takes an attribute. Without it, links of one shape are taken together and the group that looks most like a
list of works wins. The first visit is the baseline: what was there before is backlog.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tracker.core.dates import parse_date
from tracker.core.html import sanitize, title_text
from tracker.core.model import Entry, Harvest, Polling, Source
from tracker.core.urls import host_key, is_web, resolve
from tracker.core.web import Reply
from tracker.sources.base import Kind, SourceKind
from tracker.sources.markup import BadSelector, chosen, is_login, page_title, tree

if TYPE_CHECKING:
    from bs4 import Tag

PARTS = ("item", "link", "title", "date", "summary", "text")  # the last one is the main text of each work's own page
MOST_ITEMS = 500
LEAST_ITEMS = 3
FEW_WORDS = 4  # of a sentence beside a link: "March 4, 2026:" is none yet
_OPENING = re.compile(r"[:|\u2010-\u2015\u2022\u00b7\uff1a-]\s*$")
_BLOCKS = frozenset(("p", "li", "td", "dd", "dt", "div", "section", "article", "blockquote", "figcaption"))
LEAST_WORTH = 15.0  # three links with titles of 25 characters have 43, a menu 3
_HEADINGS = re.compile(r"^h[1-6]$")
_AWAY = re.compile(r"^(?:nav|footer|aside|form)$")
_AWAY_NAMES = re.compile(
    r"\b(?:nav|navbar|navigation|menu|menubar|topbar|footer|sidebar|breadcrumbs?|pagination|pager|social|share|cookie"
    r"|tags?|toc|comments?|commentlist|respond|related|recommended|wm-ipp)\b",
    re.I,
)
# Pages about works, not works: their addresses say so.
_NO_WORK = re.compile(
    r"/(?:tags?|categor(?:y|ies)|topics?|authors?|page|login|signin|signup|about|contact|privacy|terms|careers)(?:/|$)",
    re.I,
)
_DATE_WORDS = re.compile(
    r"^(?=.*\d)(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?.{0,20}"
    r"|[A-Za-zé]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}(?:st|nd|rd|th)?\.? [A-Za-zé]{3,9}\.?,? \d{4}|[A-Z][a-z]{2,8} \d{4})$",
    re.I,
)  # fmt: skip
_SMALL_WORDS = re.compile(
    r"^(?:read (?:more|now|on)|learn more|more|view|continue reading|\d+ min(?:ute)?s?(?: read)?|阅读全文|更多)\W*$",
    re.I,
)


@dataclass(slots=True)
class _Item:
    """One work as the page shows it: its element, its address, and the links that lead there."""

    node: Tag
    url: str
    link: Tag


class Page(Kind):
    """One page, a list of works."""

    name = "page"

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        soup = tree(reply)
        base = next((resolve(reply.url, str(one["href"])) for one in chosen(soup, "base[href]")), "") or reply.url
        title, select = page_title(soup), source.options.get("select")
        try:
            entries = _selected(soup, select, base) if isinstance(select, Mapping) else _repeated(soup, base)
        except BadSelector as wrong:
            return Harvest(title, is_source=False, error="select", problems=(f"select: {wrong}",))
        if entries:
            return Harvest(title, reply.url, entries=tuple({one.url: one for one in reversed(entries)}.values())[::-1])
        if is_login(reply, len(soup.get_text(" ").split())):
            return Harvest(title, is_source=False, error="login", problems=("a login page stands where the list was",))
        said = "select: finds nothing on the page" if select else "no list of links was found; name it with select:"
        return Harvest(title, is_source=False, error="no list", problems=(said,))


def _selected(soup: Any, select: Mapping[str, object], base: str) -> list[Entry]:
    """Entries as a person described them. Raises BadSelector."""
    odd = [str(name) for name in select if name not in PARTS]
    if odd:
        raise BadSelector(f"'{odd[0]}' is no part; there are {', '.join(PARTS)}")
    css = {str(name): str(value) for name, value in select.items()}
    entries = []
    for node in chosen(soup, css.get("item", "article"))[:MOST_ITEMS]:
        url = resolve(base, _part(node, css.get("link", "a@href"), "href"))
        if not is_web(url):
            continue
        title = title_text(escape(_part(node, css["title"])), 500) if "title" in css else _title(node, url, base)
        date = parse_date(_part(node, css["date"])) if "date" in css else _date(node)
        words = _part(node, css["summary"]) if "summary" in css else _teaser(node, title)
        entries.append(Entry(url, url, title, published=date, summary=_paragraph(words, base)))
    return entries


def _part(node: Any, css: str, default: str = "") -> str:
    """The text, or the attribute behind `@`, of the first element of `node` that `css` finds; "" for none."""
    where, _, attribute = css.partition("@")
    hit = next(iter(chosen(node, where.strip())), None) if where.strip() else node
    if hit is None and where.strip() == node.name:
        hit = node  # `item: a` with `link: a@href`
    if hit is None:
        return ""
    named = attribute or default
    value = hit.get(named, "") if named else hit.get_text(" ", strip=True)
    return " ".join(value) if isinstance(value, list) else str(value)


def _repeated(soup: Any, base: str) -> list[Entry]:
    """The entries of the group of links that looks most like a list of works."""
    groups: dict[tuple[str, ...], dict[str, Tag]] = defaultdict(dict)
    for link in soup.find_all("a", href=True)[:5000]:
        url = resolve(base, str(link["href"])).partition("#")[0]
        if is_web(url) and url.rstrip("/") != base.partition("#")[0].rstrip("/") and not _no_work(url, base):
            groups[_shape(link)].setdefault(url, link)
    best: tuple[float, list[Entry]] = (0.0, [])
    ranked = sorted(groups.values(), key=lambda links: _promise(links, base), reverse=True)
    for links in ranked[:6]:
        if len(links) >= LEAST_ITEMS:
            entries = [_entry(item, base) for item in _items(links, base)]
            best = max(best, (_worth(entries, links, base), entries), key=lambda scored: scored[0])
    return best[1][:MOST_ITEMS] if best[0] > LEAST_WORTH else []


def _no_work(url: str, base: str) -> bool:
    """Whether an address is that of a page about works, and the page itself is none of these."""
    return bool(_NO_WORK.search(urlsplit(url).path)) and not _NO_WORK.search(urlsplit(base).path)


def _shape(link: Tag) -> tuple[str, ...]:
    """The names of the elements down to a link: the same for all links of one list."""
    return (*(node.name for node in link.parents), link.name)


def _promise(links: Mapping[str, Tag], base: str) -> float:
    """A quick guess at a group's worth, so that only few groups are read in full."""
    words = sum(min(len(link.get_text(" ", strip=True)), 80) for link in links.values())
    return (words + 20 * len(links)) * _place(next(iter(links.values()))) if len(links) >= LEAST_ITEMS else 0.0


def _place(link: Tag) -> float:
    """Whether a link stands where works are listed, or in menus and margins."""
    for node in link.parents:
        if node.name in ("body", "html"):  # themes write there which margins a page has
            break
        names = " ".join((*node.get("class", ()), str(node.get("id", "")), str(node.get("role", ""))))
        if _AWAY.match(node.name) or (names and _AWAY_NAMES.search(names.replace("_", "-"))):
            return 0.05
        if node.name == "header":
            return 0.2
    return 1.0


def _worth(entries: list[Entry], links: Mapping[str, Tag], base: str) -> float:
    """How much a group looks like a list of works: many, with long titles, dates, and addresses below the page's own."""
    if len(entries) < LEAST_ITEMS:
        return 0.0
    long = sum(min(len(one.title), 60) for one in entries) / len(entries)
    dated = sum(one.published is not None for one in entries) / len(entries)
    below = sum(one.url.startswith(base.split("?")[0].rstrip("/") + "/") for one in entries) / len(entries)
    here = sum(host_key(one.url) == host_key(base) for one in entries) / len(entries)
    if long < 8:
        return 0.0
    told = sum(map(_in_prose, links.values())) / len(links)
    times = (1 + 2 * dated) * (1 + below) * (0.4 + 0.6 * here) * (1 - told) ** 2 * _place(next(iter(links.values())))
    return float(min(len(entries), 40) ** 0.5 * long * times)


def _in_prose(link: Tag) -> bool:
    """Whether a link stands in the middle of sentences: its paragraph says words before it, and much that it links not.

    What ends in a colon or a dash before the link (a date, the authors) begins a line of a list.
    """
    block = next((node for node in link.parents if node.name in _BLOCKS), None)
    if block is None or block.name != "p":
        return False
    links = block.find_all("a")
    linked = sum(len(one.get_text(" ").split()) for one in links)
    free = len(block.get_text(" ").split()) - linked
    before = ""
    for node in link.previous_elements:
        if node is block or len(before.split()) >= FEW_WORDS:
            break
        before = f"{node} {before}" if isinstance(node, str) else before
    told = len(before.split()) >= FEW_WORDS and not _OPENING.search(before)
    return told and free * (2 if len(links) > 1 else 1) >= linked


def _items(links: Mapping[str, Tag], base: str) -> Iterator[_Item]:
    """Each link with the largest element round it that holds no other link of the group."""
    counted: dict[int, set[str]] = defaultdict(set)
    for url, link in links.items():
        for node in link.parents:
            counted[id(node)].add(url)
    for url, link in links.items():
        node = link
        for parent in link.parents:
            if len(counted[id(parent)]) > 1 or parent.name in ("body", "html", "[document]", "main"):
                break
            node = parent
        yield _Item(node, url, link)


def _entry(item: _Item, base: str) -> Entry:
    title = _title(item.node, item.url, base, item.link)
    return Entry(
        item.url, item.url, title, published=_date(item.node), summary=_paragraph(_teaser(item.node, title), base)
    )


def _title(node: Any, url: str, base: str, link: Any = None) -> str:
    """A heading of the item, else the longest words of a link that leads to its address, else a first line."""
    heading = node.find(_HEADINGS)
    if heading is not None and heading.get_text(strip=True):
        return title_text(escape(heading.get_text(" ", strip=True)), 500)
    links = [one for one in node.find_all("a", href=True) if resolve(base, str(one["href"])).partition("#")[0] == url]
    best = max((_line(one) for one in (*links, *((link,) if link is not None else ()))), key=len, default="")
    return title_text(escape(best or _line(node)), 500)


def _line(node: Any) -> str:
    """The piece of an element's text that reads like a title: its first, but for dates and small words."""
    pieces = [" ".join(piece.split()) for piece in node.stripped_strings]
    if len(pieces) > 1 and all(
        inner.name in ("em", "strong", "b", "i", "code", "span", "mark") for inner in node.find_all(True)
    ):
        pieces = [" ".join(pieces)] if not any(map(_DATE_WORDS.match, pieces)) else pieces
    named = [piece for piece in pieces if not _DATE_WORDS.match(piece) and not _SMALL_WORDS.match(piece)]
    spoken = [piece for piece in named if " " in piece or len(piece) > 12]
    label = str(node.get("aria-label") or node.get("title") or "")
    return (spoken or named or [label])[0]


def _date(node: Any) -> Any:
    """The date an item shows: a time element, else a piece of text that is one."""
    for stamp in node.find_all("time", limit=3):
        at = parse_date(str(stamp.get("datetime", ""))) or parse_date(stamp.get_text(" ", strip=True))
        if at is not None:
            return at
    for piece in node.stripped_strings:
        words = " ".join(piece.split())
        if len(words) <= 40 and _DATE_WORDS.match(words):
            return parse_date(words)
    return None


def _teaser(node: Any, title: str) -> str:
    """The first paragraph that is not the title."""
    for paragraph in node.find_all("p", limit=5):
        words = paragraph.get_text(" ", strip=True)
        if len(words) > 30 and words != title and not _DATE_WORDS.match(words):
            return str(words)
    return ""


def _paragraph(words: str, base: str) -> str:
    return sanitize(f"<p>{escape(words[:2000])}</p>", base) if words else ""


def kind() -> SourceKind:
    return Page()
