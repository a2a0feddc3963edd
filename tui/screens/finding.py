"""The line of words under a list: opened by a key, it narrows the list as one types."""

from __future__ import annotations

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from tui.screens.base import PlaceScreen


class Finding(PlaceScreen):
    """A place with a list and an `Input` of id `find` under it."""

    @property
    def listed(self) -> Widget:
        """The list, which has the keys while the line is away."""
        raise NotImplementedError

    def look_for(self, query: str, *, typing: bool) -> None:
        """Leave what answers `query`; empty leaves all. `typing`: another letter may follow."""
        raise NotImplementedError

    def action_find(self, query: str = "") -> None:
        """Open the line, or look for what was named."""
        if query:
            self.awaits_answer()
            self.look_for(query, typing=False)
            return
        box = self.query_one("#find", Input)
        box.display = True
        self.set_focus(box)

    @on(Input.Changed, "#find")
    def typed(self, event: Input.Changed) -> None:
        """Narrow as one types."""
        if event.input.display:
            self.look_for(event.value.strip(), typing=True)

    @on(Input.Submitted, "#find")
    def found(self, event: Input.Submitted) -> None:
        """Keep what holds the words; the list has the keys again."""
        self.close_find()
        self.awaits_answer()
        self.look_for(event.value.strip(), typing=False)

    def close_find(self) -> None:
        """Put the line away."""
        self.query_one("#find").display = False
        self.set_focus(self.listed)
