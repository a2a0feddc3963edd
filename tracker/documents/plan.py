"""Day plans: phases, tracks and weeks as headings, day tables of several shapes, check lists, tables of resources.

Order is by day number; labels of weeks are kept as text. Two rows for one day and track are a conflict, shown and not
resolved here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tracker.core.document import INFO, WARNING, Document, DocumentNode, DocumentReader, Finding, Mention
from tracker.core.model import ResourceKind
from tracker.core.text import clean_line, fold
from tracker.documents.boxes import BOX, day_cell, read_remark
from tracker.documents.depth import depth_of
from tracker.documents.marks import Link, links
from tracker.documents.pieces import mention, numbered
from tracker.documents.plan_doubts import doubts

_HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*\r?$")
_RULE = re.compile(r"^\|?[\s:|-]+\|?\s*$")
_DAYS = re.compile(r"^(?:day|第)?\s*(\d{1,3})(?:\s*[-–~—至到]\s*(\d{1,3}))?\s*天?$", re.I)
_SPAN = re.compile(r"\(?(?:day|第)\s*(\d{1,3})\s*[-–~—]\s*(\d{1,3})", re.I)
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|`")
_SIGNS = re.compile(r"[*_`]|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]")
_TEXT_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_DAY_HEADS = ("day", "days", "天", "日", "日期", "天数")
_TRACKS = (("app", ("应用", "application")), ("algo", ("算法", "algorithm")), ("fde", ("fde",)))
_COLUMNS = (("depth", ("深度", "程度", "depth", "level")), ("practice", ("实践", "作业", "练习", "practice")),
            ("reference", ("参考", "资料", "链接", "reference", "resource", "link")))  # fmt: skip
_NAMED = (
    (ResourceKind.COURSE, ("课程", "course")), (ResourceKind.PAPER, ("论文", "paper")),
    (ResourceKind.BLOG, ("来源", "博客", "blog", "source")), (ResourceKind.BOOK, ("书", "book")),
)  # fmt: skip
_PUBLISHER_HEADS = ("平台", "机构", "作者", "出版社", "platform", "author", "publisher", "provider")
_NOTE_HEADS = (
    "用途",
    "内容",
    "学习点",
    "说明",
    "备注",
    "简介",
    "描述",
    "use",
    "note",
    "notes",
    "description",
    "what",
    "why",
)
_GROUP = re.compile(r"^\s*\*\*(?P<title>[^*]+)\*\*\s*[:：]?\s*$")
_LIST_OF = re.compile(r"(项目\s*\d+|终极项目|project\s*\d+|final project)", re.I)
_PROJECT = re.compile(r"^(?:项目\s*\d+|终极项目|(?:final )?project\s*\d*)\s*[:：]", re.I)
_PRACTICE = re.compile(r"^(?:实战|练习|practice)\s*[:：]", re.I)


@dataclass
class _Walk:
    """Where we are: the headings above, the table we stand in, and what was found."""

    plan: str = ""
    heads: list[tuple[int, DocumentNode]] = field(default_factory=list)
    head: list[str] = field(default_factory=list)  # cells of the table's head, [] outside of tables
    nodes: list[DocumentNode] = field(default_factory=list)
    named: list[Mention] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    rows: dict[int, tuple[list[str], list[str]]] = field(default_factory=dict)  # head and cells of rows with a link
    group: str = ""  # the project that a list of deliverables is for
    findings: list[Finding] = field(default_factory=list)

    def key(self, text: str) -> str:
        self.keys[text] = self.keys.get(text, 0) + 1
        return text if self.keys[text] == 1 else f"{text}#{self.keys[text]}"

    @property
    def parent(self) -> str:
        return self.heads[-1][1].key if self.heads else ""

    @property
    def tracks(self) -> tuple[str, ...]:
        return next((node.tracks for _, node in reversed(self.heads) if node.tracks), ())

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(node.title for _, node in self.heads if node.kind != "plan")


class Plan:
    """Reader of such a plan."""

    name = "plan"

    def likeness(self, text: str, name: str) -> float:
        """A table whose first column is days."""
        heads = (line for line in text[:400_000].splitlines() if line.lstrip().startswith("|"))
        return 0.95 if any(_is_day_head(cells_of(line)) for line in heads) else 0.0

    def read(self, text: str, name: str) -> Document:
        """The tree of the plan, its references, works that are only named, and its conflicts."""
        walk = _Walk()
        lines = text.removeprefix("\ufeff").split("\n")
        for number, line in enumerate(lines, 1):
            _take(walk, line, number, lines[number] if number < len(lines) else "")
        nodes = _for_everybody(walk.nodes)
        tie = _Tie(nodes, walk.rows)
        linked = [tie.mention(link) for link in links(text)]
        mentions = numbered(sorted([*linked, *walk.named], key=lambda one: one.line))
        findings = sorted([*walk.findings, *doubts(lines, nodes, mentions)], key=lambda finding: finding.line)
        return Document(name, self.name, walk.plan or name, text, {}, mentions, nodes, (), tuple(findings))


def reader() -> DocumentReader:
    return Plan()


def _take(walk: _Walk, line: str, number: int, following: str) -> None:
    heading, box = _HEADING.match(line), BOX.match(line)
    if not line.lstrip().startswith("|"):
        walk.head = []
    if heading:
        _enter(walk, len(heading["marks"]), heading["title"], number)
    elif box:
        _deliverable(walk, box, number)
    elif group := _GROUP.match(line):
        walk.group = _project_of(walk, group["title"])
    elif line.lstrip().startswith("|"):
        cells = cells_of(line)
        if not walk.head:
            walk.head = cells if _RULE.match(following) else []
        elif not _RULE.match(line):
            _row(walk, cells, number)


# ---- headings --------------------------------------------------------------------------------------------------------


def _enter(walk: _Walk, level: int, written: str, number: int) -> None:
    title, plain = _title(written), clean_line(_SIGNS.sub("", written), 300)
    while walk.heads and walk.heads[-1][0] >= level:
        walk.heads.pop()
    kind = "plan" if level == 1 and not walk.plan else _kind_of(plain)
    if kind == "plan":
        walk.plan = title
    span, track = _SPAN.search(plain), _track(plain, kind)
    node = DocumentNode(
        walk.key(f"{kind}:{walk.parent.partition(':')[2]}/{fold(plain)}"), kind, title, number, walk.parent, walk.plan,
        int(span[1]) if span else None, int(span[2]) if span else None, (track,) if track else walk.tracks,
    )  # fmt: skip
    walk.nodes.append(node)
    walk.heads.append((level, node))
    walk.group = ""


def _title(written: str) -> str:
    """Words without the marks of Markdown; signs that the person put there stay."""
    return clean_line(_EMPHASIS.sub("", written), 300)


def _project_of(walk: _Walk, title: str) -> str:
    """The key of the project that a heading in bold names ("项目1交付标准"), "" for none."""
    said = _LIST_OF.search(title)
    wanted = fold(said[1]).replace(" ", "") if said else ""
    for node in reversed(walk.nodes):
        if node.kind == "project" and wanted and fold(_SIGNS.sub("", node.title)).replace(" ", "").startswith(wanted):
            return node.key
    return ""


def _kind_of(title: str) -> str:
    words = fold(title)
    if re.search(r"(?:第.{1,3}阶段|\bphase\b|\bstage\b)[^:]*:", words):
        return "phase"
    if re.search(r"轨道\s*[a-z]?\s*[:：]|\btrack\b", words):
        return "track"
    return "week" if re.search(r"\bweek\b|第.{1,3}周", words) else "section"


def _track(title: str, kind: str) -> str:
    """The track that a heading is about: one of the known roles, else the words behind the colon; "" for none."""
    words = fold(title)
    if kind != "track" and not re.search(r"轨道|\btrack\b", words):
        return ""
    named = next((track for track, marks in _TRACKS if any(mark in words for mark in marks)), "")
    return named or (clean_line(re.split(r"[:：]", title, maxsplit=1)[-1].split("(")[0], 60) if kind == "track" else "")


def _for_everybody(nodes: Sequence[DocumentNode]) -> tuple[DocumentNode, ...]:
    """What stands in no track is for all tracks of the plan."""
    every = tuple(dict.fromkeys(track for node in nodes for track in (*node.tracks, *node.emphasis)))
    known = tuple(dict.fromkeys(track for node in nodes if node.kind == "track" for track in node.tracks)) or every
    common = {"phase", "week", "day", "project", "task", "deliverable"}
    return tuple(replace(node, tracks=known) if not node.tracks and node.kind in common else node for node in nodes)


# ---- tables ----------------------------------------------------------------------------------------------------------


def role_of(words: str) -> str:
    """The role that a head of a column names; "" for none."""
    folded = fold(words)
    return next((role for role, marks in _TRACKS if any(mark in folded for mark in marks)), "")


def cells_of(line: str) -> list[str]:
    """The cells of a row of a table."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _is_day_head(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and fold(_SIGNS.sub("", cells[0])) in _DAY_HEADS


def _row(walk: _Walk, cells: list[str], number: int) -> None:
    if len(cells) != len(walk.head):
        said = f"{len(cells)} cells in a table of {len(walk.head)} columns"
        walk.findings.append(Finding(number, WARNING, said, "Read as far as it goes."))
    if _is_day_head(walk.head):
        _day(walk, cells, number)
    elif any(_TEXT_LINK.search(cell) for cell in cells):
        walk.rows[number] = (walk.head, cells)
    elif kind := _named_kind(walk.head[0]):
        _named(walk, cells, number, kind)


def _day(walk: _Walk, cells: list[str], number: int) -> None:
    written, state = day_cell(cells[0])
    days = _DAYS.match(_SIGNS.sub("", written).strip())
    if days is None or len(cells) < 2:
        said = f"'{clean_line(cells[0], 40)}' is no day"
        walk.findings.append(Finding(number, WARNING, said, "This row is left out; write 7 or 32-35."))
        return
    written = _TEXT_LINK.sub(r"\1", cells[1])
    title, plain = _title(written), clean_line(_SIGNS.sub("", written), 300)
    first, last = int(days[1]), int(days[2] or days[1])
    columns, emphasis = _columns(walk.head, cells)
    depth = columns.get("depth", "")
    walk.nodes.append(
        DocumentNode(
            walk.key(f"day:{'+'.join(walk.tracks)}:{first}-{last}:{fold(plain)}"), _row_kind(plain), title, number,
            walk.parent, walk.plan, first, last, walk.tracks, emphasis, depth, depth_of(depth)[1],
            practice=columns.get("practice", ""),
            checked=state.checked,
            remark=state.remark,
            level=state.level,
        )
    )  # fmt: skip


def _row_kind(title: str) -> str:
    return "project" if _PROJECT.match(title) else "task" if _PRACTICE.match(title) else "day"


def _columns(head: Sequence[str], cells: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the cells behind day and topic are, by the words above them: columns we know, and what each role is to stress.

    `-` and ticks mean nothing.
    """
    known: dict[str, str] = {}
    emphasis: dict[str, str] = {}
    for name, cell in zip(head[2:], cells[2:], strict=False):
        words, value = fold(name), clean_line(_EMPHASIS.sub("", _TEXT_LINK.sub(r"\1", cell)).replace("✅", ""), 300)
        if value in ("", "-", "—", "–"):
            continue
        column = next((one for one, marks in _COLUMNS if any(mark in words for mark in marks)), "")
        role = role_of(name)
        if column and not role:
            known[column] = value
        else:  # a column of no name we know says something about the day all the same
            emphasis[role or clean_line(_SIGNS.sub("", name), 60)] = value
    return known, emphasis


def _named_kind(head: str) -> ResourceKind | None:
    words = fold(_SIGNS.sub("", head))
    return next((kind for kind, marks in _NAMED if any(words == mark for mark in marks)), None)


def _named(walk: _Walk, cells: list[str], number: int, kind: ResourceKind) -> None:
    """A work named without an address; one with a link is a mention already."""
    title = _title(cells[0])
    if not title:
        return
    publisher, note = _beside(walk.head[1:], cells[1:])
    walk.named.append(
        mention(
            "", title, number, section=walk.path, kind=kind, publisher=publisher, note=note, label=walk.head[0],
            node=walk.parent,
        )
    )  # fmt: skip
    if re.search(r"\d/\d", title):
        said = f"'{title}' names more than one work"
        walk.findings.append(Finding(number, INFO, said, "Kept as one; write a row each to follow them apart."))


def _beside(head: Sequence[str], cells: Sequence[str]) -> tuple[str, str]:
    """Publisher and note out of the other cells of a row, each under the words above it."""
    publisher, notes = "", list[str]()
    for name, cell in zip(head, cells, strict=False):
        words, value = fold(_SIGNS.sub("", name)), clean_line(_EMPHASIS.sub("", cell), 300)
        if not value or _TEXT_LINK.search(cell):
            continue
        if words in _PUBLISHER_HEADS:
            publisher = value
        else:
            notes.append(value if words in _NOTE_HEADS else f"{name}: {value}")
    return publisher, "; ".join(notes)


def _deliverable(walk: _Walk, box: re.Match[str], number: int) -> None:
    title, plain = _title(box["text"]), clean_line(_SIGNS.sub("", box["text"]), 300)
    key = walk.key(f"deliverable:{walk.parent.partition(':')[2]}/{fold(plain)}")
    remark, level = read_remark(box["remark"] or "")
    walk.nodes.append(
        DocumentNode(
            key, "deliverable", title, number, walk.group or walk.parent, walk.plan, tracks=walk.tracks,
            checked=box["tick"] != " ", remark=remark, level=level,
        )
    )  # fmt: skip


# ---- links -----------------------------------------------------------------------------------------------------------


class _Tie:
    """Ties links to the rows and sections they stand in."""

    def __init__(self, nodes: Sequence[DocumentNode], rows: Mapping[int, tuple[list[str], list[str]]]) -> None:
        self._nodes, self._rows = nodes, rows
        self._lines = [node.line for node in nodes]

    def mention(self, link: Link) -> Mention:
        """The link as a mention: of its day, or of the named row of a table of resources."""
        place = bisect_right(self._lines, link.line) - 1
        owner = self._nodes[place] if place >= 0 else None
        section = link.section[1:] if len(link.section) > 1 else link.section
        common: dict[str, Any] = {"section": section, "node": owner.key if owner else ""}
        row = self._rows.get(link.line)
        if row and not (owner and owner.line == link.line):
            name, (publisher, note) = _title(_TEXT_LINK.sub(r"\1", row[1][0])), _beside(row[0][1:], row[1][1:])
            label = link.title if name and name != link.title else ""
            return mention(
                link.url, name or link.title, link.line, label=label, publisher=publisher, note=note, **common
            )
        if owner is None or owner.line != link.line:
            return mention(link.url, link.title, link.line, **common)
        return mention(
            link.url, link.title, link.line, note=owner.title, day_from=owner.day_from, day_to=owner.day_to,
            track=owner.tracks[0] if len(owner.tracks) == 1 else "", **common,
        )  # fmt: skip
