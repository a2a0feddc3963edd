"""A whole morning, driven by keys: triage, reading with notes, reviews, a moved link, the digest. All of it on disk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from db import links
from db.tables import review_log
from tracker.core.health import NewAddress
from tracker.core.model import ResourceId
from tracker.services import inbox, library, plans, review, topics
from tracker.wiring import House

from .houses import NOW, TALK, count, fill, made_house, numbered, opened, settled, talk

MOVED = "https://new.example/moved"


def morning_house(home: Path) -> tuple[House, list[int]]:
    """Fifty wait; the 51st is a talk that was decided about before and comes back today; one link has moved."""
    house = made_house(home)
    ids = fill(house, [*numbered(50), TALK])
    inbox.act(house.store, house.person, ids[-1:], "skip", now=NOW - timedelta(days=1), made_by="tui")
    talk(house, ResourceId(ids[-1]))
    for one in ids[-2:]:
        review.add(house.store, house.person, resource=one, now=NOW, made_by="t")
    old = library.resource(house.store, house.person, ids[0]).url
    with house.store.write() as tx:
        links.propose(tx, ids[0], old, NewAddress("moved", MOVED, "answers 301 for days", 0.9), NOW)
    return house, ids


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Keys one by one, each through before the next."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def test_a_whole_morning(tmp_path: Path) -> None:
    house, ids = morning_house(tmp_path)
    async with opened(house) as (_, pilot):
        await pilot.press(*"edsedsedsf" * 5)
        await settled(pilot)
        assert count(house) == {"inbox": 5, "done": 15, "skipped": 16, "shortlist": 15}
        await press(pilot, *"u" * 10)
        before = {"inbox": 14, "done": 12, "skipped": 13, "shortlist": 12}
        assert count(house) == before
        await press(pilot, "P")
        await pilot.press(*"推测", "enter")
        await settled(pilot)
        assert count(house) == {**before, "inbox": 13, "filed": 1}
        assert {one.title: one.resources for one in topics.topics(house.store, house.person)}["推测解码"] == 1
        await press(pilot, "4", "slash", *"title:50", "enter", "enter")
        for n, way in enumerate(("j", "ctrl+d", "}")):
            await press(pilot, way, "I")
            await pilot.press(*f"note {n}", "escape")
            await settled(pilot)
        await press(pilot, "q", "7", "space", "3", "space", "2")
        await press(pilot, "6", "l", "a", "5", "X", "enter")
    check_the_morning(house, ids)


def check_the_morning(house: House, ids: list[int]) -> None:
    notes = sorted(plans.journal(house.store, house.person), key=lambda one: one.id)
    seconds = [one.start_seconds or 0 for one in notes]
    assert seconds == sorted(set(seconds))
    assert seconds[-1] == 300
    with house.store.read() as tx:
        assert [row.grade for row in tx.execute(review_log.select().order_by(review_log.c.id))] == [3, 2]
    assert library.resource(house.store, house.person, ids[0]).url == MOVED
    (path,) = house.digest_folder.iterdir()
    assert all(f"note {n}" in path.read_text("utf-8") for n in range(3))
