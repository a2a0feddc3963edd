"""Keys typed faster than the screen answers: letters go into the field a key opened, Esc is Esc."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Input

from tracker.services import plans, topics
from tracker.wiring import House
from tui.escapes import Escapes
from tui.screens.reader import Reader
from tui.widgets.rows import Works

from .houses import TALK, count, fill, made_house, numbered, opened, talk, typed


@pytest.fixture
def house(tmp_path: Path) -> House:
    return made_house(tmp_path)


def listed(app: App[Any]) -> list[str]:
    return [one.title for one in app.screen.query_one(Works).items]


async def test_words_behind_the_key_that_finds_go_into_the_field(house: House) -> None:
    fill(house, numbered(12))
    async with opened(house) as (app, pilot):
        await typed(pilot, "/title 11⏎")
        assert app.screen.query_one("#find", Input).value == "title 11"
        assert listed(app) == ["Title 11"]
        await typed(pilot, "⎋jjde")
        assert count(house) == {"inbox": 10, "skipped": 1, "done": 1}


async def test_every_field_and_window_gets_the_letters_typed_behind_its_key(house: House) -> None:
    ids = fill(house, numbered(8))
    async with opened(house) as (_, pilot):
        await typed(pilot, "P推测⏎e")
        assert count(house) == {"inbox": 6, "filed": 1, "done": 1}
        await typed(pilot, "b3d⏎d")
        assert count(house) == {"inbox": 4, "filed": 1, "done": 1, "snoozed": 1, "skipped": 1}
        await typed(pilot, "tKV⏎ie kept⎋s")
        (note,) = plans.journal(house.store, house.person)
        assert note.body.endswith("+ e kept\n\n")
        assert {one.title: one.resources for one in topics.topics(house.store, house.person)}["KV cache"] == 1
        assert count(house)["shortlist"] == 1
        await typed(pilot, ":done⏎")
        assert count(house)["done"] == 2
        pilot.app.post_message(Key("ctrl+p", None))
        await typed(pilot, "shortlist⏎u")
        assert count(house) == {"inbox": 2, "filed": 1, "done": 2, "snoozed": 1, "skipped": 1, "shortlist": 1}
    assert len(ids) == 8


async def test_a_place_and_a_text_stand_before_the_keys_behind_them_act(house: House) -> None:
    ids = fill(house, [*numbered(3), TALK])
    talk(house, ids[-1])  # type: ignore[arg-type]
    async with opened(house) as (app, pilot):
        await typed(pilot, "4/title:50⏎⏎}Iat the chapter⎋q")
        (note,) = plans.journal(house.store, house.person)
        assert (note.start_seconds, "at the chapter" in note.body) == (300, True)
        assert app.screen.NAME == "library"
        await typed(pilot, "2G⏎/retrieval⏎n")
        assert isinstance(app.screen, Reader)
        assert app.screen._hit > 0


async def test_keys_behind_the_number_of_a_place_are_about_what_is_read_there(house: House) -> None:
    fill(house, numbered(6))
    async with opened(house) as (app, pilot):
        await typed(pilot, "4Gd")
        assert count(house) == {"inbox": 5, "skipped": 1}
        await typed(pilot, "2Ge1e")
        assert count(house) == {"inbox": 3, "skipped": 1, "done": 2}
        assert app.screen.NAME == "today"


async def test_pasted_text_goes_into_the_field_a_key_opened(house: House) -> None:
    fill(house, numbered(12))
    async with opened(house) as (app, pilot):
        app.post_message(Key("slash", "/"))
        app.post_message(Paste("title 7"))
        await typed(pilot, "⏎")
        assert listed(app) == ["Title 7"]


async def test_what_came_as_alt_and_a_key_is_esc_and_the_key(house: House) -> None:
    fill(house, numbered(6))
    async with opened(house) as (app, pilot):
        await typed(pilot, "/title 3⌥d")
        assert len(listed(app)) == 5
        assert count(house) == {"inbox": 5, "skipped": 1}
        await typed(pilot, "P推⌥e")
        assert count(house) == {"inbox": 4, "skipped": 1, "done": 1}


async def test_alt_stays_alt_where_the_person_gave_it_an_action(house: House) -> None:
    fill(house, numbered(3))
    (house.home / "keys.toml").write_text('done = "alt+d"\n')
    async with opened(house) as (_, pilot):
        await typed(pilot, "⌥d")
        assert count(house) == {"inbox": 2, "done": 1}


# -- what a terminal sends ---------------------------------------------------------------------------------------


def names(found: Iterable[Message]) -> list[str]:
    return [one.key if isinstance(one, Key) else type(one).__name__ for one in found]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("\x1bq", ["alt+q"]),
        ("\x1bf\x1bb", ["alt+f", "alt+b"]),
        ("\x1b/kv", ["alt+/", "k", "v"]),
        ("\x1b推", ["alt+推"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x04", ["escape", "ctrl+d"]),
        ("\x1bq\x1bq", ["alt+q", "alt+q"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[A\x1bOB\x1b[1;5C\x1bOP", ["up", "down", "ctrl+right", "f1"]),
        ("\x1b[200~a]q\x1b[201~\x1bq", ["Paste", "alt+q"]),
        ("\x1b[<0;3;4M\x1b[<0;3;4m", ["MouseDown", "MouseUp"]),
    ],
)
def test_esc_and_a_key_are_told_at_once_and_sequences_stay_whole(sent: str, expected: list[str]) -> None:
    assert names(Escapes().feed(sent)) == expected
    slow = Escapes()
    assert [name for sign in sent for name in names(slow.feed(sign))] == expected


def test_an_esc_that_nothing_follows_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = Escapes()
    assert names(parser.feed("\x1b")) == []
    assert names(parser.tick()) == []
    monkeypatch.setattr("tui.escapes.constants.ESCAPE_DELAY", 0)
    assert names(parser.tick()) == ["escape"]
    assert names(parser.tick()) == []
