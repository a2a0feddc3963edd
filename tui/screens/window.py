"""A window over a place: a click beside it leaves it, as Esc does."""

from __future__ import annotations

from typing import TypeVar

from textual.events import Click
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Window(ModalScreen[Result]):
    """Asks or shows something. Its `action_leave` is what Esc does."""

    def on_click(self, event: Click) -> None:
        if event.widget is self:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to where one was."""
        raise NotImplementedError
