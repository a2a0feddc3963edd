"""What one can do in the journal."""

from __future__ import annotations

from tui.actions import Action

USES = (
    "down", "up", "page-down", "page-up", "top", "bottom", "panel-right", "panel-left", "preview-down", "preview-up",
    "read", "open", "copy", "copy-markdown", "find",
)  # fmt: skip
OWN = (
    Action("note", ("i",), group="write", foot=10),
    Action("change", ("w",), group="write", foot=20, area="journal"),
    Action("edit", ("E",), group="write"),
    Action("remove", ("x",), area="journal"),
    Action("day-next", ("]",), ("turn_day", 1), "move", area="journal"),
    Action("day-before", ("[",), ("turn_day", -1), "move", area="journal"),
    Action("month-next", ("}",), ("turn_month", 1), "move", area="journal"),
    Action("month-before", ("{",), ("turn_month", -1), "move", area="journal"),
    Action("digest-day", ("D",), ("digest", "daily"), "read", foot=30, area="journal"),
    Action("digest-week", ("W",), ("digest", "weekly"), "read", foot=35, area="journal"),
    Action("write-digest", ("X",), group="write", foot=40, takes="words", area="journal"),
)
