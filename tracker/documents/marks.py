"""Links of a Markdown text with the headings above them. The grammar is CommonMark with tables; the parser is a library.

Pictures that are links are badges and left out; addresses in code are examples and left out; bare addresses count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from tracker.core.html import title_text
from tracker.core.text import clean_line

if TYPE_CHECKING:
    from markdown_it.token import Token

_BARE = re.compile(r"https?://[^\s<>\"'`，。；、！？）》」】|\\]+", re.I)
_ANCHOR = re.compile(r"<a\b([^>]*)>(.*?)</a\s*>", re.I | re.S)
_ANCHOR_OPEN = re.compile(r"<a\b([^>]*)>", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_TAG = re.compile(r"<[^>]*>")
_CODE = re.compile(r"<(pre|code|script|style)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_TASK = re.compile(r"\[([ xX])\]\s")
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Link:
    """One link. `section` is outermost first; `context` is the text it stands in; `checked` None = no task."""

    url: str
    title: str
    section: tuple[str, ...]
    context: str
    line: int
    depth: int = 0
    checked: bool | None = None


def links(text: str) -> Iterator[Link]:
    """Every http(s) link of `text`, in its order."""
    headings: list[tuple[int, str]] = []
    depth, line = 0, 1
    tokens = _parse(text)
    for i, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "heading_open":
            _enter(headings, int(token.tag[1]), _plain(tokens[i + 1].children or ()))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type in ("inline", "html_block"):
            section = tuple(title for _, title in headings)
            found = _inline(token) if token.type == "inline" else _html(token.content)
            context = clean_line(_plain(token.children) if token.children else _words(token.content), 1000)
            task = _TASK.match(token.content) if depth else None
            checked = task[1] != " " if task else None
            for url, title, offset in found:
                yield Link(url, title, section, context, line + offset, depth, checked)


def _parse(text: str) -> list[Token]:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").parse(text.removeprefix("\ufeff"))


def _enter(headings: list[tuple[int, str]], level: int, title: str) -> None:
    while headings and headings[-1][0] >= level:
        headings.pop()
    headings.append((level, title))


def _plain(children: Sequence[Token]) -> str:
    """The words of inline tokens."""
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return clean_line(unescape("".join(parts)), 1000)


def _inline(token: Token) -> Iterator[tuple[str, str, int]]:
    """Address, words and line offset of the links of one inline token."""
    children, offset = token.children or [], 0
    i = 0
    while i < len(children):
        child = children[i]
        if child.type in ("softbreak", "hardbreak"):
            offset += 1
        elif child.type == "link_open":
            end = _closing(children, i, "link_close")
            inner = children[i + 1 : end]
            words = _plain(inner)
            if _is_web(str(child.attrs.get("href", ""))) and (words or not _has_picture(inner)):
                yield str(child.attrs["href"]), words, offset
            offset += sum(1 for one in inner if one.type in ("softbreak", "hardbreak"))
            i = end
        elif child.type == "html_inline" and _ANCHOR_OPEN.match(child.content):
            end = _closing(children, i, "html_inline", "</a")
            inner, url = children[i + 1 : end], _href(child.content)
            words = _plain(inner)
            if _is_web(url) and (words or not _has_picture(inner)):
                yield url, words, offset
            i = end
        elif child.type == "text":
            yield from ((url, url, offset) for url in bare(child.content))
        i += 1


def _closing(children: Sequence[Token], start: int, kind: str, content: str = "") -> int:
    for i in range(start + 1, len(children)):
        if children[i].type == kind and children[i].content.lower().startswith(content):
            return i
    return len(children)


def _has_picture(inner: Sequence[Token]) -> bool:
    return any(one.type == "image" or "<img" in one.content.lower() for one in inner)


def _html(markup: str) -> Iterator[tuple[str, str, int]]:
    """Links of an HTML block."""
    markup = _CODE.sub(lambda m: "\n" * m[0].count("\n"), markup)
    last = 0
    for anchor in _ANCHOR.finditer(markup):
        yield from _bare_in(markup[last : anchor.start()], markup.count("\n", 0, last))
        last = anchor.end()
        url, words = _href(anchor[1]), _words(anchor[2])
        if _is_web(url) and words:
            yield url, words, markup.count("\n", 0, anchor.start())
    yield from _bare_in(markup[last:], markup.count("\n", 0, last))


def _bare_in(markup: str, line: int) -> Iterator[tuple[str, str, int]]:
    return ((url, url, line) for url in bare(_TAG.sub(" ", markup)))


def _words(markup: str) -> str:
    return title_text(_TAG.sub(" ", markup), 1000)


def _href(attributes: str) -> str:
    found = _HREF.search(attributes)
    return unescape(next(filter(None, found.groups()), "")).strip() if found else ""


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def bare(text: str) -> Iterator[str]:
    """Addresses written as plain text, without the sign that ends the sentence."""
    for found in _BARE.finditer(text):
        url = found[0].rstrip(".,;:!?*_~'\"")
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(".,;:!?*_~")
        if len(url) > len("https://"):
            yield url
