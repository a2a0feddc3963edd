"""What one can do with sources, proposals, links in trouble and talks without a transcript."""

from __future__ import annotations

from tui.actions import Action

USES = (
    "down", "up", "page-down", "page-up", "top", "bottom", "panel-right", "panel-left", "preview-down", "preview-up",
    "select", "range", "all", "none", "open", "copy", "refresh",
    "mute", "unmute",
)  # fmt: skip
OWN = (
    Action("accept", ("a", "enter"), ("answer", True), foot=10, area="sources"),
    Action("decline", ("x",), ("answer", False), foot=20, area="sources"),
)
