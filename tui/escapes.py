"""Esc and the key behind it, told apart from Alt and a key.

A terminal sends both as the same bytes. Textual takes them for Alt, loses Esc where the key is a sign, and waits for
more after it; here `Alt+x` is told at once, and the stream of keys (`tui/keystream.py`) makes two keys of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import monotonic

from textual import constants
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Key
from textual.message import Message

ESC = "\x1b"
LEADS = "[O\x7f\t"  # what a terminal itself sends behind an Esc: arrows, F1, ⌫ with Alt, Shift+Tab of the console


class Escapes(XTermParser):
    """Textual's parser of what a terminal sends, with every Esc looked at first."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._escaped: float | None = None  # when an Esc came that nothing has followed yet
        self._recent, self._pasting = "", False

    def feed(self, data: str) -> Iterable[Message]:
        """Events of what was read; "" ends it."""
        if not data:
            yield from super().feed(data)
        for character in data:
            yield from self._take(character)

    def _take(self, character: str) -> Iterable[Message]:
        self._recent = (self._recent + character)[-len(BRACKETED_PASTE_START) :]
        if self._recent in (BRACKETED_PASTE_START, BRACKETED_PASTE_END):
            self._pasting = self._recent == BRACKETED_PASTE_START
        if self._escaped is not None:
            yield from self._behind_escape(character)
        elif character == ESC and not self._pasting and self._timeout_time is None:
            self._escaped = monotonic()
        else:
            yield from super().feed(character)

    def _behind_escape(self, character: str) -> Iterable[Message]:
        self._escaped = None
        if character in LEADS:
            yield from super().feed(ESC + character)
        elif character.isprintable():
            yield Key(f"alt+{character}", character)
        else:
            yield Key("escape", ESC)
            yield from self._take(character)

    def tick(self) -> Iterable[Message]:
        """Events of time that passed: an Esc that nothing followed is one."""
        if self._escaped is not None and monotonic() - self._escaped >= constants.ESCAPE_DELAY:
            self._escaped = None
            yield Key("escape", ESC)
        yield from super().tick()


def install() -> None:
    """Let Textual's drivers parse with it; they offer no way to be given a parser."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = Escapes  # type: ignore[attr-defined]
