"""Day plans: phases, tracks and weeks as headings, day tables of several shapes, check lists, tables of resources.

Order is by day number; labels of weeks are kept as text. Two rows for one day and track are a conflict, shown and not
resolved here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.core.document import INFO, WARNING, Document, DocumentNode, DocumentReader, Finding, Mention
from tracker.core.model import ResourceKind
from tracker.core.text import clean_line, fold
from tracker.core.urls import is_home_page
from tracker.documents.marks import Link, links
from tracker.documents.pieces import mention, numbered

_HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*\r?$")
_BOX = re.compile(r"^\s*[-*+] \[(?P<tick>[ xX])\][ \t]*(?P<text>.*?)\r?$")
_RULE = re.compile(r"^\|?[\s:|-]+\|?\s*$")
_DAYS = re.compile(r"^(?:day|第)?\s*(\d{1,3})(?:\s*[-–~—至到]\s*(\d{1,3}))?\s*天?$", re.I)
_SPAN = re.compile(r"\(?(?:day|第)\s*(\d{1,3})\s*[-–~—]\s*(\d{1,3})", re.I)
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
    findings: list[Finding] = field(default_factory=list)

    def key(self, text: str) -> str:
        self.keys[text] = self.keys.get(text, 0) + 1
        return text if self.keys[text] == 1 else f"{text}#{self.keys[text]}"

    @property
    def parent(self) -> str:
        return self.heads[-1][1].key if self.heads else ""

    @property
    def tracks(self) -> tuple[str, ...]:
        return next((node.tracks for _, node in reversed(self.heads) if node.kind == "track"), ())

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(node.title for _, node in self.heads if node.kind != "plan")


class Plan:
    """Reader of such a plan."""

    name = "plan"

    def likeness(self, text: str, name: str) -> float:
        """A table whose first column is days."""
        heads = (line for line in text[:400_000].splitlines() if line.lstrip().startswith("|"))
        return 0.95 if any(_is_day_head(_cells(line)) for line in heads) else 0.0

    def read(self, text: str, name: str) -> Document:
        """The tree of the plan, its references, works that are only named, and its conflicts."""
        walk = _Walk()
        lines = text.removeprefix("\ufeff").split("\n")
        for number, line in enumerate(lines, 1):
            _take(walk, line, number, lines[number] if number < len(lines) else "")
        linked = [_tied(link, walk.nodes) for link in links(text)]
        mentions = numbered(sorted([*linked, *walk.named], key=lambda one: one.line))
        findings = [*walk.findings, *_conflicts(walk.nodes), *_weak_references(mentions)]
        findings.sort(key=lambda finding: finding.line)
        return Document(name, self.name, walk.plan or name, text, {}, mentions, tuple(walk.nodes), (), tuple(findings))


def reader() -> DocumentReader:
    return Plan()


def _take(walk: _Walk, line: str, number: int, following: str) -> None:
    heading, box = _HEADING.match(line), _BOX.match(line)
    if not line.lstrip().startswith("|"):
        walk.head = []
    if heading:
        _enter(walk, len(heading["marks"]), heading["title"], number)
    elif box:
        _deliverable(walk, box, number)
    elif line.lstrip().startswith("|"):
        cells = _cells(line)
        if not walk.head:
            walk.head = cells if _RULE.match(following) else []
        elif not _RULE.match(line):
            _row(walk, cells, number)


# ---- headings --------------------------------------------------------------------------------------------------------


def _enter(walk: _Walk, level: int, written: str, number: int) -> None:
    title = clean_line(_SIGNS.sub("", written), 300)
    while walk.heads and walk.heads[-1][0] >= level:
        walk.heads.pop()
    kind = "plan" if level == 1 and not walk.plan else _kind_of(title)
    if kind == "plan":
        walk.plan = title
    span = _SPAN.search(title)
    node = DocumentNode(
        walk.key(f"{kind}:{walk.parent.partition(':')[2]}/{fold(title)}"), kind, title, number, walk.parent, walk.plan,
        int(span[1]) if span else None, int(span[2]) if span else None,
        (_track(title),) if kind == "track" else walk.tracks,
    )  # fmt: skip
    walk.nodes.append(node)
    walk.heads.append((level, node))


def _kind_of(title: str) -> str:
    words = fold(title)
    if re.search(r"(?:第.{1,3}阶段|\bphase\b|\bstage\b)[^:]*:", words):
        return "phase"
    if re.search(r"轨道\s*[a-z]?\s*[:：]|\btrack\b", words):
        return "track"
    return "week" if re.search(r"\bweek\b|第.{1,3}周", words) else "section"


def _track(title: str) -> str:
    words = fold(title)
    named = next((track for track, marks in _TRACKS if any(mark in words for mark in marks)), "")
    return named or clean_line(re.split(r"[:：(]", title)[-1], 60)


# ---- tables ----------------------------------------------------------------------------------------------------------


def _cells(line: str) -> list[str]:
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
    elif kind := _named_kind(walk.head[0]):
        _named(walk, cells, number, kind)


def _day(walk: _Walk, cells: list[str], number: int) -> None:
    days = _DAYS.match(_SIGNS.sub("", cells[0]).strip())
    if days is None or len(cells) < 2:
        said = f"'{clean_line(cells[0], 40)}' is no day"
        walk.findings.append(Finding(number, WARNING, said, "This row is left out; write 7 or 32-35."))
        return
    title = clean_line(_SIGNS.sub("", _TEXT_LINK.sub(r"\1", cells[1])), 300)
    first, last = int(days[1]), int(days[2] or days[1])
    columns = dict(_columns(walk.head, cells))
    emphasis = {track: words for track, words in columns.items() if track in dict(_TRACKS)}
    walk.nodes.append(
        DocumentNode(
            walk.key(f"day:{'+'.join(walk.tracks)}:{first}-{last}:{fold(title)}"),
            _row_kind(title),
            title,
            number,
            walk.parent,
            walk.plan,
            first,
            last,
            walk.tracks,
            emphasis,
            columns.get("depth", ""),
            practice=columns.get("practice", ""),
        )
    )


def _row_kind(title: str) -> str:
    return "project" if _PROJECT.match(title) else "task" if _PRACTICE.match(title) else "day"


def _columns(head: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What the cells behind day and topic are, by the words above them; `-` and ticks mean nothing."""
    for name, cell in zip(head[2:], cells[2:], strict=False):
        words, value = fold(name), clean_line(_SIGNS.sub("", cell).replace("✅", ""), 300)
        if value in ("", "-", "—"):
            continue
        for field_name, marks in (*_TRACKS, *_COLUMNS):
            if any(mark in words for mark in marks):
                yield field_name, value
                break


def _named_kind(head: str) -> ResourceKind | None:
    words = fold(_SIGNS.sub("", head))
    return next((kind for kind, marks in _NAMED if any(words == mark for mark in marks)), None)


def _named(walk: _Walk, cells: list[str], number: int, kind: ResourceKind) -> None:
    """A work named without an address; one with a link is a mention already."""
    title = clean_line(_SIGNS.sub("", cells[0]), 300)
    if not title or any(_TEXT_LINK.search(cell) for cell in cells):
        return
    rest = [clean_line(cell, 200) for cell in cells[1:]]
    note = "; ".join(f"{name}: {cell}" for name, cell in zip(walk.head[1:], rest, strict=False) if cell)
    walk.named.append(
        mention("", title, number, section=walk.path, kind=kind, note=note, label=walk.head[0], node=walk.parent)
    )


def _deliverable(walk: _Walk, box: re.Match[str], number: int) -> None:
    title = clean_line(_SIGNS.sub("", box["text"]), 300)
    key = walk.key(f"deliverable:{walk.parent.partition(':')[2]}/{fold(title)}")
    walk.nodes.append(
        DocumentNode(
            key, "deliverable", title, number, walk.parent, walk.plan, tracks=walk.tracks, checked=box["tick"] != " "
        )
    )


# ---- links and findings ----------------------------------------------------------------------------------------------


def _tied(link: Link, nodes: Sequence[DocumentNode]) -> Mention:
    """The link with the row it stands in."""
    owner = next((node for node in reversed(nodes) if node.line <= link.line), None)
    on_row = owner is not None and owner.line == link.line
    return mention(
        link.url, link.title, link.line, section=link.section[1:] if len(link.section) > 1 else link.section,
        track=owner.tracks[0] if owner and owner.tracks else "",
        day_from=owner.day_from if owner and on_row else None, day_to=owner.day_to if owner and on_row else None,
        node=owner.key if owner else "", note=owner.title if owner and on_row else "",
    )  # fmt: skip


def _conflicts(nodes: Sequence[DocumentNode]) -> Iterator[Finding]:
    """Days of a track with two plans: the track's own row, and one for everybody."""
    rows = [node for node in nodes if node.key.startswith("day:") and node.day_from is not None]
    tracks = dict.fromkeys(track for node in rows for track in node.tracks)
    for track in tracks:
        for day in sorted({d for node in rows if track in node.tracks for d in _days(node)}):
            here = [node for node in rows if day in _days(node) and (track in node.tracks or not node.tracks)]
            if len(here) > 1:
                where = " and ".join(str(node.line) for node in here)
                said = f"day {day} of track {track} has {len(here)} plans: lines {where}"
                yield Finding(here[0].line, WARNING, said, "Both are kept; choose one when the day comes.")


def _days(node: DocumentNode) -> range:
    return range(node.day_from or 0, (node.day_to or node.day_from or 0) + 1)


def _weak_references(mentions: Sequence[Mention]) -> Iterator[Finding]:
    for one in mentions:
        if one.url and one.day_from is not None and is_home_page(one.url):
            said = f"'{one.title}' leads to the front page of a site"
            yield Finding(one.line, INFO, said, "A reference that names the page itself lasts longer.")
