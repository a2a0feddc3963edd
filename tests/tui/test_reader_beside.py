"""Beside what is read: its chapters, and every decision about it, without leaving the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.core.model import Resource, ResourceId
from tracker.services import inbox, library, plans
from tracker.wiring import House
from tui.screens.reader import Reader
from tui.widgets.chapters import ChapterList
from tui.widgets.prose import Prose

from .houses import NOW, TALK, count, fill, made_house, numbered, opened, settled, talk, typed


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = made_house(tmp_path)
    ids = fill(house, [*numbered(2), TALK])
    talk(house, ResourceId(ids[-1]))
    return house


def read(house: House) -> Resource:
    return next(one for one in library.resources(house.store, house.person) if one.title == "Title 50")


async def test_chapters_stand_beside_a_talk_and_follow_it(house: House) -> None:
    async with opened(house, (120, 40)) as (app, pilot):
        await typed(pilot, "G⏎")
        beside = app.screen.query_one(ChapterList)
        assert beside.display
        assert [one.title for one in beside.items] == ["Why memory", "分页"]
        assert beside.cursor == 0
        await typed(pilot, "G")
        assert beside.cursor == 1
        await typed(pilot, "gg")
        assert beside.cursor == 0
        await pilot.click(ChapterList, offset=(10, 1))
        await settled(pilot)
        assert app.screen.query_one(Prose).second == 300
        assert isinstance(app.focused, Prose)


async def test_a_note_takes_the_room_of_the_chapters_where_there_is_none_for_both(house: House) -> None:
    async with opened(house, (120, 40)) as (app, pilot):
        await typed(pilot, "G⏎I")
        assert not app.screen.query_one(ChapterList).display
        await pilot.resize_terminal(200, 50)
        await settled(pilot)
        assert app.screen.query_one(ChapterList).display
        await pilot.resize_terminal(80, 24)
        await typed(pilot, "⎋")
        assert not app.screen.query_one(ChapterList).display


async def test_what_is_read_is_filed_snoozed_and_skipped_where_it_is_read(house: House) -> None:
    async with opened(house) as (app, pilot):
        await typed(pilot, "G⏎P推测⏎")
        assert read(house).topics == ("推测解码",)
        await typed(pilot, "t推测⏎")  # it is on, so it is taken off
        assert read(house).topics == ()
        await typed(pilot, "f")
        assert read(house).starred
        await typed(pilot, "f")
        assert not read(house).starred
        await typed(pilot, "b3d⏎")
        assert count(house) == {"inbox": 2, "snoozed": 1}
        await typed(pilot, "d")
        assert count(house) == {"inbox": 2, "skipped": 1}
        await typed(pilot, "u")
        assert count(house) == {"inbox": 2, "snoozed": 1}
        assert isinstance(app.screen, Reader)


async def test_today_takes_topics_and_notes_too(house: House) -> None:
    ids = [row.id for row in inbox.page(house.store, house.person).items]
    inbox.act(house.store, house.person, ids[:1], "shortlist", now=NOW, made_by="t")
    async with opened(house) as (_, pilot):
        await typed(pilot, "1iworth it⎋")
        (note,) = plans.journal(house.store, house.person)
        assert "worth it" in note.body
        await typed(pilot, "PKV⏎")
        assert count(house)["filed"] == 1
