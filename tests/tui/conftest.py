"""What tests of screens share: English whoever runs them, a home with a plan, a journal, a talk and cards; a driver."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from textual._context import active_app
from textual.pilot import Pilot

from tracker.core.document import Document, DocumentNode, DocumentNote, Mention
from tracker.core.model import ResourceId
from tracker.services.documents import import_document
from tracker.wiring import House, house_of
from tui.app import TrackerApp
from tui.desk import Desk
from tui.words import speak

from . import houses

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
Driver = Callable[..., AbstractAsyncContextManager[tuple[TrackerApp, Pilot[None]]]]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("COLORFGBG", raising=False)
    speak("en")
    yield
    speak("en")


@pytest.fixture(autouse=True)
def _keys_without_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of a pilot is waited for until it is through, not until the whole process idles."""

    async def through(_least: float = 0) -> None:
        await asyncio.sleep(0.001)
        while (app := active_app.get(None)) is not None and app.keys.busy:
            await asyncio.sleep(0.001)

    monkeypatch.setattr("textual.app.wait_for_idle", through)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty home, on a Monday morning in January."""
    (tmp_path / "sources.yaml").write_text("version: 1\nsources: []\n")
    made = house_of({"home": str(tmp_path), "sources": str(tmp_path / "sources.yaml")})
    made.frozen = NOW
    yield made
    made.close()


@pytest.fixture
def furnished(house: House) -> House:
    """A plan of a week with three works, a journal of three days, a talk of ten minutes with two chapters."""
    nodes = (
        DocumentNode("p", "plan", "百日计划", 1),
        DocumentNode("w", "week", "Week 1", 2, parent="p", day_from=1, day_to=7),
        DocumentNode("a", "day", "KV cache", 3, parent="w", day_from=1, tracks=("app",), practice="measure it"),
        DocumentNode("b", "day", "推测解码", 4, parent="w", day_from=2, tracks=("app", "algo"), remark="了解了概念"),
        DocumentNode("c", "day", "Serving", 5, parent="w", day_from=3, tracks=("algo",)),
    )
    mentions = (
        Mention("t", 3, "A talk about memory", "https://www.youtube.com/watch?v=aaaaaaaaaaa", node="a"),
        Mention("x", 4, "Paper of speculation", "https://arxiv.org/abs/2211.17192", node="b"),
        Mention("y", 5, "Serving 手册", "https://serving.example/book", node="c"),
    )
    days = [("20260108", date(2026, 1, 8)), ("20260109", date(2026, 1, 9)), ("20260111", date(2026, 1, 11))]
    noted = tuple(
        DocumentNote(
            f"n{n}", 10 + n, day, written, "A talk about memory", f"+ 第 {n} 条 about **paging**\n    - deeper\n",
            mention="t", bullets=(1, 1, 0),
        )
        for n, (written, day) in enumerate(days)
    )  # fmt: skip
    import_document(house.store, house.person, Document("plan.md", "plan", "P", "t", {}, mentions, nodes), now=NOW)
    journal = Document("journal.md", "journal", "J", "t", {}, mentions[:1], (), noted)
    import_document(house.store, house.person, journal, now=NOW)
    houses.talk(house, resource(house, "A talk about memory"))
    return house


def resource(house: House, title: str) -> ResourceId:
    """The work of this title."""
    from tracker.services import library

    return next(one.id for one in library.resources(house.store, house.person) if one.title == title)


@pytest.fixture
def driven() -> Driver:
    """`async with driven(house, "plan", size) as (app, pilot)`: the interface at a place, settled."""
    return _driven


@asynccontextmanager
async def _driven(
    house: House, place: str = "inbox", size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[TrackerApp, Pilot[None]]]:
    app = TrackerApp(Desk(house), "dark")
    async with app.run_test(size=size, notifications=True) as pilot:
        await houses.settled(pilot)
        app.go(place)
        await houses.settled(pilot)
        yield app, pilot


@pytest.fixture
def settled() -> Callable[[Pilot[Any]], Any]:
    """Waits until nothing is being read or written."""
    return houses.settled


@pytest.fixture
def picture() -> Callable[[TrackerApp], str]:
    """What stands on the screen, line by line, toasts as well."""
    return _picture


def _picture(app: TrackerApp) -> str:
    lines: dict[float, str] = {}
    for y, text in re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>(.*?)</text>', app.export_screenshot(), re.S):
        lines[float(y)] = lines.get(float(y), "") + html.unescape(text)
    return "\n".join(text.replace("\xa0", " ").rstrip() for _, text in sorted(lines.items()))
