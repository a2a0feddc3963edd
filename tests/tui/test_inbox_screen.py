"""The inbox on the screen, driven by keys: what is decided is in the store, what is drawn is text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from db import arrivals, people
from db import sources as rows
from db.tables import transcript
from tracker.core.arrival import arrivals as arriving
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.model import Entry, Harvest, InboxState, Source
from tracker.core.packing import pack
from tracker.services import inbox, library, topics
from tracker.services.documents import import_document
from tracker.wiring import House, house_of
from tui.app import TrackerApp
from tui.desk import Desk, NotOpened
from tui.screens.choose import Choose
from tui.screens.help import Help
from tui.screens.inbox import Inbox
from tui.screens.reader import Reader
from tui.widgets.rows import Rows

from .houses import settled

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
NASTY = "[@click=app.quit]CANARY[/] 大模型推理 \u202eevil"


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "sources.yaml").write_text("version: 1\nsources: []\n")
    house = house_of({"home": str(tmp_path), "sources": str(tmp_path / "sources.yaml")})
    house.frozen = NOW
    return house


def fill(house: House, count: int) -> None:
    entries = tuple(
        Entry(f"g{n}", f"https://a.example/{n}", NASTY if n == 1 else f"Title {n}", published=NOW - timedelta(hours=n),
              summary="<p>A <b>teaser</b>.</p>", authors=("Ada",))
        for n in range(count)
    )  # fmt: skip
    with house.store.write() as tx:
        rows.sync(tx, [Source("Kiln", "https://a.example/feed")], NOW)
        (source,) = rows.watched(tx)
        found = arriving(source, Harvest(entries=entries), NOW)
        arrivals.arrive(tx, source, found, most=len(found), now=NOW, people=people.everybody(tx))
    topics.add_topic(house.store, house.person, "KV cache", NOW)
    topics.add_topic(house.store, house.person, "推测解码", NOW)


@asynccontextmanager
async def opened(house: House, size: tuple[int, int] = (120, 30)) -> AsyncIterator[tuple[Any, Rows, Pilot[None]]]:
    app = TrackerApp(Desk(house), "dark")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, app.screen.query_one(Rows), pilot


def state(house: House) -> dict[str, int]:
    return {s.value: n for s, n in inbox.counts(house.store, house.person).items()}


def picture(app: Any) -> str:
    return str(app.export_screenshot()).replace("&#160;", " ")


async def test_one_key_decides_and_one_takes_it_back(house: House) -> None:
    fill(house, 6)
    async with opened(house) as (_, listed, pilot):
        assert len(listed.items) == 6
        await pilot.press("j", "e")
        await settled(pilot)
        assert state(house) == {"inbox": 5, "done": 1}
        assert [row.title for row in listed.items[:2]] == ["Title 0", "Title 2"]
        assert listed.cursor == 1
        await pilot.press("u")
        await settled(pilot)
        assert state(house) == {"inbox": 6}
        assert len(listed.items) == 6
        await pilot.press("Z")
        await settled(pilot)
        assert state(house) == {"inbox": 5, "done": 1}


@pytest.mark.parametrize(("key", "name"), [("d", "skipped"), ("s", "shortlist")])
async def test_keys_lead_to_states(house: House, key: str, name: str) -> None:
    fill(house, 2)
    async with opened(house) as (_, _, pilot):
        await pilot.press(key)
        await settled(pilot)
        assert state(house) == {"inbox": 1, name: 1}


async def test_a_selection_is_one_step(house: House) -> None:
    fill(house, 6)
    async with opened(house) as (_, listed, pilot):
        await pilot.press("space", "space", "d")
        await settled(pilot)
        assert state(house) == {"inbox": 4, "skipped": 2}
        await pilot.press("u")
        await settled(pilot)
        await pilot.press("asterisk", "a")
        assert len(listed.chosen()) == 6
        await pilot.press("escape")
        assert len(listed.chosen()) == 1


async def test_a_topic_is_chosen_by_typing(house: House) -> None:
    fill(house, 2)
    async with opened(house) as (app, _, pilot):
        await pilot.press("P")
        await pilot.pause(0.2)
        assert isinstance(app.screen, Choose)
        await pilot.press("down", "up", *"cache", "enter")
        await settled(pilot)
        assert state(house) == {"inbox": 1, "filed": 1}
        assert [one.resources for one in topics.topics(house.store, house.person)] == [1, 0]
        await pilot.press("P")
        await pilot.pause(0.2)
        await pilot.press("escape")
        await settled(pilot)
        assert state(house) == {"inbox": 1, "filed": 1}


async def test_a_snooze_comes_back_on_its_morning(house: House) -> None:
    fill(house, 2)
    async with opened(house) as (_, _, pilot):
        await pilot.press("b")
        await pilot.pause(0.2)
        await pilot.press(*"3d", "enter")
        await settled(pilot)
        assert state(house) == {"inbox": 1, "snoozed": 1}
    assert inbox.wake(house.store, house.person, NOW + timedelta(days=2)) == 0
    assert inbox.wake(house.store, house.person, NOW + timedelta(days=3)) == 1


async def test_addresses_are_copied_as_they_are_and_as_markdown(house: House) -> None:
    fill(house, 2)
    async with opened(house) as (app, _, pilot):
        await pilot.press("y")
        assert app.clipboard == "https://a.example/0"
        await pilot.press("j", "Y")
        assert app.clipboard.startswith("[\\[@click=app.quit\\]CANARY")
        assert app.clipboard.endswith("](https://a.example/1)")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_titles_are_drawn_letter_by_letter_at_every_size(house: House, size: tuple[int, int]) -> None:
    fill(house, 6)
    async with opened(house, size) as (app, listed, pilot):
        await pilot.press("j")
        await settled(pilot)
        shown = picture(app)
        assert "[@click=app.quit]CANARY" in shown
        assert "\u202e" not in shown
        assert "teaser" in shown
        assert listed.current is not None
        assert app.screen.has_class("narrow") is (size[0] < 100)


async def test_words_narrow_the_list_and_escape_shows_all(house: House) -> None:
    fill(house, 6)
    async with opened(house) as (app, listed, pilot):
        await pilot.press("slash", *"title 3", "enter")
        await settled(pilot)
        assert [row.title for row in listed.items] == ["Title 3"]
        await pilot.press("slash", "end", *"zzz", "enter")
        await settled(pilot)
        assert listed.items == []
        assert "Nothing holds" in picture(app)
        await pilot.press("escape")
        await settled(pilot)
        assert len(listed.items) == 6


async def test_long_lists_come_page_by_page(house: House) -> None:
    fill(house, 450)
    async with opened(house) as (_, listed, pilot):
        assert len(listed.items) == 200
        for _ in range(3):
            await pilot.press("G")
            await settled(pilot)
        assert len(listed.items) == 450
        await pilot.press("g", "g")
        assert listed.cursor == 0
        await pilot.press("ctrl+d", "ctrl+u", "k", "J", "K", "end", "home", "pagedown")
        await settled(pilot)
        assert 0 < listed.cursor < 60


async def test_full_width_letters_act_like_theirs(house: House) -> None:
    fill(house, 3)
    async with opened(house) as (app, listed, pilot):
        await pilot.press("ｊ")
        await settled(pilot)
        assert listed.cursor == 1
        await pilot.press("question_mark")
        await settled(pilot)
        assert isinstance(app.screen, Help)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, Inbox)


async def test_an_empty_inbox_says_what_to_do(house: House) -> None:
    async with opened(house) as (app, _, pilot):
        assert "Nothing waits" in picture(app)
        await pilot.press("e", "P", "o", "space", "u", "ctrl+r")
        await settled(pilot)
        assert state(house) == {}
        await pilot.press("R")
        await settled(pilot)
        await pilot.press("q")
    assert app.return_value is None


async def test_stars_are_drawn_and_stay_in_the_list(house: House) -> None:
    fill(house, 2)
    async with opened(house, (60, 20)) as (_, listed, pilot):
        await pilot.press("f")
        await settled(pilot)
        assert listed.items[0].starred
        assert state(house) == {"inbox": 2}


async def test_only_web_addresses_reach_the_browser(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("webbrowser.open", asked.append)
    desk = Desk(house)
    assert await desk.open("https://a.example/x") == "a.example"
    for url in ("javascript:alert(1)", "file:///etc/passwd", ""):
        with pytest.raises(NotOpened):
            await desk.open(url)
    assert asked == ["https://a.example/x"]
    fill(house, 1)
    async with opened(house) as (_, _, pilot):
        await pilot.press("o")
        await settled(pilot)
    assert asked[1:] == ["https://a.example/0"]


async def test_trouble_is_a_sentence_on_the_screen(house: House) -> None:
    fill(house, 2)
    async with opened(house) as (app, listed, pilot):
        listed.items = [listed.items[0]]
        object.__setattr__(listed.items[0], "id", 999)
        await pilot.press("e")
        await settled(pilot)
        assert any("no resource" in note.message for note in app._notifications)
        assert state(house) == {InboxState.INBOX.value: 2}


async def test_p_files_into_the_suggested_topic_and_says_why(house: House) -> None:
    nodes = (DocumentNode("c", "section", "KV cache", 1), DocumentNode("r", "section", "Retrieval", 2))
    works = tuple(
        Mention(f"{node}{n}", n, f"{words} {n}", f"https://{node}.example/{n}", node=node)
        for node, words in (("c", "prefix block reuse"), ("r", "vector search reranker"))
        for n in range(20)
    )
    import_document(house.store, house.person, Document("l.md", "list", "L", "t", {}, works, nodes), now=NOW)
    new = (Mention("n", 99, "Prefix reuse [b]in[/b] trees", "https://new.example/1"),)
    import_document(house.store, house.person, Document("m.md", "list", "M", "t", {}, new), now=NOW)
    (one,) = [r for r in library.resources(house.store, house.person) if r.title.startswith("Prefix")]
    inbox.act(house.store, house.person, [one.id], "inbox", now=NOW, made_by="test")
    async with opened(house) as (app, _, pilot):
        assert "→ KV cache" in picture(app)
        await pilot.press("p")
        await settled(pilot)
        assert library.resource(house.store, house.person, one.id).topics == ("KV cache",)
        await pilot.press("u")
        await settled(pilot)
        assert library.resource(house.store, house.person, one.id).state is InboxState.INBOX


async def test_without_a_sure_topic_p_decides_nothing(house: House) -> None:
    fill(house, 2)
    async with opened(house) as (app, _, pilot):
        await pilot.press("p")
        await settled(pilot)
        assert any("no topic is sure enough" in note.message for note in app._notifications)
    assert state(house) == {"inbox": 2}


async def test_enter_reads_the_transcript_text_or_teaser_and_finds_words(house: House) -> None:
    fill(house, 3)
    ids = [row.id for row in inbox.page(house.store, house.person).items]
    said = [[0, 2000, "hello"], [61_000, 63_000, "the [b]cache[/b] 缓存"]]
    kept = {"resource_id": ids[0], "lang": "en", "origin": "manual", "fetched_at": NOW}
    with house.store.write() as tx:
        tx.execute(transcript.insert().values(segments=pack(json.dumps(said)), text=pack("hello"), **kept))
    async with opened(house) as (app, _, pilot):
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, Reader)
        assert "1:01" in picture(app)
        assert "[b]cache[/b]" in picture(app)
        await pilot.press("slash", *"cache", "enter")
        await pilot.press("n", "N", "G", "j", "space", "home", "ｊ", "escape")
        await settled(pilot)
        assert isinstance(app.screen, Inbox)
        await pilot.press("j", "enter")
        await settled(pilot)
        assert "A teaser" in picture(app)
        await pilot.press("slash", *"zebra", "enter")
        await settled(pilot)
        assert any("nothing holds these words" in note.message for note in app._notifications)
        await pilot.press("slash", "escape", "q")
        await settled(pilot)
        assert isinstance(app.screen, Inbox)


async def test_a_note_is_written_from_the_inbox_and_taken_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.services import plans

    def bodies() -> list[str]:
        return [one.body.strip() for one in plans.journal(house.store, house.person)]

    fill(house, 2)
    monkeypatch.setattr("tui.outside.edited", lambda app, text: "from the editor")
    async with opened(house) as (_, _, pilot):
        await pilot.press("i")
        await pilot.pause(0.3)
        await pilot.press(*"by hand", "escape")
        await settled(pilot)
        assert ["by hand" in one for one in bodies()] == [True]
        await pilot.press("E")
        await pilot.pause(0.3)
        await settled(pilot)
        assert any("from the editor" in one for one in bodies())
        await pilot.press("u", "u")
        await pilot.pause(0.3)
        await settled(pilot)
        assert bodies() == []


async def test_what_works_for_a_list_that_is_gone_ends_quietly(house: House) -> None:
    from textual.worker import WorkerState

    fill(house, 2)
    async with opened(house) as (app, _, pilot):
        screen = app.screen
        worker = screen.load()
        await screen.query_one("#rows").remove()
        app._exit = True  # a program that is about to end
        await pilot.pause(0.3)
        app._exit = False
        assert worker.state is WorkerState.CANCELLED
