"""A second opinion on the main text: paragraphs give points to what they stand in, the best container wins.

The idea is Arc90's of 2009, as browsers' reader views still use it; the work here is on blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tracker.texts.tree import Block, Element, ancestors

_GOOD = re.compile(r"article|body|content|entry|hentry|h-entry|main|page|post|text|blog|story", re.I)
_BAD = re.compile(
    r"-ad-|hidden|\bhid\b|banner|combx|comment|com-|contact|foot(er|note)?|gdpr|masthead|media|meta|outbrain|promo|"
    r"related|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping|tags|widget|newsletter|cookie|consent|recommend|"
    r"breadcrumb|navigation|\bnav\b|menu|subscribe|social|pagination|pager|popup|login",
    re.I,
)
_NEVER = re.compile(
    r"-ad-|ai2html|banner|breadcrumbs|combx|comment|community|cover-wrap|disqus|extra|footer|gdpr|header|legends|menu|"
    r"related|remark|replies|rss|shoutbox|sidebar|skyscraper|social|sponsor|supplemental|ad-break|agegate|pagination|"
    r"pager|popup|yom-remote",
    re.I,
)
_MAYBE = re.compile(r"and|article|body|column|content|main|shadow|post|entry", re.I)
_START = {"div": 5, "article": 8, "main": 5, "section": 3, "pre": 3, "td": 3, "blockquote": 3, "address": -3, "ol": -3,
          "ul": -3, "dl": -3, "dd": -3, "dt": -3, "li": -3, "form": -3, "th": -5,
          "h1": -5, "h2": -5, "h3": -5}  # fmt: skip
_COMMA = re.compile("[,،，、。﹐︐︑⹁]")
EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


ENOUGH = 500  # characters: less may be a wrong part of the page


@dataclass(slots=True)
class _Box:
    """What a container holds: points, characters, of them in links, commas, block numbers."""

    points: float = 0.0
    chars: int = 0
    linked: int = 0
    commas: int = 0
    blocks: list[int] = field(default_factory=list)

    @property
    def density(self) -> float:
        return self.linked / self.chars if self.chars else 0.0


def kept_by_scoring(blocks: list[Block]) -> frozenset[int]:
    """Numbers of the blocks in and beside the container with most points; names are believed first, then not."""
    best: frozenset[int] = frozenset()
    most = 0
    for strict in (True, False):
        found = _attempt(blocks, strict)
        size = sum(len(blocks[n].text) for n in found)
        if size > most:
            best, most = found, size
        if most >= ENOUGH:
            break
    return best


def _attempt(blocks: list[Block], strict: bool) -> frozenset[int]:
    live = [n for n, block in enumerate(blocks) if not (strict and _outside(block.home))]
    boxes = _boxes(blocks, live)
    final = {node: box.points * (1 - box.density) for node, box in boxes.items() if box.points}
    if not final:
        return frozenset()
    top = _widened(max(final, key=lambda node: final[node]), final)
    chosen = _beside(top, boxes, final)
    inside = sorted({n for node in chosen for n in boxes[node].blocks})
    return frozenset(n for n in inside if not (strict and _boilerplate(blocks[n], chosen, boxes)))


def _widened(top: Element, final: dict[Element, float]) -> Element:
    """The container of several nearly as good ones, or a parent with more points, instead of one part of a text."""
    rivals = [node for node, points in final.items() if points >= 0.75 * final[top]]
    shared: dict[Element, int] = {}
    for node in sorted(rivals, key=lambda node: -final[node])[:5]:
        for above in list(ancestors(node))[1:]:
            shared[above] = shared.get(above, 0) + 1
    for above in list(ancestors(top))[1:]:
        if shared.get(above, 0) >= 4 and above.tag not in ("body", "html"):
            top = above
            break
    last, floor = final.get(top, 0.0), final.get(top, 0.0) / 3
    for above in list(ancestors(top))[1:]:
        points = final.get(above, 0.0)
        if above.tag in ("body", "html") or points < floor:
            break
        if points > last:
            return above
        last = points
    return top


def _outside(node: Element) -> bool:
    """Whether a name says that this is no part of a text, and no other name says it may be."""
    for one in ancestors(node):
        if one.tag in ("body", "html", "article", "main"):
            return False
        if one.tag in ("nav", "footer", "aside"):
            return True
        name = f"{one.get('class', '')} {one.get('id', '')}"
        if _NEVER.search(name) and not _MAYBE.search(name):
            return True
    return False


def _boxes(blocks: list[Block], live: list[int]) -> dict[Element, _Box]:
    boxes: dict[Element, _Box] = {}
    for number in live:
        block = blocks[number]
        text = block.text
        commas = len(_COMMA.findall(text))
        worth = 0.0
        length = len(text) + len(EAST.findall(text))  # a Han character carries about two letters' worth
        if length >= 25 and block.home.tag not in ("h1", "h2", "h3", "h4", "h5", "h6", "a", "li", "th"):
            worth = 1 + commas + min(length // 100, 3)
        home = block.home
        isolated = home.tag in ("p", "pre", "blockquote", "td", "li", "dd")
        for level, node in enumerate(ancestors(home)):
            box = boxes.get(node)
            if box is None:
                box = boxes[node] = _Box()
            box.chars += len(text)
            box.linked += min(block.linked, len(text))
            box.commas += commas
            box.blocks.append(number)
            up = level - isolated
            if worth and 0 <= up <= 4:
                if not box.points:
                    box.points = _start(node)
                box.points += worth / (1 if up == 0 else 2 if up == 1 else up * 3)
    return boxes


def _start(node: Element) -> float:
    return _START.get(node.tag, 0) + _weight(node) or 0.01


def _weight(node: Element) -> int:
    weight = 0
    for name in (node.get("class", ""), node.get("id", "")):
        if name:
            weight += 25 * bool(_GOOD.search(name)) - 25 * bool(_BAD.search(name))
    return weight


def _beside(top: Element, boxes: dict[Element, _Box], final: dict[Element, float]) -> list[Element]:
    """The best container and the neighbours that look like parts of the same text."""
    parent = top.getparent()
    if parent is None or top.tag in ("body", "html"):
        return [top]
    least = max(10.0, final.get(top, 0.0) * 0.2)
    out = []
    for node in parent:
        box = boxes.get(node)
        if box is None:
            continue
        bonus = final.get(top, 0.0) * 0.2 if node.get("class") and node.get("class") == top.get("class") else 0.0
        prose = node.tag == "p" and ((box.chars > 80 and box.density < 0.25) or (box.chars > 0 and box.density == 0))
        if node is top or final.get(node, 0) + bonus >= least or prose:
            out.append(node)
    return out


def _boilerplate(block: Block, chosen: list[Element], boxes: dict[Element, _Box]) -> bool:
    """Whether something between the block and the container looks like lists of links, forms, or by name no text."""
    for node in ancestors(block.home):
        if node in chosen:
            return False
        box = boxes[node]
        weight = _weight(node)
        if node.tag in ("footer", "nav", "aside", "form"):
            return True
        if node.tag in ("ul", "ol", "dl"):
            if weight < 0 or (box.commas < 10 and weight >= 25 and box.density > 0.5):
                return True
        elif node.tag in ("div", "section", "table", "header"):
            if weight < 0:
                return True
            if box.commas < 10 and box.density > (0.5 if weight >= 25 else 0.2):
                return True
    return False
