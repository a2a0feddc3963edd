"""What one can do in the inbox."""

from __future__ import annotations

from tui.actions import Action

USES = (
    "down", "up", "page-down", "page-up", "top", "bottom", "panel-right", "panel-left", "preview-down", "preview-up",
    "file", "choose", "done", "skip", "shortlist", "snooze", "favourite", "tags", "mute", "unmute",
    "select", "range", "all", "none", "note", "edit", "read", "open", "open-done", "copy", "copy-markdown", "find",
    "sort",
)  # fmt: skip
OWN: tuple[Action, ...] = ()
