"""Links of a Markdown text with the headings above them. The grammar is CommonMark with tables; the parser is a library.

Pictures that are links are badges and left out; addresses in code are examples and left out; bare addresses count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.core.html import title_text
from tracker.core.text import clean_line, unescape

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
_SIMPLE = re.compile(  # the usual item of a list: words, one link, words; nothing else that Markdown reads as a sign
    r"(?P<before>[^\\`*_\[\]<>!&\n:]*)\[(?P<title>[^\\`*_\[\]<>!&\n:]+)\]\((?P<url>https?://[^\\`\[\]<>!&\s()\"'%\x7f-\U0010ffff]+)\)"
    r"(?P<after>[^\\`*_\[\]<>!&\n:]*)\Z"
)
CHUNK = 400_000  # characters; longer texts are read in pieces, cut before a heading or an item at the margin
_CUT = re.compile(r"^(?:#{1,6}[ \t]|[-*+][ \t]+\S)", re.M)
_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})", re.M)
_OPENS = re.compile(r"<!--|<(?:pre|script|style|textarea)\b", re.I)
_CLOSES = re.compile(r"-->|</(?:pre|script|style|textarea)\s*>", re.I)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]{1,999}\]:[ \t]*\S.*$", re.M)


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


def links(text: str, progress: Callable[[int], None] | None = None) -> Iterator[Link]:
    """Every http(s) link of `text`, in its order. `progress` is told how many characters are read."""
    walk = _Walk(text)
    for start, piece in _pieces(text):
        yield from walk.piece(piece)
        if progress:
            progress(start + len(piece))


class _Walk:
    """Goes through a text piece by piece; headings reach over pieces."""

    def __init__(self, text: str) -> None:
        from markdown_it import MarkdownIt

        self._headings: list[tuple[int, str]] = []
        self._line = 0  # lines before the piece
        self._blocks = MarkdownIt("commonmark").enable("table").disable("inline")
        self._inline = MarkdownIt("commonmark").enable("table")
        self._known: dict[str, object] = {}  # reference definitions, wherever they stand
        definitions = "\n\n".join(_DEFINITION.findall(text))
        if definitions:
            self._blocks.parse(definitions, self._known)

    @property
    def _section(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._headings)

    def piece(self, text: str) -> Iterator[Link]:
        """The links of one piece."""
        depth, line, level = 0, 1, 0
        row: list[Link] | None = None  # of a table: its cells are what stands beside a link in it
        cells: list[str] = []
        for token in self._blocks.parse(text, self._known):
            line = token.map[0] + 1 if token.map else line
            if token.type == "heading_open":
                level = int(token.tag[1])
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                depth += 1
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                depth -= 1
            elif token.type == "tr_open":
                row, cells = [], []
            elif token.type == "tr_close" and row is not None:
                yield from (replace(one, context=" | ".join(cells)) for one in row)
                row = None
            elif token.type == "inline" and row is not None:
                row.extend(self._text(token, self._line + line, depth, level))
                cells.append(_plain(self._children(token.content)))
            elif token.type == "inline":
                yield from self._text(token, self._line + line, depth, level)
                level = 0
            elif token.type == "html_block":
                yield from self._markup(token.content, self._line + line, depth)
        self._line += text.count("\n")

    def _text(self, token: Token, line: int, depth: int, level: int) -> Iterator[Link]:
        if not level and "](" not in token.content and ":" not in token.content and "[" not in token.content:
            return  # nothing in it can be a link
        task = _TASK.match(token.content) if depth else None
        checked = task[1] != " " if task else None
        simple = _SIMPLE.match(token.content)
        if simple:
            url, title, context = simple["url"], clean_line(simple["title"], 1000), clean_line(_joined(simple), 1000)
            if level:
                _enter(self._headings, level, context)
            yield Link(url, title, self._section, context, line, depth, checked)
            return
        children = self._children(token.content)
        context = _plain(children)
        if level:
            _enter(self._headings, level, context)
        for url, title, offset in _inline(children):
            yield Link(url, title, self._section, context, line + offset, depth, checked)

    def _children(self, content: str) -> list[Token]:
        found = self._inline.parseInline(content, self._known)
        return found[0].children or []

    def _markup(self, markup: str, line: int, depth: int) -> Iterator[Link]:
        """An HTML block; a link in its heading stands in the section above."""
        markup = _CODE.sub(lambda m: "\n" * m[0].count("\n"), markup)
        context, last = clean_line(_words(markup), 1000), 0
        for heading in [*_HEADING.finditer(markup), None]:
            for end in (heading.start(), heading.end()) if heading else (len(markup),):
                for url, title, offset in _html(markup[last:end]):
                    yield Link(url, title, self._section, context, line + markup.count("\n", 0, last) + offset, depth)
                last = end
                if heading and end == heading.start():
                    _leave(self._headings, int(heading[1]))
            if heading and (words := _words(heading[2])):
                _enter(self._headings, int(heading[1]), words)


def _joined(simple: re.Match[str]) -> str:
    return simple["before"] + simple["title"] + simple["after"]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """`text` in pieces of about CHUNK characters, each with its place; a short text is one piece."""
    text = text.removeprefix("\ufeff")
    start = 0
    while len(text) - start > 2 * CHUNK:
        end = _cut(text, start)
        if end <= start:
            break
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _cut(text: str, start: int) -> int:
    """Where a piece from `start` may end: outside of code, comments and raw HTML; -1 for nowhere near."""
    for found in _CUT.finditer(text, start + CHUNK, start + 2 * CHUNK):
        piece = text[start : found.start()]
        fences = len(_FENCE.findall(piece))
        if fences % 2 == 0 and len(_OPENS.findall(piece)) == len(_CLOSES.findall(piece)):
            return found.start()
    return -1


def _leave(headings: list[tuple[int, str]], level: int) -> None:
    while headings and headings[-1][0] >= level:
        headings.pop()


def _enter(headings: list[tuple[int, str]], level: int, title: str) -> None:
    _leave(headings, level)
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


def _inline(children: Sequence[Token]) -> Iterator[tuple[str, str, int]]:
    """Address, words and line offset of the links among inline tokens."""
    offset = 0
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
    """Links of a piece of HTML, code and comments taken out before."""
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
