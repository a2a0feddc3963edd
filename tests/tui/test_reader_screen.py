"""Reading a talk: notes at its seconds, chapters, finding, opening it there; nothing of it is interpreted."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from db import texts
from db.tables import feed_text, resource, source
from tracker.core.article import Article
from tracker.core.model import ResourceId
from tracker.core.packing import pack
from tracker.services import plans
from tracker.wiring import House
from tui.desks.reading import Form, ReadingDesk
from tui.passage import Tone
from tui.screens.reader import Reader
from tui.widgets.prose import Prose

TALK = "https://www.youtube.com/watch?v=aaaaaaaaaaa"


def talk_of(house: House) -> ResourceId:
    with house.store.read() as tx:
        return ResourceId(tx.execute(resource.select().where(resource.c.url == TALK)).one().id)


def notes(house: House) -> list[tuple[int | None, str]]:
    found = [one for one in plans.journal(house.store, house.person) if not one.line]
    return [(one.start_seconds, one.body) for one in sorted(found, key=lambda one: one.id)]


async def test_what_shows_texts_is_loaded_before_the_first_one_is_opened(
    furnished: House, driven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr("tui.app.import_module", loaded.append)
    monkeypatch.setattr("tui.app.CALM_SECONDS", 0.01)
    async with driven(furnished):
        end = time.monotonic() + 10
        while not loaded and time.monotonic() < end:
            await asyncio.sleep(0.01)
    assert loaded == [Reader.__module__]


async def test_three_notes_are_taken_at_their_seconds_and_one_is_taken_back(
    furnished: House, driven: Any, settled: Any, picture: Any
) -> None:
    async with driven(furnished) as (app, pilot):
        reader = Reader(app._desk, talk_of(furnished))
        app.push_screen(reader)
        await settled(pilot)
        prose = reader.query_one(Prose)
        seconds = []
        for n, keys in enumerate((("j", "j"), ("ctrl+d",), ("}",))):
            await pilot.press(*keys)
            seconds.append(prose.second)
            await pilot.press("I", *f"note {n}", "enter", "tab", *"deeper", "escape")
            await settled(pilot)
        assert [at for at, _ in notes(furnished)] == [int(at or 0) or None for at in seconds]
        assert seconds[2] == 300.0
        assert len(set(seconds)) == 3
        assert f"t={int(seconds[1] or 0)}s" in notes(furnished)[1][1]
        assert "note 1" in notes(furnished)[1][1]
        assert re.search(r"\n\s+\S deeper", notes(furnished)[1][1])
        assert "note kept at 5:00" in picture(app)
        await pilot.press("u")
        await settled(pilot)
        assert len(notes(furnished)) == 2
        await pilot.press("i", "escape")  # a note without words is none
        await settled(pilot)
        assert len(notes(furnished)) == 2


async def test_a_note_stays_in_the_editor_when_it_cannot_be_kept(
    furnished: House, driven: Any, settled: Any, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.core.errors import UsageError

    async with driven(furnished) as (app, pilot):
        reader = Reader(app._desk, talk_of(furnished))
        app.push_screen(reader)
        await settled(pilot)

        async def full(*given: object) -> None:
            raise UsageError("the disk is full", "Make room")

        monkeypatch.setattr(reader._reads, "note", full)
        await pilot.press("I", *"precious", "escape")
        await settled(pilot)
        assert reader.pane.editor.text == "precious"
        assert "full. Make room" in picture(app)
        monkeypatch.undo()
        await pilot.press("escape")
        await settled(pilot)
        assert "precious" in notes(furnished)[0][1]


async def test_words_are_found_gone_to_and_counted(furnished: House, driven: Any, settled: Any, picture: Any) -> None:
    async with driven(furnished) as (app, pilot):
        reader = Reader(app._desk, talk_of(furnished))
        app.push_screen(reader)
        await settled(pilot)
        await pilot.press("slash", *"cache", "enter")
        await settled(pilot)
        assert "1 of 50" in picture(app)
        await pilot.press("n", "n", "N")
        await pilot.pause()
        assert "2 of 50" in picture(app)
        row = reader.prose.render_line(reader.prose.row - reader.prose.scroll_offset.y)
        assert "cache" in "".join(segment.text for segment in row)
        await pilot.press("c", *"分页", "enter")
        await settled(pilot)
        assert reader.prose.second == 300.0
        await pilot.press("{")
        assert reader.prose.second == 0.0


async def test_a_talk_is_opened_and_copied_at_its_second(
    furnished: House, driven: Any, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    async with driven(furnished) as (app, pilot):
        app.push_screen(Reader(app._desk, talk_of(furnished), second=301))
        await settled(pilot)
        await pilot.press("o", "y")
        await settled(pilot)
        assert opened == [f"{TALK}&t=300s"]
        assert app.clipboard == f"{TALK}&t=300s"
        await pilot.press("Y")
        assert app.clipboard == f"[A talk about memory 5:00]({TALK}&t=300s)"
        await pilot.press("q")
        await settled(pilot)
        assert not isinstance(app.screen, Reader)


async def test_an_address_that_is_none_of_the_web_is_not_opened(
    furnished: House, driven: Any, settled: Any, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda url: pytest.fail(f"opened {url}"))
    with furnished.store.write() as tx:
        tx.execute(resource.update().where(resource.c.url == TALK).values(url="file:///etc/passwd", title="x"))
        (row,) = tx.execute(resource.select().where(resource.c.title == "x"))
    async with driven(furnished) as (app, pilot):
        app.push_screen(Reader(app._desk, ResourceId(row.id)))
        await settled(pilot)
        await pilot.press("o")
        await settled(pilot)
        assert "not opened" in picture(app)


def keep_text(house: House, id_: ResourceId, version: int, markdown: str) -> None:
    with house.store.write() as tx:
        made = Article("ok", title="t", text=markdown, markdown=markdown, words=3, minutes=1)
        texts.keep(tx, id_, version, made, TALK, house.clock())


async def test_forms_follow_one_another_and_changes_stand_out(furnished: House) -> None:
    desk, id_ = ReadingDesk(furnished), talk_of(furnished)
    keep_text(furnished, id_, 1, "# Head\n\nold line\n")
    keep_text(furnished, id_, 2, "# Head\n\nnew line\n")
    first = await desk.read(id_)
    assert first.forms == (Form.TRANSCRIPT, Form.TEXT, Form.CHANGES)
    assert [(one.title, one.second) for one in first.chapters] == [("Why memory", 0.0), ("分页", 300.0)]
    text = await desk.read(id_, Form.TEXT)
    assert [(one.text, one.tone) for one in text.passages[:3:2]] == [("Head", Tone.HEAD), ("new line", Tone.PLAIN)]
    changes = await desk.read(id_, Form.CHANGES)
    assert [one.text for one in changes.passages if one.tone in (Tone.ADDED, Tone.TAKEN)] == ["-old line", "+new line"]


async def test_what_a_feed_gives_beyond_its_teaser_is_read(furnished: House) -> None:
    desk = ReadingDesk(furnished)
    with furnished.store.write() as tx:
        values = {"name": "a", "url": "https://a.example/feed", "created_at": furnished.clock()}
        feed = tx.execute(source.insert().values(values)).inserted_primary_key[0]
        id_ = tx.execute(
            resource.insert().values(title="t", kind="article", first_seen_at=furnished.clock(), summary="A teaser.")
        ).inserted_primary_key[0]
    assert (await desk.read(id_)).forms == (Form.TEASER,)
    with furnished.store.write() as tx:
        tx.execute(feed_text.insert().values(resource_id=id_, source_id=feed, html=pack("<p>All</p><p>of it</p>")))
    found = await desk.read(id_)
    assert (found.form, found.forms) == (Form.ENTRY, (Form.ENTRY,))
    assert [one.text for one in found.passages if one.text] == ["All", "of it"]


async def test_a_watched_page_tells_what_changed(furnished: House) -> None:
    id_ = talk_of(furnished)
    summary = "<h4>Limits</h4><p><del>10 calls</del></p><p><ins>20 calls</ins></p>"
    with furnished.store.write() as tx:
        tx.execute(resource.update().where(resource.c.id == id_).values(summary=summary))
    found = await ReadingDesk(furnished).read(id_, Form.CHANGES)
    assert [(one.text, one.tone) for one in found.passages if one.text] == [
        ("@@ Limits", Tone.HEAD), ("- 10 calls", Tone.TAKEN), ("+ 20 calls", Tone.ADDED),
    ]  # fmt: skip


async def test_a_hostile_text_stays_text(
    furnished: House, driven: Any, settled: Any, picture: Callable[..., str]
) -> None:
    id_ = talk_of(furnished)
    with furnished.store.write() as tx:
        tx.execute(
            resource.update().where(resource.c.id == id_).values(title="[@click=app.quit]T[/] \x1b]52;c;eA==\x07" * 50)
        )
    keep_text(furnished, id_, 1, "[@click=app.quit]CANARY[/] \x1b[31mx\u202ey " + "z" * 10_000 + "\n" + "👨‍👩‍👧" * 2000)
    async with driven(furnished, size=(80, 24)) as (app, pilot):
        app.push_screen(Reader(app._desk, id_))
        await settled(pilot)
        await pilot.press("v")
        await settled(pilot)
        shown = picture(app)
        assert "[@click=app.quit]CANARY[/] xy\n" in shown
        assert "z" * 70 in shown
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
        await pilot.press("G", "g", "g", "I", *"ok", "escape")
        await settled(pilot)
        assert len(notes(furnished)) == 1


async def test_without_anything_kept_the_reader_says_so(house: House, driven: Any, settled: Any, picture: Any) -> None:
    with house.store.write() as tx:
        row = {"url": "https://a.example/1", "title": "Bare", "kind": "article", "first_seen_at": house.clock()}
        id_ = tx.execute(resource.insert().values(**row).returning(resource.c.id)).scalar_one()
    async with driven(house) as (app, pilot):
        app.push_screen(Reader(app._desk, ResourceId(id_)))
        await settled(pilot)
        assert "Nothing is kept of it yet" in picture(app)
        await pilot.press("v", "c", "n", "}")
        await settled(pilot)
        assert isinstance(app.screen, Reader)
