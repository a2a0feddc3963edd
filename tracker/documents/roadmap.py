"""Roadmaps: nested boxes under headings. The tick, the remark and the depth the text asks for are three things.

A remark is the full-width bracket right behind the box; it says how far one is. The words of the text say how far one
should come. Contradictions between tick and remark are findings, never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.core.document import INFO, Document, DocumentNode, DocumentReader, Finding, Mention
from tracker.core.text import clean_line, fold
from tracker.documents.marks import links
from tracker.documents.pieces import mention, numbered

_BOX = re.compile(
    r"^(?P<indent>[ \t]*)[-*+] \[(?P<tick>[ xX])\][ \t]*(?:（(?P<remark>[^（）]*)）)?[ \t]*(?P<text>.*?)\r?$"
)
_HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*\r?$")
_GROUP = re.compile(r"^(?P<title>[^\s#>\-*+|`\[，。][^：:，。,]{0,20})[：:]\r?$")
_ANY_LINK = re.compile(r"\]\(https?://")
_LEVELS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("啥也不会", "听不懂", "学不了", "玩不起", "没用上", "不会", "nothing", "shelved")),
    (2, ("demo", "跑通", "实现")),
    (3, ("持续积累", "实践", "项目中", "practis")),
    (1, ("概念", "入门", "了解", "学了基础", "只知道", "concept")),
)
_DEPTHS: tuple[tuple[str, int], ...] = (
    ("精通", 4), ("深入理解", 4), ("扎实", 4), ("熟练", 3), ("掌握", 3), ("熟悉", 2), ("了解", 1), ("理解", 2),
    ("master", 4), ("proficient", 3), ("familiar", 2), ("aware", 1),
)  # fmt: skip
_NEGATED = "未实践"


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
        boxes = sum(1 for line in text[:400_000].splitlines() if _BOX.match(line))
        linked = len(_ANY_LINK.findall(text[:400_000]))
        return 0.85 if boxes >= 5 and boxes > linked else 0.0

    def read(self, text: str, name: str) -> Document:
        """Sections and skills as a tree, with the links that stand in them."""
        walk = _Walk()
        lines = text.removeprefix("\ufeff").split("\n")
        for number, line in enumerate(lines, 1):
            _take(walk, line, number)
        mentions = _mentions(text, walk.nodes)
        title = next((n.title for n in walk.nodes if n.kind == "section"), name)
        return Document(
            name, self.name, title, text, {}, mentions, tuple(walk.nodes), (), tuple(_contradictions(walk.nodes))
        )


def reader() -> DocumentReader:
    return Roadmap()


def _take(walk: _Walk, line: str, number: int) -> None:
    box, heading = _BOX.match(line), _HEADING.match(line)
    if box:
        _box(walk, box, number)
    elif heading:
        _section(walk, len(heading["marks"]), heading["title"], number)
    elif group := _GROUP.match(line):
        _section(walk, 7, group["title"], number)


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
    text, remark = box["text"].strip(), (box["remark"] or "").strip()
    depth, target = _depth(text)
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
            level=level_of(remark),
        )
    )
    walk.boxes.append((indent, key))


def level_of(remark: str) -> int | None:
    """How far one is by the words of a remark: 0 nothing, 1 the idea, 2 a demo, 3 in use; None when it does not say."""
    words = fold(remark).replace(_NEGATED, "")
    return next((level for level, marks in _LEVELS if any(mark in words for mark in marks)), None)


def _depth(text: str) -> tuple[str, int | None]:
    """The first word that says how deep the text wants it, and its rank."""
    found = [(fold(text).find(word), word, rank) for word, rank in _DEPTHS if word in fold(text)]
    if not found:
        return "", None
    _, word, rank = min(found, key=lambda one: (one[0], -len(one[1])))
    return word, rank


def _mentions(text: str, nodes: Sequence[DocumentNode]) -> tuple[Mention, ...]:
    """The links of the text, each tied to the box or section it stands in."""
    by_key = {node.key: node for node in nodes}
    out = []
    for link in links(text):
        owner = next((node for node in reversed(nodes) if node.line <= link.line), None)
        path: list[str] = []
        node = owner
        while node is not None:
            if node.kind == "section":
                path.insert(0, node.title)
            node = by_key.get(node.parent)
        out.append(mention(link.url, link.title, link.line, section=tuple(path), node=owner.key if owner else ""))
    return numbered(out)


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
