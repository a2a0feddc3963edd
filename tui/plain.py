"""The one way from a text to the screen. Nothing from the web is interpreted: no markup, no escapes, no bidi marks.

Textual takes a plain `str` for markup, so widgets are given `Content` made here, and nothing else.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.content import Content

from tracker.core.text import clean_line, strip_unseen
from tracker.core.urls import mask_secrets
from tui.words import say

MOST = 200_000  # characters of one text on the screen
NOTHING = Content("")


def plain(text: str, style: str = "") -> Content:
    """`text` letter by letter, without what a terminal would obey; passwords in addresses are masked."""
    return Content.styled(_safe(text), style)


def joined(*parts: tuple[str, str]) -> Content:
    """Texts with their styles, one behind the other."""
    return Content.assemble(*((_safe(text), style) for text, style in parts))


def label(text: str) -> Text:
    """The same for a Tree, which takes no Content."""
    return Text(clean_line(mask_secrets(text)))


def titled(*texts: str) -> str:
    """The first that shows anything, in one line: a title may be nothing but what a terminal would obey."""
    return next((shown for text in texts if (shown := clean_line(text))), say("kinds.untitled"))


def fit(text: str, cells: int) -> str:
    """`text` in exactly so many cells of one line, an ellipsis where it is cut; Chinese counts two."""
    blanks = " " * (len(text) - len(text.lstrip(" ")))
    text = blanks + clean_line(mask_secrets(text[: cells * 8 + 4096]))
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(set_cell_size(text, max(0, cells - 1)).rstrip() + "…", cells) if cells > 0 else ""


def _safe(text: str) -> str:
    return strip_unseen(mask_secrets(text[:MOST]))
