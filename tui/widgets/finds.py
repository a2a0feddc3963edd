"""What the library found, as lines: a resource, or a place in a text, talk, note or plan that holds the words."""

from __future__ import annotations

from collections.abc import Hashable

from rich.cells import cell_len

from tracker.core.inbox import Row
from tui.desks.library import Found
from tui.plain import titled
from tui.widgets.lines import Cell
from tui.widgets.rows import Works
from tui.words import say

KIND_CELLS, STATE_CELLS, SITE_CELLS, DAY_CELLS = 8, 8, 20, 10
WIDE_ENOUGH_FOR_STATE, WIDE_ENOUGH_FOR_SITE = 60, 90
LEAST_EXCERPT = 12


class Finds(Works[Found]):
    """Lines of the library."""

    def key_of(self, item: Found) -> Hashable:
        return item.row.id if item.row is not None and item.kind == "resource" else (item.kind, item.id)

    def row_of(self, item: Found) -> Row | None:
        return item.row

    def cells(self, item: Found, width: int) -> list[Cell]:
        row = item.row
        state = STATE_CELLS if width >= WIDE_ENOUGH_FOR_STATE else 0
        site = SITE_CELLS if width >= WIDE_ENOUGH_FOR_SITE else 0
        room = max(4, width - 2 - KIND_CELLS - state - site - DAY_CELLS)
        told = say(f"library.state-{row.state.value}") if row is not None else ""
        day = f" {row.published or row.first_seen:%y-%m-%d}" if row is not None else ""
        return [
            ("*" if row is not None and row.starred else "", 2, "mark"),
            (self._kind(item), KIND_CELLS, "kind"),
            *_words(titled(item.title, row.url if row else ""), item.excerpt, room),
            (f"  {row.sources[0] if row.sources else row.site}" if row is not None else "", site, "dim"),
            (f" {told}", state, "good" if told and row is not None and row.topics else "dim"),
            (day, DAY_CELLS, "dim"),
        ]

    def _kind(self, item: Found) -> str:
        if item.kind == "resource" and item.row is not None:
            return say(f"kinds.{item.row.kind.value}")
        return say(f"library.{item.kind}")


def _words(title: str, excerpt: str, room: int) -> list[Cell]:
    """The title, and the words around a hit where there is room behind it."""
    cells = min(room, cell_len(title[:room]) + 2)
    if not excerpt or room - cells < LEAST_EXCERPT:
        return [(title, room, "")]
    return [(title, cells, ""), (excerpt.replace("**", ""), room - cells - 1, "dim"), ("", 1, "")]
