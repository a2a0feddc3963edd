"""Patterns that are compiled when they are first used.

One with large sets of characters takes up to ten milliseconds, which a command that needs none would wait for.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Later:
    """Has a pattern's methods; each is looked up once, so that it is as quick as the pattern's own from then on."""

    def __init__(self, source: str, flags: int) -> None:
        self._wish = source, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._wish), name)
        setattr(self, name, found)
        return found


def later(source: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern `source`, to be used like what `re.compile` gives. What is wrong with it is told at its first use."""
    return cast("re.Pattern[str]", _Later(source, flags))
