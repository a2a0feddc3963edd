"""Sessions: the best that fits, in an order that can be done."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import session as core
from tracker.core.session import Offer, session


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


def test_forty_offers_are_chosen_from_exactly() -> None:
    some = [Offer(f"{n:02}", "", 7 + n % 5, 10 + n % 7) for n in range(40)]
    found = session(some, 120)
    best = [0.0] * 121
    for one in some:
        for minutes in range(120, one.minutes - 1, -1):
            best[minutes] = max(best[minutes], best[minutes - one.minutes] + one.value)
    assert sum(one.value for one in found) == best[120]


def test_of_very_many_choices_of_one_group_the_most_worthwhile_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "MOST_KEPT", 8)
    some = [Offer("base", "", 10, 1), *(Offer(str(n), "", 10, n, ("base",)) for n in range(12))]
    assert [one.key for one in session(some, 40)] == ["base", "9", "10", "11"]
