"""What one can do in the library."""

from __future__ import annotations

from tui.actions import Action

USES = (
    "down", "up", "page-down", "page-up", "top", "bottom", "panel-right", "panel-left", "preview-down", "preview-up",
    "file", "choose", "done", "skip", "shortlist", "snooze", "favourite", "tags", "mute", "unmute", "note", "edit",
    "select", "range", "all", "none", "read", "open", "open-done", "copy", "copy-markdown", "sort",
)  # fmt: skip
OWN = (
    Action("find", ("/",), group="more", takes="query", foot=5),
    Action("view", ("w",), group="more", takes="view", foot=45, area="library"),
    Action("view-next", ("]",), ("turn_view", 1), "more", area="library"),
    Action("view-before", ("[",), ("turn_view", -1), "more", area="library"),
    Action("keep-view", ("W",), group="more", takes="words", area="library"),
    Action("drop-view", group="more", takes="view", area="library"),
    Action("back-to-inbox", ("I",), ("decide", "inbox"), area="library"),
)
