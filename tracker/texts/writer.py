"""Chosen blocks of a page as Markdown: headings, code with its language, tables, lists, quotes and links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml import etree

from tracker.core.html import absolute
from tracker.core.text import strip_unseen
from tracker.texts.formulas import MARK
from tracker.texts.pictures import address_of, pictures
from tracker.texts.tree import BLOCK_TAGS, Block, Element

_WRAPS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`", "kbd": "`", "del": "~~", "s": "~~"}
_ESCAPED = re.compile(r"([\\`*\[\]<])")
_LINE_START = re.compile(r"^(#{1,6}\s|[-+>]\s?|\d{1,9}[.)]\s|={3,}|-{3,}|~{3,}|\|)")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|highlight-source-|brush:\s*|sourceCode\s+)([\w+#.-]{1,30})", re.I)
_UNSAFE_IN_URL = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", '"': "%22", "\\": "%5C", "`": "%60"}
_LONG_CELL = 200  # characters a cell, on average, from which on a table lays out a page
MOST_ALT = 500  # characters of what is said instead of a picture
MOST_LEVELS = 8  # of lists and quotes; deeper ones are written at this level


def to_markdown(root: Element, blocks: Sequence[Block], kept: frozenset[int], base_url: str) -> str:
    """The blocks numbered in `kept` as Markdown without any HTML; links absolute, of the web or mail alone."""
    places = {place for number in kept for place in blocks[number].places}
    return _Writer(places, pictures(root, blocks, kept), base_url).write(root)


def safe_link(base_url: str, href: str) -> str:
    """`href` made absolute, or "" when it is no address of the web or of mail."""
    url = absolute(base_url, "".join(strip_unseen(href).split("\n"))) or ""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    if scheme not in ("http", "https", "mailto"):
        return ""
    return "".join(_UNSAFE_IN_URL.get(sign, sign) for sign in url)


class _Writer:
    """One walk over the page. `_line` gathers running text; a block's end makes it a paragraph of `_out`."""

    def __init__(self, places: set[tuple[Element, bool]], shown: frozenset[Element], base_url: str) -> None:
        self._places, self._shown, self._base = places, shown, base_url
        self._out: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[Element, int]] = []  # inline elements and where in the line they began
        self._lists: list[list[int]] = []  # a list: 0 = bullets, else the next number
        self._quotes = 0
        self._bullet = ""
        self._pre: Element | None = None
        self._heading = 0
        self._rows: list[list[str]] | None = None  # of the table being read
        self._table: Element | None = None

    def write(self, root: Element) -> str:
        for event, node in etree.iterwalk(root, events=("start", "end")):
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "start":
                self._start(node, tag)
                self._text(node, False, node.text)
            else:
                self._end(node, tag)
                self._text(node, True, node.tail)
        self._flush()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._out)).strip()

    def _text(self, node: Element, tail: bool, text: str | None) -> None:
        if not text or (node, tail) not in self._places:
            return
        if self._pre is not None or self._in_code() or (not tail and node.get(MARK)):
            self._line.append(strip_unseen(text))
            return
        self._line.append(_ESCAPED.sub(r"\\\1", re.sub(r"\s+", " ", strip_unseen(text))))

    def _in_code(self) -> bool:
        return any(node.tag in ("code", "kbd") for node, _ in self._open)

    def _start(self, node: Element, tag: str) -> None:
        if self._pre is not None:
            if tag in ("br", "div", "p", "li", "tr") and self._line and not self._line[-1].endswith("\n"):
                self._line.append("\n")
            return
        if tag in BLOCK_TAGS:
            self._flush()
            self._enter(node, tag)
        elif tag == "img":
            self._picture(node)
        elif tag in _WRAPS or tag == "a":
            self._open.append((node, len(self._line)))

    def _picture(self, node: Element) -> None:
        if node in self._shown and (url := safe_link(self._base, address_of(node))).startswith("http"):
            said = _ESCAPED.sub(r"\\\1", " ".join(strip_unseen(node.get("alt") or "").split())[:MOST_ALT])
            self._line.append(f"![{said}]({url})")

    def _enter(self, node: Element, tag: str) -> None:
        if tag in ("ul", "ol", "menu"):
            self._lists.append([1 if tag == "ol" else 0])
        elif tag == "li":
            self._begin_item()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre, self._open = node, []
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading = int(tag[1])
        elif tag == "table" and self._table is None and _is_data(node):
            self._table, self._rows = node, []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")

    def _begin_item(self) -> None:
        if not self._lists:
            self._bullet = "- "
            return
        number = self._lists[-1][0]
        self._bullet = f"{number}. " if number else "- "
        if number:
            self._lists[-1][0] += 1

    def _end(self, node: Element, tag: str) -> None:
        if self._pre is not None:
            if node is self._pre:
                self._end_pre(node)
            return
        if tag in BLOCK_TAGS:
            self._flush()
            self._leave(node, tag)
        elif self._open and self._open[-1][0] is node:
            self._wrap(*self._open.pop())

    def _leave(self, node: Element, tag: str) -> None:
        if tag in ("ul", "ol", "menu") and self._lists:
            self._lists.pop()
            if not self._lists:
                self._out.append("")
        elif tag == "li":
            self._bullet = ""
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading = 0
        elif node is self._table:
            self._end_table()

    def _wrap(self, node: Element, start: int) -> None:
        """What was gathered since `start` with the marks of the inline element around it."""
        inner = "".join(self._line[start:])
        words = inner.strip()
        if not words:
            return
        if node.tag == "a":
            url = safe_link(self._base, node.get("href") or "")
            marked = f"[{words}]({url})" if url and not (node.get("href") or "").startswith("#") else words
        elif node.tag in ("code", "kbd"):
            fence = "``" if "`" in words else "`"
            marked = f"{fence} {words} {fence}" if "`" in words else f"`{words}`"
        else:
            sign = _WRAPS[node.tag]
            marked = words if sign in words else f"{sign}{words}{sign}"
        lead, tail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        self._line[start:] = [lead and " ", marked, tail and " "]

    def _flush(self) -> None:
        """End the running line: a paragraph, an item, a heading, or a piece of a cell."""
        for node, start in reversed(self._open):
            self._wrap(node, start)
        self._open = [(node, 0) for node, _ in self._open]
        text = re.sub(r"\s+", " ", "".join(self._line)).strip()
        self._line = []
        if not text:
            return
        if self._rows and self._rows[-1]:
            cell = self._rows[-1][-1]
            self._rows[-1][-1] = f"{cell} {text}".strip() if cell else text
        elif self._heading:
            self._emit(["#" * self._heading + " " + text], apart=True)
        else:
            self._emit([_LINE_START.sub(r"\\\1", text)], apart=not self._lists)

    def _emit(self, lines: list[str], apart: bool) -> None:
        level = min(max(len(self._lists) - 1, 0), MOST_LEVELS)
        indent = "  " * level if self._bullet else "  " * (level + 1 if self._lists else 0)
        quote = "> " * min(self._quotes, MOST_LEVELS)
        first = indent + self._bullet
        rest = " " * len(first) if self._bullet else indent
        if apart or (self._lists and not self._bullet):
            self._part(quote)
        self._out += [quote + (first if n == 0 else rest) + line for n, line in enumerate(lines)]
        if apart:
            self._out.append("")
        self._bullet = ""

    def _part(self, quote: str) -> None:
        """An empty line; inside a quote it belongs to the quote."""
        if quote and len(self._out) > 1 and not self._out[-1] and self._out[-2].startswith(quote):
            self._out[-1] = quote.rstrip()
        else:
            self._out.append("")

    def _end_pre(self, node: Element) -> None:
        text = "".join(self._line).strip("\n").rstrip()
        self._pre, self._line = None, []
        if not text:
            return
        fence = "```"
        while fence in text:
            fence += "`"
        self._emit([fence + _language(node), *text.split("\n"), fence], apart=True)

    def _end_table(self) -> None:
        rows = [[cell.replace("|", "\\|") for cell in row] for row in self._rows or () if any(row)]
        self._rows = self._table = None
        if not rows:
            return
        width = max(len(row) for row in rows)
        rows = [row + [""] * (width - len(row)) for row in rows]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        self._emit([lines[0], "|" + " --- |" * width, *lines[1:]], apart=True)


def _is_data(table: Element) -> bool:
    """Whether a table holds data: rows of several short cells. Others only lay a page out."""
    if table.get("role") in ("presentation", "none") or any(True for _ in table.iter("table", "pre") if _ is not table):
        return False
    if any(True for _ in table.iter("h1", "h2", "h3", "hr")) or len(table.text_content()) > _LONG_CELL * _cells(table):
        return False
    return sum(len(row) > 1 for row in table.iter("tr")) > 1


def _cells(table: Element) -> int:
    return max(1, sum(1 for _ in table.iter("td", "th")))


def _language(pre: Element) -> str:
    """The language a code block says it is in; ""."""
    near = [pre, *pre.iter("code"), *list(pre.iterancestors())[:2]]
    for node in near:
        found = _LANGUAGE.search(node.get("class") or "")
        if found:
            return found[1].lower()
    said = pre.get("lang") or pre.get("data-lang") or ""
    return said.lower() if re.fullmatch(r"[\w+#.-]{1,30}", said) else ""
