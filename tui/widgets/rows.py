"""A list of rows drawn line by line: as fast with a hundred thousand rows as with ten. Text is data, never markup."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tracker.core.inbox import Row
from tracker.core.model import ResourceId
from tracker.core.text import clean_line
from tracker.core.urls import mask_secrets

WIDE_ENOUGH_FOR_SITE = 70
SITE_CELLS = 20
NEAR_END = 50


class Rows(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of the inbox with a cursor and a selection. Posts `Moved` when the cursor stands elsewhere."""

    COMPONENT_CLASSES = {"rows--cursor", "rows--dim", "rows--mark", "rows--kind"}
    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor stands on another row now, or there is none (`row` None)."""

        def __init__(self, row: Row | None, near_end: bool) -> None:
            super().__init__()
            self.row, self.near_end = row, near_end

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: list[Row] = []
        self.selected: set[ResourceId] = set()

    def fill(self, rows: list[Row], *, keep: bool = False) -> None:
        """Show `rows`; with `keep` the cursor stays on its line."""
        self.items = rows
        self.selected &= {row.id for row in rows}
        self._resize()
        self.set_reactive(Rows.cursor, min(self.cursor if keep else 0, max(0, len(rows) - 1)))
        self._told()

    def add(self, rows: list[Row]) -> None:
        """Put a further page behind the rows."""
        self.items += rows
        self._resize()

    def take_out(self, ids: set[ResourceId]) -> None:
        """Take rows out; the cursor stays where it is, on what follows."""
        above = sum(1 for row in self.items[: self.cursor] if row.id in ids)
        self.fill_at([row for row in self.items if row.id not in ids], self.cursor - above)

    def fill_at(self, rows: list[Row], cursor: int) -> None:
        """Show `rows` with the cursor on line `cursor`."""
        self.items = rows
        self.selected &= {row.id for row in rows}
        self._resize()
        self.set_reactive(Rows.cursor, max(0, min(cursor, len(rows) - 1)))
        self._told()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.items[self.cursor] if self.items else None

    def chosen(self) -> list[ResourceId]:
        """What an action is about: the selection in list order, else the row under the cursor."""
        if self.selected:
            return [row.id for row in self.items if row.id in self.selected]
        return [self.current.id] if self.current else []

    def toggle(self) -> None:
        """Select the row under the cursor, or no more."""
        if self.current:
            self.selected ^= {self.current.id}
            self.refresh()

    def go(self, line: int) -> None:
        """Put the cursor on a line, within the list."""
        self.cursor = max(0, min(line, len(self.items) - 1))

    def watch_cursor(self) -> None:
        self._told()

    def on_resize(self) -> None:
        self._resize()

    def on_click(self, event: Click) -> None:
        self.go(self.scroll_offset.y + event.y)

    def _resize(self) -> None:
        self.virtual_size = Size(max(1, self.size.width), len(self.items))
        self.refresh()

    def _told(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved(self.current, self.cursor >= len(self.items) - NEAR_END))

    def render_line(self, y: int) -> Strip:
        line = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if line >= len(self.items):
            return Strip.blank(width, self.rich_style)
        base = self.get_component_rich_style("rows--cursor") if line == self.cursor else self.rich_style
        return Strip(self._segments(self.items[line], width, base), width)

    def _segments(self, row: Row, width: int, base: Style) -> list[Segment]:
        dim, mark = self._ink("rows--dim"), self._ink("rows--mark")
        picked = row.id in self.selected
        site = (row.sources[0] if row.sources else row.site) if width >= WIDE_ENOUGH_FOR_SITE else ""
        tail = f"  {_fit(site, SITE_CELLS)} " if site else ""
        tail += f" {(row.published or row.first_seen):%m-%d} "
        head = " ✓ " if picked else (" * " if row.starred else "   ")
        kind = f"{row.kind.value[:7]:<8}"
        room = max(4, width - cell_len(head) - len(kind) - cell_len(tail))
        return [
            Segment(head, base + mark if picked or row.starred else base + dim),
            Segment(kind, base + self._ink("rows--kind")),
            Segment(_fit(mask_secrets(row.title or row.url), room), base),
            Segment(tail, base + dim),
        ]

    def _ink(self, name: str) -> Style:
        """The colour alone of a component style: the line's own ground stays."""
        return Style(color=self.get_component_rich_style(name).color)


def _fit(text: str, cells: int) -> str:
    """`text` in exactly so many cells, an ellipsis where it is cut; Chinese counts two. Controls are not drawn."""
    text = clean_line(text)
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(set_cell_size(text, cells - 1).rstrip() + "…", cells)
