"""Sources and links: health, proposals answered and taken back, links in trouble, talks without a transcript."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from db.tables import link, transcript_job
from tracker.core.health import Verdict
from tracker.services import inbox, library, merging, rules
from tracker.services.watching import Watched, sources
from tracker.wiring import House
from tui.screens.sources import Sources
from tui.widgets.watchlist import Watchlist

from .houses import NOW, count, drawn, fill, made_house, numbered, opened, propose_move, settled


@pytest.fixture
def house(tmp_path: Path) -> House:
    return made_house(tmp_path)


def in_trouble(house: House, id_: int, verdict: Verdict, **values: object) -> None:
    with house.store.write() as tx:
        url = library.resource(house.store, house.person, id_).url
        tx.execute(link.insert().values(resource_id=id_, url=url, host="a.example", verdict=verdict.value,
                                        checked_at=NOW - timedelta(days=2), **values))  # fmt: skip


async def test_a_source_tells_its_health_its_next_look_and_what_was_kept(house: House) -> None:
    ids = fill(house, numbered(5))
    inbox.act(house.store, house.person, ids[:3], "done", now=NOW, made_by="test")
    inbox.act(house.store, house.person, ids[3:4], "skip", now=NOW, made_by="test")
    (kiln, other) = sorted(sources(house.store, house.person, NOW), key=lambda one: one.health.name)
    assert (kiln.kept, kiln.skipped, kiln.rate) == (3, 1, 0.75)
    assert other.rate is None
    async with opened(house) as (app, pilot):
        await pilot.press("6")
        await settled(pilot)
        assert isinstance(app.screen, Sources)
        shown = drawn(app)
        assert "75%" in shown
        assert "3 of 4 decided" in shown
        assert "the papers of a lab" in shown
        assert "港口" in shown


@pytest.mark.parametrize("width", [100, 104, 110, 120])
async def test_a_time_and_how_far_it_is_are_never_parted(house: House, width: int) -> None:
    ids = fill(house, numbered(1))
    in_trouble(house, ids[0], Verdict.GONE, reason="answers 410", failing_since=NOW - timedelta(days=9))
    async with opened(house, (width, 30)) as (app, pilot):
        await pilot.press("6", "h", "h")
        await settled(pilot)
        assert "9 d ago" in drawn(app)


async def test_a_source_that_moved_is_taken_over_in_the_file(house: House) -> None:
    fill(house, numbered(1))
    propose_move(house, "Kiln", "https://new.example/feed")
    async with opened(house) as (app, pilot):
        await pilot.press("g", "s", "tab")
        await settled(pilot)
        assert "https://new.example/feed" in drawn(app)
        await pilot.press("a")
        await settled(pilot)
        await settled(pilot)
        assert "https://new.example/feed" in house.sources_file.read_text("utf-8")
        assert "why: the papers of a lab" in house.sources_file.read_text("utf-8")
        assert app.screen.query_one(Watchlist).items == []


async def test_a_proposal_is_declined_and_that_is_taken_back(house: House) -> None:
    fill(house, numbered(1))
    propose_move(house, "Kiln", "https://new.example/feed")
    async with opened(house) as (app, pilot):
        await pilot.press("6", "l")
        await settled(pilot)
        await pilot.press("x")
        await settled(pilot)
        assert merging.proposals(house.store, house.person) == []
        await pilot.press("u")
        await settled(pilot)
        assert [one.subject for one in merging.proposals(house.store, house.person)] == ["Kiln"]
        assert "https://a.example/feed" in house.sources_file.read_text("utf-8")
        assert len(app.screen.query_one(Watchlist).items) == 1


async def test_dead_and_moved_links_and_talks_without_text_have_their_views(house: House) -> None:
    ids = fill(house, numbered(3))
    in_trouble(house, ids[0], Verdict.GONE, reason="answered 410", failing_since=NOW - timedelta(days=9))
    in_trouble(house, ids[1], Verdict.MOVED, final_url="https://c.example/1")
    in_trouble(house, ids[2], Verdict.OK)
    with house.store.write() as tx:
        job = {"resource_id": ids[2], "site": "youtube", "talk": "abc", "outcome": "blocked"}
        why = {"why": "the site refuses this address", "next_try": NOW + timedelta(hours=3)}
        tx.execute(transcript_job.insert().values(**job, **why))
    async with opened(house) as (app, pilot):
        await pilot.press("6", "h", "h")
        await settled(pilot)
        listed = app.screen.query_one(Watchlist)
        assert len(listed.items) == 2
        assert "answered 410" in drawn(app)
        await pilot.press("l")
        await settled(pilot)
        assert len(listed.items) == 1
        assert "the site refuses this" in drawn(app)
        assert "in 3 h" in drawn(app)
        await pilot.press("a")
        await settled(pilot)
        assert any("no proposal" in note.message for note in app._notifications)


async def test_a_view_is_chosen_by_mouse(house: House) -> None:
    fill(house, numbered(1))
    propose_move(house, "Kiln", "https://new.example/feed")
    async with opened(house) as (app, pilot):
        await pilot.click("#tabs", offset=(52, 0))
        await settled(pilot)
        assert isinstance(app.screen, Sources)
        await pilot.click("#views", offset=(16, 0))
        await settled(pilot)
        assert not isinstance(app.screen.query_one(Watchlist).current, Watched)
        assert "https://new.example/feed" in drawn(app)
    assert count(house) == {"inbox": 1}


async def test_a_source_is_muted_from_here_and_from_the_inbox_and_heard_again(house: House) -> None:
    fill(house, numbered(1))
    async with opened(house) as (app, pilot):
        await pilot.press("m")
        await settled(pilot)
        assert [one.name for one in rules.rules(house.store, house.person)] == ["mute Kiln"]
        await pilot.press("u")
        await settled(pilot)
        assert rules.rules(house.store, house.person) == []
        await pilot.press("6", "m")
        await settled(pilot)
        assert len(rules.rules(house.store, house.person)) == 1
        await app.screen.run_line("unmute")
        await settled(pilot)
        assert rules.rules(house.store, house.person) == []
