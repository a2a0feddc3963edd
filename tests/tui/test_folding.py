"""Lines folded by cells: nothing is lost, nothing is too wide, words and Chinese marks stay where they belong."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from tui.widgets import folding
from tui.widgets.folding import fold_at


def rows(text: str, cells: int) -> list[str]:
    return folding.folded(text, cells)


PIECES = st.sampled_from(
    [
        "a",
        "bc ",
        "word",
        " ",
        "  ",
        "推理",
        "引擎，",
        "（分页）",
        "。",
        "“",
        "é",
        "e\u0301",
        "👩‍👧",
        "🗂️",
        "-",
        "한",
        "ｶﾅ",
        "⚙",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(2, 50))
def test_rows_hold_the_whole_line_and_none_is_too_wide(text: str, cells: int) -> None:
    found = rows(text, cells)
    assert "".join(found) == text
    assert all(cell_len(row.rstrip(" ")) <= cells for row in found)
    assert all(row for row in found) or text == ""


def test_words_stay_whole_and_the_blank_between_them_ends_a_row() -> None:
    assert rows("the cache is paged", 10) == ["the cache ", "is paged"]
    assert rows("exactly10c and", 10) == ["exactly10c ", "and"]
    assert rows("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_chinese_breaks_anywhere_but_before_a_closing_or_behind_an_opening_mark() -> None:
    assert rows("推理引擎缓存。管理", 12) == ["推理引擎缓", "存。管理"]
    assert rows("推理引擎（缓存）", 10) == ["推理引擎", "（缓存）"]
    assert rows("管理 KV cache 的方法", 10) == ["管理 KV ", "cache 的方", "法"]


def test_what_is_drawn_as_one_is_never_cut() -> None:
    family = "👨‍👩‍👧"
    assert all(row.count(family) == len(row) // len(family) for row in rows(family * 9, 7))


@pytest.mark.parametrize(("characters", "width"), [(folding._NARROW, 1), (folding._WIDE, 2)])
def test_the_quick_ways_count_cells_as_the_screen_does(characters: str, width: int) -> None:
    known = re.compile(f"[{characters}]")
    odd = [
        chr(code)
        for code in range(0x20, 0xFFFF)
        if known.match(chr(code)) and get_character_cell_size(chr(code)) != width
    ]
    assert odd == []


def test_folding_costs_no_more_than_the_length_of_a_line() -> None:
    began = perf_counter()
    assert len(fold_at("推理 KV cache，" * 20_000, 80)) > 1000
    assert len(fold_at("x" * 400_000, 80)) == 5000
    assert perf_counter() - began < 3
