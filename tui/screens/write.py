"""Windows to write in: one line, or a note of several."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input

from tui.plain import fit, joined
from tui.screens.window import Window
from tui.widgets.notepane import NoteText, heading
from tui.widgets.words import Buttons, Words
from tui.words import say

PROMPT_CELLS = 56  # beside them stands how to keep it, on the narrowest screen too


class Ask(Window[str | None]):
    """One line, `text` to begin with. Enter takes it; Esc is dismissed with None."""

    BINDINGS = [Binding("escape", "leave", show=False)]

    def __init__(self, prompt: str, text: str = "") -> None:
        super().__init__()
        self._prompt, self._text = prompt, text

    def compose(self) -> ComposeResult:
        with Vertical(id="asking"):
            yield Words(joined((self._prompt, "bold $accent")))
            yield Input(self._text, select_on_focus=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Take the line."""
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Nothing is changed."""
        self.dismiss(None)


class Write(Window[str]):
    """Several lines, `text` to begin with. Esc keeps them: dismissed with what is written."""

    BINDINGS = [Binding("escape", "leave", show=False)]

    def __init__(self, prompt: str, text: str = "") -> None:
        super().__init__()
        self._prompt, self._text = prompt, text

    def compose(self) -> ComposeResult:
        with Vertical(id="writing"):
            yield Buttons(id="writing-title")
            yield NoteText(self._text, soft_wrap=True, placeholder=say("reader.hint"))

    def on_mount(self) -> None:
        self.query_one(Buttons).lay(heading(fit(self._prompt, PROMPT_CELLS).rstrip()))
        editor = self.query_one(NoteText)
        self.set_focus(editor)
        editor.move_cursor(editor.document.end)

    @on(Buttons.Pressed)
    def clicked(self, event: Buttons.Pressed) -> None:
        """A click on what keeps it."""
        if event.action:
            self.action_leave()

    def action_leave(self) -> None:
        """What is written is kept."""
        self.dismiss(self.query_one(NoteText).text)


async def asked(screen: Screen[Any], prompt: str, text: str = "") -> str | None:
    """A line the person writes; None when they thought better of it. To be called from a worker."""
    answer: str | None = await screen.app.push_screen_wait(Ask(prompt, text))
    return answer
