"""Keys as people write them (`j`, `gg`, `ctrl+d`, `space`) and as terminals send them; the actions they lead to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tracker.core.errors import nearest
from tui.actions import Action

Strokes = tuple[str, ...]

NAMED = {
    "space": "Space", "escape": "Esc", "enter": "Enter", "tab": "Tab", "backspace": "⌫", "delete": "Del",
    "down": "↓", "up": "↑", "left": "←", "right": "→", "home": "Home", "end": "End", "pagedown": "PgDn",
    "pageup": "PgUp", "insert": "Ins", **{f"f{n}": f"F{n}" for n in range(1, 13)},
}  # fmt: skip
MODIFIERS = ("ctrl+", "shift+", "alt+")
EATEN = {
    "ctrl+s": "stops the output of some terminals", "ctrl+z": "suspends the program", "ctrl+h": "is Backspace",
    "ctrl+i": "is Tab", "ctrl+m": "is Enter", "ctrl+j": "is Enter", "ctrl+c": "copies",
}  # fmt: skip
# What an input method makes of signs outside the full-width block.
COMPOSED = {
    "。": ".", "、": "/", "・": "/", "￥": "$", "¥": "$", "「": "[", "」": "]", "【": "[", "】": "]", "《": "<",
    "》": ">", "“": '"', "”": '"', "‘": "'", "’": "'", "×": "*", "·": "`", "\u3000": "space",
}  # fmt: skip


class BadKey(ValueError):
    """Not a key; says why, and what may be meant."""

    def __init__(self, why: str, suggestion: str = "") -> None:
        super().__init__(why)
        self.suggestion = suggestion


def stroke(key: str, character: str | None) -> str:
    """One press, as the table writes it. Full-width letters and signs of an input method count as their plain forms."""
    if not character or len(character) != 1 or "+" in key:
        return key
    if not character.isprintable() and character not in COMPOSED:
        return key
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return COMPOSED.get(character, "space" if character == " " else character)


def read_keys(text: str) -> Strokes:
    """The strokes of a key as written: `gg` and `g g` are two. Raises BadKey."""
    parts = text.split()
    if len(parts) == 1 and len(text) == 2 and text.lower() not in NAMED:
        parts = list(text)
    if not parts:
        raise BadKey("no key is named")
    return tuple(_known(part) for part in parts)


def _known(part: str) -> str:
    low = part.lower()
    if low in EATEN:
        raise BadKey(f"{low} cannot be used: it {EATEN[low]}")
    bare = low
    for modifier in MODIFIERS:
        bare = bare.removeprefix(modifier)
    if len(part) == 1 and part.isprintable():
        return part
    if bare in NAMED or (bare != low and len(bare) == 1):
        return low
    raise BadKey(f"'{part}' is no key", nearest(low, NAMED))


def shown(keys: str) -> str:
    """A key of the table as people read it: `gg`, `Space`, `PgDn`, `ctrl+d`."""
    parts = [NAMED.get(part, part) for part in read_keys(keys)]
    return ("" if all(len(part) == 1 for part in parts) else " ").join(parts)


class Clash(NamedTuple):
    """Two actions of one place that one key leads to, or a key that is the beginning of another's."""

    keys: str
    first: Action
    second: Action


class Keymap:
    """The keys of one place. An action that stands earlier in `actions` is found first."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self.actions = tuple(actions)
        self._found: dict[Strokes, Action] = {}
        self._begun: set[Strokes] = set()
        for action in self.actions:
            for keys in action.keys:
                strokes = read_keys(keys)
                self._found.setdefault(strokes, action)
                self._begun.update(strokes[:n] for n in range(1, len(strokes)))

    def action(self, strokes: Strokes) -> Action | None:
        """Where these strokes lead."""
        return self._found.get(strokes)

    def begins(self, strokes: Strokes) -> bool:
        """Whether a longer key begins so."""
        return strokes in self._begun


def clashes(actions: Iterable[Action]) -> list[Clash]:
    """Keys of one place that lead two ways."""
    owners: dict[Strokes, tuple[str, Action]] = {}
    out = []
    for action in actions:
        for keys in action.keys:
            strokes = read_keys(keys)
            for taken, (_, owner) in owners.items():
                short = min(len(taken), len(strokes))
                if owner is not action and taken[:short] == strokes[:short]:
                    out.append(Clash(keys, owner, action))
            owners.setdefault(strokes, (keys, action))
    return out
