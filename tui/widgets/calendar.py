"""A calendar of weeks, a column each: the more was noted on a day, the fuller its mark. An empty day is only empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.plain import fit
from tui.words import say

CELL, LEFT = 2, 4  # cells of a day, and of the weekdays' names before them
ROWS = 8  # months, then Monday to Sunday
MARKS = ("·", "▫", "▪", "■")  # told apart without colours too
STEPS = (1, 4, 10)  # bullets of a day from which each mark is used


class Calendar(Widget):
    """The weeks up to today, or up to the day that is looked at when it is older than fits."""

    COMPONENT_CLASSES = {"calendar--name", "calendar--none", "calendar--some", "calendar--more", "calendar--much",
                         "calendar--here", "calendar--today"}  # fmt: skip

    class Chosen(Message):
        """A day was clicked."""

        def __init__(self, day: date) -> None:
            super().__init__()
            self.day = day

    def __init__(self, today: date, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._today = self._here = today
        self._began = today  # days before the first note are no gaps
        self._days: Mapping[date, int] = {}

    def show(self, days: Mapping[date, int]) -> None:
        """Draw so many bullets a day."""
        self._days, self._began = days, min(days, default=self._today)
        self.refresh()

    def go(self, day: date) -> None:
        """Mark the day that is looked at."""
        self._here = day
        self.refresh()

    @property
    def weeks(self) -> int:
        """How many columns fit."""
        return max(1, (self.size.width - LEFT) // CELL)

    @property
    def first(self) -> date:
        """The Monday of the first column."""
        last = _monday(self._today)
        first = last - timedelta(weeks=self.weeks - 1)
        if self._here < first:
            first = _monday(self._here) - timedelta(weeks=self.weeks // 2)
        return max(first, _monday(self._began))  # a short history stands at the left

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return ROWS

    def on_click(self, event: Click) -> None:
        column, row = (event.x - LEFT) // CELL, event.y - 1
        if column >= 0 and 0 <= row < 7:
            self.post_message(self.Chosen(self.first + timedelta(weeks=column, days=row)))

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        cells = self._months(base) if y == 0 else self._weekday(y - 1, base)
        return Strip(cells).adjust_cell_length(self.size.width, base)

    def _months(self, base: Style) -> list[Segment]:
        """The name of each month above the week its first day stands in."""
        line, week = " " * LEFT, self.first
        for _ in range(self.weeks):
            sunday = week + timedelta(days=6)
            name = say(f"journal.month-{sunday.month}") if sunday.day <= 7 and week <= self._today else ""
            wanted = LEFT + (week - self.first).days // 7 * CELL
            if name and cell_len(line) <= wanted and wanted + cell_len(name) <= self.size.width:
                line += " " * (wanted - cell_len(line)) + name
            week += timedelta(weeks=1)
        return [Segment(line, base + self._ink("name"))]

    def _weekday(self, number: int, base: Style) -> list[Segment]:
        name = say(f"journal.weekday-{number}") if number % 2 == 0 else ""
        out = [Segment(fit(name, LEFT), base + self._ink("name"))]
        for week in range(self.weeks):
            day = self.first + timedelta(weeks=week, days=number)
            outside = not self._began <= day <= max(self._today, self._here) and not self._days.get(day)
            out.append(Segment(" " * CELL if outside else f"{MARKS[self._level(day)]} ", self._style(day, base)))
        return out

    def _level(self, day: date) -> int:
        return sum(self._days.get(day, 0) >= step for step in STEPS)

    def _style(self, day: date, base: Style) -> Style:
        if day == self._here:
            return base + self.get_component_rich_style("calendar--here")
        ink = self._ink(("none", "some", "more", "much")[self._level(day)])
        return base + (self._ink("today") if day == self._today else ink)

    def _ink(self, name: str) -> Style:
        return Style(color=self.get_component_rich_style(f"calendar--{name}").color)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
