"""Every address in a text with the characters that hold it, so that it can be looked at, and replaced alone.

Markdown blocks are told by a library (code, fences and comments are left out); within a block the raw characters are
read in their order, since a parser's tree no longer knows where an address stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from tracker.documents.html_addresses import attributes, html_addresses

MARKDOWN = (".md", ".markdown", ".mdown", ".mdwn", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd")
HTML = (".html", ".htm", ".xhtml")

_BARE = re.compile(r"(?<![A-Za-z0-9@/_.+-])https?://[^\s<>\"`{}|\\^\[\]，。；、！？）》」】]+", re.I)
_AUTOLINK = re.compile(r"<(https?://[^\s<>]*)>", re.I)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_TICKS = re.compile(r"`+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_DEFINITION = re.compile(r"\]:[ \t]*(?:\r\n?|\n)?[ \t>]*(?:<([^<>\n]*)>|(\S+))")
_SPACE = re.compile(r"[ \t]*(?:\r\n?|\n)?[ \t>]*")
_TITLE = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)", re.S)


@dataclass(frozen=True, slots=True)
class Address:
    """One address. `url` is what it means (escapes and entities resolved); text[start:end] is how it is written."""

    url: str
    line: int
    start: int
    end: int
    form: str  # inline, reference, autolink, html, bare
    label: str = ""  # the words of the link, as written


def addresses(text: str, name: str = "") -> list[Address]:
    """The addresses of `text` in its order; how it is read follows from the ending of `name` (Markdown for none)."""
    low = name.lower()
    if low.endswith(HTML):
        raw = [_made(text, *found, "html") for found in html_addresses(text)]
        raw += [_made(text, *found, "bare") for found in _bare_outside_tags(text)]
    elif not low or low == "-" or low.endswith(MARKDOWN):
        raw = list(_markdown(text))
    else:
        raw = [_made(text, *found, "bare") for found in _bare(text, 0, len(text))]
    return _with_lines(text, sorted({one.start: one for one in raw if one.url}.values(), key=lambda one: one.start))


def _with_lines(text: str, found: Sequence[Address]) -> list[Address]:
    out, line, at = [], 1, 0
    for one in found:
        line += text.count("\n", at, one.start)
        at = one.start
        out.append(Address(one.url, line, one.start, one.end, one.form, one.label))
    return out


def _made(text: str, start: int, end: int, form: str, label: str = "") -> Address:
    written = text[start:end]
    if form in ("inline", "reference"):
        written = _ESCAPED.sub(r"\1", written)
    return Address(unescape(written).strip() if "&" in written else written.strip(), 0, start, end, form, label)


def _bare_outside_tags(text: str) -> Iterator[tuple[int, int]]:
    """Addresses written as text in HTML, not as markup."""
    at = 0
    for found in re.finditer(
        r"<!--.*?(?:-->|\Z)|<(script|style|pre|code|a)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", text, re.S | re.I
    ):
        yield from _bare(text, at, found.start())
        at = found.end()
    yield from _bare(text, at, len(text))


def _bare(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Addresses written as plain text, without the signs that end a sentence or close a bracket opened before."""
    for found in _BARE.finditer(text, start, end):
        url = trimmed(found[0])
        if len(url) > len("https://"):
            yield found.start(), found.start() + len(url)


def trimmed(url: str) -> str:
    """`url` without the punctuation of the sentence around it."""
    while True:
        short = url.rstrip(".,;:!?*_~'\"")
        short = re.sub(r"&[a-z]+\Z", "", short) if url.endswith(";") else short
        while short.endswith(")") and short.count(")") > short.count("("):
            short = short[:-1]
        if short == url:
            return url
        url = short


# ---- Markdown --------------------------------------------------------------------------------------------------


def _markdown(text: str) -> Iterator[Address]:
    from markdown_it import MarkdownIt

    offsets = _line_starts(text)
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    env: dict[str, dict[str, dict[str, list[int]]]] = {}
    seen: set[tuple[int, int]] = set()
    for token in parser.parse(text, env):
        if token.type not in ("inline", "html_block") or not token.map:
            continue
        start, end = offsets[token.map[0]], offsets[min(token.map[1], len(offsets) - 1)]
        if (start, end) not in seen:  # the cells of a row share its line
            seen.add((start, end))
            yield from _Inline(text, start, end).read()
    definitions = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
    for one in definitions:
        start, end = offsets[one["map"][0]], offsets[min(one["map"][1], len(offsets) - 1)]
        if found := _DEFINITION.search(text, start, end):
            group = 1 if found[1] is not None else 2
            yield _made(text, found.start(group), found.end(group), "reference")


def _line_starts(text: str) -> list[int]:
    """Where each line begins, as the parser counts lines (LF, CRLF and CR end one); the end of the text last."""
    return [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text)), len(text)]


class _Inline:
    """Reads the raw characters of one block from left to right."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.at, self.end = text, start, end
        self.plain = start  # where the plain text not yet searched for bare addresses begins
        self.open: list[tuple[int, int]] = []  # brackets: position, and how many addresses were found before
        self.found: list[Address] = []

    def read(self) -> list[Address]:
        """All addresses of the block."""
        while self.at < self.end:
            char = self.text[self.at]
            step = _STEPS.get(char)
            if step is None or not step(self):
                self.at += 1
        self._flush(self.end)
        return self.found

    def _flush(self, until: int) -> None:
        """Search the plain text that ends at `until`."""
        if until > self.plain:
            self.found += [_made(self.text, a, b, "bare") for a, b in _bare(self.text, self.plain, until)]

    def _skip(self, to: int) -> bool:
        """What lies between here and `to` is no plain text."""
        self._flush(self.at)
        self.at = self.plain = min(to, self.end)
        return True

    def escape(self) -> bool:
        self.at += 1
        return False

    def code(self) -> bool:
        ticks = _TICKS.match(self.text, self.at, self.end)
        assert ticks is not None
        closing = next((m for m in _TICKS.finditer(self.text, ticks.end(), self.end) if m[0] == ticks[0]), None)
        if closing is None:
            self.at = ticks.end() - 1
            return False
        return self._skip(closing.end())

    def angle(self) -> bool:
        if found := _AUTOLINK.match(self.text, self.at, self.end):
            self._skip(found.end())
            self.found.append(_made(self.text, found.start(1), found.end(1), "autolink"))
            return True
        if found := _COMMENT.match(self.text, self.at, self.end):
            return self._skip(found.end())
        found = _TAG.match(self.text, self.at, self.end)
        if found is None:
            return False
        name = found[1].lower()
        self._skip(found.end())
        self.found += [
            _made(self.text, a, b, "html") for a, b in attributes(name, self.text, found.start(2), found.end(2))
        ]
        if name in ("code", "pre", "script", "style") and found[0][1] != "/":
            closing = re.compile(rf"</{name}\s*>", re.I).search(self.text, self.at, self.end)
            self._skip(closing.end() if closing else self.end)
        elif name == "a" and found[0][1] != "/":
            self._pass_words()
        return True

    def _pass_words(self) -> None:
        """An address among the words of an HTML link is no link of its own; a picture's is."""
        closing = re.compile(r"</a\s*>", re.I).search(self.text, self.at, self.end)
        inner = _Inline(self.text, self.at, closing.start() if closing else self.at)
        self.found += [one for one in inner.read() if one.form != "bare"]
        self.at = self.plain = inner.end

    def bracket(self) -> bool:
        self._flush(self.at)
        self.plain = self.at
        self.open.append((self.at, len(self.found)))
        return False

    def close(self) -> bool:
        if not self.open:
            return False
        opened, before = self.open.pop()
        target = self._target(self.at + 1)
        if target is None:
            return False
        start, end, after = target
        self._flush(self.at)
        self.found[before:] = [one for one in self.found[before:] if one.form != "bare"]  # words, not links
        label = " ".join(self.text[opened + 1 : self.at].split())
        self.found.append(_made(self.text, start, end, "inline", label))
        self.at = self.plain = after
        return True

    def _target(self, at: int) -> tuple[int, int, int] | None:
        """`(address "title")` at `at`: where the address begins and ends, and what comes after the bracket."""
        if at >= self.end or self.text[at] != "(":
            return None
        at = self._blank(at + 1)
        span = self._destination(at)
        if span is None:
            return None
        start, end, after = span
        at = self._blank(after)
        if at > after and (title := _TITLE.match(self.text, at, self.end)):
            at = self._blank(title.end())
        return (start, end, at + 1) if at < self.end and self.text[at] == ")" else None

    def _blank(self, at: int) -> int:
        found = _SPACE.match(self.text, at, self.end)
        return found.end() if found else at

    def _destination(self, at: int) -> tuple[int, int, int] | None:
        if at < self.end and self.text[at] == "<":
            close = self.text.find(">", at, self.end)
            broken = close < 0 or any(sign in self.text[at:close] for sign in "\r\n")
            return None if broken else (at + 1, close, close + 1)
        depth, i = 0, at
        while i < self.end:
            char = self.text[i]
            if char == "\\" and i + 1 < self.end and _ESCAPED.match(self.text, i):
                i += 2
                continue
            if char.isspace() or (char == ")" and depth == 0):
                break
            depth += (char == "(") - (char == ")")
            i += 1
        return (at, i, i) if depth == 0 else None


_STEPS = {
    "\\": _Inline.escape,
    "`": _Inline.code,
    "<": _Inline.angle,
    "[": _Inline.bracket,
    "]": _Inline.close,
}
