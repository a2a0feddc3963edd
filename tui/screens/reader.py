"""Reading: a text, a transcript with its seconds, or the day; found words are gone to one by one."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from tracker.core.text import strip_unseen
from tui.keys import READER, footer, half_width
from tui.widgets.keyline import KeyLine

MOST_LINES = 20_000


class Reader(Screen[None]):
    """Shows plain lines; nothing in them is markup."""

    BINDINGS = [Binding(",".join(row.keys), row.action, row.about, show=False) for row in READER]

    def __init__(self, title: str, lines: list[str]) -> None:
        super().__init__()
        self._heading, self._lines = title, lines[:MOST_LINES]
        self._hits: list[int] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        yield Static(Content.styled(f" {strip_unseen(self._heading)}", "bold $text on $primary"), id="title")
        with VerticalScroll(id="reading"):
            yield Static(self._content(""), id="text")
        yield Input(placeholder="words; Enter goes to the first", id="find")
        yield KeyLine(footer(READER))

    def on_mount(self) -> None:
        self.query_one("#find").display = False
        self._pane.focus()

    @property
    def _pane(self) -> VerticalScroll:
        return self.query_one("#reading", VerticalScroll)

    def _content(self, words: str) -> Content:
        """The lines, those that hold `words` standing out."""
        low = words.casefold()
        self._hits = [n for n, line in enumerate(self._lines) if low and low in line.casefold()]
        hits = set(self._hits)
        return Content.assemble(
            *((strip_unseen(line) + "\n", "bold $accent" if n in hits else "") for n, line in enumerate(self._lines))
        )

    async def on_key(self, event: object) -> None:
        """Full-width letters act like theirs while an input method is on."""
        from textual.events import Key

        from tui.keys import action_of

        if isinstance(event, Key) and not isinstance(self.focused, Input):
            action = action_of(READER, half_width(event.character))
            if action:
                event.stop()
                await self.run_action(action)

    def action_scroll(self, step: int) -> None:
        self._pane.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        self._pane.scroll_relative(y=step * max(1, self._pane.size.height - 1), animate=False)

    def action_top(self) -> None:
        self._pane.scroll_home(animate=False)

    def action_bottom(self) -> None:
        self._pane.scroll_end(animate=False)

    def action_find(self) -> None:
        box = self.query_one("#find", Input)
        box.display = True
        box.focus()

    @on(Input.Submitted, "#find")
    def found(self, event: Input.Submitted) -> None:
        """Go to the first line that holds the words."""
        event.input.display = False
        self._pane.focus()
        self.query_one("#text", Static).update(self._content(event.value.strip()))
        self._at = -1
        self.action_next(1)

    def action_next(self, step: int) -> None:
        """The next line that holds the words, round and round. Lines are counted before they are folded."""
        if not self._hits:
            self.app.notify("nothing holds these words", markup=False, timeout=2)
            return
        self._at = (self._at + step) % len(self._hits)
        share = self._hits[self._at] / max(1, len(self._lines))
        self._pane.scroll_to(y=int(share * self._pane.virtual_size.height), animate=False)

    def action_leave(self) -> None:
        box = self.query_one("#find", Input)
        if isinstance(self.focused, Input):
            box.display = False
            self._pane.focus()
        else:
            self.dismiss()
