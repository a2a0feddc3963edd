"""Actions of every place, and those that several places share."""

from __future__ import annotations

from tui.actions import PLACES, Action

EVERYWHERE = (
    *(
        Action(f"go-{place.name}", (f"g{place.letter}", str(place.number)), ("go", place.name), "go")
        for place in PLACES
    ),
    Action("undo", ("u", "z"), group="decide", foot=60),
    Action("redo", ("ctrl+r", "Z"), group="decide"),
    Action("refresh-due", ("R",), group="more"),
    Action("command", (":",), group="more"),
    Action("palette", ("ctrl+p", "F2"), group="more", foot=80),
    Action("help", ("?", "F1"), group="more", foot=90),
    Action("tour", group="more"),
    Action("reload-keys", group="more"),
    Action("cancel", ("escape",), group="leave"),
    Action("back", ("q",), group="leave", foot=95),
    Action("quit", ("ctrl+q",), group="leave"),
)  # fmt: skip
SHARED = (
    Action("down", ("j", "down"), ("move", 1), "move"),
    Action("up", ("k", "up"), ("move", -1), "move"),
    Action("page-down", ("ctrl+d", "pagedown"), ("page", 1), "move"),
    Action("page-up", ("ctrl+u", "pageup"), ("page", -1), "move"),
    Action("top", ("gg", "home"), group="move"),
    Action("bottom", ("G", "end"), group="move"),
    Action("panel-right", ("l", "tab", "right"), ("panel", 1), "move"),
    Action("panel-left", ("h", "shift+tab", "left"), ("panel", -1), "move"),
    Action("preview-down", ("J",), ("scroll_preview", 1), "move"),
    Action("preview-up", ("K",), ("scroll_preview", -1), "move"),
    Action("read", ("enter",), group="read", foot=50),
    Action("open", ("o",), group="read", foot=55),
    Action("open-done", ("O",), group="read"),
    Action("file", ("p",), ("file_suggested",), foot=10),
    Action("choose", ("P",), ("choose_topic",), takes="topic", foot=12),
    Action("done", ("e",), ("decide", "done"), foot=20),
    Action("skip", ("d",), ("decide", "skip"), foot=30),
    Action("shortlist", ("s",), ("decide", "shortlist"), foot=70),
    Action("snooze", ("b",), takes="days", foot=40),
    Action("favourite", ("f",), ("decide", "star")),
    Action("tags", ("t",), takes="topic"),
    Action("mute", ("m",), ("mute", True)),
    Action("unmute", (), ("mute", False)),
    Action("select", ("space",), group="select"),
    Action("range", ("v",), ("select_range",), "select"),
    Action("all", ("*a",), ("select_all",), "select"),
    Action("none", ("*n",), ("select_none",), "select"),
    Action("note", ("i",), group="write"),
    Action("note-second", ("I",), group="write"),
    Action("edit", ("E",), group="write"),
    Action("copy", ("y",), ("copy", "url"), "read"),
    Action("copy-markdown", ("Y",), ("copy", "markdown"), "read"),
    Action("find", ("/",), group="more", takes="query", foot=65),
    Action("next-hit", ("n",), ("hit", 1), "more"),
    Action("previous-hit", ("N",), ("hit", -1), "more"),
    Action("refresh", ("r",), ("refresh_one",), "more", foot=25),
    Action("sort", ("S",), group="more"),
)  # fmt: skip
