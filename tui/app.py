"""The terminal interface: seven places over one desk."""

from __future__ import annotations

import gc
import os
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste

from tracker.core.errors import ConfigError, TrackerError
from tui.desk import Desk
from tui.escapes import install
from tui.keystream import KeyStream, Through
from tui.look import DARK, LIGHT, theme_of
from tui.screens.base import Keyed, PlaceScreen, place_screen
from tui.toast import toast
from tui.words import language, say, speak

if TYPE_CHECKING:
    from tracker.wiring import House

FIRST = "inbox"
CALM_SECONDS = 0.5  # after the first rows: whoever looks at them waits for nothing


class TrackerApp(App[TrackerError]):
    """Places are made when first gone to, and stay as they were left. `tour`: begin with the tour for who is new.

    The frame is drawn before the database is open; when it cannot be opened the app ends with the trouble.
    """

    CSS_PATH: ClassVar = ["tracker.tcss", "screens.tcss"]
    TITLE = "tracker"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "hint_quit", show=False, system=True)]

    def __init__(self, desk: Desk, theme: str = "auto", *, tour: bool = False) -> None:
        super().__init__()
        self._desk, self._tour = desk, tour
        self._trail: list[str] = []
        self.keys = KeyStream(self)
        speak(language(desk.settings.ui.language, os.environ))
        for look in (DARK, LIGHT):
            self.register_theme(look)
        self.theme = theme_of(theme, os.environ)

    async def on_event(self, event: Event) -> None:
        """Keys and pasted text wait their turn."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self.keys.put(event)
        else:
            await self.deliver(event)

    async def deliver(self, event: Event) -> None:
        """Give an event to whoever listens now."""
        await super().on_event(event)

    @on(Through)
    def key_is_through(self, event: Through) -> None:
        self.keys.arrived(event)

    def on_mount(self) -> None:
        trouble = ""
        try:
            self._desk.keys.load()
        except ConfigError as error:  # a mistake in a file of keys leaves the keys as they were
            trouble = error.sentence()
        self.go(FIRST)
        if trouble:
            toast(self, trouble, bad=True)
        self.settle()

    @work(exclusive=True, group="settle")
    async def settle(self) -> None:
        """Open the database behind the first frame."""
        try:
            new = await self._desk.opened()
        except TrackerError as error:
            self.exit(error)
            return
        self.call_after_refresh(_collect_again)
        if new and self._tour and isinstance(self.screen, Keyed):
            self.screen.action_tour()
        self.set_timer(CALM_SECONDS, _load_reader)

    def go(self, name: str) -> None:
        """Show a place; what was on top of another (a reader) is closed."""
        if self._trail[-1:] == [name] and isinstance(self.screen, PlaceScreen):
            return
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if name not in self._installed_screens:
            self.install_screen(place_screen(name, self._desk), name)
        if self._trail:
            self.switch_screen(name)
        else:
            self.push_screen(name)
        if isinstance(self.screen, PlaceScreen):
            self.screen.expect()
        self._trail = [*(one for one in self._trail if one != name), name]

    def back(self) -> None:
        """The place before; at the first one leave."""
        self._trail.pop()
        if self._trail:
            before = self._trail.pop()
            self._trail.append("")  # not the place itself: it is switched to
            self.go(before)
            self._trail.remove("")
        else:
            self.exit()

    def turn_theme(self) -> None:
        """Light instead of dark, or dark instead of light."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_hint_quit(self) -> None:
        """ctrl+c copies what is selected; here it says how to leave."""
        text = self.screen.get_selected_text()
        if text:
            self.copy_to_clipboard(text)
        toast(self, say("said.copied") if text else say("said.ctrl-c", key="ctrl+q"))


def _load_reader() -> None:
    """Load what shows texts beside the work, so that the first one opens as quickly as every other."""
    Thread(target=import_module, args=("tui.screens.reader",), daemon=True).start()


def _collect_again() -> None:
    """Collect garbage from now on, but never look through what starting made: that was off since the command began."""
    gc.freeze()
    gc.enable()


def run(house: House) -> None:
    """Run the interface until the person leaves. Raises StoreError when the database cannot be opened."""
    install()
    trouble = TrackerApp(Desk(house), house.settings.ui.theme, tour=True).run()
    if trouble is not None:
        raise trouble
