"""Resources as lines: kind, title, where from, day."""

from __future__ import annotations

from collections.abc import Hashable

from tracker.core.inbox import Row
from tracker.core.model import ResourceId
from tui.plain import titled
from tui.widgets.lines import Cell, Item, Lines
from tui.words import say

WIDE_ENOUGH_FOR_SITE = 70
SITE_CELLS = 22
KIND_CELLS = 8
DAY_CELLS = 7


class Works(Lines[Item]):
    """Lines behind which resources stand."""

    def row_of(self, item: Item) -> Row | None:
        """The resource behind a line; None where there is none."""
        raise NotImplementedError

    @property
    def row(self) -> Row | None:
        """The resource under the cursor."""
        return None if self.current is None else self.row_of(self.current)

    def chosen(self) -> list[ResourceId]:
        """The resources an action is about, each once."""
        return list(dict.fromkeys(row.id for item in self.picked() if (row := self.row_of(item)) is not None))


class Rows(Works[Row]):
    """Resources themselves."""

    def row_of(self, item: Row) -> Row:
        return item

    def key_of(self, item: Row) -> Hashable:
        return item.id

    def cells(self, item: Row, width: int) -> list[Cell]:
        site = SITE_CELLS if width >= WIDE_ENOUGH_FOR_SITE else 0
        room = max(4, width - 2 - KIND_CELLS - site - DAY_CELLS)
        return [
            ("*" if item.starred else "", 2, "mark"),
            (say(f"kinds.{item.kind.value}"), KIND_CELLS, "kind"),
            (titled(item.title, item.url), room, ""),
            (f"  {item.sources[0] if item.sources else item.site}", site, "dim"),
            (f" {item.published or item.first_seen:%m-%d}", DAY_CELLS, "dim"),
        ]
