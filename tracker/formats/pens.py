"""How words from outside are put into a text so that they stay words: one pen for Markdown, one for HTML.

A template sees only what a pen has written; nothing it can do with it makes a title live again.
"""

from __future__ import annotations

import html
import re
from typing import Protocol

from tracker.core.text import clean_line
from tracker.core.urls import mask_secrets, mask_url
from tracker.formats import markdown as md

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_WIKI = re.compile(r"[\[\]|#^\\<>`]")
_HTTP = ("http://", "https://")


class Pen(Protocol):
    """Writes words, links and the words of a note, whose bold stays."""

    def text(self, raw: str) -> str:
        """Plain words on one line."""
        ...

    def link(self, title: str, url: str) -> str:
        """The title leading to the address; the title alone when that is no http(s) address."""
        ...

    def bold(self, written: str) -> str:
        """Words that were written by a pen, bold."""
        ...

    def topic(self, raw: str) -> str:
        """The name of a topic."""
        ...

    def code(self, raw: str) -> str:
        """A command as it is typed."""
        ...


class MarkdownPen:
    """Markdown; with `wiki` topics are wiki links (`[[KV cache]]`)."""

    def __init__(self, *, wiki: bool = False) -> None:
        self._wiki = wiki

    def text(self, raw: str) -> str:
        """Every mark escaped."""
        return md.text(raw)

    def link(self, title: str, url: str) -> str:
        """`[title](url)`."""
        return md.link(title, url)

    def bold(self, written: str) -> str:
        """`**words**`."""
        return f"**{written}**" if written else ""

    def topic(self, raw: str) -> str:
        """A wiki link's name holds none of the marks that would end it."""
        name = " ".join(_WIKI.sub(" ", mask_secrets(clean_line(raw))).split())
        return f"[[{name}]]" if self._wiki and name else self.text(raw)

    def code(self, raw: str) -> str:
        """In backticks; one inside would end it."""
        plain = mask_secrets(clean_line(raw)).replace("`", "'")
        return f"`{plain}`"


class HtmlPen:
    """HTML, for element content."""

    def text(self, raw: str) -> str:
        """`<`, `>`, `&` and quotes as entities."""
        return html.escape(mask_secrets(clean_line(raw)))

    def link(self, title: str, url: str) -> str:
        """An `a` without a referrer."""
        shown = self.text(title) or self.text(url)
        if not url.lower().startswith(_HTTP):
            return shown
        return f'<a href="{html.escape(mask_url(clean_line(url, 4000)))}" rel="noreferrer">{shown}</a>'

    def bold(self, written: str) -> str:
        """`<strong>`."""
        return f"<strong>{written}</strong>" if written else ""

    def topic(self, raw: str) -> str:
        """As it is called."""
        return self.text(raw)

    def code(self, raw: str) -> str:
        """`<code>`."""
        return f"<code>{self.text(raw)}</code>"


def quoted(raw: str, pen: Pen) -> str:
    """A line of a note: its bold kept, anything else plain words."""
    pieces = _BOLD.split(clean_line(raw))  # words, bold, words, ...
    return "".join(pen.bold(pen.text(one)) if i % 2 else _spaced(one, pen) for i, one in enumerate(pieces))


def _spaced(raw: str, pen: Pen) -> str:
    """Words between bold ones, with the blanks at their ends."""
    if not raw.strip():
        return " " if raw else ""
    return (" " if raw[0].isspace() else "") + pen.text(raw) + (" " if raw[-1].isspace() else "")
