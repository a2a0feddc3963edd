"""How a place stands, double days, tallies, gaps and coverage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.core import standing
from tracker.core.choices import conflicts, counts, wins
from tracker.core.coverage import Work, coverage
from tracker.core.model import NodeId, ResourceId
from tracker.core.plan import PlanNode
from tracker.core.progress import ancestors, below, gaps, size, tallies, unsaid, work_of
from tracker.core.today import rows_of

NOW = datetime(2026, 1, 12, tzinfo=UTC)


def node(id_: int, kind: str = "day", low: int | None = None, high: int | None = None, **more: object) -> PlanNode:
    parent = more.pop("parent", None)
    return PlanNode(NodeId(id_), parent, "P", "p.md", kind, f"t{id_}", id_, low, high, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("remark", "state"),
    [("听不懂，暂缓", "blocked"), ("显存要求太高，玩不起", "blocked"), ("学不了一点", "blocked"), ("暂缓", "paused"),
     ("持续积累中", "ongoing"), ("跑通了Demo", "open"), ("啥也不会", "open"), ("", "open")],
)  # fmt: skip
def test_remarks_say_how_a_place_stands(remark: str, state: str) -> None:
    assert standing.state_of(node(1, remark=remark), NOW) == state


def test_what_was_decided_goes_before_the_words() -> None:
    one = node(1, remark="听不懂", set_state="open")
    assert standing.state_of(one, NOW) == "open"
    assert standing.reason_of(one, NOW) == ""
    said = node(1, set_state="paused", reason="no time")
    assert (standing.reason_of(said, NOW), standing.rests(said, NOW)) == ("no time", True)
    assert standing.reason_of(node(1, remark="听不懂"), NOW) == "听不懂"


def test_what_wakes_is_open_from_its_day_on() -> None:
    one = node(1, set_state="paused", wake=NOW)
    assert standing.state_of(one, NOW - timedelta(seconds=1)) == "paused"
    assert standing.state_of(one, NOW) == "open"


def test_what_never_ends_is_never_done() -> None:
    assert standing.closed(node(1, checked=True), NOW)
    assert not standing.closed(node(1, checked=True, remark="持续积累中"), NOW)


@pytest.mark.parametrize(
    ("one", "priority", "focus"),
    [(node(1, remark="一般项目暂时无此需求，优先级低"), standing.LOW, False), (node(1, remark="有一个任务需要做"), standing.HIGH, False),
     (node(1, remark="下一阶段的重点"), standing.NORMAL, True), (node(1, priority=standing.HIGH, focus=True), standing.HIGH, True)],
)  # fmt: skip
def test_priority_and_focus_are_said_or_set(one: PlanNode, priority: int, focus: bool) -> None:
    assert (standing.priority_of(one), standing.in_focus(one)) == (priority, focus)


DOUBLE = [
    node(2, "day", 1, 3, tracks=("app", "fde")), node(3, "project", 3, 4, tracks=("fde",)), node(4, "day", 4, None, tracks=("app",)),
    node(5, "deliverable", tracks=("app",)), node(6, "week", 3, 9, tracks=("fde",)), node(7, "task", 9),
]  # fmt: skip


def test_days_with_two_rows_are_conflicts_until_one_is_chosen() -> None:
    (one,) = conflicts(DOUBLE, (), {})
    assert (one.track, one.day, [row.id for row in one.rows], one.chosen) == ("fde", 3, [2, 3], None)
    chosen = {("fde", 3): NodeId(3)}
    assert conflicts(DOUBLE, (), chosen)[0].chosen == 3
    assert conflicts(DOUBLE, ("app",), {}) == []
    assert not wins(DOUBLE[0], 3, ("fde",), chosen)
    assert wins(DOUBLE[0], 3, ("app", "fde"), chosen)
    assert [row.id for row in rows_of(DOUBLE, 3, ("fde",), chosen)] == [3]
    assert counts(DOUBLE[0], ("fde",), chosen)
    assert not counts(DOUBLE[1], ("app",), {})
    assert not counts(node(8, "day", 3, 3, tracks=("fde",)), (), chosen)
    assert [counts(DOUBLE[3], tracks, {}) for tracks in ((), ("app",), ("fde",))] == [True, True, False]
    assert counts(DOUBLE[5], ("fde",), {})


def test_work_is_rows_with_days_else_boxes() -> None:
    assert [one.id for one in work_of(DOUBLE, ("app",), {})] == [2, 4, 7]
    assert [one.id for one in work_of([node(2, "skill"), node(3, "section")], (), {})] == [2]
    assert [size(one) for one in DOUBLE] == [3, 2, 1, 1, 7, 1]
    assert size(node(2, "day", 1, 900)) == 60


def test_tallies_of_plan_phases_and_tracks() -> None:
    top, phase = node(1, "plan"), node(2, "phase", parent=NodeId(1))
    rows = [
        node(3, "day", 1, 1, parent=NodeId(2), tracks=("app",), checked=True),
        node(4, "day", 2, 2, parent=NodeId(2), tracks=("app", "fde"), set_state="paused"),
        node(5, "day", 3, 3, parent=NodeId(1), tracks=("fde",), checked=True, set_state="ongoing"),
        node(6, "deliverable", parent=NodeId(2), tracks=("fde",), checked=True),
    ]  # fmt: skip
    found = tallies([top, phase, *rows], (), {}, NOW)
    said = [
        (one.kind, one.name, one.done, one.total, one.ongoing, one.resting, one.boxes_done, one.boxes) for one in found
    ]
    assert said == [
        ("plan", "t1", 1, 2, 1, 1, 1, 1), ("phase", "t2", 1, 2, 0, 1, 1, 1), ("track", "app", 1, 2, 0, 1, 0, 0),
        ("track", "fde", 0, 1, 1, 1, 1, 1),
    ]  # fmt: skip
    assert [one.percent for one in found] == [50, 50, 50, 0]
    assert [one.name for one in tallies([top, phase, *rows], ("app",), {}, NOW) if one.kind == "track"] == ["app"]
    boxes = [node(1, "section"), node(2, "skill", parent=NodeId(1)), node(3, "skill")]
    assert [(one.kind, one.name, one.total) for one in tallies(boxes, (), {}, NOW)] == [("plan", "t1", 2), ("phase", "t1", 1)]  # fmt: skip
    assert [(one.name, one.total, one.percent) for one in tallies([], (), {}, NOW)] == [("", 0, 0)]


def test_what_stands_under_a_place_even_in_a_ring() -> None:
    nodes = [node(1), node(2, parent=NodeId(1)), node(3, parent=NodeId(2)), node(4, parent=NodeId(99))]
    assert [one.id for one in below(nodes, NodeId(2))] == [2, 3]
    assert ancestors([node(1, parent=NodeId(2)), node(2, parent=NodeId(1))]) == {1: {1, 2}, 2: {1, 2}}


def test_gaps_are_ordered_by_width_and_age() -> None:
    old = NOW - timedelta(days=9)
    nodes = [
        node(1, target_level=4, level=3, checked=True, checked_at=NOW), node(2, target_level=4, level=3, touched=old),
        node(3, target_level=4, level=1), node(4, target_level=3, level=3), node(5, target_level=3, checked=True), node(6, level=1),
    ]  # fmt: skip
    assert [(gap.place.id, gap.wanted, gap.reached, gap.days) for gap in gaps(nodes, NOW)] == [
        (3, 4, 1, None), (2, 4, 3, 9), (1, 4, 3, 0),
    ]  # fmt: skip
    assert unsaid(nodes) == 1


def work(id_: int, title: str = "", *, living: bool = True, sources: tuple[str, ...] = ("a",), days: int | None = 1,
         kept: bool = False) -> Work:  # fmt: skip
    return Work(ResourceId(id_), title, living, sources, None if days is None else NOW - timedelta(days=days), kept)


def test_coverage_is_set_arithmetic() -> None:
    works = {
        one.id: one
        for one in (work(1, living=False), work(2), work(3, days=200), work(4, sources=("b",), days=None), work(5))
    }

    def holding(id_: int, *ids: int, **more: object) -> PlanNode:
        return node(id_, resources=tuple(map(ResourceId, ids)), **more)

    places = [
        replace(holding(1), title="KV cache 管理"), holding(2, 1), holding(3, 2, 5), holding(4, 3, 4), holding(5, 3), holding(6, 2, 99),
        holding(7, 1, checked=True), node(8, "skill"), node(9, "phase", resources=(ResourceId(1),)),
        replace(holding(10), title="x"),
    ]  # fmt: skip
    free = [work(20, "Managing the KV cache"), work(21, "Other things", living=False), work(22, "KV cache 管理 at scale"),
            *(work(30 + n, f"Kept {n}", sources=("blog",), kept=True) for n in range(3)), work(40, "x", sources=("a",), kept=True)]  # fmt: skip
    found = coverage(places, works, free, NOW, 90)
    assert found.places == 7
    assert [(lack.place.id, [one.id for one in lack.offers]) for lack in found.bare] == [(1, [22, 20]), (10, [])]
    assert [lack.place.id for lack in found.dead] == [2]
    assert [lack.place.id for lack in found.lone] == [3]
    assert [lack.place.id for lack in found.stale] == [4, 5]
    assert found.unplanned == (("blog", 3),)
