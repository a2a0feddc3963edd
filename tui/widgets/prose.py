"""A long text drawn row by row: as quick with twenty thousand lines as with twenty. Text is data, never markup.

Lines are folded when they are first needed. Where a row begins is known exactly for all lines up to a frontier, which
moves on with the reader and in idle moments; only the length of the scroll bar is guessed beyond it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.passage import Passage, Tone
from tui.widgets.folding import fit, fold_at

WIDEST = 100  # cells of a row; longer ones are hard to read
MARGIN = 3  # rows kept in sight above and below the cursor
SLICE = 0.006  # seconds of folding between two frames
PAUSE = 0.02  # seconds between two slices


@dataclass(frozen=True, slots=True)
class Hit:
    """Where words stand that were looked for."""

    line: int
    start: int
    end: int


def hits_of(passages: Sequence[Passage], words: str) -> list[Hit]:
    """Every place where `words` stand, in any case; blanks in them stand for any blanks."""
    parts = words.split()
    if not parts:
        return []
    wanted = re.compile(r"\s+".join(map(re.escape, parts)), re.I)
    return [
        Hit(line, found.start(), found.end())
        for line, passage in enumerate(passages)
        for found in wanted.finditer(passage.text)
    ]


class Prose(ScrollView, can_focus=True, inherit_bindings=False):
    """Passages with a cursor on one of their rows. Posts `Moved` when the cursor stands elsewhere."""

    COMPONENT_CLASSES = {
        *(f"prose--{tone}" for tone in Tone), "prose--lead", "prose--hit", "prose--here", "prose--cursor",
    }  # fmt: skip

    class Moved(Message):
        """The cursor stands on another row now."""

    def __init__(self, passages: Sequence[Passage] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._passages = passages
        self._lead = 0  # cells of the column before the text
        self._starts = [0]  # the first row of each folded line, and of the one behind them
        self._folds: list[list[int]] = []
        self._hits: list[Hit] = []
        self._marks: dict[int, list[Hit]] = {}
        self._here: Hit | None = None
        self.row = 0  # where the cursor stands

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show(self, passages: Sequence[Passage]) -> None:
        """Show other passages, from their beginning."""
        self._passages = passages
        self._lead = max((cell_len(one.lead) + 2 for one in passages[:2000] if one.lead), default=0)
        self.mark([])
        self.row = 0
        self._fold_anew()
        self.scroll_to(0, 0, animate=False)

    @property
    def passages(self) -> Sequence[Passage]:
        """What is shown."""
        return self._passages

    @property
    def place(self) -> tuple[int, int]:
        """The line the cursor stands on, and the offset in it."""
        return self._place(self.row)

    @property
    def second(self) -> float | None:
        """Where a talk says what the cursor stands on; None in a text without times."""
        line, offset = self.place
        for n in range(min(line, len(self._passages) - 1), -1, -1):
            found = self._passages[n].second_at(offset if n == line else len(self._passages[n].text))
            if found is not None:
                return found
        return None

    @property
    def share(self) -> float:
        """How far the cursor is in the whole, 0 to 1."""
        return min(1.0, (self.place[0] + 1) / len(self._passages)) if self._passages else 1.0

    def mark(self, hits: Sequence[Hit]) -> None:
        """Let these places stand out."""
        self._hits, self._here, self._marks = list(hits), None, {}
        for hit in hits:
            self._marks.setdefault(hit.line, []).append(hit)
        self.refresh()

    @property
    def marked(self) -> int:
        """How many places stand out."""
        return len(self._hits)

    def next_hit(self, step: int) -> int:
        """Go to the next marked place, or the one before, round and round; with 0 to the first from this row on.

        Its number from 1, 0 for none.
        """
        if not self._hits:
            return 0
        if step and self._here is not None and self._row_of(self._here) == self.row:
            at = self._hits.index(self._here) + step
        else:
            at = bisect_left(self._hits, self.place, key=lambda hit: (hit.line, hit.start)) - (step < 0)
        self._here = self._hits[at % len(self._hits)]
        self.go_to(self._here.line, self._here.start)
        return at % len(self._hits) + 1

    # -- moving ----------------------------------------------------------------------------------------------------

    def go_to(self, line: int, offset: int = 0) -> None:
        """Put the cursor on the row that holds `offset` of `line`."""
        self._reach_line(line)
        inside = bisect_right(self._folds[line], offset) - 1 if line < len(self._folds) else 0
        self.go(self._starts[min(line, len(self._folds))] + max(0, inside))

    def go(self, row: int) -> None:
        """Put the cursor on a row, within the text, and keep some rows around it in sight."""
        self._reach_row(row + self.size.height)
        self.row = max(0, min(row, self._starts[-1] - 1))
        room = max(1, self.size.height)
        margin = min(MARGIN, (room - 1) // 2)
        self.scroll_to_region(Region(0, max(0, self.row - margin), 1, 2 * margin + 1), animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved())

    def go_to_second(self, second: float) -> None:
        """Put the cursor on the row where a talk says that second."""
        for line in range(len(self._passages) - 1, -1, -1):
            passage = self._passages[line]
            if passage.second is not None and passage.second <= second:
                inside = [offset for offset, at in passage.marks if at <= second]
                self.go_to(line, inside[-1] if inside else 0)
                return

    def page(self, step: int) -> None:
        """Move the cursor by so many screens."""
        self.go(self.row + step * max(1, self.size.height - 2))

    def end(self) -> None:
        """Put the cursor on the last row."""
        self._reach_line(len(self._passages))
        self.go(self._starts[-1] - 1)

    def watch_scroll_y(self, old: float, new: float) -> None:
        """The wheel takes the cursor along."""
        super().watch_scroll_y(old, new)
        self._reach_row(int(new) + 2 * max(1, self.size.height))
        first, last = int(new), int(new) + max(1, self.size.height) - 1
        if not first <= self.row <= last:
            self.row = max(first, min(self.row, last, self._starts[-1] - 1))
            self.post_message(self.Moved())

    def on_click(self, event: Click) -> None:
        self.go(self.scroll_offset.y + event.y)

    def on_resize(self, event: Resize) -> None:
        if event.size.width:
            line, offset = self.place
            self._fold_anew()
            self.go_to(line, offset)

    # -- folding ---------------------------------------------------------------------------------------------------

    @property
    def _cells(self) -> int:
        """Cells a row has for its text."""
        return min(WIDEST, max(8, self.scrollable_content_region.width - self._lead - 1))

    def _fold_anew(self) -> None:
        self._starts, self._folds = [0], []
        self._reach_row(2 * max(1, self.size.height))
        self._fold_on()

    def _fold_on(self) -> None:
        """Fold for a moment, and go on after the next frame."""
        until = perf_counter() + SLICE
        while len(self._folds) < len(self._passages) and perf_counter() < until:
            self._reach_line(len(self._folds) + 200)
        if len(self._folds) < len(self._passages):
            self.set_timer(PAUSE, self._fold_on)

    def _reach_row(self, row: int) -> None:
        while self._starts[-1] <= row and len(self._folds) < len(self._passages):
            self._reach_line(len(self._folds) + 50)

    def _reach_line(self, line: int) -> None:
        """Fold all lines up to `line`."""
        last = min(line + 1, len(self._passages))
        if len(self._folds) >= last:
            return
        cells, row = self._cells, self._starts[-1]
        for passage in self._passages[len(self._folds) : last]:
            fold = fold_at(passage.text, cells)
            self._folds.append(fold)
            row += len(fold)
            self._starts.append(row)
        left = len(self._passages) - last
        rows = row + (round(left * max(1.0, row / last)) if left else 0)
        self.virtual_size = Size(self.scrollable_content_region.width, rows)

    def _row_of(self, hit: Hit) -> int:
        """The row a place begins on, of a line that is folded."""
        return self._starts[hit.line] + bisect_right(self._folds[hit.line], hit.start) - 1

    def _place(self, row: int) -> tuple[int, int]:
        if not self._folds:
            return 0, 0
        line = min(bisect_right(self._starts, row) - 1, len(self._folds) - 1)
        fold = self._folds[line]
        return line, fold[min(row - self._starts[line], len(fold) - 1)]

    # -- drawing ---------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        row, width = self.scroll_offset.y + y, self.scrollable_content_region.width
        self._reach_row(row)
        if row >= self._starts[-1]:
            return Strip.blank(width, self.rich_style)
        line, start = self._place(row)
        passage, fold = self._passages[line], self._folds[line]
        at = row - self._starts[line]
        end = fold[at + 1] if at + 1 < len(fold) else len(passage.text)
        base = self.rich_style + self._ink(f"prose--{passage.tone}")
        if row == self.row:
            base += Style(bgcolor=self.get_component_rich_style("prose--cursor").bgcolor)
        lead = fit(passage.lead if not at else "", self._lead - 1) + " " if self._lead else ""
        segments = [Segment(lead, base + self._ink("prose--lead")), *self._marked(line, start, end, base)]
        return Strip(segments).adjust_cell_length(width, base)

    def _marked(self, line: int, start: int, end: int, base: Style) -> list[Segment]:
        """A piece of a line, what was found standing out."""
        text, at, out = self._passages[line].text, start, []
        for hit in self._marks.get(line, ()):
            if hit.start < end and hit.end > at:
                first, last = max(hit.start, at), min(hit.end, end)
                name = "prose--here" if hit is self._here else "prose--hit"
                out += [Segment(text[at:first], base), Segment(text[first:last], self.get_component_rich_style(name))]
                at = last
        return [*out, Segment(text[at:end], base)]

    def _ink(self, name: str) -> Style:
        """Colour and weight of a component style: the ground stays."""
        style = self.get_component_rich_style(name)
        return Style(color=style.color, bold=style.bold, italic=style.italic)
