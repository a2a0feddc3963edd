"""Which blocks are the main text: two opinions of a library, one of our own, and what a block looks like.

Each sign of a block has a weight; the sum says text or not. The weights were fitted by logistic regression on pages
labelled by people (articles, blogs, documentation, in many languages) and checked on pages left out of the fit: there
the vote did better than any of its members. They say, roughly: what the library keeps is text, unless it is a short
piece full of links whose neighbours are none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from tracker.texts.library import kept_by_library
from tracker.texts.scoring import EAST, kept_by_scoring
from tracker.texts.tree import Block, Element, ancestors

START = -4.53
WEIGHTS = {
    "wide": 1.26, "narrow": 0.61, "length": 2.08, "short": 0.14, "linked": -1.45, "all_linked": 0.64, "heading": -0.7,
    "item": 0.89, "cell": 0.83, "caption": -0.3, "next_ours": 0.48, "near_ours": 0.41, "between": 1.61,
    "bad_name": -0.99, "sentence": 0.78, "before": 1.1, "after": 0.41, "repeated": 0.68, "ours": 1.22,
    "near_wide": 0.62, "box_ours1": 0.1, "box_wide1": 0.63, "box_link1": -0.47, "box_ours2": -0.16, "box_wide2": 0.11,
    "box_link2": -0.68, "box_ours3": -0.07, "box_wide3": -0.13, "box_link3": -0.35,
}  # fmt: skip
BOXES = 3  # containers around a block that are looked at
HAN_SHARE = 0.2  # of the characters of a page; links and menus in English stand on most Chinese ones
NEAR = 4  # blocks before and after that count as neighbours
_BAD = re.compile(
    r"hidden|banner|combx|comment|com-|contact|foot|masthead|media|meta|outbrain|promo|related|scroll|share|shoutbox|"
    r"sidebar|skyscraper|sponsor|shopping|tags|widget|newsletter|cookie|consent|recommend|breadcrumb|navigation|\bnav\b|"
    r"menu|subscribe|social|pagination|pager|popup|login|byline|author|caption|copyright|disclaimer|date|time\b",
    re.I,
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ENDS = ('.', '!', '?', '。', '！', '？', ':', ';', '"', '”', '’')  # fmt: skip


def main_blocks(root: Element, blocks: Sequence[Block]) -> frozenset[int]:
    """Numbers of the blocks that are the main text of the page."""
    ours = kept_by_scoring(list(blocks))
    if ours and in_han(blocks):
        return ours
    wide, narrow = kept_by_library(root), kept_by_library(root, precise=True)
    rows = signs(blocks, wide, narrow, ours)
    chosen = frozenset(
        n for n, row in enumerate(rows) if START + sum(WEIGHTS[name] * value for name, value in row.items()) > 0
    )
    return chosen | ours if _half_is_lost(blocks, chosen, ours) else chosen


def in_han(blocks: Sequence[Block]) -> bool:
    """Whether a page is written in Han characters or kana: the library knows them too little to have a vote."""
    text = "".join(block.text for block in blocks)
    return len(EAST.findall(text)) > HAN_SHARE * len(text)


def signs(
    blocks: Sequence[Block], wide: frozenset[int], narrow: frozenset[int], ours: frozenset[int]
) -> Iterator[dict[str, float]]:
    """What is known of each block, in order; every sign is between 0 and 1."""
    texts = [block.text for block in blocks]
    agreed = sorted(wide & ours)
    first, last = (agreed[0], agreed[-1]) if agreed else (len(blocks), -1)
    repeated = _repeated(texts)
    sizes = [len(text) + 10 for text in texts]
    boxes = _boxes(blocks, sizes, wide, ours)
    for n, (block, text) in enumerate(zip(blocks, texts, strict=True)):
        tag = block.home.tag
        linked = min(1.0, block.linked / max(1, len(text)))
        names = " ".join(f"{node.get('class') or ''} {node.get('id') or ''}" for node in _near_ancestors(block.home))
        around = [m for m in range(max(0, n - NEAR), min(len(blocks), n + NEAR + 1)) if m != n]
        yield {
            "wide": n in wide,
            "narrow": n in narrow,
            "length": min(math.log1p(len(text)), 7) / 7,
            "short": len(text) < 25,
            "linked": linked,
            "all_linked": linked > 0.8,
            "heading": tag in _HEADINGS,
            "item": tag == "li",
            "cell": tag in ("td", "th"),
            "caption": "caption" in names or any(node.tag == "figcaption" for node in _near_ancestors(block.home)),
            "next_ours": n + 1 in ours,
            "near_ours": sum(sizes[m] for m in around if m in ours) / max(1, sum(sizes[m] for m in around)),
            "near_wide": sum(sizes[m] for m in around if m in wide) / max(1, sum(sizes[m] for m in around)),
            "ours": n in ours,
            "between": first <= n <= last,
            "bad_name": bool(_BAD.search(names)),
            "sentence": text.endswith(_ENDS),
            "before": n < first,
            "after": n > last,
            "repeated": text in repeated,
            **dict(_around(block, boxes, sizes[n], n in wide, n in ours)),
        }


def _boxes(
    blocks: Sequence[Block], sizes: Sequence[int], wide: frozenset[int], ours: frozenset[int]
) -> dict[Element, list[int]]:
    """Of every container: how much it holds, how much of it the library and we keep, and how much is linked."""
    out: dict[Element, list[int]] = {}
    for n, block in enumerate(blocks):
        size, linked = sizes[n], min(block.linked, sizes[n] - 10)
        for node in ancestors(block.home):
            held = out.setdefault(node, [0, 0, 0, 0])
            held[0] += size
            held[1] += size * (n in wide)
            held[2] += size * (n in ours)
            held[3] += linked
    return out


def _around(
    block: Block, boxes: dict[Element, list[int]], size: int, wide: bool, ours: bool
) -> Iterator[tuple[str, float]]:
    """What the containers of a block hold beside it."""
    above = list(ancestors(block.home))
    for level in range(1, BOXES + 1):
        held = boxes[above[min(level, len(above) - 1)]]
        rest = max(1, held[0] - size)
        yield f"box_wide{level}", (held[1] - size * wide) / rest
        yield f"box_ours{level}", (held[2] - size * ours) / rest
        yield f"box_link{level}", held[3] / max(1, held[0])


def _repeated(texts: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    return {text for text in texts if text in seen or seen.add(text)}  # type: ignore[func-returns-value]


def _near_ancestors(node: Element) -> Iterator[Element]:
    for level, one in enumerate(ancestors(node)):
        if level == 5:
            return
        yield one


def _half_is_lost(blocks: Sequence[Block], chosen: frozenset[int], ours: frozenset[int]) -> bool:
    """Whether the vote kept less than half of what our own opinion holds, and the rest is prose."""
    rest = ours - chosen
    size, linked = _size(blocks, rest), sum(min(blocks[n].linked, len(blocks[n].text)) for n in rest)
    return _size(blocks, chosen) * 2 < _size(blocks, ours) and linked < size * 0.15


def _size(blocks: Sequence[Block], numbers: frozenset[int]) -> int:
    return sum(len(blocks[n].text) for n in numbers)
