"""Today on the screen: rows of the plan are ticked, what can be read is decided, all undoable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tracker.core.document import Document, DocumentNode
from tracker.services import inbox, schedule
from tracker.services.documents import import_document
from tracker.wiring import House
from tui.screens.today import Today
from tui.widgets.agenda import BESIDE_CELLS, KIND_CELLS, AgendaList

from .houses import NOW, count, drawn, fill, made_house, numbered, opened, settled


@pytest.fixture
def house(tmp_path: Path) -> House:
    return made_house(tmp_path)


def planned(house: House) -> None:
    nodes = (
        DocumentNode("p", "phase", "Phase one", 1),
        DocumentNode("d", "day", "向量数据库(上): FAISS", 2, parent="p", day_from=1, day_to=1),
        DocumentNode("e", "day", "Later", 3, parent="p", day_from=2, day_to=2),
    )
    document = Document("plan.md", "plan", "My plan", "text", {}, (), nodes)
    import_document(house.store, house.person, document, now=NOW)
    schedule.schedule(
        house.store, house.person, "plan.md", start=date(2026, 1, 12), now=NOW, zone=house.zone, made_by="test"
    )


async def test_a_row_of_the_plan_is_ticked_and_taken_back(house: House) -> None:
    fill(house, numbered(2))
    planned(house)
    async with opened(house) as (app, pilot):
        await pilot.press("g", "t")
        await settled(pilot)
        assert isinstance(app.screen, Today)
        assert "[ ] 向量数据库(上): FAISS" in drawn(app)
        assert "Later" not in drawn(app)
        await pilot.press("e")
        await settled(pilot)
        await settled(pilot)
        assert "[x] 向量数据库(上): FAISS" in drawn(app)
        await pilot.press("u")
        await settled(pilot)
        await settled(pilot)
        assert "[ ] 向量数据库(上): FAISS" in drawn(app)


async def test_what_is_new_is_decided_here_too(house: House) -> None:
    fill(house, numbered(2))
    async with opened(house) as (app, pilot):
        await pilot.press("1")
        await settled(pilot)
        assert [one.title for one in app.screen.query_one(AgendaList).items] == ["Title 0", "Title 1"]
        assert "About 0." in drawn(app)
        await pilot.press("e")
        await settled(pilot)
        await settled(pilot)
        assert count(house) == {"inbox": 1, "done": 1}
        assert [one.title for one in app.screen.query_one(AgendaList).items] == ["Title 1"]
        await pilot.press("b")
        await pilot.pause(0.2)
        await pilot.press("3", "d", "enter")
        await settled(pilot)
        await settled(pilot)
        assert count(house) == {"snoozed": 1, "done": 1}
        assert "Nothing is asked for today" in drawn(app)


async def test_a_title_has_the_room_that_nothing_beside_it_needs(house: House) -> None:
    fill(house, numbered(2))
    async with opened(house) as (app, pilot):
        await pilot.press("1")
        await settled(pilot)
        agenda = app.screen.query_one(AgendaList)
        first, second = agenda.items
        assert agenda.cells(first, 80)[2][1] == 80 - 2 - KIND_CELLS
        agenda.items[1] = replace(second, beside="12 min")
        assert agenda.cells(first, 80)[2][1] == 80 - 2 - KIND_CELLS - len("  12 min")
        agenda.items[1] = replace(second, beside="a long word " * 9)
        assert agenda.cells(first, 80)[2][1] == 80 - 2 - KIND_CELLS - BESIDE_CELLS


async def test_the_shortlist_stands_before_what_is_new_and_leads_back(house: House) -> None:
    ids = fill(house, numbered(3))
    inbox.act(house.store, house.person, ids[2:], "shortlist", now=NOW, made_by="test")
    async with opened(house) as (app, pilot):
        await pilot.press("1")
        await settled(pilot)
        assert [one.kind for one in app.screen.query_one(AgendaList).items] == ["shortlist", "new", "new"]
        await pilot.press("q")
        await settled(pilot)
        assert app.screen.NAME == "inbox"
