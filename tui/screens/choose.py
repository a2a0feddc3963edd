"""Choose one of several by typing a few letters of it, in any language; Enter takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tracker.core.text import fold
from tui.plain import fit, joined, plain
from tui.screens.window import Window
from tui.words import say

CELLS = 64
LABEL_CELLS = 44
MOST = 300  # rows in the window; more are found by typing


class Choice(NamedTuple):
    """What is taken, how it reads, and what stands beside it."""

    value: str
    label: str
    beside: str = ""


def holding(choices: Iterable[Choice], typed: str) -> list[Choice]:
    """The choices that hold every word typed, those that begin so first."""
    words = fold(typed).split()
    found = [one for one in choices if all(word in fold(f"{one.label} {one.beside} {one.value}") for word in words)]
    return sorted(found, key=lambda one: not fold(one.label).startswith(words[0])) if words else found


def of_titles(titles: Iterable[str]) -> Callable[[str], list[Choice]]:
    """Choices that are what they read."""
    offered = [Choice(title, title) for title in titles]
    return lambda typed: holding(offered, typed)


class Choose(Window[str]):
    """Dismissed with the value that was chosen, or "" when the person thought better of it.

    `offer` gives the choices for what is typed. `free`: what is typed counts; Tab completes it, Enter takes it.
    """

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(self, prompt: str, offer: Callable[[str], list[Choice]], *, free: bool = False) -> None:
        super().__init__()
        self._prompt, self._offer, self._free = prompt, offer, free
        self._shown: list[Choice] = []
        self._moved = False

    def compose(self) -> ComposeResult:
        with Vertical(id="chooser"):
            yield Input(placeholder=self._prompt if self._free else say("ask.hint", prompt=self._prompt))
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))
        self._fill("")

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Keep what fits the words typed."""
        self._fill(event.value)

    def _fill(self, typed: str) -> None:
        self._shown, self._moved = self._offer(typed)[:MOST], False
        choices = self.query_one(OptionList)
        choices.clear_options()
        if self._shown:
            room = _room(self._shown)
            choices.add_options(_option(n, one, room) for n, one in enumerate(self._shown))
            choices.highlighted = 0
        else:
            choices.add_options([Option(plain(say("ask.nothing"), "$muted"), disabled=True)])

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Take what was typed where that counts, else what the cursor stands on."""
        highlighted = self.query_one(OptionList).highlighted
        if self._free and not self._moved and event.value.strip():
            self.dismiss(event.value.lstrip(": "))
        elif self._shown and highlighted is not None:
            self._took(highlighted)

    @on(OptionList.OptionSelected)
    def clicked(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        self._took(event.option_index)

    def _took(self, index: int) -> None:
        value = self._shown[index].value
        if self._free and value.endswith(" "):
            self._put(value)
        else:
            self.dismiss(value)

    def _put(self, text: str) -> None:
        box = self.query_one(Input)
        box.value, box.cursor_position = text, len(text)
        self.set_focus(box)

    def action_complete(self) -> None:
        """Put what the cursor stands on into the line."""
        highlighted = self.query_one(OptionList).highlighted
        if self._shown and highlighted is not None:
            chosen = self._shown[highlighted]
            self._put(chosen.value if self._free else chosen.label)

    def action_move(self, step: int) -> None:
        """Move the cursor while the words keep the focus."""
        choices = self.query_one(OptionList)
        self._moved = True
        (choices.action_cursor_down if step > 0 else choices.action_cursor_up)()

    def action_leave(self) -> None:
        """Nothing is chosen."""
        self.dismiss("")


def _room(choices: list[Choice]) -> int:
    """The cells of the labels, so that what stands beside them is one column."""
    beside = max(cell_len(one.beside) for one in choices)
    longest = max((cell_len(one.label) for one in choices if one.beside), default=0)
    return max(CELLS // 3, min(LABEL_CELLS, max(longest, LABEL_CELLS if beside < CELLS - LABEL_CELLS else 0)))


def _option(number: int, one: Choice, room: int) -> Option:
    if not one.beside:
        return Option(plain(fit(one.label, CELLS)), id=str(number))
    beside = fit(one.beside, CELLS - room - 1).rstrip()
    return Option(joined((fit(one.label, room), ""), (f" {beside}", "$muted")), id=str(number))
