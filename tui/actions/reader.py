"""What one can do while reading."""

from __future__ import annotations

from tui.actions import Action

USES = (
    "down", "up", "page-down", "page-up", "top", "bottom", "panel-right", "panel-left",
    "find", "next-hit", "previous-hit", "edit", "open", "copy", "copy-markdown",
    "done", "shortlist", "favourite", "tags",
)  # fmt: skip
OWN = (
    Action("note", ("i",), group="write", foot=15),
    Action("note-second", ("I",), group="write", foot=14),
    Action("file", ("p",), ("file_suggested",), foot=18),
    Action("choose", ("P",), ("choose_topic",), takes="topic"),
    Action("skip", ("d",), ("decide", "skip")),
    Action("snooze", ("b",), takes="days"),
    Action("page", ("space",), ("page", 1), "move", area="reader"),
    Action("chapters", ("c",), group="move", foot=62, area="reader"),
    Action("chapter-next", ("}",), ("chapter", 1), "move", area="reader"),
    Action("chapter-before", ("{",), ("chapter", -1), "move", area="reader"),
    Action("form", ("v",), group="read", foot=58, area="reader"),
)
