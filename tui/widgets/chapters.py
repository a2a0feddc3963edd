"""The chapters of a talk, or the headings of a text, beside it: where one is, and a click to go there."""

from __future__ import annotations

from collections.abc import Hashable

from textual.events import Click
from textual.geometry import Region
from textual.message import Message

from tracker.core.text import clock
from tui.desks.reading import Chapter
from tui.widgets.lines import Cell, Lines

TIME_CELLS = 8


class ChapterList(Lines[Chapter], can_focus=False):
    """Follows the text; keys are the text's."""

    class Chosen(Message):
        """A chapter was clicked."""

        def __init__(self, chapter: Chapter) -> None:
            super().__init__()
            self.chapter = chapter

    def key_of(self, item: Chapter) -> Hashable:
        return item.line

    def cells(self, item: Chapter, width: int) -> list[Cell]:
        timed = any(one.second is not None for one in self.items)
        time = TIME_CELLS if timed else 0
        return [
            (clock(item.second) if item.second is not None else "", time, "kind"),
            (item.title, max(4, width - time), ""),
        ]

    def stand(self, line: int) -> None:
        """Mark the chapter that a line of the text belongs to."""
        here = max((n for n, one in enumerate(self.items) if one.line <= line), default=0)
        if here != self.cursor:
            self.set_reactive(Lines.cursor, here)
            self.scroll_to_region(Region(0, here, 1, 1), animate=False, force=True)
            self.refresh()

    def on_click(self, event: Click) -> None:
        event.prevent_default()
        line = self.scroll_offset.y + event.y
        if line < len(self.items):
            self.post_message(self.Chosen(self.items[line]))
