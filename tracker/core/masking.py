"""Passwords and tokens of addresses under numbers: what was two stays two, and nothing tells what it was."""

from __future__ import annotations

import re
from typing import Any

from tracker.core.urls import SECRET, URL_IN_TEXT, USERINFO


class Numbers:
    """Hides the secrets of one writing; `count` says how many there were. Each keeps its number everywhere."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    @property
    def count(self) -> int:
        return len(self._known)

    def hidden(self, value: Any) -> Any:
        """`value` (texts, and lists and mappings of them) with `***1` for a password or token in an address."""
        if isinstance(value, str):
            return URL_IN_TEXT.sub(lambda found: self._address(found[0]), value) if "://" in value else value
        if isinstance(value, (list, tuple)):
            return [self.hidden(one) for one in value]
        if isinstance(value, dict):
            return {key: self.hidden(one) for key, one in value.items()}
        return value

    def _address(self, url: str) -> str:
        url = USERINFO.sub(lambda found: self._number(found[0].removesuffix("@")) + "@", url, count=1)
        return SECRET.sub(self._parameter, url)

    def _parameter(self, found: re.Match[str]) -> str:
        return f"{found[1]}={self._number(found[0].removeprefix(found[1] + '='))}"

    def _number(self, secret: str) -> str:
        return f"***{self._known.setdefault(secret, len(self._known) + 1)}"
