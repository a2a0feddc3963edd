"""Read config.toml and the environment into Settings; every mistake with file, line, key and nearest spelling."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from tracker.config.settings import Settings
from tracker.core.errors import ConfigError, ConfigErrors, nearest

ENV_PREFIX = "TRACKER_"
NOT_SETTINGS = {"HOME", "DATABASE_URL", "SOURCES", "NOW", "ACK_LOG", "CRASH_AT", "SHARED"}


class _Mistakes:
    """Collects all mistakes of one file, so that a person mends them in one go."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.lines, self.found = file, text.splitlines(), list[ConfigError]()

    def add(self, key: str, message: str, suggestion: str = "") -> None:
        self.found.append(ConfigError(self.file, self._line(key), key, message, suggestion))

    def _line(self, key: str) -> int:
        return line_of_key(self.lines, key)

    def stop(self) -> None:
        if self.found:
            raise ConfigErrors(tuple(self.found))


def line_of_key(lines: Sequence[str], key: str) -> int:
    """The line of a TOML file that sets `section.key`, 0 when none does: tomllib keeps no positions."""
    section, _, name = key.rpartition(".")
    inside = ""
    for number, line in enumerate(lines, 1):
        if head := re.match(r"\s*\[\s*([\w.\-]+)\s*\]", line):
            inside = head[1]
            if not name or inside == key:
                return number
        if inside == section and re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[.=]", line):
            return number
    return 0


def load_settings(path: Path, env: Mapping[str, str], *, must_exist: bool = False) -> Settings:
    """Settings from `path` (optional unless `must_exist`) and the environment. Raises ConfigError."""
    settings = _from_file(path, must_exist) if must_exist or path.exists() else Settings()
    return _from_env(settings, env)


def _from_file(path: Path, must_exist: bool) -> Settings:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(str(path), 0, "", "there is no such file. Check --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), 0, "", f"cannot be read ({error})") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(path.name, int(line[1]) if line else 0, "", f"is not TOML: {error}") from error
    mistakes = _Mistakes(path.name, text)
    settings: Settings = _build(Settings, data, "", mistakes)
    mistakes.stop()
    return settings


def _build(kind: Any, data: Mapping[str, Any], prefix: str, mistakes: _Mistakes) -> Any:
    hints, fields = get_type_hints(kind), {f.name: f for f in dataclasses.fields(kind)}
    values = {}
    for key, raw in data.items():
        full = f"{prefix}{key}"
        if key not in fields:
            mistakes.add(full, "is no setting", nearest(key, fields))
        elif dataclasses.is_dataclass(hints[key]):
            if isinstance(raw, Mapping):
                values[key] = _build(hints[key], raw, f"{full}.", mistakes)
            else:
                mistakes.add(full, "is a section: write [" + full + "]")
        else:
            try:
                values[key] = _value(fields[key], raw)
            except ValueError as error:
                mistakes.add(full, str(error))
    return kind(**values)


def _value(field: dataclasses.Field[Any], raw: Any) -> Any:
    """`raw` as the type of the field's default. Raises ValueError with the sentence."""
    default, rules = field.default, field.metadata
    if isinstance(default, bool):
        if not isinstance(raw, bool):
            raise ValueError(f"wants true or false, not {raw!r}")
        return raw
    if isinstance(default, (int, float)):
        return _number(default, rules, raw)
    if isinstance(default, tuple):
        if not isinstance(raw, list) or not all(isinstance(x, str) for x in raw):
            raise ValueError(f"wants a list of texts, not {raw!r}")
        return tuple(raw)
    if not isinstance(raw, str):
        raise ValueError(f"wants a text, not {raw!r}")
    if rules["choices"] and raw not in rules["choices"]:
        raise ValueError(f"wants one of {', '.join(rules['choices'])}, not '{raw}'")
    return raw


def _number(default: float, rules: Mapping[str, Any], raw: Any) -> float:
    wanted = "a whole number" if isinstance(default, int) else "a number"
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or (isinstance(default, int) and raw != int(raw)):
        raise ValueError(f"wants {wanted}, not {raw!r}")
    if not rules["low"] <= raw <= rules["high"]:
        raise ValueError(f"wants {wanted} from {rules['low']:g} to {rules['high']:g}, not {raw!r}")
    return type(default)(raw)


def _from_env(settings: Settings, env: Mapping[str, str]) -> Settings:
    mistakes = _Mistakes("environment", "")
    tree: dict[str, Any] = {}
    for name, text in env.items():
        if not name.startswith(ENV_PREFIX) or name.removeprefix(ENV_PREFIX) in NOT_SETTINGS:
            continue
        *sections, key = name.removeprefix(ENV_PREFIX).lower().split("__")
        _one_env(settings, tree, sections, key, name, text, mistakes)
    mistakes.stop()
    for section, values in tree.items():
        change = {section: dataclasses.replace(getattr(settings, section), **values)} if section else values
        settings = dataclasses.replace(settings, **change)
    return settings


def _one_env(
    settings: Settings, tree: dict[str, Any], sections: list[str], key: str, name: str, text: str, mistakes: _Mistakes
) -> None:
    section = "__".join(sections)
    holder = getattr(settings, section, None) if section else settings
    fields = {f.name: f for f in dataclasses.fields(holder)} if dataclasses.is_dataclass(holder) else {}
    found = fields.get(key)
    if found is None or dataclasses.is_dataclass(getattr(holder, key)):
        mistakes.found.append(ConfigError("environment", 0, name, "is no setting", _near_env(name)))
        return
    try:
        tree.setdefault(section, {})[key] = _value(found, _typed(found.default, text))
    except ValueError as error:
        mistakes.found.append(ConfigError("environment", 0, name, str(error)))


def _near_env(name: str) -> str:
    known = [f"{ENV_PREFIX}{k.replace('.', '__').upper()}" for k, _, _ in describe()]
    return nearest(name, known)


def _typed(default: Any, text: str) -> Any:
    if isinstance(default, bool):
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if isinstance(default, (int, float)):
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            return text
    if isinstance(default, tuple):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def describe() -> tuple[tuple[str, Any, str], ...]:
    """(key, default, sentence) of every setting, for the manual."""
    rows: list[tuple[str, Any, str]] = []
    for top in dataclasses.fields(Settings):
        if top.metadata:
            rows.append((top.name, top.default, top.metadata["about"]))
            continue
        section = get_type_hints(Settings)[top.name]
        rows += [(f"{top.name}.{f.name}", f.default, f.metadata["about"]) for f in dataclasses.fields(section)]
    return tuple(rows)
