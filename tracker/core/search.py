"""Words as the search index sees them. Chinese has no blanks between words, so runs of Han become pairs of characters.

The same function cuts texts and questions, so what was written can be found as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tracker.core.text import fold

_EAST = "぀-ヿ㐀-䶿一-鿿豈-﫿가-힯\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{_EAST}]+|[^\W_{_EAST}]+(?:[+#]+(?!\w))?")
_RUN = re.compile(rf"[{_EAST}]")


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
    """`text` as the index stores it: its tokens with blanks between."""
    return " ".join(tokens(text))


def _plain(text: str) -> str:
    folded = fold(text)
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded)
    bare = "".join(c for c in apart if not ("\u0300" <= c <= "\u036f"))
    return unicodedata.normalize("NFC", bare)
