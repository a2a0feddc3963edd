"""The tour of the first day: five short pages, shown once and whenever asked for."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.keys import Keymap, shown
from tui.plain import joined
from tui.widgets.words import Words
from tui.words import say

PAGES = ("start", "decide", "undo", "find", "end")
NAMED = ("done", "skip", "file", "choose", "undo", "help", "palette", "find", "select", "read", "command")


class Tour(ModalScreen[None]):
    """Any key turns the page, Esc leaves."""

    BINDINGS = [Binding("escape,q", "leave", show=False)]

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        keys = {one.name: shown(one.keys[0]) for one in keymap.actions if one.keys}
        self._keys = {name.replace("-", "_"): keys.get(name, f":{name}") for name in NAMED}
        self._at = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="tour"):
            yield Words(id="tour-text")

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        name = PAGES[self._at]
        self.query_one("#tour-text", Words).draw(
            joined(
                (f"{say(f'tour.{name}.title')}\n\n", "bold $accent"),
                (f"{say(f'tour.{name}', **self._keys)}\n\n", ""),
                (say("tour.foot", at=self._at + 1, of=len(PAGES)), "$muted"),
            )
        )

    def on_key(self) -> None:
        self.turn()

    def on_click(self) -> None:
        self.turn()

    def turn(self) -> None:
        """The next page; after the last back to work. A key more, while it closes, does nothing."""
        self._at += 1
        if self._at == len(PAGES):
            self.dismiss()
        elif self._at < len(PAGES):
            self._draw()

    def action_leave(self) -> None:
        """Enough of it."""
        self.dismiss()
