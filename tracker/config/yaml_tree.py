"""YAML as a tree in which every value knows its line and its place in the text.

Only plain data: anchors, aliases, merge keys and tags are refused (546 bytes of nested merge keys hold PyYAML's
safe_load for 255 s; tags build objects), scalars stay text until a field says what it wants, so `no`, `012` and
`22:22` never change their type silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.core.errors import ConfigError

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12
MAX_NAME = 40  # characters of an anchor that are told


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written. `start`/`end` are character offsets; `plain` is False when it was quoted."""

    text: str
    line: int
    start: int
    end: int
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Tree, ...]
    line: int
    start: int
    end: int
    flow: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping in the order of the file; keys are unique."""

    items: dict[str, Tree]
    keys: dict[str, Scalar]
    line: int
    start: int
    end: int
    flow: bool


Tree = Scalar | Sequence | Mapping


def parse(text: str, file: str) -> Tree | None:
    """The tree of one document, None for an empty one. Raises ConfigError with the line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _Builder(YAML(typ="safe", pure=True).parse(text), file).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = str(error.problem or error.context or "is not YAML")
        raise ConfigError(file, mark.line + 1 if mark else 0, "", f"is not YAML here: {message}") from error
    except YAMLError as error:
        raise ConfigError(file, 0, "", f"is not YAML: {str(error).splitlines()[0]}") from error


class _Builder:
    """Walks the parser's events once; nothing is ever expanded, so no input grows."""

    def __init__(self, events: Any, file: str) -> None:
        self.events, self.file = iter(events), file

    def document(self) -> Tree | None:
        root: Tree | None = None
        for event in self.events:
            kind = type(event).__name__
            if kind in ("StreamStartEvent", "DocumentStartEvent", "DocumentEndEvent", "StreamEndEvent"):
                continue
            if root is not None:
                raise self._refuse(event, "a second document starts here; one file holds one list")
            root = self._value(event, 0)
        if isinstance(root, Scalar) and not root.text and root.plain:
            return None
        return root

    def _value(self, event: Any, depth: int) -> Tree:
        kind = type(event).__name__
        if anchor := getattr(event, "anchor", None):
            raise self._no_anchors(str(anchor))
        if getattr(event, "tag", None) not in (None, "!"):
            raise self._refuse(event, f"the tag {event.tag} is not read here; write plain text")
        if depth > MAX_DEPTH:
            raise self._refuse(event, "is nested too deep")
        if kind == "ScalarEvent":
            return Scalar(
                event.value,
                event.start_mark.line + 1,
                event.start_mark.index,
                event.end_mark.index,
                event.style is None,
            )
        if kind == "SequenceStartEvent":
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items: list[Tree] = []
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                return Sequence(
                    tuple(items),
                    start.start_mark.line + 1,
                    start.start_mark.index,
                    event.end_mark.index,
                    bool(start.flow_style),
                )
            items.append(self._value(event, depth + 1))
        raise self._refuse(start, "does not end")

    def _mapping(self, start: Any, depth: int) -> Mapping:
        items: dict[str, Tree] = {}
        keys: dict[str, Scalar] = {}
        for event in self.events:
            if type(event).__name__ == "MappingEndEvent":
                return Mapping(
                    items,
                    keys,
                    start.start_mark.line + 1,
                    start.start_mark.index,
                    event.end_mark.index,
                    bool(start.flow_style),
                )
            key = self._value(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self._refuse(event, "a key must be a word")
            if key.text == "<<" and key.plain:
                raise self._refuse(event, "merge keys are not read here; write the values out")
            if key.text in items:
                raise ConfigError(self.file, key.line, key.text, "duplicate key; it stands above already")
            items[key.text], keys[key.text] = self._value(next(self.events), depth + 1), key
        raise self._refuse(start, "does not end")

    def _no_anchors(self, name: str) -> ConfigError:
        """Told by its name, not by one line: an anchor stands wherever it is set and wherever it is used."""
        short = name if len(name) <= MAX_NAME else name[:MAX_NAME] + "…"
        return ConfigError(self.file, 0, "", f"anchors are not read here; write out what '&{short}' stands for")

    def _refuse(self, event: Any, message: str) -> ConfigError:
        return ConfigError(self.file, event.start_mark.line + 1, "", message)
