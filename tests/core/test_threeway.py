"""Three states of one thing: who changed it is followed; who was renamed is found."""

from __future__ import annotations

import pytest

from tracker.core.threeway import MOST_PAIRS, Named, Side, renamed, settle


@pytest.mark.parametrize(
    ("base", "here", "file", "side"),
    [
        (1, 1, 1, Side.BOTH),
        (1, 2, 2, Side.BOTH),
        (1, 2, 1, Side.HERE),
        (1, 1, 2, Side.FILE),
        (1, 2, 3, Side.NEITHER),
    ],
)
def test_whoever_changed_it_alone_is_followed(base: int, here: int, file: int, side: Side) -> None:
    assert settle(base, here, file) is side


def test_sameness_may_be_told_otherwise() -> None:
    assert settle("a", "A", "b", lambda one, other: one.lower() == other.lower()) is Side.FILE


def test_an_edited_title_is_the_same_piece_in_the_same_place() -> None:
    old = [
        Named("a", "", "Caches and prompts"),
        Named("b", "a", "Redis"),
        Named("c", "a", "Evals"),
        Named("d", "", "D"),
    ]
    new = [Named("A", "", "Caches, prompts"), Named("B", "A", "Redis"), Named("C", "", "Evals"), Named("d", "", "D")]
    assert renamed(old, new) == {"a": "A", "b": "B"}


def test_the_likest_of_several_is_taken_once() -> None:
    old = [Named("1", "", "week one: start"), Named("2", "", "week one: starts")]
    new = [
        Named("x", "", "week one: starts!"),
        Named("y", "", "quite another thing"),
        Named("z", "", "week one: start."),
    ]
    assert renamed(old, new) == {"1": "z", "2": "x"}


def test_very_many_are_compared_by_equal_words_only() -> None:
    count = int(MOST_PAIRS**0.5) + 2
    old = [Named(f"o{i}", "", f"title {i}") for i in range(count)]
    new = [Named(f"n{i}", "", f"title {i}" if i else "title x") for i in range(count)]
    found = renamed(old, new)
    assert found["o7"] == "n7"
    assert "o0" not in found
