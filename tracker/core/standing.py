"""How a person goes on with a place of a plan: open, paused, blocked or ongoing; how pressing it is; what is in focus.

What was decided counts; where nothing was, the words of the remark do, as far as they say it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from tracker.core.plan import PlanNode
from tracker.core.text import fold

OPEN, PAUSED, BLOCKED, ONGOING = "open", "paused", "blocked", "ongoing"
LOW, NORMAL, HIGH = 1, 2, 3  # of priority; 0 = nothing was decided
PRIORITIES = {"low": LOW, "normal": NORMAL, "high": HIGH}
PRIORITY_NAMES = {number: name for name, number in PRIORITIES.items()}
_STATES = (
    (BLOCKED, ("听不懂", "学不了", "玩不起", "做不了", "blocked", "stuck")),
    (PAUSED, ("暂缓", "暂停", "以后再", "paused", "shelved", "on hold")),
    (ONGOING, ("持续", "长期", "ongoing", "never ends")),
)
_PRIORITIES = (
    (LOW, ("优先级低", "暂时没用上", "暂时无此需求", "low priority", "not needed")),
    (HIGH, ("优先级高", "需要做", "尽快", "high priority", "urgent")),
)
_FOCUS = ("重点", "next focus")
Kind = TypeVar("Kind")


def state_of(one: PlanNode, now: datetime) -> str:
    """How it stands at `now`. What was paused or blocked until a day is open again from then on."""
    if one.wake is not None and one.wake <= now:
        return OPEN
    return one.set_state or _said(one.remark, _STATES) or OPEN


def reason_of(one: PlanNode, now: datetime) -> str:
    """Why it is paused or blocked, in the person's words; "" for what goes on, and where nothing was said."""
    return (one.reason or one.remark) if state_of(one, now) in (PAUSED, BLOCKED) else ""


def rests(one: PlanNode, now: datetime) -> bool:
    """Whether it is left alone for now."""
    return state_of(one, now) in (PAUSED, BLOCKED)


def closed(one: PlanNode, now: datetime) -> bool:
    """Whether it is done for good: ticked, and nothing that never ends."""
    return one.checked and state_of(one, now) != ONGOING


def priority_of(one: PlanNode) -> int:
    """LOW, NORMAL or HIGH."""
    return one.priority or _said(one.remark, _PRIORITIES) or NORMAL


def in_focus(one: PlanNode) -> bool:
    """Whether the person wants to work at it next."""
    return one.focus or any(mark in fold(one.remark) for mark in _FOCUS)


def _said(remark: str, kinds: Iterable[tuple[Kind, tuple[str, ...]]]) -> Kind | None:
    words = fold(remark)
    return next((kind for kind, marks in kinds if any(mark in words for mark in marks)), None)
