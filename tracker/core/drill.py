"""Crash points for the drill: named places where `TRACKER_CRASH_AT=point:n` ends the process on its n-th pass.

A no-op unless the variable is set: one comparison. See docs/operations.md for the names.
"""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "fetch.start",
    "fetch.body",
    "parse.done",
    "store.begin",
    "store.item",
    "store.before_commit",
    "store.after_commit",
    "decision.before_commit",
    "decision.after_commit",
    "migrate.step",
    "backup.page",
    "export.tmp_written",
    "export.before_rename",
    "export.after_rename",
    "checkpoint",
)

_armed: dict[str, int] = {}
_end: Callable[[], None] | None = None


def arm(point: str, passes: int, end: Callable[[], None]) -> None:
    """Let `end` be called on the n-th pass of `point`. Raises ValueError for an unknown point or n < 1."""
    global _end
    if point not in POINTS or passes < 1:
        raise ValueError(f"no crash point '{point}:{passes}'; there are {', '.join(POINTS)}")
    _armed[point], _end = passes, end


def disarm() -> None:
    """Forget every armed point."""
    _armed.clear()


def pass_point(name: str) -> None:
    """Pass a named point; almost always does nothing."""
    if not _armed or name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] == 0 and _end is not None:
        _end()
