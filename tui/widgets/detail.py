"""Facts about what the cursor stands on, a line each; and a sentence when there is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Resize

from tracker.core.text import clean_line
from tui.plain import fit, joined, plain
from tui.widgets.folding import folded
from tui.widgets.words import Words

NAME_CELLS = 15

Part = tuple[str, str]
Fact = tuple[str, list[Part]]  # what it is called, and the value in styled parts


class Detail(VerticalScroll, can_focus=True):
    """A heading, facts in two columns, and words below."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown: tuple[str, list[Fact], list[Part]] | None = None

    def compose(self) -> ComposeResult:
        yield Words()

    def show(self, heading: str, facts: Iterable[Fact], below: Iterable[Part] = ()) -> None:
        """Draw; a fact without a value is left out."""
        self._shown = heading, [fact for fact in facts if any(text for text, _ in fact[1])], list(below)
        self._draw()
        self.scroll_home(animate=False)

    def say(self, sentence: str) -> None:
        """A sentence instead."""
        self._shown = None
        self.query_one(Words).draw(plain(sentence, "$muted"))
        self.scroll_home(animate=False)

    @on(Resize)
    def _draw(self) -> None:
        if self._shown is None:
            return
        heading, facts, below = self._shown
        room = max(10, self.scrollable_content_region.width - NAME_CELLS)
        parts: list[Part] = [(f"{heading}\n\n", "bold")]
        for name, value in facts:
            parts += [(fit(name, NAME_CELLS), "$muted"), *_folded(value, room), ("\n", "")]
        self.query_one(Words).draw(joined(*parts, *below))


def _folded(value: list[Part], room: int) -> list[Part]:
    """A value on rows of `room` cells, the further ones under the first."""
    if len(value) != 1:
        return value if any("\n" in text for text, _ in value) else list(_below(value, room))
    (text, style), indent = value[0], " " * NAME_CELLS
    text = clean_line(text)
    return [(f"\n{indent}".join(folded(text, room)), style)]


def _below(value: list[Part], room: int) -> Iterator[Part]:
    """Parts side by side; one that has no room left begins a row."""
    used = 0
    for text, style in value:
        cells = cell_len(text)
        if used and used + cells > room:
            text = text.lstrip()
            used = cell_len(text)
            yield f"\n{' ' * NAME_CELLS}{text}", style
        else:
            used += cells
            yield text, style
