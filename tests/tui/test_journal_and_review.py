"""The journal by days with digests, and what comes back: cards, grades, lines of one's own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from db.tables import note, review_log
from tracker.services import plans, review
from tracker.wiring import House
from tui.screens.reader import Reader
from tui.widgets.calendar import Calendar


def bodies(house: House) -> list[str]:
    return [one.body.strip() for one in plans.journal(house.store, house.person)]


async def test_the_calendar_shows_days_and_a_day_leads_to_its_notes(
    furnished: House, driven: Any, settled: Any, picture: Any
) -> None:
    async with driven(furnished, "journal") as (app, pilot):
        shown = picture(app)
        assert "3 days noted   longest run 2" in shown
        assert app.screen.day == date(2026, 1, 11)
        calendar = app.screen.query_one(Calendar)
        assert calendar.first == date(2026, 1, 5)
        rows = ["".join(segment.text for segment in calendar.render_line(y)) for y in range(8)]
        assert [row[4] for row in rows[1:]] == [" ", " ", " ", "▫", "▫", "·", "▫"]
        await pilot.press("[")
        assert app.screen.day == date(2026, 1, 9)
        await pilot.click(Calendar, offset=(5, 4))
        await settled(pilot)
        assert app.screen.day == date(2026, 1, 8)


async def test_a_note_is_changed_written_and_taken_out_and_all_of_it_taken_back(
    furnished: House, driven: Any, settled: Any
) -> None:
    before = bodies(furnished)
    async with driven(furnished, "journal") as (_, pilot):
        await pilot.press("w", *" and more", "escape")
        await settled(pilot)
        assert bodies(furnished)[0].endswith("deeper and more")
        await pilot.press("i", *"again", "escape")
        await settled(pilot)
        assert any("again" in body for body in bodies(furnished))
        assert len(bodies(furnished)) == 4
        await pilot.press("G", "x")
        await settled(pilot)
        assert len(bodies(furnished)) == 3
        for _ in range(3):
            await pilot.press("u")
            await settled(pilot)
    assert bodies(furnished) == before


async def test_a_digest_is_read_and_written(furnished: House, driven: Any, settled: Any, picture: Any) -> None:
    async with driven(furnished, "journal") as (app, pilot):
        await pilot.press("W")
        await settled(pilot)
        assert isinstance(app.screen, Reader)
        assert "Digest of the week of 2026-01-11" in picture(app)
        await pilot.press("q")
        await settled(pilot)
        await pilot.press("X", *"week blog", "enter")
        await settled(pilot)
    (path,) = furnished.digest_folder.iterdir()
    assert path.name == "2026-W02.blog.md"
    assert "A talk about memory" in path.read_text("utf-8")


async def test_notes_are_narrowed_by_their_words(furnished: House, driven: Any, settled: Any) -> None:
    async with driven(furnished, "journal") as (app, pilot):
        await pilot.press("slash", *"第 1 条", "enter")
        await settled(pilot)
        assert [one.day for one in app.screen.entries.items] == [date(2026, 1, 9)]
        await pilot.press("escape")
        await settled(pilot)
        assert len(app.screen.entries.items) == 3


async def test_an_older_day_stands_in_the_middle_of_the_calendar(house: House, driven: Any) -> None:
    async with driven(house, "journal", (60, 24)) as (app, _):
        calendar = app.screen.query_one(Calendar)
        calendar.show({date(2020, 1, 6): 3})
        calendar.go(date(2021, 3, 1))
        assert calendar.first <= date(2021, 3, 1) < calendar.first + timedelta(weeks=calendar.weeks)
        calendar.go(date(2020, 1, 6))
        assert calendar.first == date(2020, 1, 6)


def cards(house: House) -> None:
    for title in ("KV cache", "推测解码", "Serving"):
        review.add(house.store, house.person, place=title, now=house.clock(), made_by="t")


def grades(house: House) -> list[int]:
    with house.store.read() as tx:
        return [row.grade for row in tx.execute(review_log.select().order_by(review_log.c.id))]


async def test_cards_are_graded_after_their_answer_and_a_grade_is_taken_back(
    furnished: House, driven: Any, settled: Any, picture: Any
) -> None:
    cards(furnished)
    async with driven(furnished, "review") as (app, pilot):
        assert "3 cards" in picture(app)
        await pilot.press("3")
        await settled(pilot)
        assert grades(furnished) == []
        await pilot.press("space")
        await settled(pilot)
        shown = picture(app)
        assert "measure it" in shown
        assert "about paging" in shown
        assert "good" in shown
        for keys in (("3",), ("space", "1"), ("space", "4")):
            await pilot.press(keys[0])
            await settled(pilot)
            await pilot.press(*keys[1:])
            await settled(pilot)
        assert grades(furnished) == [3, 1, 4]
        assert "Done for today" in picture(app)
        await pilot.press("u")
        await settled(pilot)
        assert grades(furnished) == [3, 1]
        assert "1 card" in picture(app)


async def test_one_grade_is_one_however_often_the_key_is_pressed(furnished: House, driven: Any, settled: Any) -> None:
    cards(furnished)
    async with driven(furnished, "review") as (_, pilot):
        await pilot.press("space")
        await settled(pilot)
        await pilot.press("3", "3", "3")
        await settled(pilot)
    assert grades(furnished) == [3]


async def test_the_day_ends_with_its_minutes(furnished: House, driven: Any, settled: Any, picture: Any) -> None:
    import dataclasses

    cards(furnished)
    study = dataclasses.replace(furnished.settings.study, review_minutes=1)
    furnished.settings = dataclasses.replace(furnished.settings, study=study)
    async with driven(furnished, "review") as (app, pilot):
        assert "2 more wait" in picture(app)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        assert "the minutes for reviews are used. 2 more come" in picture(app)


async def test_lines_of_ones_own_are_kept(furnished: House, driven: Any, settled: Any, picture: Any) -> None:
    cards(furnished)
    async with driven(furnished, "review") as (app, pilot):
        await pilot.press("x", *"one line", "escape")
        await settled(pilot)
        with furnished.store.read() as tx:
            (kept,) = tx.execute(note.select().where(note.c.kind == "explain"))
        assert "one line" in kept.body
        await pilot.press("x", *"a", "enter", *"b", "enter", *"c", "enter", *"d", "escape")
        await settled(pilot)
        assert "Write one to 3 lines" in picture(app)
        await pilot.press("b")
        await settled(pilot)
        assert app.screen.card.title == "推测解码"
