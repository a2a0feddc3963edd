"""The keys in use: those of the table, changed by the person's file."""

from __future__ import annotations

from pathlib import Path

from tui.actions import actions_of
from tui.keyfile import Keys, load_keys
from tui.keys import Keymap


class Keyring:
    """Keymaps by screen, made when first asked for. `named` is the file of `ui.keys`, which must exist then."""

    def __init__(self, home: Path, named: str = "") -> None:
        self._file, self._must_exist = Path(named) if named else home / "keys.toml", bool(named)
        self._keys: Keys = {}
        self._made: dict[str, Keymap] = {}

    def load(self) -> None:
        """Read the file. Raises ConfigError, and keeps the keys as they were."""
        self._keys, self._made = load_keys(self._file, must_exist=self._must_exist), {}

    def of(self, place: str) -> Keymap:
        """The keys of a screen."""
        if place not in self._made:
            self._made[place] = Keymap(actions_of(place, self._keys))
        return self._made[place]
