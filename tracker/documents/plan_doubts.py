"""What is odd about a day plan: days with two plans, spans that contradict each other, counts that do not add up.

Nothing is repaired on its account; a plan is read as it is written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tracker.core.document import INFO, WARNING, DocumentNode, Finding, Mention
from tracker.core.text import fold

ROWS = ("day", "project", "task")
_WEEKS = re.compile(r"\bweek\s*(\d{1,3})(?:\s*[-–~—]\s*(\d{1,3}))?", re.I)
_TRACK_SPAN = re.compile(
    r"(?P<name>[^\s│|()（）]{1,20})轨道\s*[(（](?P<first>\d{1,3})\s*[-–~]\s*(?P<last>\d{1,3})[)）]"
)
_PROJECTS = re.compile(r"(\d{1,2})\s*个(?:完整)?项目|(\d{1,2}) (?:complete |finished )?projects", re.I)
_NUMBERED = re.compile(r"(?:项目|project)\s*\d+", re.I)
_TWO_NAMES = re.compile(r"[^\s/]{2,}/[^\s/]{2,}\Z")


def doubts(lines: Sequence[str], nodes: Sequence[DocumentNode], mentions: Sequence[Mention]) -> Iterator[Finding]:
    """Everything that is odd, in no order."""
    rows = [node for node in nodes if node.kind in ROWS and node.day_from is not None]
    yield from _conflicts(rows)
    yield from _topics_twice(rows)
    yield from _spans(nodes, rows)
    yield from _track_spans(lines, nodes)
    yield from _weeks([node for node in nodes if node.kind == "week"])
    yield from _counts(nodes)
    if rows and not any(re.search(r"(?:开始日期|start(?:s|ing)? (?:on|date))", line, re.I) for line in lines):
        said = "days are numbers from a start that the plan does not give"
        yield Finding(1, INFO, said, "Say when it starts, and the days become dates.")
    for one in mentions:
        if one.url and one.day_from is not None and _TWO_NAMES.match(one.title):
            said = f"'{one.title}' names two sites, the link leads to one"
            yield Finding(one.line, INFO, said, "Write a link each.")


def _conflicts(rows: Sequence[DocumentNode]) -> Iterator[Finding]:
    """Days that two tables plan for one track."""
    by_day: dict[tuple[str, int], list[DocumentNode]] = defaultdict(list)
    for node in rows:
        for track in node.tracks or ("",):
            for day in _days(node):
                by_day[track, day].append(node)
    for (track, day), here in sorted(by_day.items(), key=lambda one: (one[1][0].line, one[0])):
        if len({node.parent for node in here}) > 1:
            where = " and ".join(str(node.line) for node in here)
            whose = f" of track {track}" if track else ""
            said = f"day {day}{whose} has {len(here)} plans: lines {where}"
            yield Finding(here[0].line, WARNING, said, "Both are kept; choose one when the day comes.")


def _days(node: DocumentNode) -> range:
    first, last = node.day_from or 0, node.day_to or node.day_from or 0
    return range(first, min(last, first + 1000) + 1)


def _topics_twice(rows: Sequence[DocumentNode]) -> Iterator[Finding]:
    seen: dict[str, DocumentNode] = {}
    for node in rows:
        first = seen.setdefault(fold(node.title), node)
        if first is not node:
            said = (
                f"'{node.title}' stands twice: on day {first.day_from} (line {first.line}) and on day {node.day_from}"
            )
            yield Finding(node.line, INFO, said, "Both are kept.")


def _spans(nodes: Sequence[DocumentNode], rows: Sequence[DocumentNode]) -> Iterator[Finding]:
    """A heading names days, its rows have others."""
    by_parent: dict[str, list[DocumentNode]] = defaultdict(list)
    for row in rows:
        by_parent[row.parent].append(row)
    for node in nodes:
        below = by_parent.get(node.key)
        if node.kind in ROWS or node.day_from is None or not below:
            continue
        first, last = min(row.day_from or 0 for row in below), max(row.day_to or 0 for row in below)
        if (first, last) != (node.day_from, node.day_to):
            said = f"'{node.title}' names days {node.day_from}-{node.day_to}, its rows are days {first}-{last}"
            yield Finding(node.line, WARNING, said, "The rows count.")


def _track_spans(lines: Sequence[str], nodes: Sequence[DocumentNode]) -> Iterator[Finding]:
    """A sketch of the plan says other days for a track than the track's own heading."""
    tracks = [node for node in nodes if node.kind == "track" and node.day_from is not None]
    for number, line in enumerate(lines, 1):
        for found in _TRACK_SPAN.finditer(line):
            for node in tracks:
                said = (int(found["first"]), int(found["last"]))
                if fold(found["name"]) in fold(node.title) and said != (node.day_from, node.day_to):
                    words = f"'{found['name']}轨道' is said to be days {said[0]}-{said[1]}, its heading on line"
                    words += f" {node.line} says {node.day_from}-{node.day_to}"
                    yield Finding(number, WARNING, words, "The heading and its rows count.")


def _weeks(weeks: Sequence[DocumentNode]) -> Iterator[Finding]:
    """Labels of weeks that are not weeks, and numbers left out."""
    named: set[int] = set()
    for node in weeks:
        found = _WEEKS.search(node.title)
        if not found:
            continue
        first, last = int(found[1]), int(found[2] or found[1])
        named.update(range(first, min(last, first + 200) + 1))
        length = (node.day_to or 0) - (node.day_from or 0) + 1
        if node.day_from is not None and length != 7 * (last - first + 1):
            said = f"'{node.title}' is {length} days, its label would be {7 * (last - first + 1)}"
            yield Finding(node.line, INFO, said, "Order goes by day; the label is kept as text.")
    missing = sorted(set(range(min(named), max(named))) - named) if named else []
    if missing and len(missing) < 20:
        said = "no week is called " + ", ".join(map(str, missing))
        yield Finding(weeks[-1].line, INFO, said, "Order goes by day, so nothing is missing on its account.")


def _counts(nodes: Sequence[DocumentNode]) -> Iterator[Finding]:
    """A check list asks for more projects than the track numbers."""
    for node in nodes:
        found = _PROJECTS.search(node.title) if node.kind == "deliverable" and len(node.tracks) == 1 else None
        if not found:
            continue
        mine = [one for one in nodes if one.kind == "project" and one.tracks == node.tracks]
        have = sum(1 for one in mine if _NUMBERED.search(one.title))
        wanted = int(found[1] or found[2])
        if have != wanted:
            said = f"'{node.title}' asks for {wanted} projects, the track numbers {have}"
            yield Finding(node.line, INFO, said, "Kept as written.")
