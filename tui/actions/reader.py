"""What one can do while reading."""

from __future__ import annotations

from tui.actions import Action

USES = ("down", "up", "page-down", "page-up", "top", "bottom", "find", "next-hit", "previous-hit")
OWN = (Action("reader-page", ("space",), ("page", 1), "move"),)
