"""What a forecast is asked and what it answers: the finish of a plan, its tracks and its deliverables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.core.choices import Choices, counts
from tracker.core.forecast import Finish, Speed, days_between, finish, spans, speed, weekdays
from tracker.core.model import NodeId
from tracker.core.plan import PlanNode
from tracker.core.progress import ancestors, size, work_of
from tracker.core.standing import ONGOING, OPEN, rests, state_of
from tracker.core.today import Pace

EVEN = Pace(date(1, 1, 1))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A plan as it might be followed: `faster` 2.0 = twice the hours; None = as it is."""

    faster: float = 1.0
    rest: frozenset[int] | None = None
    tracks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """When something will be done. `kind` is plan, track or deliverable; `left` is in days of work of the plan.

    `planned` is the date by the plan's own days. `finish` is None where nothing can be foretold, and for what is done.
    """

    kind: str
    name: str
    left: int
    total: int
    resting: int
    planned: date | None
    finish: Finish | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The outlooks of one plan, and the speed they are told from; None = too little was done to tell."""

    plan: str
    speed: Speed | None
    outlooks: tuple[Outlook, ...]


@dataclass(frozen=True, slots=True)
class _Goal:
    kind: str
    name: str
    work: tuple[PlanNode, ...]


def forecast(
    plan: str, nodes: Sequence[PlanNode], pace: Pace | None, tracks: tuple[str, ...], choices: Choices, now: datetime,
    zone: ZoneInfo, what: WhatIf,
) -> Forecast:  # fmt: skip
    """The finish of a plan, of each track and each deliverable, from what was ticked day by day."""
    followed = tracks if what.tracks is None else what.tracks
    goals = _goals(nodes, work_of(nodes, followed, choices), followed)
    ticks = _ticks(work_of(nodes, tracks, choices), zone)
    runs, today = pace or EVEN, now.astimezone(zone).date()
    begun = _begin(ticks, pace)
    days = days_between(begun, today - timedelta(days=1), runs.paused) if begun else []
    if days and not (pace and pace.start <= days[0]):  # begun with the first tick, so this day says nothing
        days = days[1:]
    found = speed([ticks.get(day, 0.0) for day in days])
    left = [sum(size(one) for one in goal.work if _is_open(one, now)) for goal in goals]
    length = spans(found, left, what.faster) if found else {}
    shares = _shares(weekdays(ticks, days, runs.rest), runs.rest, what.rest)

    def dates(amount: int) -> Finish | None:
        if amount not in length:
            return None
        first = today + timedelta(days=today in ticks)
        return finish(length[amount], first, lambda day: 0.0 if runs.paused(day) else shares[day.weekday()])

    told = (_outlook(goal, amount, dates(amount), pace, now) for goal, amount in zip(goals, left, strict=True))
    return Forecast(plan, found, tuple(told))


def _is_open(one: PlanNode, now: datetime) -> bool:
    return not one.checked and state_of(one, now) == OPEN


def _outlook(goal: _Goal, left: int, found: Finish | None, pace: Pace | None, now: datetime) -> Outlook:
    ends = [one for one in goal.work if state_of(one, now) != ONGOING]
    resting = sum(rests(one, now) and not one.checked for one in ends)
    return Outlook(goal.kind, goal.name, left, sum(map(size, ends)), resting, _planned(goal, pace), found)


def _shares(found: Sequence[float], now: frozenset[int], then: frozenset[int] | None) -> list[float]:
    """The share of each weekday when other days are off: what is off gives nothing, what no longer is, an average."""
    if then is None:
        return list(found)
    average = sum(found) / (7 - len(now))
    return [0.0 if day in then else average if day in now else found[day] for day in range(7)]


def _ticks(work: Sequence[PlanNode], zone: ZoneInfo) -> dict[date, float]:
    """How much was done on which day."""
    out: dict[date, float] = {}
    for one in work:
        if one.checked and one.checked_at:
            day = one.checked_at.astimezone(zone).date()
            out[day] = out.get(day, 0) + size(one)
    return out


def _begin(ticks: Mapping[date, float], pace: Pace | None) -> date | None:
    """The first day that counts: of the plan, or the first with something done where that was earlier."""
    first = min(ticks, default=None)
    return min(first, pace.start) if first and pace else first


def _goals(nodes: Sequence[PlanNode], work: Sequence[PlanNode], tracks: Sequence[str]) -> list[_Goal]:
    """The whole, each track, and each deliverable with the rows that come before it."""
    title = next((one.title for one in nodes if one.kind == "plan"), nodes[0].document if nodes else "")
    out = [_Goal("plan", title, tuple(work))]
    every = dict.fromkeys(track for one in work for track in one.tracks if not tracks or track in tracks)
    for track in every if len(every) > 1 or tracks else ():
        out.append(_Goal("track", track, tuple(one for one in work if track in one.tracks)))
    listed, above = {one.id for one in work}, ancestors(nodes)
    for box in nodes:
        if box.kind == "deliverable" and box.id not in listed and counts(box, tracks, {}):
            needed = _needed(box, nodes, work, above)
            if needed:
                out.append(_Goal("deliverable", box.title, needed))
    return out


def _needed(
    box: PlanNode, nodes: Sequence[PlanNode], work: Sequence[PlanNode], above: Mapping[NodeId, set[NodeId]]
) -> tuple[PlanNode, ...]:
    """The rows a deliverable waits for: those of its tracks up to the last day of what it stands under."""
    last = _last_day(box, nodes, work, above)
    return tuple(
        one
        for one in work
        if (not one.tracks or not box.tracks or set(one.tracks) & set(box.tracks))
        and (last is None or (one.day_to or one.day_from or 0) <= last)
    )


def _last_day(
    box: PlanNode, nodes: Sequence[PlanNode], work: Sequence[PlanNode], above: Mapping[NodeId, set[NodeId]]
) -> int | None:
    """The last day of the nearest place above a box that has days, its own or those of its rows; None = to the end."""
    for place in sorted((one for one in nodes if one.id in above[box.id]), key=lambda one: -len(above[one.id])):
        if place.day_from is not None:
            return place.day_to or place.day_from
        rows = [one for one in work if place.id in above[one.id]]
        if rows:
            return max(one.day_to or one.day_from or 0 for one in rows)
    return None


def _planned(goal: _Goal, pace: Pace | None) -> date | None:
    """The date by the plan's own days; None without a start, or without days."""
    last = max((one.day_to or one.day_from or 0 for one in goal.work), default=0)
    return pace.day(last) if pace and last else None
