"""The widget for long texts: exact places, hits that are landed on, plain text only, quick with 20,000 lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.passage import Passage, Tone, of_changes, of_markdown, plain
from tui.widgets.prose import Hit, Prose, hits_of

LONG = "a long line of words that goes on and on " * 12


class Alone(App[None]):
    CSS = "Prose { height: 1fr; overflow-x: hidden; } .prose--here { background: red; }"

    def compose(self) -> ComposeResult:
        yield Prose()


@asynccontextmanager
async def shown(
    passages: tuple[Passage, ...], size: tuple[int, int] = (60, 20)
) -> AsyncIterator[tuple[Prose, Pilot[None]]]:
    app = Alone()
    async with app.run_test(size=size) as pilot:
        prose = app.query_one(Prose)
        prose.focus()
        prose.show(passages)
        await pilot.pause()
        yield prose, pilot


def drawn(prose: Prose) -> list[str]:
    return ["".join(segment.text for segment in prose.render_line(y)).rstrip() for y in range(prose.size.height)]


async def test_a_found_word_is_on_the_screen_where_lines_are_long() -> None:
    lines = [LONG] * 3000
    lines[2500] = LONG + "needle at its end"
    async with shown(plain(lines)) as (prose, pilot):
        prose.mark(hits_of(prose.passages, "NEEDLE  at"))
        assert prose.next_hit(0) == 1
        await pilot.pause()
        assert any("needle at its end" in row for row in drawn(prose))
        assert prose.place[0] == 2500


async def test_hits_are_gone_to_one_by_one_round_and_round() -> None:
    lines = ["one word here", LONG, "a word and a word", *[LONG] * 30, "the last word"]
    async with shown(plain(lines)) as (prose, _):
        prose.mark(hits_of(prose.passages, "word "))
        places = [
            (hit.line, hit.start) for hit in hits_of(prose.passages, "one word") + hits_of(prose.passages, "a word")
        ]
        assert places == [(0, 0), (2, 0), (2, 11)]
        prose.mark(hits_of(prose.passages, "a word") + hits_of(prose.passages, "last"))
        assert [prose.next_hit(1) for _ in range(4)] == [1, 2, 3, 1]
        assert prose.next_hit(-1) == 3
        assert prose.place[0] == len(lines) - 1
        prose.go(0)
        assert prose.next_hit(1) == 1
        prose.mark([])
        assert prose.next_hit(1) == 0


async def test_a_resize_keeps_the_place() -> None:
    async with shown(plain([LONG] * 200 + ["here"] + [LONG] * 200)) as (prose, pilot):
        prose.go_to(200)
        await pilot.resize_terminal(33, 15)
        await pilot.pause()
        assert prose.place[0] == 200
        assert "here" in drawn(prose)


async def test_nothing_in_a_text_is_interpreted() -> None:
    nasty = "[bold]x[/] [@click=app.quit]y[/] \x1b[31mred\x1b[0m \x1b]8;;http://a\x07link\x1b]8;;\x07 "
    nasty += "\u202eevil\u200b \x9b2J tab\tend"
    async with shown(plain([nasty])) as (prose, _):
        row = " ".join(drawn(prose)).strip()
        assert row.startswith("[bold]x[/] [@click=app.quit]y[/] red link evil")
        assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign in "\u202e\u200b" for sign in row)


async def test_chinese_rows_end_at_the_edge_in_cells() -> None:
    async with shown(plain(["推理引擎缓存管理" * 40]), (41, 20)) as (prose, _):
        assert {len(row) for row in drawn(prose)[:5]} == {20}


async def test_seconds_are_told_to_the_row() -> None:
    passages = (
        Passage("a chapter", "0:00", Tone.HEAD, 0.0),
        Passage(
            "first words, and then more words that fill the row. " * 4, "0:05", second=5.0, marks=((0, 5.0), (104, 9.5))
        ),
        Passage(),
        Passage("the end", "1:00", second=60.0),
    )
    async with shown(passages) as (prose, _):
        assert prose.second == 0.0
        prose.go_to(1)
        assert prose.second == 5.0
        prose.go_to(1, 110)
        assert prose.second == 9.5
        prose.go_to(2)
        assert prose.second == 9.5
        prose.end()
        assert prose.second == 60.0
        prose.go_to_second(12)
        assert prose.place == (1, prose._folds[1][2])
    async with shown(plain(["no times"])) as (prose, _):
        assert prose.second is None


async def test_the_wheel_takes_the_cursor_along() -> None:
    async with shown(plain([f"line {n}" for n in range(500)])) as (prose, pilot):
        prose.scroll_to(y=200, animate=False)
        await pilot.pause()
        assert 200 <= prose.row < 220
        await pilot.click(Prose, offset=(3, 5))
        assert prose.row == 205


async def test_twenty_thousand_long_lines_are_shown_at_once() -> None:
    passages = plain([LONG] * 20_000)
    async with shown(plain(["x"])) as (prose, _):
        began = perf_counter()
        prose.show(passages)
        drawn(prose)
        assert perf_counter() - began < 0.1
        prose.end()
        assert prose.place[0] == 19_999
        assert drawn(prose)[-1] != ""


def test_markdown_is_read_as_a_person_reads_it() -> None:
    text = "# A [head](https://a.example) #\n\n* **one** [two](https://a.example/x_(y)) \\* end\n\n"
    text += "```\n# *code*\n```\n> said\n![a chart](https://a.example/c.png)"
    found = of_markdown(text)
    assert [(one.text, one.tone) for one in found] == [
        ("A head", Tone.HEAD), ("", Tone.PLAIN), ("• one two * end", Tone.PLAIN), ("", Tone.PLAIN),
        ("# *code*", Tone.CODE), ("│ said", Tone.DIM), ("▣ a chart", Tone.PLAIN),
    ]  # fmt: skip


def test_a_difference_tells_what_came_and_what_went() -> None:
    tones = [one.tone for one in of_changes("@@ -1 +1 @@\n-old\n+new\n same\n--- a\n+++ b")]
    assert tones == [Tone.HEAD, Tone.TAKEN, Tone.ADDED, Tone.PLAIN, Tone.PLAIN, Tone.PLAIN]


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "![" * 30_000, "**" * 30_000 + "x", "](" * 30_000, "\\" * 50_000, "[a](" * 20_000]
)
def test_hostile_markdown_costs_little(text: str) -> None:
    began = perf_counter()
    of_markdown(text)
    assert perf_counter() - began < 2


def test_hits_know_their_place() -> None:
    assert hits_of(plain(["A b", "x a  B y"]), "a b") == [Hit(0, 0, 3), Hit(1, 2, 6)]
    assert hits_of(plain(["A b"]), "  ") == []
