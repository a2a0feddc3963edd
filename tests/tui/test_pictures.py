"""Screens as they look, line by line, kept beside the test. `UPDATE_PICTURES=1` draws them again, to be looked at."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tracker.services import inbox
from tracker.wiring import House

from .houses import HOUR, NOW, drawn, fill, made_house, opened, propose_move, settled

CASES = Path(__file__).parents[1] / "cases" / "screens"
SHOWN = (
    ("inbox", (80, 24), "en", ()),
    ("inbox", (120, 40), "zh", ("space", "space")),
    ("today", (120, 40), "en", ("1",)),
    ("today", (80, 24), "zh", ("1",)),
    ("sources", (120, 40), "en", ("6",)),
    ("sources", (80, 24), "zh", ("6", "l")),
    ("help", (80, 24), "zh", ("?",)),
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> House:
    from tracker.core.model import Entry

    house = made_house(tmp_path)
    titles = ("Paged memory for long conversations", "推测解码：草稿模型与验证", "Honest evaluations are boring",
              "How the second question got cheap", "向量数据库的索引为什么变慢", "[RFC 9] Streams")  # fmt: skip
    entries = [
        Entry(f"s{n}", f"https://a.example/{n}", title, summary=f"About {n}.", published=NOW - n * HOUR * 9)
        for n, title in enumerate(titles)
    ]
    ids = fill(house, entries)
    inbox.act(house.store, house.person, ids[4:5], "done", now=NOW, made_by="tui")
    propose_move(house, "Kiln", "https://new.example/feed")
    return house


@pytest.mark.parametrize(("name", "size", "language", "keys"), SHOWN)
async def test_a_screen_looks_as_it_did(
    house: House, name: str, size: tuple[int, int], language: str, keys: tuple[str, ...]
) -> None:
    house.settings = replace(house.settings, ui=replace(house.settings.ui, language=language))
    async with opened(house, size) as (app, pilot):
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        await settled(pilot)
        shown = "\n".join(line.rstrip() for line in drawn(app).splitlines()) + "\n"
    kept = CASES / f"{name}-{size[0]}x{size[1]}-{language}.txt"
    if os.environ.get("UPDATE_PICTURES"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(shown, "utf-8")
    assert kept.read_text("utf-8") == shown
