"""Words on the screen: the only widgets that hold text, and they take none but `Content` of `tui.plain`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from tui.plain import NOTHING, joined


class Words(Static):
    """A piece of text that can be drawn anew."""

    def __init__(self, content: Content = NOTHING, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(content, id=id, classes=classes, markup=False)

    def draw(self, content: Content) -> None:
        """Show `content` instead."""
        self.update(content)


class Piece(NamedTuple):
    """A part of a line that can be clicked: its text with styles, and the action it stands for."""

    parts: tuple[tuple[str, str], ...]
    action: str

    @property
    def cells(self) -> int:
        """Its width."""
        return sum(cell_len(text) for text, _ in self.parts)


class Buttons(Words):
    """One line of pieces; a click on one posts `Pressed` with its action."""

    class Pressed(Message):
        """A piece was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    pieces: tuple[Piece, ...] = ()

    def lay(self, pieces: Iterable[Piece]) -> None:
        """Show these pieces."""
        self.pieces = tuple(pieces)
        self.draw(joined(*(part for piece in self.pieces for part in piece.parts)))

    def on_click(self, event: Click) -> None:
        end = 0
        for piece in self.pieces:
            end += piece.cells
            if event.x < end:
                self.post_message(self.Pressed(piece.action))
                return
