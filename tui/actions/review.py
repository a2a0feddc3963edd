"""What one can do with what comes back."""

from __future__ import annotations

from tui.actions import Action

USES = ("page-down", "page-up", "open")
OWN = (
    Action("reveal", ("space",), foot=10, area="review"),
    Action("again", ("1",), ("grade", 1), foot=20, area="review"),
    Action("hard", ("2",), ("grade", 2), foot=21, area="review"),
    Action("good", ("3",), ("grade", 3), foot=22, area="review"),
    Action("easy", ("4",), ("grade", 4), foot=23, area="review"),
    Action("explain", ("x",), group="write", foot=40, area="review"),
    Action("later", ("b",), foot=50, area="review"),
    Action("read", ("enter",), group="read", foot=45),
    Action("down", ("j", "down"), ("move", 1), "move"),
    Action("up", ("k", "up"), ("move", -1), "move"),
)
