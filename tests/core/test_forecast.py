"""Forecasts: the range holds what simulated learners of known rates do; what is asked otherwise moves it rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from math import exp
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tracker.core import forecast as fc
from tracker.core import outlook as out
from tracker.core.model import NodeId
from tracker.core.plan import PlanNode
from tracker.core.today import Pace

MONDAY = date(2026, 1, 5)
SHANGHAI = ZoneInfo("Asia/Shanghai")
Learner = Callable[[Random, float], Iterator[int]]


def poisson(chance: Random, rate: float) -> int:
    least, count, product = exp(-rate), 0, chance.random()
    while product > least:
        count, product = count + 1, product * chance.random()
    return count


def steady(chance: Random, rate: float) -> Iterator[int]:
    while True:
        yield sum(chance.random() < rate / 3 for _ in range(3))


def loose(chance: Random, rate: float) -> Iterator[int]:
    while True:
        yield poisson(chance, rate)


def bursty(chance: Random, rate: float) -> Iterator[int]:
    """Much on every fifth day, nothing between."""
    while True:
        yield poisson(chance, rate * 5) if chance.random() < 0.2 else 0


def moody(chance: Random, rate: float) -> Iterator[int]:
    """Runs of good days and runs of none, four or five days each."""
    on = chance.random() < 0.5
    while True:
        on = on is not (chance.random() < (0.25 if on else 0.2))
        yield poisson(chance, rate * 2) if on else 0


def weekends(chance: Random, rate: float) -> Iterator[int]:
    while True:
        for day in range(7):
            yield poisson(chance, rate * 3.5) if day >= 5 else 0


def workdays(chance: Random, rate: float) -> Iterator[int]:
    while True:
        for day in range(7):
            yield poisson(chance, rate) if day < 5 else 0


def gaps(chance: Random, rate: float) -> Iterator[int]:
    """A holiday of 5 to 10 days about once a month, told to nobody."""
    while True:
        if chance.random() < 1 / 30:
            yield from (0 for _ in range(chance.randrange(5, 11)))
        yield poisson(chance, rate)


def changing(chance: Random, rate: float) -> Iterator[int]:
    """Another pace every two to six weeks: between half and one and a half of the usual one."""
    while True:
        pace = rate * chance.uniform(0.5, 1.5)
        yield from (poisson(chance, pace) for _ in range(chance.randrange(14, 43)))


KNOWN = [steady, loose, bursty, moody, weekends, workdays, gaps]  # of one rate, however it comes


def held(learner: Learner, history: int, left: int, chance: Random) -> bool | None:
    """Whether the range foretold after `history` days held the day on which the learner was done; None: none was."""
    days = learner(chance, chance.uniform(0.5, 2.5))
    daily = list(islice(days, history))
    found = fc.speed(daily)
    if found is None:
        return None
    dates = [MONDAY + timedelta(days=n) for n in range(history)]
    shares = fc.weekdays(dict(zip(dates, daily, strict=True)), dates, frozenset())
    done, rest = MONDAY + timedelta(days=history - 1), left
    while rest > 0:
        rest, done = rest - next(days), done + timedelta(days=1)
    ends = fc.finish(fc.spans(found, [left])[left], MONDAY + timedelta(days=history), lambda day: shares[day.weekday()])
    return (ends.early or date.max) <= done <= (ends.late or date.max)


def share_held(learner: Learner, history: range, monkeypatch: pytest.MonkeyPatch, runs: int = 500) -> float:
    monkeypatch.setattr(fc, "DRAWS", 150)
    chance = Random(20260112)
    told = [held(learner, chance.choice(history), chance.randrange(20, 120), chance) for _ in range(runs)]
    known = [one for one in told if one is not None]
    assert len(known) > runs / 2
    return sum(known) / len(known)


@pytest.mark.parametrize("learner", KNOWN)
@pytest.mark.parametrize("history", [range(14, 28), range(28, 56), range(56, 120)])
def test_the_range_of_eighty_holds_about_as_many_of_100_runs(
    learner: Learner, history: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 0.75 <= share_held(learner, history, monkeypatch) <= 0.92  # 500 runs tell it to within 0.02


@pytest.mark.parametrize("history", [range(5, 14), range(14, 28), range(28, 56), range(56, 120)])
def test_who_changes_pace_unforeseen_is_outside_a_little_oftener(
    history: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 0.68 <= share_held(changing, history, monkeypatch) <= 0.9


@pytest.mark.parametrize("learner", KNOWN)
def test_within_two_weeks_a_range_is_wide_rather_than_wrong(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0.7 <= share_held(learner, range(5, 14), monkeypatch) <= 0.955


def test_a_speed_says_how_much_a_week() -> None:
    assert fc.Speed(14, 20.0, 1.0, 3.0).a_week == 10.0
    assert fc.Speed(0, 0.0, 1.0, 3.0).a_week == 0.0


def test_what_was_done_of_late_counts_most_and_a_change_makes_the_range_wider() -> None:
    slow, fast, even = [1, 0] * 21 + [3] * 14, [3] * 42 + [1, 0] * 7, [2, 1] * 28
    found = [fc.speed(daily) for daily in (slow, fast, even)]
    assert all(one is not None and one.seen == 56 for one in found)
    first, last, same = (one for one in found if one is not None)
    assert first.a_week > sum(slow) / 8
    assert last.a_week < sum(fast) / 8
    assert same.a_week == pytest.approx(10.5, rel=0.05)
    assert fc._changed(even, 1.0) == fc._changed([3, 0, 0], 1.0) == 1.0
    assert 1.0 < fc._changed(slow, 1.0) <= fc._changed([0] * 28 + [9] * 28, 0.01) == fc.MOST_CHANGED
    assert fc._changed([0] * 10 + [3] * 7, 1.0) > 1.0  # of less than four weeks a week is compared


def test_too_little_foretells_nothing() -> None:
    assert fc.speed([]) is None
    assert fc.speed([1, 1]) is None
    assert fc.speed([9, 0, 0]) is None
    assert fc.speed([2, 1]) is not None


def test_what_lies_behind_ten_years_has_no_date() -> None:
    ends = fc.finish(fc.Span(1, 10, 1e9), MONDAY, lambda _: 1.0)
    assert ends == fc.Finish(MONDAY, MONDAY + timedelta(days=9), None)


def test_a_speed_that_chance_makes_nothing_of_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fc, "DRAWS", 50)
    found = fc.spans(fc.Speed(7, 1e-9, 1.0, 3.0), [5.0])
    assert found[5.0].late == float("inf")


def test_more_work_never_takes_less_time_and_twice_the_hours_half_of_it() -> None:
    found = fc.speed([1, 0, 2, 1, 0, 1, 3, 1, 0, 0])
    assert found is not None
    slow, fast = fc.spans(found, [0, 5, 5, 40, 41]), fc.spans(found, [40], faster=2)
    assert list(slow) == [5, 40, 41]
    assert slow[5].late < slow[40].late <= slow[41].late
    assert fast[40].likely == pytest.approx(slow[40].likely / 2, rel=0.15)


def test_a_paused_day_is_no_day_of_history() -> None:
    days = fc.days_between(MONDAY, MONDAY + timedelta(days=4), lambda day: day == MONDAY + timedelta(days=1))
    assert [day.day for day in days] == [5, 7, 8, 9]
    assert fc.days_between(MONDAY, MONDAY - timedelta(days=3), lambda _: False) == []


# ---- plans -----------------------------------------------------------------------------------------------------------


def row(id_: int, low: int | None, tick: int | None = None, kind: str = "day", **more: object) -> PlanNode:
    """A row, ticked on the day `tick` after the first Monday, at noon in Shanghai."""
    at = datetime(2026, 1, 5, 4, tzinfo=UTC) + timedelta(days=tick) if tick is not None else None
    wish = {"parent": NodeId(1)} | more
    parent = wish.pop("parent")
    return replace(
        PlanNode(NodeId(id_), parent, "P", "p.md", kind, f"t{id_}", id_, low, low, checked=at is not None, checked_at=at),  # type: ignore[arg-type]
        **wish,
    )  # fmt: skip


def plan(*rows: PlanNode) -> list[PlanNode]:
    return [PlanNode(NodeId(1), None, "P", "p.md", "plan", "The plan", 1), *rows]


def ten_of_thirty(**more: object) -> list[PlanNode]:
    """One row a day for ten days, then two on a day, of thirty-one."""
    ticks = [*range(10), 9]
    return plan(*(row(n + 10, n + 1, ticks[n] if n < 11 else None, **more) for n in range(31)))


def told(nodes: list[PlanNode], day: int = 10, pace: Pace | None = None, **what: object) -> list[out.Outlook]:
    now = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=day)
    wish = out.WhatIf(**what)  # type: ignore[arg-type]
    return list(out.forecast("p.md", nodes, pace, (), {}, now, SHANGHAI, wish).outlooks)


def likely(one: out.Outlook) -> date:
    assert one.finish is not None
    assert one.finish.likely is not None
    return one.finish.likely


def test_the_same_day_gives_the_same_dates_and_a_day_without_work_moves_them() -> None:
    (one,), (later,) = told(ten_of_thirty()), told(ten_of_thirty(), day=11)
    assert told(ten_of_thirty()) == [one]
    assert (one.left, one.total, one.planned) == (20, 31, None)
    assert date(2026, 1, 31) <= likely(one) <= date(2026, 2, 4)
    assert timedelta(days=1) < likely(later) - likely(one) <= timedelta(days=4)


def test_a_plan_with_nothing_ticked_here_has_its_own_date_alone() -> None:
    (one,) = told(plan(row(2, 1), row(3, 30)), pace=Pace(MONDAY))
    assert (one.finish, one.planned) == (None, date(2026, 2, 3))
    (boxes,) = told(plan(row(2, None, kind="skill"), row(3, None, kind="skill")), pace=Pace(MONDAY))
    assert (boxes.planned, boxes.left) == (None, 2)
    assert told([])[0].name == ""


def test_what_is_done_or_rests_is_not_left() -> None:
    nodes = plan(row(2, 1, 0), row(3, 2, 1), row(4, 3, set_state="blocked"), row(5, 4, 2), row(6, 4, 3))
    (one,) = told(nodes)
    assert (one.left, one.total, one.resting, one.finish) == (0, 5, 1, None)


def test_rows_of_several_days_are_as_much_work() -> None:
    (one,) = told(plan(row(2, 1, 0), row(3, 2, day_to=5)))
    assert (one.left, one.total) == (4, 5)


def test_days_off_that_are_tried_move_the_date() -> None:
    nodes, runs = ten_of_thirty(), Pace(MONDAY, frozenset({6}))
    (now,), (fewer,), (more,) = (
        told(nodes, pace=runs, rest=wish) for wish in (None, frozenset({0, 1, 2, 6}), frozenset[int]())
    )
    assert likely(more) < likely(now) < likely(fewer)
    assert likely(fewer).weekday() in (3, 4, 5)


def test_a_pause_to_come_moves_the_date_by_as_much() -> None:
    nodes = ten_of_thirty()
    (now,) = told(nodes, pace=Pace(MONDAY))
    (paused,) = told(nodes, pace=Pace(MONDAY, pauses=((MONDAY + timedelta(days=11), 7),)))
    assert likely(paused) == likely(now) + timedelta(days=7)


def test_ticks_of_today_begin_the_rest_tomorrow() -> None:
    nodes = plan(*(row(n + 2, n + 1, n if n < 5 else None) for n in range(6)))
    (one,) = told(nodes, day=4)
    assert one.finish is not None
    assert one.finish.early == date(2026, 1, 10)


def test_tracks_have_dates_of_their_own_and_can_be_tried_alone() -> None:
    rows = ten_of_thirty()[1:]
    nodes = plan(*(replace(one, tracks=("app",) if n % 3 else ("algo",)) for n, one in enumerate(rows)))
    found = told(nodes)
    assert [(one.kind, one.name) for one in found] == [("plan", "The plan"), ("track", "algo"), ("track", "app")]
    assert found[0].left == found[1].left + found[2].left
    alone = told(nodes, tracks=("app",))
    assert [one.left for one in alone] == [found[2].left] * 2


def test_deliverables_wait_for_the_rows_before_them() -> None:
    week = row(2, None, kind="week")
    late = row(3, None, kind="section", day_from=1, day_to=20)
    rows = [replace(one, parent=NodeId(2)) if one.day_from and one.day_from <= 12 else one for one in ten_of_thirty()]
    boxes = [
        row(90, None, kind="deliverable", parent=NodeId(2)), row(91, None, kind="deliverable", parent=NodeId(3)),
        row(92, None, kind="deliverable"), row(93, None, kind="deliverable", tracks=("app",)),
        row(94, None, kind="deliverable", parent=NodeId(95)), row(95, 30, kind="project", day_to=40),
    ]  # fmt: skip
    found = told([rows[0], week, late, *rows[1:], *boxes])
    left = {one.name: one.left for one in found if one.kind == "deliverable"}
    assert left == {"t90": 1, "t91": 9, "t92": 31, "t93": 31, "t94": 31}
    lone = [row(2, None, kind="week"), row(90, None, kind="deliverable", parent=NodeId(2)), row(3, 7)]
    assert [one.left for one in told(plan(*lone))] == [1, 1]
    assert [one.left for one in told(plan(row(90, None, kind="deliverable", parent=None), row(3, 7)))] == [1, 1]
    assert "t93" not in {one.name for one in told([*rows, replace(boxes[3], parent=None)], tracks=("algo",))}
    empty = told(plan(row(2, None, kind="deliverable", tracks=("x",)), row(3, 1, tracks=("y",))))
    assert [one.kind for one in empty] == ["plan"]
