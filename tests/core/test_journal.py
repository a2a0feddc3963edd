"""How a journal is written: places by day, bullets out of plain lines, headings."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.core.document import DocumentNote
from tracker.core.journal import (
    JournalStyle,
    body,
    bullets_of,
    clock_seconds,
    entry,
    entry_title,
    is_newest_first,
    note_key,
    part_marks,
    place_of,
    questions_of,
)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("one", [("one", 0)]),
        ("a\n  b\n    c\n      d\n e", [("a", 0), ("b", 2), ("c", 2), ("d", 2), ("e", 1)]),
        ("a\n\tb\n\n\t\tc", [("a", 0), ("b", 1), ("c", 2)]),
        ("+ a\n- b\n* c\n+ d", [("a", 0), ("b", 1), ("c", 2), ("d", 0)]),
        ("+ a\n    - b\n        * c", [("a", 0), ("b", 1), ("c", 2)]),
        ("+ a\n+ b", [("a", 0), ("b", 0)]),
        ("- a\n- b", [("a", 0), ("b", 0)]),
        ("![](x.png)\na", [("![](x.png)", None), ("a", 0)]),
        ("", []),
    ],
)
def test_lines_become_bullets(text: str, levels: list[tuple[str, int | None]]) -> None:
    assert [(one.text, one.level) for one in bullets_of(text)] == levels


def test_an_entry_goes_to_its_day() -> None:
    days = ["2026-01-03", "2026-01-02", "2026-01-02", "2025-12-01"]
    assert [place_of(days, day, newest_first=True) for day in ("2026-01-04", "2026-01-02", "2025-01-01")] == [0, 3, 4]
    days.reverse()
    assert [place_of(days, day, newest_first=False) for day in ("2026-01-04", "2026-01-02", "2025-01-01")] == [4, 3, 0]
    assert (is_newest_first(days), is_newest_first(reversed(days)), is_newest_first([])) == (False, True, True)


def test_an_entry_is_written_in_its_journals_habits() -> None:
    day = date(2026, 1, 2)
    style = JournalStyle(link_is_bullet=False, part_in_brackets=True, gap=2)
    text = body("https://a.example", bullets_of("x\n  y"), style)
    note = DocumentNote(note_key("20260102", "T", "下"), 0, day, "20260102", "T", text, "下")
    assert entry(note, style) == "# 20260102 T（下）\n[https://a.example](https://a.example)\n+ x\n    - y\n\n\n"
    assert entry(note, JournalStyle(newline="\r\n")).startswith("# 20260102 T 下\r\n[https://a.example]")
    assert body("", [], JournalStyle(gap=0)) == ""
    assert entry(DocumentNote("k", 0, day, "20260102", "T", ""), JournalStyle()) == "# 20260102 T\n\n"
    assert entry_title("## **Bold** title ") == "Bold** title"


@pytest.mark.parametrize(
    ("marks", "numbers", "told"),
    [
        ([None], False, [""]),
        ([None], True, [""]),
        (["", None], False, ["", "下"]),
        ([None, None], False, ["上", "下"]),
        (["上", None, None], False, ["上", "中", "下"]),
        (["", None, None], False, ["", "中", "下"]),
        (["上", "下", None], False, ["上", "下", "3"]),
        (["上", "中", None], False, ["上", "中", "下"]),
        ([None, "下"], False, ["上", "下"]),
        (["1", None], True, ["1", "2"]),
        (["1", None], False, ["1", "2"]),
        ([None, None, None, None], False, ["1", "2", "3", "4"]),
        (["x", None, None], False, ["x", "下", "3"]),
    ],
)
def test_parts_of_a_talk_are_told_together(marks: list[str | None], numbers: bool, told: list[str]) -> None:
    assert part_marks(marks, numbers=numbers) == told


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20:31", 1231), ("1231", 1231), ("1231s", 1231), ("1:02:03", 3723), ("", None), ("a", None), ("1:99", None)],
)
def test_a_time_in_a_talk_is_read(text: str, seconds: int | None) -> None:
    assert clock_seconds(text) == seconds


def test_questions_are_bullets_that_ask_with_deeper_ones_below() -> None:
    text = "+ What?\n    - this\n        * deeper\n    - that\n+ **Why？**\n    - so\n![i](x)\n+ none?\n+ told\n    - is it?\n        * yes\n"
    assert questions_of(text) == [("What?", "this deeper that"), ("**Why？**", "so"), ("is it?", "yes")]
    assert questions_of("") == []
