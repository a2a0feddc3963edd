"""What the palette and the `:` line offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.core.query import CHOICES, FIELDS
from tracker.core.text import fold
from tui.actions import Action
from tui.keys import Keymap, shown
from tui.screens.choose import Choice, holding

SNOOZES = {"1d": 1, "3d": 3, "1w": 7, "2w": 14, "1m": 30}
MOST = 200


def palette(keymap: Keymap, typed: str) -> list[Choice]:
    """Every action of the screen, found by its words, its name or its key."""
    offered = (
        Choice(one.name, one.about, " ".join(shown(keys) for keys in one.keys))
        for one in keymap.actions
        if one.group != "move" and one.name != "palette"
    )
    return holding(offered, typed)


def completions(actions: Iterable[Action], topics: Sequence[str], typed: str) -> list[Choice]:
    """What a `:` line may become: names of actions, then what the action takes."""
    name, space, rest = typed.lstrip(": ").partition(" ")
    actions = tuple(actions)
    if not space:
        named = [one for one in actions if one.name.startswith(name)]
        more = [one for one in actions if one not in named and fold(name) in fold(f"{one.name} {one.about}")]
        return [Choice(one.name + (" " if one.takes else ""), one.name, one.about) for one in (*named, *more)]
    action = action_named(actions, name)
    if action is None:
        return []
    return [Choice(f"{action.name} {word}", f"{action.name} {word}") for word in _words(action.takes, topics, rest)][
        :MOST
    ]


def action_named(actions: Iterable[Action], name: str) -> Action | None:
    """The action of this name, or the only one that begins so."""
    actions = tuple(actions)
    exact = [one for one in actions if one.name == name]
    found = exact or [one for one in actions if one.name.startswith(name)]
    return found[0] if len(found) == 1 else None


def _words(takes: str, topics: Sequence[str], rest: str) -> list[str]:
    if takes == "topic":
        return [title for title in topics if all(word in fold(title) for word in fold(rest).split())]
    if takes == "days":
        return [word for word in SNOOZES if word.startswith(rest)]
    return _query(topics, rest) if takes == "query" else []


def _query(topics: Sequence[str], rest: str) -> list[str]:
    """The last word of a query, completed: fields, then what they may hold."""
    before, _, last = rest.rpartition(" ")
    field, colon, value = last.partition(":")
    if not colon:
        words = [f"{name}:" for name in FIELDS if name.startswith(last)]
    elif field == "topic":
        words = [f'topic:"{title}"' for title in topics if fold(value.strip('"')) in fold(title)]
    else:
        words = [f"{field}:{choice}" for choice in CHOICES.get(field, ()) if choice.startswith(value)]
    return [f"{before} {word}".strip() for word in words]
