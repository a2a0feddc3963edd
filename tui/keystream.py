"""Keys in the order they were pressed: each is through before the next is given to whoever listens then.

A key may open a field, a window or a place. Textual would give the keys typed right behind it to what had the focus
before; here they wait until what was opened stands.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING

from textual.app import ScreenStackError
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tui.screens.base import Keyed
from tui.widgets.words import Buttons

if TYPE_CHECKING:
    from tui.app import TrackerApp

GLANCE = 0.002  # seconds between two looks at whether somebody listens
LONGEST = 1.0  # seconds a key is waited for that a widget does not let go of
WORDS = {"alt+f": "ctrl+right", "alt+b": "ctrl+left"}  # a word on, a word back, as terminals of a Mac send them
Press = Key | Paste | Buttons.Pressed


class Through(Message):
    """Sent behind a key, on the way the key takes: where it arrives the key has been."""


class KeyStream:
    """Gives keys, pasted text and clicks on actions to the app, one after the other."""

    def __init__(self, app: TrackerApp) -> None:
        self._app = app
        self._waiting: deque[Press] = deque()
        self._task: asyncio.Task[None] | None = None
        self._arrived: Through | None = None

    @property
    def busy(self) -> bool:
        """Whether a key is not through yet."""
        return self._task is not None and not self._task.done()

    def put(self, press: Press) -> None:
        """A key more."""
        self._waiting.append(press)
        if not self.busy:
            self._task = asyncio.create_task(self._give_all())
            self._task.add_done_callback(self._ended)

    def arrived(self, message: Through) -> None:
        """A key is through."""
        self._arrived = message

    def _ended(self, task: asyncio.Task[None]) -> None:
        """What went wrong over a key ends the app as if it had happened in it."""
        try:
            if not task.cancelled():
                task.result()
        except Exception as error:
            self._app._handle_exception(error)

    async def _give_all(self) -> None:
        try:
            while self._waiting:
                await _until(self._listens)
                press = self._waiting.popleft()
                if isinstance(press, Key):
                    press, *behind = _parted(press, self._app)
                    self._waiting.extendleft(behind)
                await self._give(press)
        except ScreenStackError:  # the app has ended over a key
            self._waiting.clear()

    def _listens(self) -> bool:
        screen = self._app.screen
        return screen.is_mounted and not (isinstance(screen, Keyed) and screen.held)

    async def _give(self, press: Press) -> None:
        screen = self._app.screen
        if isinstance(press, Buttons.Pressed):
            if isinstance(screen, Keyed):
                await screen.do(press.action)
        elif not (isinstance(press, Key) and isinstance(screen, Keyed) and await screen.takes(press)):
            target = self._app.focused or screen
            await self._app.deliver(press)
            for _ in range(2):  # what a widget says of a key goes behind the first
                await self._through(target, screen)

    async def _through(self, target: Widget, screen: Screen[object]) -> None:
        sent, begun = Through(), monotonic()
        if target.post_message(sent):
            await _until(
                lambda: self._arrived is sent or self._app.screen is not screen or monotonic() - begun > LONGEST
            )


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(GLANCE)


def _parted(key: Key, app: TrackerApp) -> Iterator[Key]:
    """Esc and a key for what came as Alt and a key, where Alt leads nowhere."""
    screen, sign = app.screen, key.character or ""
    if not key.key.startswith("alt+") or len(sign) != 1 or (isinstance(screen, Keyed) and screen.knows(key)):
        yield key
    elif isinstance(app.focused, Input | TextArea) and key.key in WORDS:
        yield Key(WORDS[key.key], None)
    else:
        yield Key("escape", "\x1b")
        yield Key(sign if sign.isalnum() else _character_to_key(sign), sign)
