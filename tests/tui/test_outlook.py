"""When a plan will be done and what it lacks: beside the tree, and to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.model import NodeId
from tracker.core.plan import Branch, PlanNode
from tracker.services import plans, schedule
from tracker.services.documents import import_document
from tracker.wiring import House
from tui.screens.reader import Reader
from tui.widgets.outlook import WEEKS, pace, spark

from .houses import NOW, drawn, fill, made_house, numbered, opened, settled, typed

DAYS = 30


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A plan of thirty days that was begun forty days ago, a day of it ticked every second day until today."""
    house = made_house(Path(tmp_path_factory.mktemp("outlook")))
    fill(house, numbered(3))
    rows = tuple(
        DocumentNode(f"d{n}", "day", f"Day of work {n}", 2 + n, parent="p", day_from=n, tracks=("app",))
        for n in range(1, DAYS + 1)
    )
    lone = Mention("m", 40, "A book", "https://book.example/", node="d30")
    document = Document("plan.md", "plan", "P", "t", {}, (lone,), (DocumentNode("p", "plan", "百日计划", 1), *rows))
    begun = NOW - timedelta(days=40)
    import_document(house.store, house.person, document, now=begun)
    listed = Document("list.md", "list", "L", "t", {}, (), (DocumentNode("l", "topic", "A heading of a list", 1),))
    import_document(house.store, house.person, listed, now=begun)
    schedule.schedule(house.store, house.person, "plan.md", start=begun.date(), now=begun, zone=house.zone, made_by="t")
    for n in range(1, 20):
        at = begun + timedelta(days=2 * n)
        plans.tick(house.store, house.person, [f"Day of work {n}"], on=True, now=at, made_by="t")
    yield house
    house.close()


async def test_beside_a_plan_stand_its_pace_and_when_it_will_be_done(house: House) -> None:
    async with opened(house, (120, 40)) as (app, pilot):
        await typed(pilot, "3/百日计划⏎")
        shown = drawn(app)
        assert "Ticked, week by week" in shown
        assert "plan days a week, over the last" in shown
        assert "2026-0" in shown.split("Forecast")[1]


async def test_the_forecast_is_read_with_its_span_in_both_languages(house: House) -> None:
    for language, words in (("en", ("likely", "in 8 of 10 cases", "11/30")), ("zh", ("预计", "八成可能", "11/30"))):
        house.settings = replace(house.settings, ui=replace(house.settings.ui, language=language))
        async with opened(house, (80, 24)) as (app, pilot):
            await typed(pilot, "3/百日计划⏎F")
            assert isinstance(app.screen, Reader)
            shown = drawn(app)
            assert all(word in shown for word in words)
            assert " – 2026-0" in shown


async def test_what_is_missing_is_read_place_by_place(house: House) -> None:
    house.settings = replace(house.settings, ui=replace(house.settings.ui, language="en"))
    async with opened(house) as (app, pilot):
        await typed(pilot, "3/百日计划⏎C")
        shown = drawn(app)
        assert "11 open places" in shown
        assert "10 without a work" in shown
        assert "• Day of work 20  day 20" in shown


async def test_a_list_is_no_plan_and_says_so(house: House) -> None:
    async with opened(house) as (app, pilot):
        await typed(pilot, "3/heading of a list⏎")
        for key in "FC":
            await pilot.press(key)
            await settled(pilot)
            assert any("no plan or roadmap" in note.message for note in app._notifications)
            app.clear_notifications()


def test_weeks_are_counted_from_monday_and_drawn_to_the_fullest() -> None:
    monday = date(2026, 1, 12)
    ticked = [date(2026, 1, 12), date(2026, 1, 11), date(2026, 1, 5), date(2026, 1, 4), date(2020, 1, 1)]
    trees = [Branch(node(n, day), (f"{n}",), ()) for n, day in enumerate(ticked)]
    counts = pace(trees, monday)
    assert (len(counts), counts[-3:], sum(counts)) == (WEEKS, [1, 2, 1], 4)
    assert spark([0, 1, 8]) == "·▂█"
    assert spark([]) == ""


def node(number: int, day: date) -> PlanNode:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return PlanNode(NodeId(number), None, "p", "plan.md", "day", f"{number}", 1, checked=True, checked_at=at)
