"""Days of a plan, talks that run on, streaks, sessions that fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.day import PlanDay
from tracker.core.model import NodeId, NoteId, ResourceId
from tracker.core.plan import JournalEntry, PlanNode
from tracker.core.today import (
    Pace,
    Sitting,
    Streak,
    late_rows,
    lately,
    next_row,
    pressing,
    rows_of,
    running,
    sitting_of,
    streak,
)

MONDAY = date(2026, 1, 5)
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def test_days_off_and_pauses_do_not_count() -> None:
    pace = Pace(MONDAY, frozenset({6}), ((date(2026, 1, 7), 2),))
    numbers = [pace.number(MONDAY + timedelta(days=n)) for n in range(-1, 9)]
    assert numbers == [0, 1, 2, 2, 2, 3, 4, 4, 5, 6]
    assert not pace.studies(date(2026, 1, 7))
    assert pace.day(3) == date(2026, 1, 9)


@given(DAYS, st.frozensets(st.integers(0, 6), max_size=6), st.lists(st.tuples(DAYS, st.integers(1, 9)), max_size=3))
def test_a_number_and_its_date_belong_together(
    start: date, rest: frozenset[int], pauses: list[tuple[date, int]]
) -> None:
    pace = Pace(start, rest, tuple(pauses))
    dates = [pace.day(number) for number in range(1, 12)]
    assert [pace.number(day) for day in dates] == list(range(1, 12))
    assert all(pace.studies(day) for day in dates)


@given(st.integers(1, 20))
def test_a_shift_moves_later_days_by_as_much_and_earlier_ones_not(days: int) -> None:
    before, at = Pace(MONDAY), MONDAY + timedelta(days=4)
    after = Pace(MONDAY, pauses=((at, days),))
    assert [after.day(n) for n in range(1, 5)] == [before.day(n) for n in range(1, 5)]
    assert [after.day(n) - before.day(n) for n in range(5, 9)] == [timedelta(days=days)] * 4


def test_a_plan_without_study_days_has_no_dates() -> None:
    for pace, number in ((Pace(MONDAY, frozenset(range(7))), 1), (Pace(MONDAY), 0)):
        with pytest.raises(ValueError, match=str(number)):
            pace.day(number)


def node(title: str, low: int | None, high: int | None, tracks: tuple[str, ...] = (), kind: str = "day") -> PlanNode:
    return PlanNode(NodeId(1), None, "", "", kind, title, 1, low, high, tracks)


def test_rows_of_a_day_are_those_of_its_number_and_the_chosen_tracks() -> None:
    nodes = [node("a", 3, 4, ("app",)), node("b", 4, None, ("algo",)), node("c", 4, 4), node("d", 5, 5), node("e", None, None),
             node("f", 1, 9, (), "week")]  # fmt: skip
    assert [one.title for one in rows_of(nodes, 4, ())] == ["a", "b", "c"]
    assert [one.title for one in rows_of(nodes, 4, ("algo",))] == ["b", "c"]


def entry(id_: int, day: date, resource: int | None, seconds: int | None = None) -> JournalEntry:
    work = ResourceId(resource) if resource else None
    return JournalEntry(
        NoteId(id_), "", day, "", f"Talk {resource}", "", "https://y.example", seconds, work, "", {}, (), 0
    )


def sat(day: int, resource: int, seconds: int | None = None) -> Sitting:
    found = sitting_of(entry(1, MONDAY + timedelta(days=day), resource, seconds))
    assert found is not None
    return found


def test_the_talk_noted_last_runs_on_until_it_is_done_or_long_ago() -> None:
    found = [sat(0, 7, 60), sat(2, 7, 1231), sat(0, 8)]
    now = MONDAY + timedelta(days=4)
    talk = running(found, (), now)
    assert talk is not None
    assert (talk.resource, talk.seconds, len(talk.days)) == (7, 1231, 2)
    assert running(found, {ResourceId(7)}, now) is None
    assert running(found, (), now + timedelta(days=30)) is None
    assert running([], (), now) is None
    assert sitting_of(entry(1, MONDAY, None)) is None
    early = running(found, (), MONDAY)
    assert early is not None
    assert (early.resource, early.seconds) == (8, None)
    assert [one.resource for one in lately(found, MONDAY + timedelta(days=8))] == [7]


def test_rows_left_open_before_today_come_by_day() -> None:
    at = datetime(2026, 1, 12, tzinfo=UTC)
    nodes = [node("a", 3, 4), node("b", 1, None), replace(node("c", 2, 2), checked=True),
             replace(node("d", 2, 2), set_state="blocked"), node("e", 5, 5), node("f", 2, 2, ("fde",))]  # fmt: skip
    assert [one.title for one in late_rows(nodes, 5, ("app",), {}, at)] == ["b", "a"]


def test_the_first_open_row_of_later_days_is_ahead() -> None:
    at = datetime(2026, 1, 12, tzinfo=UTC)
    nodes = [node("a", 9, 9), node("b", 7, 8), replace(node("c", 6, 6), checked=True), node("d", 5, 5),
             replace(node("e", 6, 6), set_state="paused"), node("f", 6, 6, ("fde",))]  # fmt: skip
    found = next_row(nodes, 5, ("app",), {}, at)
    assert found is not None
    assert found.title == "b"
    assert next_row(nodes, 9, (), {}, at) is None


def test_a_day_of_a_plan_stresses_what_its_followed_tracks_do() -> None:
    row = replace(node("a", 1, 1), emphasis={"app": "x", "fde": "y"})
    assert PlanDay("p", 1, False, (row,)).stress(row) == {"app": "x", "fde": "y"}
    assert PlanDay("p", 1, False, (row,), tracks=("fde",)).stress(row) == {"fde": "y"}


def test_focus_and_priority_press() -> None:
    at = datetime(2026, 1, 12, tzinfo=UTC)
    rows = [node("a", 1, 1), replace(node("b", 1, 1), priority=3), replace(node("c", 1, 1), focus=True),
            replace(node("d", 1, 1), priority=1), replace(node("e", 1, 1), set_state="paused")]  # fmt: skip
    assert [one.title for one in pressing(rows, at)] == ["c", "b", "a", "d"]


def test_streaks_count_runs_and_name_gaps() -> None:
    days = [MONDAY + timedelta(days=n) for n in (0, 1, 3, 4, 5, 5)]
    assert streak(days, days[-1]) == Streak(5, 3, 3, (date(2026, 1, 7),))
    assert streak(days, days[-1] + timedelta(days=1)).current == 3
    assert streak(days, days[-1] + timedelta(days=2)).current == 0
    assert streak([], MONDAY) == streak([MONDAY + timedelta(days=1)], MONDAY) == Streak()
