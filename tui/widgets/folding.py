"""Lines folded into rows of so many cells: Chinese counts two, words stay whole, no row begins with a closing mark."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import cell_len, set_cell_size, split_graphemes

_CLOSING = frozenset("、。，．：；！？）］｝〉》」』】〕〗”’…—～·％,.:;!?)]}%")
_OPENING = frozenset("（［｛〈《「『【〔〖“‘([{$￥")
# Characters whose width the two fast ways know: one cell, and two cells each.
_NARROW = "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2015\u2018-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc"
_WIDE = (
    "\u2e80-\u2e99\u2f00-\u2fd5\u3001-\u3029\u3030-\u303e\u3041-\u3096\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uff01-\uff60"
)
_WIDE_ONE = re.compile(f"[{_WIDE}]")
_ALL_NARROW = re.compile(f"[{_NARROW}]*")
_SIMPLE = re.compile(f"[{_NARROW}{_WIDE}]*")


def fold_at(text: str, cells: int) -> list[int]:
    """Where each row of `text` begins when no row is wider than `cells`; `[0]` for a line that fits."""
    cells = max(2, cells)
    if len(text) * 2 <= cells:
        return [0]
    if _ALL_NARROW.fullmatch(text):
        return [0] if len(text) <= cells else [found.start() for found in _rows_of(cells).finditer(text)]
    simple = _SIMPLE.fullmatch(text) is not None
    ends = [] if simple else _cells_before(text)
    starts, at = [0], 0
    while True:
        reach = _reach(text, at, cells) if simple else _reach_by(ends, at, cells)
        if reach >= len(text):
            return starts
        at = _break(text, at, reach)
        if at >= len(text):
            return starts
        starts.append(at)


def folded(text: str, cells: int) -> list[str]:
    """The rows of `text`, none wider than `cells`."""
    starts = fold_at(text, cells)
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


@lru_cache(maxsize=16)
def _rows_of(cells: int) -> re.Pattern[str]:
    """Rows of a line whose characters take one cell each; blanks at a row's end hang over it."""
    return re.compile(rf".{{1,{cells}}}(?: +|$)|.{{{cells}}}", re.S)


def _reach(text: str, start: int, cells: int) -> int:
    """The index behind the last character that fits, where all are of one or two cells."""
    count, left = cells // 2, cells % 2
    left += count - len(_WIDE_ONE.findall(text, start, start + count))
    while left and start + count < len(text):
        step = max(1, left // 2)
        used = step + len(_WIDE_ONE.findall(text, start + count, start + count + step))
        if used > left:
            break
        count, left = count + step, left - used
    return start + count


def _cells_before(text: str) -> list[int]:
    """Cells before each index, and behind the last; inside of what is drawn as one, the cells before it."""
    out, used = [], 0
    for start, end, width in split_graphemes(text)[0]:
        out += [used] * (end - start)
        used += width
    return [*out, used]


def _reach_by(before: list[int], start: int, cells: int) -> int:
    last = len(before) - 1
    end = start + 1
    while end < last and before[end + 1] - before[start] <= cells:
        end += 1
    while end < last and end > start + 1 and before[end] == before[end - 1]:  # not inside of what is drawn as one
        end -= 1
    return end


def _break(text: str, start: int, reach: int) -> int:
    """Where the next row begins: behind blanks, beside Chinese, else in the middle of a word that has no end."""
    if text[reach] == " ":
        return reach + len(text[reach:]) - len(text[reach:].lstrip(" ")) if reach + 1 < len(text) else len(text)
    for at in range(reach, start, -1):
        before, after = text[at - 1], text[at]
        if before == " " or (
            (not before.isascii() or not after.isascii())
            and (_WIDE_ONE.match(before) or _WIDE_ONE.match(after))
            and after not in _CLOSING
            and before not in _OPENING
        ):
            return at
    return reach


def fit(text: str, cells: int) -> str:
    """`text` in exactly so many cells, an ellipsis where it is cut; Chinese counts two."""
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    if cells < 1:
        return ""
    return set_cell_size(set_cell_size(text, cells - 1).rstrip() + "…", cells)
