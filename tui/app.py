"""The terminal interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from tui.desk import Desk
from tui.screens.inbox import Inbox

if TYPE_CHECKING:
    from tracker.wiring import House


class TrackerApp(App[None]):
    """Screens over one desk."""

    CSS_PATH = "tracker.tcss"
    TITLE = "tracker"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, desk: Desk, theme: str = "auto") -> None:
        super().__init__()
        self._desk = desk
        if theme != "auto":
            self.theme = f"textual-{theme}"

    def on_mount(self) -> None:
        self.push_screen(Inbox(self._desk))


def run(house: House) -> None:
    """Run the interface until the person leaves. Raises StoreError when the database cannot be opened."""
    _ = house.store  # trouble with the database is a sentence in the terminal, not a broken screen
    TrackerApp(Desk(house), house.settings.ui.theme).run()
