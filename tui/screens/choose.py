"""Choose one of several by typing a few letters of it, in any language; Enter takes it."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tracker.core.text import fold, strip_unseen


class Choose(ModalScreen[str]):
    """Dismissed with the title that was chosen, or "" when the person thought better of it."""

    BINDINGS = [
        Binding("escape", "leave", "cancel"),
        Binding("down", "move(1)", "next", priority=True),
        Binding("up", "move(-1)", "before", priority=True),
    ]

    def __init__(self, prompt: str, titles: list[str]) -> None:
        super().__init__()
        self._prompt = prompt
        self._titles = titles

    def compose(self) -> ComposeResult:
        with Vertical(id="chooser"):
            yield Input(placeholder=f"{self._prompt}  (type to narrow, Enter takes, Esc cancels)")
            yield OptionList(*_options(self._titles))

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.query_one(OptionList).highlighted = 0

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Keep the titles that hold every word typed."""
        words = fold(event.value).split()
        shown = [title for title in self._titles if all(word in fold(title) for word in words)]
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options(_options(shown))
        choices.highlighted = 0 if shown else None

    @on(Input.Submitted)
    def take(self) -> None:
        """Take what the cursor stands on."""
        choices = self.query_one(OptionList)
        if choices.highlighted is not None:
            self.dismiss(str(choices.get_option_at_index(choices.highlighted).id))

    @on(OptionList.OptionSelected)
    def clicked(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        self.dismiss(str(event.option.id))

    def action_move(self, step: int) -> None:
        """Move the cursor while the words keep the focus."""
        choices = self.query_one(OptionList)
        (choices.action_cursor_down if step > 0 else choices.action_cursor_up)()

    def action_leave(self) -> None:
        """Nothing is chosen."""
        self.dismiss("")


def _options(titles: list[str]) -> Iterator[Option]:
    return (Option(Content(strip_unseen(title)), id=title) for title in titles)
