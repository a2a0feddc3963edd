"""`?`: every key of the screen, from the table of keys."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import Key, shown


class Help(ModalScreen[None]):
    """Leaves on any of the usual keys."""

    BINDINGS = [Binding("escape,q,question_mark,f1,enter", "leave", "close")]

    def __init__(self, table: tuple[Key, ...]) -> None:
        super().__init__()
        self._table = table

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static(Content.assemble(*help_parts(self._table)))

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss()


def help_parts(table: tuple[Key, ...]) -> list[tuple[str, str]]:
    """The lines of the help, by group."""
    parts: list[tuple[str, str]] = []
    for group in dict.fromkeys(row.group for row in table):
        parts.append((f"{group}\n", "bold $accent"))
        for row in (row for row in table if row.group == group):
            keys = " ".join(shown(key) for key in row.keys)
            parts += [(f"  {keys:<16}", "bold"), (f"{row.about}\n", "")]
        parts.append(("\n", ""))
    return parts
