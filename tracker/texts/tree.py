"""A page as a tree, and the tree as blocks: runs of text seen as one piece (a paragraph, an item, a cell).

Extractors say which blocks belong to the text; the writer writes those from the tree as it came. So what they agree
or differ on is a set of numbers, and headings, code and tables are the page's own however a block was chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html

Element = Any  # lxml has no types of its own

_BLOCK_NAMES = (
    "address article aside blockquote body br button canvas caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hr html iframe legend li main menu nav ol "
    "optgroup option p pre search section select summary table tbody td textarea tfoot th thead title tr ul video audio"
)
BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
_SILENT_NAMES = (
    "script style rt rp template iframe object embed svg head select option textarea button canvas dialog datalist "
    "audio video map input title"
)
SILENT_TAGS = frozenset(_SILENT_NAMES.split())
_HEAD_TAGS = frozenset(("base", "basefont", "link", "meta", "noscript", "script", "style", "template", "title"))
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
MOST_BLOCKS = 60_000
LEAST_NOSCRIPT = 500  # characters
LEAST_SEEN, ENOUGH_SEEN = 300, 1500  # characters of a page beside what is hidden


@dataclass(slots=True)
class Block:
    """One run of text. `start` is the node whose text (or tail, when `tail`) opens it; `home` the element around it."""

    start: Element
    tail: bool
    home: Element
    parts: list[str] = field(default_factory=list)
    places: list[tuple[Element, bool]] = field(default_factory=list)  # every node and whether its tail
    linked: int = 0  # characters inside links

    @property
    def text(self) -> str:
        """The words, blanks folded."""
        return " ".join("".join(self.parts).split())


def parse(markup: str) -> Element | None:
    """The tree of a page; None when there is nothing in it. Never raises for what the markup is."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
    data = markup.replace("\x00", "").encode("utf-8", "replace")
    if not data.strip():
        return None
    try:
        root = lxml_html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    from tracker.texts.formulas import keep_tex

    _end_head(root)
    keep_tex(root)
    _open_noscript(root)
    _drop_hidden(root)
    return root


def _end_head(root: Element) -> None:
    """A page that leaves `<body>` out: what the parser left in the head, from the first element on, goes there."""
    head = root.find("head")
    nodes = [] if head is None else list(head)
    first = next((n for n, node in enumerate(nodes) if isinstance(node.tag, str) and node.tag not in _HEAD_TAGS), None)
    if first is None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    if body.text and body.text.strip():
        nodes[-1].tail = (nodes[-1].tail or "") + body.text
        body.text = None
    body[:0] = nodes[first:]


def _open_noscript(root: Element) -> None:
    """What stands in for scripts is the text itself when it is long (Blogger), else a picture or a plea."""
    for node in list(root.iter("noscript")):
        node.tag = "div"
        if len("".join(node.itertext()).strip()) < LEAST_NOSCRIPT:
            node.clear(keep_tail=True)


def _drop_hidden(root: Element) -> None:
    """Take out what a reader does not see, unless next to nothing else is there (a script shows it later)."""
    hidden = [node for node in root.iter() if isinstance(node.tag, str) and _is_hidden(node)]
    if not hidden or root in hidden:
        return
    chosen = set(hidden)
    size = sum(len("".join(node.itertext())) for node in hidden if not any(up in chosen for up in node.iterancestors()))
    seen = len(root.text_content()) - size
    if seen < LEAST_SEEN or (seen < ENOUGH_SEEN and seen * 2 < size):
        return
    for node in hidden:
        node.tag = "template"  # silent; the tails stay where they are


def _is_hidden(node: Element) -> bool:
    if node.tag in ("html", "body"):
        return False
    if node.get("hidden") is not None and node.get("hidden") != "until-found":
        return True
    return bool(_HIDING.search(node.get("style", "")))


def blocks_of(root: Element) -> list[Block]:
    """Every block of `root` in order. The same tree, or a copy of it, gives the same numbers."""
    out: list[Block] = []
    current: Block | None = None
    homes: list[Element] = [root]
    silent = links = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            silent += tag in SILENT_TAGS
            links += tag == "a"
            if tag in BLOCK_TAGS:
                current = None
                homes.append(node)
            text, tail = node.text, False
        else:
            silent -= tag in SILENT_TAGS
            links -= tag == "a"
            if tag in BLOCK_TAGS:
                current = None
                homes.pop()
            text, tail = node.tail, True
        if silent or not text:
            continue
        if current is None:
            if text.isspace():
                continue
            if len(out) >= MOST_BLOCKS:
                break
            current = Block(node, tail, homes[-1])
            out.append(current)
        current.parts.append(text)
        current.places.append((node, tail))
        if links:
            current.linked += len(text.strip())
    return out


def ancestors(node: Element) -> Iterator[Element]:
    """The element itself and what it stands in, innermost first."""
    while node is not None:
        yield node
        node = node.getparent()
