"""Pictures of the chosen text: those in it and beside it; no icons, no counters, none that stand with dropped words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.texts.tree import SILENT_TAGS, Block, Element

LEAST_SIDE = 33  # pixels; smaller ones are icons and counters
BESIDE = 4  # elements between a picture and what holds text beside it
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url")
_ICON = re.compile(r"avatar|emoji|icon|logo|badge|spacer|pixel|tracking|gravatar|button", re.I)
_NUMBER = re.compile(r"\s*(\d{1,5})(px)?\s*$")


def pictures(root: Element, blocks: Sequence[Block], kept: frozenset[int]) -> frozenset[Element]:
    """The `img` elements to show among the blocks numbered in `kept`."""
    near, dropped = set[Element](), set[Element]()
    for number, block in enumerate(blocks):
        if number in kept:
            near.add(block.home)
            near.add(block.home.getparent())
        else:
            for level, one in enumerate(_above(block.home)):
                if level == BESIDE:
                    break
                dropped.add(one)
    return frozenset(node for node in root.iter("img") if _belongs(node, near, dropped) and not _is_icon(node))


def _belongs(node: Element, near: set[Element], dropped: set[Element]) -> bool:
    """Whether a picture stands in or beside kept text, and not within something that was dropped."""
    if any(above.tag in SILENT_TAGS or above.tag in ("nav", "footer", "aside") for above in node.iterancestors()):
        return False
    for level, above in enumerate(node.iterancestors()):
        if above in near:
            return level <= 1 or str(above.tag) != "body"
        if level == BESIDE or (above in dropped and above.tag != "figure"):
            return False
    return False


def _above(node: Element) -> Sequence[Element]:
    return [node, *node.iterancestors()]


def _is_icon(node: Element) -> bool:
    for name in ("width", "height"):
        size = _NUMBER.match(node.get(name) or "")
        if size and int(size[1]) < LEAST_SIDE:
            return True
    return bool(_ICON.search(f"{node.get('class') or ''} {node.get('id') or ''}"))


def address_of(node: Element) -> str:
    """Where a picture lies: its own address, or the one a script would put there, or the first of a set."""
    lazy = next((node.get(name) for name in _LAZY if node.get(name)), "")
    own = node.get("src") or ""
    if own and not own.startswith("data:") and not lazy:
        return str(own)
    first = (node.get("srcset") or node.get("data-srcset") or "").split(",")[0].split()
    return str(lazy or (own if own and not own.startswith("data:") else "") or (first[0] if first else ""))
