"""Days of a plan, talks that run on, streaks, sessions that fit."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import today
from tracker.core.model import NodeId, NoteId, ResourceId
from tracker.core.plan import JournalEntry, PlanNode
from tracker.core.today import Offer, Pace, Streak, rows_of, running, session, streak

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


def test_the_talk_noted_last_runs_on_until_it_is_done_or_long_ago() -> None:
    entries = [entry(1, MONDAY, 7, 60), entry(2, MONDAY + timedelta(days=2), 7, 1231), entry(3, MONDAY, 8)]
    now = MONDAY + timedelta(days=4)
    found = running(entries, frozenset(), now)
    assert found is not None
    assert (found.resource, found.seconds, len(found.days)) == (7, 1231, 2)
    assert running(entries, frozenset({ResourceId(7)}), now) is None
    assert running(entries, frozenset(), now + timedelta(days=30)) is None
    assert running([entry(1, MONDAY, None)], frozenset(), now) is None
    early = running(entries, frozenset(), MONDAY)
    assert early is not None
    assert early.resource == 8


def test_streaks_count_runs_and_name_gaps() -> None:
    days = [MONDAY + timedelta(days=n) for n in (0, 1, 3, 4, 5, 5)]
    assert streak(days, days[-1]) == Streak(5, 3, 3, (date(2026, 1, 7),))
    assert streak(days, days[-1] + timedelta(days=1)).current == 3
    assert streak(days, days[-1] + timedelta(days=2)).current == 0
    assert streak([], MONDAY) == streak([MONDAY + timedelta(days=1)], MONDAY) == Streak()


@st.composite
def offers(draw: st.DrawFn) -> list[Offer]:
    keys = [chr(97 + n) for n in range(draw(st.integers(0, 5)))]
    return [
        Offer(key, key, draw(st.integers(1, 40)), draw(st.integers(1, 50)), tuple(draw(st.sets(st.sampled_from([*keys, "zz"]), max_size=1))))
        for key in keys
    ]  # fmt: skip


@given(offers(), st.integers(0, 120))
def test_a_session_is_the_best_that_fits_and_in_order(some: list[Offer], budget: int) -> None:
    found = session(some, budget)
    keys = [one.key for one in found]
    assert sum(one.minutes for one in found) <= budget
    assert all(keys.index(need) < keys.index(one.key) for one in found for need in one.after)
    whole = (subset for size in range(len(some) + 1) for subset in combinations(some, size))
    fits = [
        sum(one.value for one in subset)
        for subset in whole
        if sum(one.minutes for one in subset) <= budget
        and all(need in {one.key for one in subset} for one in subset for need in one.after)
        and _in_some_order(subset)
    ]
    assert sum(one.value for one in found) == max(fits)


def _in_some_order(subset: tuple[Offer, ...]) -> bool:
    return any(
        all(need in {one.key for one in order[:n]} for n, one in enumerate(order) for need in one.after)
        for order in permutations(subset)
    )


def test_of_very_many_choices_the_most_worthwhile_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "MOST_KEPT", 8)
    some = [Offer(str(n), str(n), 10, n) for n in range(12)]
    assert {one.key for one in session(some, 30)} == {"11", "10", "9"}
