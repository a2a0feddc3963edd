"""The top line: the screens by number, the one in view standing out; a click goes there."""

from __future__ import annotations

from tui.actions import PLACES
from tui.widgets.words import Buttons, Piece

HERE = "bold $text on $primary"


class Tabs(Buttons):
    """`1 Today 2 Inbox …`"""

    def show(self, here: str) -> None:
        """Draw with the screen `here` in view."""
        self.lay(
            Piece(
                ((f" {place.number} ", HERE if place.name == here else "$muted"),
                 (f"{place.title} ", HERE if place.name == here else "")),
                f"go-{place.name}",
            )
            for place in PLACES
        )  # fmt: skip
