"""How an entry becomes an arrival: which come in, which are the newest, which share an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.core.arrival import Arrival, arrivals, newest
from tracker.core.model import Entry, Harvest, Source, SourceId
from tracker.core.text import pattern

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
A = Source("A", "https://a.example/feed", id=SourceId(7))


def arrive(*entries: Entry, source: Source = A) -> tuple[Arrival, ...]:
    return arrivals(source, Harvest(entries=entries), NOW)


def test_the_newest_are_told_by_date_else_by_their_place() -> None:
    undated = arrive(*(Entry(str(n), f"https://a.example/{n}") for n in range(5)))
    assert newest(undated, 2) == {"0", "1"}
    old_first = arrive(
        *(Entry(str(n), f"https://a.example/{n}", published=NOW - timedelta(days=5 - n)) for n in range(5))
    )
    assert newest(old_first, 2) == {"4", "3"}
    assert newest(old_first, 0) == frozenset()
    assert len(newest(old_first, 99)) == 5


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        ((), (), "123"),
        (("item [12]",), (), "12"),
        ((), ("/3$",), "12"),
        (("item",), ("2", "("), "13"),
        (("no",), (), ""),
    ],
)
def test_patterns_let_in_and_keep_out(include: tuple[str, ...], exclude: tuple[str, ...], kept: str) -> None:
    source = Source("A", "https://a.example/feed", include=include, exclude=exclude)
    found = arrive(*(Entry(n, f"https://a.example/{n}", f"Item {n}") for n in "123"), source=source)
    assert "".join(one.key for one in found) == kept
    assert pattern("(").search("a (b)")


def test_different_items_at_one_address_are_works_of_their_own() -> None:
    one, two, again = arrive(
        Entry("1", "https://a.example/changelog", "Version 1"),
        Entry("2", "https://a.example/changelog", "Version 2"),
        Entry("3", "https://a.example/changelog", "version  1"),
    )
    assert (one.canonical, again.canonical) == ("https://a.example/changelog",) * 2
    assert (two.canonical, two.work) == ("", "item:7:2")
