"""What one can do with a plan."""

from __future__ import annotations

from tui.actions import Action

USES = (
    "down", "up", "page-down", "page-up", "top", "bottom", "panel-right", "panel-left", "preview-down", "preview-up",
    "all", "none", "range", "find", "copy", "copy-markdown", "open",
)  # fmt: skip
OWN = (
    Action("tick", ("space", "e"), foot=10, area="plan"),
    Action("fold", ("enter",), group="read", foot=20, area="plan"),
    Action("fold-all", ("-",), group="move", area="plan"),
    Action("unfold-all", ("+",), group="move", area="plan"),
    Action("today-rows", (".",), group="move", foot=45, area="plan"),
    Action("level", ("L",), foot=30, takes="level", area="plan"),
    Action("remark", ("m",), foot=40, takes="words", area="plan"),
    Action("attach", ("A",), foot=50, takes="query", area="plan"),
    Action("detach", ("D",), area="plan"),
    Action("note", ("i",), group="write", foot=55),
    Action("review", ("c",), area="plan"),
    Action("forecast", ("F",), group="read", foot=62, area="plan"),
    Action("coverage", ("C",), group="read", foot=63, area="plan"),
    Action("pick", ("x",), ("select",), "select", area="plan"),
)
