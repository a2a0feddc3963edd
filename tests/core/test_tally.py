"""How far one is, counted from the boxes below a place."""

from __future__ import annotations

from tracker.core.model import NodeId
from tracker.core.plan import PlanNode, grow
from tracker.core.tally import Tally, counts, tallies, tracks


def node(id_: int, parent: int | None, kind: str, *, checked: bool = False, tracks: tuple[str, ...] = ()) -> PlanNode:
    return PlanNode(
        NodeId(id_),
        NodeId(parent) if parent else None,
        "p",
        "p.md",
        kind,
        f"n{id_}",
        id_,
        checked=checked,
        tracks=tracks,
    )


TREE = grow(
    [
        node(1, None, "plan"), node(2, 1, "week"), node(3, 2, "day", checked=True, tracks=("app",)),
        node(4, 3, "deliverable"), node(5, 2, "day", tracks=("app", "fde")), node(6, 1, "section"),
        node(7, None, "section"),
    ]
)  # fmt: skip


def test_headings_are_counted_by_what_stands_under_them() -> None:
    found = tallies(TREE)
    assert found == {NodeId(1): Tally(1, 3), NodeId(2): Tally(1, 3), NodeId(3): Tally(0, 1)}
    assert [counts(one) for one in TREE[0].children] == [False, False]


def test_what_belongs_to_two_tracks_counts_on_each() -> None:
    assert tracks(TREE) == {"app": Tally(1, 2), "fde": Tally(0, 1)}
    assert tracks([*TREE[0].children[0].children, *grow([node(9, None, "week", tracks=("x",))])])["app"].share == 0.5
    assert "x" not in tracks(grow([node(9, None, "week", tracks=("x",))]))


def test_a_share_of_nothing_is_nothing() -> None:
    assert Tally().share == 0.0
    assert Tally(1, 4).share == 0.25
