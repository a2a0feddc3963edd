"""The plan: ticks, levels, remarks and resources by key; what is folded, found and foretold."""

from __future__ import annotations

from typing import Any

from tracker.core.plan import PlanNode, walk
from tracker.services import plans, schedule
from tracker.wiring import House
from tui.screens.plan import Plan
from tui.screens.reader import Reader
from tui.widgets.bars import bar


def place(house: House, title: str) -> PlanNode:
    return next(one.node for _, one in walk(plans.plan(house.store, house.person)) if one.node.title == title)


def titles(app: Any) -> list[str]:
    return [one.branch.node.title for one in app.screen.outline.items]


async def test_rows_are_ticked_one_by_one_and_together_and_taken_back(
    furnished: House, driven: Any, settled: Any, picture: Any
) -> None:
    async with driven(furnished, "plan") as (app, pilot):
        assert titles(app)[:3] == ["百日计划", "Week 1", "KV cache"]
        await pilot.press("j", "j", "space")
        await settled(pilot)
        assert place(furnished, "KV cache").checked
        assert app.screen.branch.node.title == "推测解码"
        assert "1 of 3 done" in picture(app)
        await pilot.press("x", "x", "e")
        await settled(pilot)
        assert [place(furnished, title).checked for title in ("推测解码", "Serving")] == [True, True]
        await pilot.press("u")
        await settled(pilot)
        assert [place(furnished, title).checked for title in ("KV cache", "推测解码", "Serving")] == [
            True,
            False,
            False,
        ]


async def test_level_and_remark_are_set_in_words_and_by_number(furnished: House, driven: Any, settled: Any) -> None:
    async with driven(furnished, "plan") as (_, pilot):
        await pilot.press("j", "j", "L", *"demo", "enter")
        await settled(pilot)
        assert place(furnished, "KV cache").level == 2
        await pilot.press("m", *"runs here", "enter")
        await settled(pilot)
        assert place(furnished, "KV cache").remark == "runs here"
        await pilot.press("m", "escape")
        await settled(pilot)
        assert place(furnished, "KV cache").remark == "runs here"
        await pilot.press(":", *"level 4", "enter")
        await settled(pilot)
        assert place(furnished, "KV cache").level == 4


async def test_a_resource_is_attached_read_and_taken_off(
    furnished: House, driven: Any, settled: Any, picture: Any
) -> None:
    async with driven(furnished, "plan") as (app, pilot):
        await pilot.press("j", "j", "A", *"speculation", "enter")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert len(place(furnished, "KV cache").resources) == 2
        await pilot.press("enter", *"memory", "enter")
        await settled(pilot)
        assert isinstance(app.screen, Reader)
        assert "A talk about memory" in picture(app)
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(app.screen, Plan)
        await pilot.press("D", *"speculation", "enter")
        await settled(pilot)
        assert len(place(furnished, "KV cache").resources) == 1


async def test_headings_fold_and_words_narrow_the_tree(furnished: House, driven: Any, settled: Any) -> None:
    async with driven(furnished, "plan") as (app, pilot):
        await pilot.press("j", "enter")
        await settled(pilot)
        assert titles(app) == ["百日计划", "Week 1"]
        await pilot.press("l")
        assert "Serving" in titles(app)
        await pilot.press("slash", *"了解", "enter")
        await settled(pilot)
        assert titles(app) == ["百日计划", "Week 1", "推测解码"]
        assert app.screen.branch.node.title == "推测解码"
        await pilot.press("escape")
        await settled(pilot)
        assert len(titles(app)) == 5
        await pilot.press("-")
        assert titles(app) == ["百日计划"]
        await pilot.press("+")
        assert len(titles(app)) == 5


async def test_the_screen_opens_at_the_row_of_today(furnished: House, driven: Any, picture: Any) -> None:
    now, zone = furnished.clock(), furnished.zone
    schedule.schedule(
        furnished.store, furnished.person, "plan.md", start=now.date().replace(day=11), now=now, zone=zone, made_by="t"
    )
    async with driven(furnished, "plan") as (app, _):
        assert app.screen.branch.node.title == "推测解码"
        shown = picture(app)
        assert "day 2" in shown
        assert "app · algo" in shown


async def test_charts_tell_how_far_one_is_on_each_track(furnished: House, driven: Any, picture: Any) -> None:
    plans.tick(furnished.store, furnished.person, ["KV cache"], on=True, now=furnished.clock(), made_by="t")
    async with driven(furnished, "plan") as (_, pilot):
        await pilot.press("g", "g")
        await pilot.pause(0.2)
        shown = picture(pilot.app)
        assert "50% 1/2" in shown
        assert "0% 0/2" in shown


def test_bars_show_what_is_begun_and_are_full_only_at_the_end() -> None:
    assert [len(bar(share, 10)[0]) for share in (0, 0.001, 0.5, 0.999, 1)] == [0, 1, 5, 9, 10]


async def test_an_empty_home_says_what_to_do(house: House, driven: Any, settled: Any, picture: Any) -> None:
    async with driven(house, "plan") as (app, pilot):
        assert "There is no plan yet" in picture(app)
        await pilot.press("space", "enter", "L", "m", "A", "D", "i", "o", "y", ".", "h", "l", "G", "escape")
        await settled(pilot)
        assert isinstance(app.screen, Plan)
