"""Resources as lines: kind, title, where from, day."""

from __future__ import annotations

from collections.abc import Hashable

from tracker.core.inbox import Row
from tracker.core.model import ResourceId
from tui.widgets.lines import Cell, Lines
from tui.words import say

WIDE_ENOUGH_FOR_SITE = 70
SITE_CELLS = 22
KIND_CELLS = 8
DAY_CELLS = 7


class Rows(Lines[Row]):
    """Rows of the inbox or the library."""

    def key_of(self, item: Row) -> Hashable:
        return item.id

    def cells(self, item: Row, width: int) -> list[Cell]:
        site = SITE_CELLS if width >= WIDE_ENOUGH_FOR_SITE else 0
        room = max(4, width - 2 - KIND_CELLS - site - DAY_CELLS)
        return [
            ("*" if item.starred else "", 2, "mark"),
            (say(f"kinds.{item.kind.value}"), KIND_CELLS, "kind"),
            (item.title or item.url or say("kinds.untitled"), room, ""),
            (f"  {item.sources[0] if item.sources else item.site}", site, "dim"),
            (f" {item.published or item.first_seen:%m-%d}", DAY_CELLS, "dim"),
        ]

    def chosen(self) -> list[ResourceId]:
        """The ids an action is about."""
        return [row.id for row in self.picked()]
