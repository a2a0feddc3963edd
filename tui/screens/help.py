"""`?`: every key of the screen, from the table of actions."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.events import Resize

from tui.actions import groups
from tui.keys import Keymap, shown
from tui.plain import fit, joined
from tui.screens.window import Window
from tui.widgets.folding import folded
from tui.widgets.words import Words
from tui.words import say

KEY_CELLS = 22


class Help(Window[None]):
    """Leaves on any of the usual keys."""

    BINDINGS = [Binding("escape,q,question_mark,f1,enter,fullwidth_question_mark", "leave", show=False)]

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Words()

    @on(Resize)
    def draw(self) -> None:
        """Fold what actions do beside their keys."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        room = self.query_one("#help").scrollable_content_region.width - KEY_CELLS - 2
        self.query_one(Words).draw(joined(*help_parts(self._keymap, room)))

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss()


def help_parts(keymap: Keymap, room: int = 1000) -> list[tuple[str, str]]:
    """The lines of the help, by group; what an action does in rows of `room` cells."""
    parts: list[tuple[str, str]] = [(f"{say('ask.help-end')}\n\n", "$muted")]
    for group, actions in groups(keymap.actions):
        parts.append((f"{say(f'do.group.{group}')}\n", "bold $accent"))
        for action in actions:
            keys = "  ".join(shown(keys) for keys in action.keys) or f":{action.name}"
            about = f"\n{' ' * (KEY_CELLS + 2)}".join(folded(action.about, max(10, room)))
            parts += [(f"  {fit(keys, KEY_CELLS)}", "bold"), (f"{about}\n", "")]
        parts.append(("\n", ""))
    return parts
