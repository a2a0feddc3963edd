"""What trafilatura takes for the main text, as block numbers.

Each block of a copy of the page opens with a mark of three Braille signs; the marks in the library's answer name the
blocks it kept. Braille signs are printable, no letters and no blanks, so its rules do not see them as words.
"""

from __future__ import annotations

import copy
import re

from tracker.texts.tree import Element, blocks_of

_FIRST = 0x2800
_BRAILLE = re.compile("[\u2800-\u28ff]")
_MARK = re.compile("\u28ff([\u2800-\u28fe])([\u2800-\u28fe])")
_BASE = 255


def kept_by_library(root: Element, *, precise: bool = False) -> frozenset[int]:
    """Numbers of the blocks trafilatura keeps; `precise`: less, but surer. None when it fails on the page."""
    import trafilatura

    marked = copy.deepcopy(root)
    _mark(marked)
    text = trafilatura.extract(
        marked, include_comments=False, include_tables=True, fast=not precise, favor_precision=precise
    )
    return frozenset((ord(a) - _FIRST) * _BASE + ord(b) - _FIRST for a, b in _MARK.findall(text or ""))


def _mark(root: Element) -> None:
    for number, block in enumerate(blocks_of(root)):
        high, low = divmod(number, _BASE)
        mark = chr(0x28FF) + chr(_FIRST + high) + chr(_FIRST + low)
        if block.tail:
            block.start.tail = mark + block.start.tail.lstrip()
        else:
            block.start.text = mark + block.start.text.lstrip()
