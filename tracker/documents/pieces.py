"""What readers share: keys that stay the same, mentions of links, trees of headings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tracker.core.document import DocumentNode, Mention
from tracker.core.text import clean_line, fold
from tracker.core.url_start import split_time
from tracker.core.urls import canonical


class Lines:
    """Line numbers (1-based) of places in a text."""

    def __init__(self, text: str) -> None:
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def of(self, offset: int) -> int:
        """The line that the character at `offset` stands in."""
        return bisect_left(self._ends, offset) + 1


def link_key(url: str, title: str) -> str:
    """What a mention is known by when the file is read again: its work, however the address is written."""
    key = canonical(url) if url else ""
    return key if key.startswith(("http://", "https://")) else f"name:{fold(title)}"


def mention(url: str, title: str, line: int, **more: object) -> Mention:
    """A mention of an address, as written; a start time in it is kept beside, and is no part of its key."""
    plain, start = split_time(url) if url else ("", None)
    words = clean_line(title, 500) or plain
    return Mention(link_key(plain, words), line, words, url, start_seconds=start, **more)  # type: ignore[arg-type]


def numbered(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Mentions of one work each get a key of their own, in their order."""
    seen: dict[str, int] = {}
    out = []
    for one in mentions:
        seen[one.key] = seen.get(one.key, 0) + 1
        out.append(one if seen[one.key] == 1 else replace(one, key=f"{one.key}#{seen[one.key]}"))
    return tuple(out)


@dataclass
class Tree:
    """Sections by their path, made as they are met."""

    kind: str = "section"
    nodes: dict[str, DocumentNode] = field(default_factory=dict)

    def at(self, path: tuple[str, ...], line: int) -> str:
        """The key of the node at `path`, "" for the top; parents are made before it."""
        if not path:
            return ""
        key = f"{self.kind}:" + "/".join(fold(part) for part in path)
        if key not in self.nodes:
            parent = self.at(path[:-1], line)
            self.nodes[key] = DocumentNode(key, self.kind, path[-1], line, parent)
        return key
