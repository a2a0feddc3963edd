"""Roadmaps: nested boxes under headings. The tick, the remark and the depth the text asks for are three things.

A remark is the full-width bracket right behind the box; it says how far one is. The words of the text say how far one
should come. Contradictions between tick and remark are findings, never repaired.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.core.document import INFO, Document, DocumentNode, DocumentReader, Finding, Mention
from tracker.core.text import clean_line, fold
from tracker.documents.boxes import BOX, read_remark
from tracker.documents.depth import depth_of
from tracker.documents.marks import links
from tracker.documents.named import named_in
from tracker.documents.pieces import mention, numbered

_HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*\r?$")
_GROUP = re.compile(r"^(?P<title>[^\s#>\-*+|`\[，。][^：:，。,]{0,20})[：:]\r?$")
_WORD = re.compile(r"^[^\W\d_][\w ]{0,19}\r?$")  # a plain word over a list of boxes heads it
_ANY_LINK = re.compile(r"\]\(https?://")


@dataclass
class _Walk:
    """Where we are in the file, and what was found so far."""

    nodes: list[DocumentNode] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)  # heading level and key
    boxes: list[tuple[int, str]] = field(default_factory=list)  # indent and key
    keys: dict[str, int] = field(default_factory=dict)

    def key(self, text: str) -> str:
        self.keys[text] = self.keys.get(text, 0) + 1
        return text if self.keys[text] == 1 else f"{text}#{self.keys[text]}"


class Roadmap:
    """Reader of such a roadmap."""

    name = "roadmap"

    def likeness(self, text: str, name: str) -> float:
        """Many boxes, more than links."""
        boxes = sum(1 for line in text[:400_000].splitlines() if BOX.match(line))
        linked = len(_ANY_LINK.findall(text[:400_000]))
        return 0.85 if boxes >= 5 and boxes > linked else 0.0

    def read(self, text: str, name: str) -> Document:
        """Sections and skills as a tree, with the links that stand in them."""
        walk = _Walk()
        lines = text.removeprefix("\ufeff").split("\n")
        for number, line in enumerate(lines, 1):
            _take(walk, line, number, lines)
        mentions = _mentions(text, walk.nodes)
        title = next((n.title for n in walk.nodes if n.kind == "section"), name)
        return Document(
            name, self.name, title, text, {}, mentions, tuple(walk.nodes), (), tuple(_contradictions(walk.nodes))
        )


def reader() -> DocumentReader:
    return Roadmap()


def _take(walk: _Walk, line: str, number: int, lines: Sequence[str]) -> None:
    box, heading = BOX.match(line), _HEADING.match(line)
    if box:
        _box(walk, box, number)
    elif heading:
        _section(walk, len(heading["marks"]), heading["title"], number)
    elif group := _GROUP.match(line):
        _section(walk, 7, group["title"], number)
    elif _WORD.match(line) and BOX.match(next((one for one in lines[number : number + 3] if one.strip()), "")):
        _section(walk, 7, line.strip(), number)


def _section(walk: _Walk, level: int, title: str, number: int) -> None:
    while walk.sections and walk.sections[-1][0] >= level:
        walk.sections.pop()
    parent = walk.sections[-1][1] if walk.sections else ""
    key = walk.key(f"section:{parent.removeprefix('section:')}/{fold(title)}")
    walk.nodes.append(DocumentNode(key, "section", clean_line(title, 300), number, parent))
    walk.sections.append((level, key))
    walk.boxes.clear()


def _box(walk: _Walk, box: re.Match[str], number: int) -> None:
    indent = len(box["indent"].expandtabs(4))
    while walk.boxes and walk.boxes[-1][0] >= indent:
        walk.boxes.pop()
    section = walk.sections[-1][1] if walk.sections else ""
    parent = walk.boxes[-1][1] if walk.boxes else section
    text, (remark, level) = box["text"].strip(), read_remark(box["remark"] or "")
    depth, target = depth_of(text)
    key = walk.key(f"skill:{section.removeprefix('section:')}/{fold(text)[:120]}")
    walk.nodes.append(
        DocumentNode(
            key,
            "skill",
            clean_line(text, 1000),
            number,
            parent,
            target_depth=depth,
            target_level=target,
            checked=box["tick"] != " ",
            remark=remark,
            level=level,
        )
    )
    walk.boxes.append((indent, key))


def _mentions(text: str, nodes: Sequence[DocumentNode]) -> tuple[Mention, ...]:
    """The links of the text and the works it only names, each tied to the box or section it stands in."""
    by_key = {node.key: node for node in nodes}
    at = [node.line for node in nodes]
    found: list[tuple[int, Mention]] = []
    for link in links(text):
        place = bisect_right(at, link.line) - 1
        owner = nodes[place] if place >= 0 else None
        path, key = _path(owner, by_key), owner.key if owner else ""
        found.append((link.line, mention(link.url, link.title, link.line, section=path, node=key)))
    parents = {node.parent for node in nodes}
    for node in nodes:
        if node.kind == "skill":
            above = _titles(node, by_key)
            for title, kind in named_in(node.title, above, leaf=node.key not in parents):
                path = _path(node, by_key)
                found.append((node.line, mention("", title, node.line, section=path, kind=kind, node=node.key)))
    found.sort(key=lambda one: one[0])
    return numbered(one for _, one in found)


def _titles(node: DocumentNode, by_key: Mapping[str, DocumentNode]) -> tuple[str, ...]:
    """What stands above a node, nearest first."""
    out: list[str] = []
    above = by_key.get(node.parent)
    while above is not None:
        out.append(above.title)
        above = by_key.get(above.parent)
    return tuple(out)


def _path(node: DocumentNode | None, by_key: Mapping[str, DocumentNode]) -> tuple[str, ...]:
    """The sections a node stands in, outermost first."""
    path: list[str] = []
    while node is not None:
        if node.kind == "section":
            path.insert(0, node.title)
        node = by_key.get(node.parent)
    return tuple(path)


def _contradictions(nodes: Sequence[DocumentNode]) -> list[Finding]:
    children: dict[str, list[DocumentNode]] = {}
    for node in nodes:
        if node.kind == "skill":
            children.setdefault(node.parent, []).append(node)
    out = []
    for node in nodes:
        if node.kind != "skill":
            continue
        below = children.get(node.key, [])
        if node.checked and node.level == 0:
            out.append(_odd(node, f"ticked, but the remark says '{node.remark}'"))
        elif not node.checked and node.level is not None and node.level >= 2:
            out.append(_odd(node, f"not ticked, but the remark says '{node.remark}'"))
        if below and node.checked and not all(child.checked for child in below):
            out.append(_odd(node, "ticked, but not everything below it is"))
        elif below and not node.checked and all(child.checked for child in below):
            out.append(_odd(node, "not ticked, but everything below it is"))
    return out


def _odd(node: DocumentNode, said: str) -> Finding:
    return Finding(node.line, INFO, f"'{node.title[:40]}' is {said}", "Kept as written: tick and level are two things.")
