"""Reading: a text, a transcript with its seconds, or the day; found words are gone to one by one."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input

from tui.desk import Desk
from tui.plain import joined, plain
from tui.screens.base import Keyed
from tui.widgets.keyline import KeyLine
from tui.widgets.words import Words
from tui.words import say

MOST_LINES = 20_000


class Reader(Keyed[None]):
    """Shows plain lines; nothing in them is markup."""

    NAME = "reader"

    def __init__(self, desk: Desk, title: str, lines: list[str]) -> None:
        super().__init__(desk)
        self._heading, self._lines = title, lines[:MOST_LINES]
        self._hits: list[int] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        yield Words(plain(f" {self._heading}", "bold $text on $primary"), id="title")
        with VerticalScroll(id="reading"):
            yield Words(self._content(""), id="text")
        yield Input(placeholder=say("reader.find"), id="find")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.query_one("#find").display = False
        self._pane.focus()
        self.draw_keys()

    @property
    def _pane(self) -> VerticalScroll:
        return self.query_one("#reading", VerticalScroll)

    def _content(self, words: str) -> Content:
        """The lines, those that hold `words` standing out."""
        low = words.casefold()
        self._hits = [n for n, line in enumerate(self._lines) if low and low in line.casefold()]
        hits = set(self._hits)
        return joined(*((f"{line}\n", "bold $accent" if n in hits else "") for n, line in enumerate(self._lines)))

    def action_move(self, step: int) -> None:
        self._pane.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        self._pane.scroll_relative(y=step * max(1, self._pane.size.height - 1), animate=False)

    def action_top(self) -> None:
        self._pane.scroll_home(animate=False)

    def action_bottom(self) -> None:
        self._pane.scroll_end(animate=False)

    def action_find(self, words: str = "") -> None:
        """Open the line of words, or go to the first of those that were named."""
        if words:
            self.go_to(words)
            return
        box = self.query_one("#find", Input)
        box.display = True
        box.focus()

    @on(Input.Submitted, "#find")
    def found(self, event: Input.Submitted) -> None:
        """Go to the first line that holds the words."""
        self.action_cancel()
        self.go_to(event.value.strip())

    def go_to(self, words: str) -> None:
        """Mark `words`, and go to the first line that holds them."""
        self.query_one("#text", Words).draw(self._content(words))
        self._at = -1
        self.action_hit(1)

    def action_hit(self, step: int) -> None:
        """The next line that holds the words, round and round. Lines are counted before they are folded."""
        if not self._hits:
            self.say(say("reader.no-hit"))
            return
        self._at = (self._at + step) % len(self._hits)
        share = self._hits[self._at] / max(1, len(self._lines))
        self._pane.scroll_to(y=int(share * self._pane.virtual_size.height), animate=False)

    def action_cancel(self) -> None:
        """Put the line of words away; without one, back."""
        if isinstance(self.focused, Input):
            self.query_one("#find", Input).display = False
            self._pane.focus()
        else:
            self.dismiss()

    def action_back(self) -> None:
        self.dismiss()
