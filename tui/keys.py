"""Every key of the terminal interface, one table: bindings, footer, help and manual are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Key(NamedTuple):
    """One action and the keys that lead to it. `short` stands in the footer, "" keeps it out of there."""

    keys: tuple[str, ...]
    action: str
    about: str
    short: str = ""
    group: str = "Decide"


INBOX: tuple[Key, ...] = (
    Key(("j", "down"), "move(1)", "next row", group="Move"),
    Key(("k", "up"), "move(-1)", "row before", group="Move"),
    Key(("ctrl+d", "pagedown"), "page(1)", "a page down", group="Move"),
    Key(("ctrl+u", "pageup"), "page(-1)", "a page up", group="Move"),
    Key(("home",), "top", "first row (also gg)", group="Move"),
    Key(("G", "end"), "bottom", "last row", group="Move"),
    Key(("J",), "scroll_preview(1)", "scroll the preview down", group="Move"),
    Key(("K",), "scroll_preview(-1)", "scroll the preview up", group="Move"),
    Key(("p",), "file_suggested", "file into the suggested topic", "file"),
    Key(("P",), "choose_topic", "file under a topic you choose"),
    Key(("e",), "decide('done')", "done", "done"),
    Key(("d",), "decide('skip')", "skip", "skip"),
    Key(("s",), "decide('shortlist')", "put on the shortlist"),
    Key(("b",), "snooze", "snooze: it comes back on a later day"),
    Key(("f",), "decide('star')", "favourite: star it"),
    Key(("u", "z"), "undo", "undo, wherever it was decided", "undo"),
    Key(("ctrl+r", "Z"), "redo", "do again what was undone"),
    Key(("space",), "select", "select and go on", group="Select"),
    Key(("asterisk",), "select_all", "select all that are loaded, or none", group="Select"),
    Key(("enter",), "read", "read the text or transcript here", "read", group="Read"),
    Key(("t",), "today", "what today asks for", "today", group="Read"),
    Key(("o",), "open", "open in the browser", group="Read"),
    Key(("y",), "copy('url')", "copy the address", group="Read"),
    Key(("Y",), "copy('markdown')", "copy as a Markdown link", group="Read"),
    Key(("R",), "refresh_due", "look at the sources that are due", group="Read"),
    Key(("slash",), "find", "narrow the list by words; empty shows all", "find", group="Read"),
    Key(("question_mark", "f1"), "help", "this help", "help", group="Leave"),
    Key(("escape",), "cancel", "drop the selection, then the words", group="Leave"),
    Key(("q", "ctrl+q"), "leave", "leave", "quit", group="Leave"),
)
READER: tuple[Key, ...] = (
    Key(("j", "down"), "scroll(1)", "a line down", "down", group="Move"),
    Key(("k", "up"), "scroll(-1)", "a line up", "up", group="Move"),
    Key(("space", "ctrl+d", "pagedown"), "page(1)", "a page down", "page", group="Move"),
    Key(("ctrl+u", "pageup"), "page(-1)", "a page up", group="Move"),
    Key(("home",), "top", "first line", group="Move"),
    Key(("G", "end"), "bottom", "last line", group="Move"),
    Key(("slash",), "find", "find words", "find", group="Read"),
    Key(("n",), "next(1)", "next line that holds the words", "next", group="Read"),
    Key(("N",), "next(-1)", "the one before", group="Read"),
    Key(("q", "escape"), "leave", "back", "back", group="Leave"),
)
SHOWN = {"asterisk": "*", "slash": "/", "question_mark": "?", "space": "Space", "escape": "Esc", "down": "↓", "up": "↑",
         "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "f1": "F1", "enter": "Enter"}  # fmt: skip


def shown(key: str) -> str:
    """A key as people read it."""
    return SHOWN.get(key, key)


def half_width(character: str | None) -> str:
    """What a full-width letter or sign means while an input method is on; "" when it is none."""
    if character and len(character) == 1 and 0xFF01 <= ord(character) <= 0xFF5E:
        return chr(ord(character) - 0xFEE0)
    return "Space" if character == "\u3000" else ""


def action_of(table: tuple[Key, ...], character: str) -> str:
    """The action a character (or the shown name of a key) leads to; "" for none."""
    return next((row.action for row in table if character in map(shown, row.keys)), "")


def footer(table: tuple[Key, ...]) -> Iterator[tuple[str, str]]:
    """Key and word of what the footer shows."""
    for row in table:
        if row.short:
            yield shown(row.keys[0]), row.short
