"""keys.toml: other keys for actions, `done = "x"` or `top = ["gg", "home"]`. One mistake, and the old keys stay."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from tracker.config.load import line_of_key
from tracker.core.errors import ConfigError, nearest
from tui.actions import Action, actions_of, every_place
from tui.keys import BadKey, clashes, read_keys, shown

Keys = Mapping[str, tuple[str, ...]]
FIXED = {"cancel": ("escape",), "quit": ("ctrl+q",)}  # ways out that no file takes away


def load_keys(path: Path, *, must_exist: bool = False) -> Keys:
    """Keys by action, as the file says. Raises ConfigError with file, line and key; no file: nothing is changed."""
    if not must_exist and not path.exists():
        return {}
    try:
        text = path.read_text("utf-8-sig")
        data = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(str(path), 0, "", f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(str(path), _line(error), "", f"is no TOML ({error})") from error
    return _checked(str(path), text, data)


def _line(error: ValueError) -> int:
    words = str(error).split("line ")
    return int(words[1].split(",")[0]) if len(words) > 1 and words[1].split(",")[0].isdigit() else 0


def _checked(file: str, text: str, data: Mapping[str, object]) -> Keys:
    known = {action.name: action for place in every_place() for action in actions_of(place)}
    found: dict[str, tuple[str, ...]] = {}
    for name, value in data.items():
        line = line_of_key(text.splitlines(), name)
        if name not in known:
            raise ConfigError(file, line, name, "is no action; '?' shows them all", nearest(name, known))
        found[name] = _keys(file, line, name, value)
        missing = [key for key in FIXED.get(name, ()) if key not in found[name]]
        if missing:
            raise ConfigError(file, line, name, f"must keep {shown(missing[0])}: it is the way out")
    _no_clash(file, text, found)
    return found


def _keys(file: str, line: int, name: str, value: object) -> tuple[str, ...]:
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ConfigError(file, line, name, 'must be a key, "x", or a list of keys, ["x", "gg"]')
    for key in keys:
        try:
            read_keys(key)
        except BadKey as error:
            raise ConfigError(file, line, name, str(error), error.suggestion) from error
    return tuple(keys)


def _no_clash(file: str, text: str, found: Keys) -> None:
    lines = text.splitlines()
    for place in every_place():
        for clash in clashes(actions_of(place, found)):
            other, mine = sorted((clash.first, clash.second), key=lambda one: _line_in(lines, one, found))
            if line := _line_in(lines, mine, found):
                message = f"the key '{shown(clash.keys)}' leads to '{other.name}' already ({place}). Give one another"
                raise ConfigError(file, line, mine.name, message)


def _line_in(lines: Sequence[str], action: Action, found: Keys) -> int:
    """Where the file gives an action its keys; 0 when it does not."""
    return line_of_key(lines, action.name) if action.name in found else 0
