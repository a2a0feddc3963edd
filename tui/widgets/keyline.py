"""The bottom line: keys that do something here, from the table of keys."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static


class KeyLine(Static):
    """`P file  e done  …`"""

    def __init__(self, keys: Iterable[tuple[str, str]]) -> None:
        parts: list[tuple[str, str]] = []
        for key, word in keys:
            parts += [(f" {key} ", "bold $accent"), (f"{word} ", "$text-muted")]
        super().__init__(Content.assemble(*parts))
