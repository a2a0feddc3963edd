"""What one can do with what today asks for."""

from __future__ import annotations

from tui.actions import Action

USES = (
    "down", "up", "page-down", "page-up", "top", "bottom", "panel-right", "panel-left", "preview-down", "preview-up",
    "file", "choose", "done", "skip", "shortlist", "snooze", "favourite", "note", "edit",
    "read", "open", "open-done", "copy", "copy-markdown",
)  # fmt: skip
OWN: tuple[Action, ...] = ()
