"""Pages as trees: what a page is called, its parts by CSS, its main text as lines under their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.core.html import title_text, to_text
from tracker.core.web import Reply
from tracker.sources.syndication.charset import decode

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe", "canvas")
_BESIDE = ("nav", "header", "footer", "aside", "form", "button", "select", "dialog")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MARK = "\ue000"  # stands before the text of a heading, until the lines are told apart
_LOGIN = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", re.I)
MOST_LINES = 5000


@dataclass(frozen=True, slots=True)
class Line:
    """One block of a page's text and the heading it stands under."""

    section: str
    text: str


class BadSelector(ValueError):
    """A CSS selector that is none; the text is the sentence."""


def tree(reply: Reply) -> BeautifulSoup:
    """The page of an answer, without what nobody reads."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(decode(reply.body, reply.headers, html=True), "lxml")
    for node in soup.find_all(_UNSEEN):
        node.decompose()
    return soup


def is_login(reply: Reply, words: int) -> bool:
    """Whether a form for a password stands where text should be."""
    return words < 100 and bool(_LOGIN.search(decode(reply.body[:500_000], reply.headers, html=True)))


def page_title(soup: BeautifulSoup) -> str:
    """What the page calls itself."""
    named = soup.find("title") or soup.find("h1")
    return title_text(named.get_text(" "), 300) if named is not None else ""


def chosen(node: Any, css: str) -> list[Tag]:
    """The elements a selector finds. Raises BadSelector."""
    from soupsieve import SelectorSyntaxError

    try:
        return list(node.select(css, limit=2000))
    except (SelectorSyntaxError, NotImplementedError, ValueError) as wrong:
        raise BadSelector(f"'{css}' is no CSS selector: {str(wrong).splitlines()[0]}") from None


def main_lines(soup: BeautifulSoup, css: str = "") -> list[Line]:
    """The main text, block by block; `css` names the part to read. Raises BadSelector.

    The part is found by its element and never by a guess at what is text: the same page always gives the same lines.
    """
    parts = chosen(soup, css) if css else _main(soup)
    for part in parts:
        for node in part.find_all(_BESIDE if not css else ("button", "select")):
            node.decompose()
        for heading in part.find_all(_HEADINGS):
            heading.insert(0, _MARK)
    lines: list[Line] = []
    section = ""
    for text in "\n".join(to_text(str(part)) for part in parts).splitlines():
        words = text.replace(_MARK, "").strip()
        if _MARK in text:
            section = words
        if words:
            lines.append(Line(section, words))
    return lines[:MOST_LINES]


def _main(soup: BeautifulSoup) -> list[Tag]:
    for css in ("main", "[role=main]", "article"):
        found = chosen(soup, css)
        if len(found) == 1:
            return found
    return [soup.body] if soup.body is not None else []
