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


def keys(*entries: Entry) -> list[str]:
    return [one.key for one in arrive(*entries)]


def test_an_item_is_told_by_its_id_else_its_place_else_its_title() -> None:
    home = "https://a.example/"
    assert keys(Entry("1", home + "x", "One")) == ["1"]
    assert keys(Entry("", "https://www.a.example/x?utm_source=rss", "One")) == ["https://a.example/x"]
    assert keys(Entry("", "", "One  two")) == ["one two"]
    assert keys(Entry("", home, "One"), Entry("", home, "Two")) == [f"{home}|{home}|one", f"{home}|{home}|two"]
    assert keys(Entry("1", home + "x", "One"), Entry("1", home + "y", "Two")) == [f"1|{home}x", f"1|{home}y"]
    assert keys(Entry("1", "", "One"), Entry("1", "", "Two"), Entry("1", "", "one")) == ["1|one", "1|two"]
    assert keys(Entry("1", home + "x", "One"), Entry("1", home + "x", "Two")) == [f"1|{home}x|one", f"1|{home}x|two"]
    assert keys(Entry(home + "c#1", home + "c", "One"), Entry(home + "c#2", home + "c", "Two")) == [
        home + "c#1",
        home + "c#2",
    ]
    (long,) = keys(Entry("x" * 900, "", "One"))
    assert len(long) == 500


@pytest.mark.parametrize(
    ("now", "before", "reused"),
    [
        (("New", "/new", 1), ("Old", "/old", 2), True),
        (("New", "/new", None), ("Old", "/old", None), True),
        (("New", "/new", 1), ("Old", "/old", 1), False),  # of the same instant: moved and renamed
        (("New", "/old", 1), ("Old", "/old", 2), False),  # an edit
        (("old", "/new", 1), ("Old", "/old", 2), False),  # a move
        (("New", "", 1), ("Old", "", 2), True),
        (("New", "", 1), ("Old", "", 1), False),
        (("New", "", None), ("Old", "", 2), False),
        (("New", "/new", 1), ("Old", "", 2), False),
    ],
)
def test_an_id_that_is_used_again_is_told_from_an_edit(
    now: tuple[str, str, int | None], before: tuple[str, str, int | None], reused: bool
) -> None:
    def day(number: int | None) -> datetime | None:
        return NOW - timedelta(days=number) if number else None

    def at(path: str) -> str:
        return f"https://a.example{path}" if path else ""

    (one,) = arrive(Entry("g", at(now[1]), now[0], published=day(now[2])))
    assert one.reuses(before[0], at(before[1]), day(before[2])) is reused
    assert (one.renamed().key, one.renamed().renamed()) == (one.other_key, one)
    assert not one.renamed().reuses(before[0], at(before[1]), day(before[2]))


def test_an_item_whose_id_is_its_address_is_that_page() -> None:
    page = "https://a.example/x"
    one, other = arrive(Entry(page, page, "One"), Entry("http://www.a.example/x/", page + "/", "Two"))
    assert one.is_page
    assert other.is_page
    assert one.canonical == other.canonical == page
    assert not arrive(Entry(page + "#1", page, "One"))[0].is_page
    assert not arrive(Entry("1", page, "One"))[0].is_page
