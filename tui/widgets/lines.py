"""A list drawn line by line: as fast with a hundred thousand rows as with ten. Text is data, never markup."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.plain import fit

Item = TypeVar("Item")
Cell = tuple[str, int, str]  # text, cells it takes, ink: "", dim, mark, kind, good, warn, bad
NEAR_END = 50
INKS = ("dim", "mark", "kind", "good", "warn", "bad")


class Lines(ScrollView, Generic[Item], can_focus=True, inherit_bindings=False):
    """Items with a cursor and a selection. Posts `Moved` when the cursor stands elsewhere, `Opened` on a double click.

    A list of a kind says what an item is known by (`key_of`) and how its line looks (`cells`).
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", *(f"lines--{ink}" for ink in INKS)}
    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor stands on another line now, or there is none (`item` None)."""

        def __init__(self, lines: Lines[Any], item: Any, near_end: bool) -> None:
            super().__init__()
            self.lines, self.item, self.near_end = lines, item, near_end

        @property
        def control(self) -> Lines[Any]:
            """The list it is about."""
            return self.lines

    class Opened(Message):
        """A line was clicked twice."""

        def __init__(self, lines: Lines[Any]) -> None:
            super().__init__()
            self.lines = lines

    class Picked(Message):
        """The selection is another one."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: list[Item] = []
        self.selected: set[Hashable] = set()
        self._anchor: int | None = None
        self._before: frozenset[Hashable] = frozenset()

    def key_of(self, item: Item) -> Hashable:
        """What an item is known by, however often the list is filled."""
        raise NotImplementedError

    def cells(self, item: Item, width: int) -> list[Cell]:
        """The line of an item, `width` cells in all; the first two cells are the mark's and not among them."""
        raise NotImplementedError

    def fill(self, items: list[Item], *, keep: bool = False) -> None:
        """Show `items`; with `keep` the cursor stays on its line."""
        self._fill_at(items, self.cursor if keep else 0)

    def add(self, items: list[Item]) -> None:
        """Put a further page behind the rest."""
        self.items += items
        self._resize()

    def take_out(self, keys: set[Hashable]) -> None:
        """Take items out; the cursor stays where it is, on what follows."""
        above = sum(1 for item in self.items[: self.cursor] if self.key_of(item) in keys)
        self._fill_at([item for item in self.items if self.key_of(item) not in keys], self.cursor - above)

    def _fill_at(self, items: list[Item], cursor: int) -> None:
        self.items = items
        self._anchor = None
        if self.selected:
            self.selected &= {self.key_of(item) for item in items}
        self._resize()
        self.set_reactive(Lines.cursor, max(0, min(cursor, len(items) - 1)))
        self._told()

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self.items[self.cursor] if self.items else None

    def picked(self) -> list[Item]:
        """What an action is about: the selection in list order, else the item under the cursor."""
        if self.selected:
            return [item for item in self.items if self.key_of(item) in self.selected]
        return [self.current] if self.current is not None else []

    # -- the selection -----------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Select the item under the cursor, or no more."""
        if self.current is not None:
            self.select({self.key_of(self.current)} ^ self.selected)

    def select(self, keys: Iterable[Hashable]) -> None:
        """Select exactly these."""
        self.selected, self._anchor = set(keys), None
        self._drawn_anew()

    def select_all(self) -> None:
        """Select all that are loaded."""
        self.select(self.key_of(item) for item in self.items)

    def range(self) -> None:
        """Begin a range at the cursor, or end it."""
        if self._anchor is None and self.items:
            self._anchor, self._before = self.cursor, frozenset(self.selected)
            self._stretch()
        else:
            self._anchor = None

    def _stretch(self) -> None:
        assert self._anchor is not None
        low, high = sorted((self._anchor, self.cursor))
        self.selected = {*self._before, *(self.key_of(item) for item in self.items[low : high + 1])}
        self._drawn_anew()

    def _drawn_anew(self) -> None:
        self.refresh()
        self.post_message(self.Picked())

    # -- the cursor --------------------------------------------------------------------------------------------

    def go(self, line: int) -> None:
        """Put the cursor on a line, within the list."""
        self.cursor = max(0, min(line, len(self.items) - 1))

    def page(self, step: int) -> None:
        """Move the cursor by so many screens."""
        self.go(self.cursor + step * max(1, self.size.height - 1))

    def watch_cursor(self) -> None:
        if self._anchor is not None:
            self._stretch()
        self._told()

    def on_resize(self) -> None:
        self._resize()

    def on_click(self, event: Click) -> None:
        """Click: go there. On the mark, or with ctrl: select. With shift: select up to there. Twice: open."""
        line = self.scroll_offset.y + event.y
        if line >= len(self.items):
            return
        if event.shift and self._anchor is None:
            self.range()
        self.go(line)
        if event.shift:
            self._anchor = None
        elif event.ctrl or event.x < 2:
            self.toggle()
        elif event.chain == 2:
            self.post_message(self.Opened(self))

    def _resize(self) -> None:
        self.virtual_size = Size(max(1, self.size.width), len(self.items))
        self.refresh()

    def _told(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved(self, self.current, self.cursor >= len(self.items) - NEAR_END))

    # -- drawing -----------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        line = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if line >= len(self.items):
            return Strip.blank(width, self.rich_style)
        base = self.get_component_rich_style("lines--cursor") if line == self.cursor else self.rich_style
        item = self.items[line]
        mark = "✓ " if self.key_of(item) in self.selected else "> " if line == self.cursor else "  "
        cells = [(mark, 2, "mark"), *self.cells(item, width - 2)]
        return Strip([Segment(fit(text, n), base + self._ink(ink)) for text, n, ink in cells if n > 0], width)

    def _ink(self, name: str) -> Style:
        """The colour alone of a component style: the line's own ground stays."""
        return Style(color=self.get_component_rich_style(f"lines--{name}").color) if name else Style()
