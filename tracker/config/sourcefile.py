"""sources.yaml: read into sources with every mistake named, and edited without touching what was not asked.

Edits are done on the text itself (comments, order, quotes and line ends stay byte for byte); the edited text is
read again before it is written, so an edit can never leave a broken file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker.config.yaml_tree import MAX_BYTES, Mapping, Scalar, Sequence, Tree, parse
from tracker.core.errors import ConfigError, ConfigErrors, nearest
from tracker.core.model import Source

KINDS = ("feed", "youtube", "podcast", "arxiv", "github", "sitemap", "page", "docs", "api")
TEXT_KEYS = ("name", "url", "kind", "lang", "why", "expect_title")
LIST_KEYS = ("topics", "include", "exclude")
OPTION_KEYS = ("select", "match", "watch", "ignore", "path", "shorts", "live", "headers", "tags", "texts", "backfill")
KEYS = (*TEXT_KEYS, *LIST_KEYS, "enabled", "interval", "max_items_first_fetch", *OPTION_KEYS)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A list as read: the sources in file order and the text they came from."""

    file: str
    text: str
    sources: tuple[Source, ...]


def read_sources(path: Path) -> SourceFile:
    """Read and check the whole list. Raises ConfigError(s); an empty file is an error, never 'remove everything'."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(str(path), 0, "", "there is no such file. Run 'tracker init' to make one") from None
    except OSError as error:
        raise ConfigError(str(path), 0, "", f"cannot be read ({error.strerror})") from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(path.name, 0, "", f"is larger than {MAX_BYTES // 1024} KiB; split it or use import")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(path.name, line, "", "is not UTF-8 here; save it as UTF-8") from error
    return SourceFile(path.name, text, _Reader(path.name).read(text))


def check_text(text: str, file: str) -> tuple[Source, ...]:
    """The sources of `text`. Raises ConfigError(s)."""
    return _Reader(file).read(text)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file, self.found = file, list[ConfigError]()
        self.defaults: dict[str, Any] = {}

    def read(self, text: str) -> tuple[Source, ...]:
        tree = parse(text, self.file)
        if tree is None:
            raise ConfigError(self.file, 0, "", "is empty. To watch nothing, write 'sources: []'")
        if not isinstance(tree, Mapping):
            raise ConfigError(self.file, tree.line, "", "must start with 'sources:'")
        for key, node in tree.items.items():
            self._top(key, node, tree.keys[key].line)
        if "sources" not in tree.items:
            self._add(1, "", "holds no 'sources:'", "")
        rows = self._rows(tree.items.get("sources"))
        if self.found:
            raise ConfigErrors(tuple(self.found))
        return rows

    def _top(self, key: str, node: Tree, line: int) -> None:
        if key == "defaults" and isinstance(node, Mapping):
            for name, value in node.items.items():
                if name in ("interval", "max_items_first_fetch", "enabled", "lang"):
                    self.defaults[name] = self._field(name, value, value.line, "defaults.")
                else:
                    self._add(
                        node.keys[name].line,
                        f"defaults.{name}",
                        "is no default",
                        nearest(name, ("interval", "max_items_first_fetch", "enabled", "lang")),
                    )
        elif key == "defaults":
            self._add(line, key, "wants keys and values below it, like 'interval: 6h'", "")
        elif key == "version" and not (isinstance(node, Scalar) and node.text == "1"):
            self._add(line, key, "only version 1 is known; a newer tracker may have written this file", "")
        elif key not in ("version", "defaults", "sources"):
            self._add(line, key, "is no key of this file", nearest(key, ("version", "defaults", "sources")))

    def _rows(self, node: Tree | None) -> tuple[Source, ...]:
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            self._add(node.line, "sources", "must be a list: lines that start with '- name:'", "")
            return ()
        rows: list[Source] = []
        names: dict[str, int] = {}
        addresses: dict[str, int] = {}
        for item in node.items:
            source = self._row(item)
            if source is None:
                continue
            for what, key, seen in (("name", source.name, names), ("url", source.url, addresses)):
                if key in seen:
                    self._add(item.line, what, f"duplicate: '{key}' is already on line {seen[key]}", "")
                seen.setdefault(key, item.line)
            rows.append(source)
        return tuple(rows)

    def _row(self, item: Tree) -> Source | None:
        if not isinstance(item, Mapping):
            self._add(item.line, "sources", "each source needs 'name:' and 'url:'", "")
            return None
        values: dict[str, Any] = dict(self.defaults)
        options: dict[str, object] = {}
        for key, node in item.items.items():
            line = item.keys[key].line
            if key not in KEYS:
                self._add(line, key, "is no key of a source", nearest(key, KEYS) or self._missing(item))
            elif key in OPTION_KEYS:
                options[key] = _plain(node)
            else:
                values[key] = self._field(key, node, line, "")
        for key in ("name", "url"):
            if key not in item.items:
                self._add(item.line, key, f"is missing: every source needs '{key}:'", "")
        if not values.get("name") or not values.get("url"):
            return None
        values.setdefault("kind", "")
        return Source(**values, options=options)

    def _missing(self, item: Mapping) -> str:
        return next((k for k in ("url", "name") if k not in item.items), "")

    def _field(self, key: str, node: Tree, line: int, prefix: str) -> Any:
        try:
            return _value(key, node)
        except ValueError as error:
            near = nearest(getattr(node, "text", ""), KINDS) if key == "kind" else ""
            self._add(line, prefix + key, str(error), near)
            return {"topics": (), "include": (), "exclude": ()}.get(key)

    def _add(self, line: int, key: str, message: str, suggestion: str) -> None:
        self.found.append(ConfigError(self.file, line, key, message, suggestion))


def _plain(node: Tree) -> object:
    if isinstance(node, Scalar):
        return {"true": True, "false": False}.get(node.text, node.text) if node.plain else node.text
    if isinstance(node, Sequence):
        return [_plain(n) for n in node.items]
    return {k: _plain(v) for k, v in node.items.items()}


def _value(key: str, node: Tree) -> Any:
    """The value of one key in its own type. Raises ValueError with the sentence."""
    if key in LIST_KEYS:
        return _texts(node)
    if not isinstance(node, Scalar):
        raise ValueError("wants one word or text here, not a list or mapping")
    text = node.text.strip()
    if key == "enabled":
        return _truth(text)
    if key == "interval":
        return seconds(text)
    if key == "max_items_first_fetch":
        if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 100_000:
            raise ValueError(f"wants a whole number from 1 to 100000, not '{text}'")
        return int(text)
    if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text):
        raise ValueError("holds control characters; write plain text")
    if key == "kind" and text not in KINDS:
        raise ValueError(f"kind '{text}' is unknown; there are {', '.join(KINDS)}")
    if key == "url":
        check_url(text)
    if key == "name" and not text:
        raise ValueError("is empty")
    return text


def _texts(node: Tree) -> tuple[str, ...]:
    if isinstance(node, Scalar):
        return (node.text,) if node.text else ()
    if isinstance(node, Sequence) and all(isinstance(n, Scalar) for n in node.items):
        return tuple(n.text for n in node.items if isinstance(n, Scalar))
    raise ValueError("wants a list of texts: [one, two]")


def _truth(text: str) -> bool:
    known = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ValueError(f"wants true or false, not '{text}'")
    return known[text.lower()]


def seconds(text: str) -> int | None:
    """`30m`, `6h`, `1d`, `90s` as seconds; `auto` as None. Raises ValueError."""
    if text == "auto":
        return None
    found = re.fullmatch(r"(\d{1,9})\s*([smhd])", text)
    if not found or int(found[1]) == 0:
        raise ValueError(f"wants auto, or a time like 30m, 6h, 1d, not '{text}'")
    return int(found[1]) * UNITS[found[2]]


def check_url(text: str) -> None:
    """Refuse what is no web address. Raises ValueError with the sentence."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"'{text}' is no web address") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"'{text}' is no web address: it must start with https:// or http://")
    if not host or any(c.isspace() or c == "\\" for c in text) or len(text) > 4096:
        raise ValueError(f"'{text}' is no web address")


# -- edits -------------------------------------------------------------------------------------------------------


def add_source(text: str, file: str, source: MappingType[str, object]) -> str:
    """The text with one more entry at the end of the list. Raises ConfigError when it would be a double."""
    tree = parse(text, file)
    assert isinstance(tree, Mapping)
    rows = tree.items["sources"]
    assert isinstance(rows, Sequence)
    newline = "\r\n" if "\r\n" in text else "\n"
    if not rows.items:
        head = text[: rows.start] if rows.flow else text[: rows.end]
        body = _entry(source, "  ", newline)
        edited = head.rstrip(" ") + newline + body + text[rows.end :].lstrip(" ").removeprefix(newline)
    elif rows.flow:
        raise ConfigError(file, rows.line, "sources", "the list is written in one line; write it line by line to add")
    else:
        last = rows.items[-1]
        indent = _indent(text, rows.items[0].start)
        at = _entry_end(text, last)
        glue = "" if text[:at].endswith("\n") else newline
        edited = text[:at] + glue + _entry(source, indent, newline) + text[at:]
    check_text(edited, file)
    return edited


def remove_source(text: str, file: str, name: str) -> str:
    """The text without the entry; comments around it stay. Raises KeyError for an unknown name."""
    item, rows = _find(text, file, name)
    start = text.rfind("\n", 0, item.start) + 1
    end = _entry_end(text, item)
    edited = text[:start] + text[end:]
    if len(rows.items) == 1:
        line_end = text.rfind("\n", 0, start - 1) + 1
        key = text.find("sources:", max(line_end - 400, 0))
        edited = edited[: key + len("sources:")] + " []" + edited[key + len("sources:") :]
    check_text(edited, file)
    return edited


def set_key(text: str, file: str, name: str, key: str, value: object) -> str:
    """The text with one key of one entry set. Raises KeyError for an unknown name, ConfigError for a bad value."""
    item, _ = _find(text, file, name)
    written = _scalar(value)
    if key in item.items:
        old = item.items[key]
        written_before = text[old.start : old.end]
        rest = written_before[len(written_before.rstrip()) :]  # a block text holds the line end behind it
        edited = text[: old.start] + written + rest + text[old.end :]
    else:
        newline = "\r\n" if "\r\n" in text else "\n"
        first = next(iter(item.keys.values()))
        if text[item.start] == "{":
            return _checked(text[: first.start] + f"{key}: {written}, " + text[first.start :], file)
        column = first.start - (text.rfind("\n", 0, first.start) + 1)
        at = _entry_end(text, item)
        glue = "" if text[:at].endswith("\n") else newline
        edited = text[:at] + glue + " " * column + f"{key}: {written}" + newline + text[at:]
    return _checked(edited, file)


def _checked(edited: str, file: str) -> str:
    """`edited`, once it was read again: an edit never leaves a broken file."""
    check_text(edited, file)
    return edited


def _find(text: str, file: str, name: str) -> tuple[Mapping, Sequence]:
    tree = parse(text, file)
    assert isinstance(tree, Mapping)
    rows = tree.items["sources"]
    assert isinstance(rows, Sequence)
    for item in rows.items:
        if isinstance(item, Mapping) and getattr(item.items.get("name"), "text", "") == name:
            return item, rows
    raise KeyError(name)


def _indent(text: str, item_start: int) -> str:
    line = text[text.rfind("\n", 0, item_start) + 1 : item_start]
    return line[: len(line) - len(line.lstrip())]


def _entry_end(text: str, item: Tree) -> int:
    """The offset just behind the last line that holds a value of the entry."""
    at = max((leaf.end for leaf in _leaves(item)), default=item.start)
    if at and text[at - 1] == "\n":  # a block scalar ends behind its line break
        return at
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _leaves(node: Tree) -> list[Tree]:
    if isinstance(node, Scalar) or node.flow:
        return [node]
    inner = node.items.values() if isinstance(node, Mapping) else node.items
    return [leaf for child in inner for leaf in _leaves(child)]


def _entry(source: MappingType[str, object], indent: str, newline: str) -> str:
    lines = [f"{key}: {_scalar(value)}" for key, value in source.items() if value not in ("", (), None)]
    return indent + "- " + (newline + indent + "  ").join(lines) + newline


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_quoted(str(v), flow=True) for v in value) + "]"
    if isinstance(value, int):
        return str(value)
    return _quoted(str(value), flow=False)


def _quoted(text: str, *, flow: bool) -> str:
    unsafe = r"[\[\]{},]" if flow else r"(?!)"
    plain = re.fullmatch(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n\r\t\"]*", text)
    if (
        plain
        and ": " not in text
        and " #" not in text
        and not text.endswith((":", " "))
        and not re.search(unsafe, text)
    ):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
