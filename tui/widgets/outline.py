"""A tree as lines: boxes to tick, days, levels, and how far one is under each heading."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tracker.core.model import NodeId
from tracker.core.plan import Branch
from tracker.core.tally import Tally, counts
from tui.plain import titled
from tui.widgets.bars import bar
from tui.widgets.lines import Cell, Lines

INDENT = 2
DEEPEST_INDENT = 12  # steps; what hangs deeper stands there
BAR_CELLS, COUNT_CELLS, DAY_CELLS, LEVEL_CELLS = 12, 8, 4, 3
WIDE_ENOUGH_FOR_BARS = 56
NO_TALLY = Tally()


@dataclass(frozen=True, slots=True)
class Place:
    """One visible line of a tree. `below` is how far one is with what stands under it."""

    branch: Branch
    depth: int
    folded: bool
    below: Tally = NO_TALLY
    today: bool = False


def visible(
    trees: Sequence[Branch], folded: Collection[NodeId], below: Mapping[NodeId, Tally], today: Collection[NodeId],
    only: Collection[NodeId] | None = None,
) -> Iterator[Place]:  # fmt: skip
    """The lines of `trees`, what is folded left out; with `only` those places alone, unfolded."""
    stack = [(one, 0) for one in reversed(trees)]
    while stack:
        one, depth = stack.pop()
        if only is not None and one.node.id not in only:
            continue
        shut = only is None and one.node.id in folded and bool(one.children)
        yield Place(one, depth, shut, below.get(one.node.id, NO_TALLY), one.node.id in today)
        if not shut:
            stack += [(child, depth + 1) for child in reversed(one.children)]


class Outline(Lines[Place]):
    """Places of plans, roadmaps and lists."""

    def key_of(self, item: Place) -> Hashable:
        return item.branch.node.id

    def cells(self, item: Place, width: int) -> list[Cell]:
        node, heading = item.branch.node, not counts(item.branch)
        left: list[Cell] = [
            ("", INDENT * min(item.depth, DEEPEST_INDENT), ""),
            (("▸" if item.folded else "▾") if item.branch.children else "", 2, "dim"),
        ]
        if not heading:
            left.append(("[✓]" if node.checked else "[ ]", 4, "good" if node.checked else "dim"))
        if not heading and node.day_from is not None:
            days = _days(node.day_from, node.day_to) + ("•" if item.today else "")  # told without colours too
            left.append((days, max(DAY_CELLS, len(days) + 1), "mark" if item.today else "dim"))
        right = self._progress(item, width) if heading else _level(item)
        room = max(4, width - sum(cells for _, cells, _ in (*left, *right)))
        ink = "kind" if heading else "dim" if node.checked else "warn" if item.today else ""
        return [*left, *_words(node.title, "" if heading else node.remark, room, ink), *right]

    def _progress(self, item: Place, width: int) -> list[Cell]:
        if not item.below.total:
            return []
        count = (f" {item.below.done}/{item.below.total}", COUNT_CELLS, "dim")
        if width < WIDE_ENOUGH_FOR_BARS:
            return [count]
        done, left = bar(item.below.share, BAR_CELLS)
        return [("", 1, ""), (done, len(done), "good"), (left, len(left), "dim"), count]


def _level(item: Place) -> list[Cell]:
    below = f" {item.below.done}/{item.below.total}" if item.below.total else ""
    level = item.branch.node.level
    found: list[Cell] = [(below, COUNT_CELLS if below else 0, "dim")]
    return [*found, (f"L{level}", LEVEL_CELLS, "kind")] if level is not None else found


def _words(title: str, remark: str, room: int, ink: str) -> list[Cell]:
    """The title, and the remark where there is room behind it."""
    title = titled(title)
    cells = min(room, cell_len(title) + 2)
    return [(title, cells, ink), (remark, room - cells, "kind")] if remark else [(title, room, ink)]


def _days(first: int, last: int | None) -> str:
    return f"{first}" if last in (None, first) else f"{first}–{last}"
