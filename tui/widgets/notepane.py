"""The note editor beside what is read: one note at a time, what was noted before below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.widgets import TextArea

from tracker.core.plan import JournalEntry
from tracker.core.text import clock
from tui.passage import noted
from tui.plain import NOTHING, joined
from tui.widgets.words import Buttons, Piece, Words
from tui.words import say

INDENT = "    "
MOST_SHOWN = 20


def heading(what: str) -> tuple[Piece, ...]:
    """What is written, and how it is kept: by Esc, or by a click on the words that say so."""
    return Piece(((what, "bold $accent"),), ""), Piece(((f"  {say('reader.keeps')} ", "$muted"),), "cancel")


class NoteText(TextArea):
    """Where one writes. Tab indents a bullet; Esc is the screen's, which keeps the note."""

    def on_key(self, event: Key) -> None:
        if event.key == "tab":
            self.insert(INDENT)
            event.stop()
            event.prevent_default()


class NotePane(Vertical):
    """Hidden until a note is begun. `second` is where in a talk the note begins, None for none."""

    second: float | None = None

    def compose(self) -> ComposeResult:
        yield Buttons(id="note-title")
        yield NoteText(id="note-text", soft_wrap=True, placeholder=say("reader.hint"))
        with VerticalScroll(id="note-before", can_focus=False):
            yield Words(id="note-entries")

    def on_mount(self) -> None:
        self.display = False

    @property
    def editor(self) -> NoteText:
        """Where one writes."""
        return self.query_one("#note-text", NoteText)

    @property
    def open(self) -> bool:
        """Whether a note is being written."""
        return bool(self.display)

    def begin(self, second: float | None, *, text: str = "") -> None:
        """Begin a note, or go on with the one that is open."""
        if not self.open:
            self.second = second
            self.editor.text = text
            self.display = True
            what = say("reader.new-note") if second is None else say("reader.note-at", at=clock(second))
            self.query_one("#note-title", Buttons).lay(heading(f" {what}"))
        self.screen.set_focus(self.editor)  # at once: the next key is the first letter
        self.editor.move_cursor(self.editor.document.end)

    def end(self) -> None:
        """Close the pane; what was written is gone from it."""
        self.display = False
        self.editor.text = ""

    def show(self, entries: list[JournalEntry]) -> None:
        """What was noted about the same thing before."""
        parts = [(f"{say('reader.your-notes')}\n", "bold $muted")] if entries else []
        for one in entries[:MOST_SHOWN]:
            at = f"  {clock(one.start_seconds)}" if one.start_seconds is not None else ""
            parts += [(f"\n{one.day} {one.part}{at}\n", "$text-accent"), (f"{noted(one.body)}\n", "$muted")]
        self.query_one("#note-entries", Words).draw(joined(*parts) if parts else NOTHING)
