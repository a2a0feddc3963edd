"""Houses for the tests of the interface: a home with a source, entries, topics, a plan, proposals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.app import App
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import ModalScreen

from db import arrivals, people, proposals, transcripts
from db import sources as rows
from db.actions import Changes
from tracker.core.arrival import arrivals as arriving
from tracker.core.jobs import Transcript
from tracker.core.model import Entry, Harvest, ResourceId, Source
from tracker.core.transcript import Chapter, Segment, TrackOrigin, paragraphs
from tracker.services import inbox, topics
from tracker.wiring import House, house_of
from tui.app import TrackerApp
from tui.desk import Desk

HOUR = timedelta(hours=1)
NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
SAID = (
    "so what we did is look at memory",
    "推理的时候我们把 KV cache 分页管理",
    "retrieval is a policy",
    "and so on it goes",
)
LIST = """version: 1
sources:
  - {name: Kiln, url: "https://a.example/feed", kind: feed, topics: [serving], why: the papers of a lab}
  - {name: 港口, url: "https://b.example/feed", kind: feed}
"""


def made_house(home: Path, text: str = LIST) -> House:
    """A house with a clock that stands still."""
    (home / "sources.yaml").write_text(text, "utf-8")
    house = house_of({"home": str(home), "sources": str(home / "sources.yaml")})
    house.frozen = NOW
    return house


def fill(house: House, entries: list[Entry]) -> list[int]:
    """The first source brings these; two topics are there. Returns the ids in the inbox, as listed."""
    listed = [Source("Kiln", "https://a.example/feed", "feed"), Source("港口", "https://b.example/feed", "feed")]
    with house.store.write() as tx:
        rows.sync(tx, listed, NOW)
        source = rows.watched(tx)[0]
        found = arriving(source, Harvest(entries=tuple(entries)), NOW)
        arrivals.arrive(tx, source, found, most=len(found), now=NOW, people=people.everybody(tx))
    topics.add_topic(house.store, house.person, "KV cache", NOW)
    topics.add_topic(house.store, house.person, "推测解码", NOW)
    return [row.id for row in inbox.page(house.store, house.person, limit=1000).items]


def numbered(count: int) -> list[Entry]:
    """Plain entries, the newest first."""
    return [
        Entry(
            f"g{n}", f"https://a.example/{n}", f"Title {n}", published=NOW - timedelta(hours=n), summary=f"About {n}."
        )
        for n in range(count)
    ]


def talk(house: House, id_: ResourceId) -> None:
    """Give a work a transcript: a line every 3 s, a pause every 30."""
    segments, at = [], 0.0
    for n in range(200):
        segments.append(Segment(at, at + 2.5, SAID[n % 4]))
        at += 3.0 if n % 10 else 6.0
    marks = (Chapter(0.0, "Why memory"), Chapter(300.0, "分页"))
    said = paragraphs(segments, origin=TrackOrigin.AUTO, chapters=marks)
    new = Transcript(id_, 0, "en", TrackOrigin.AUTO, "en", "t", NOW, "t", at, tuple(segments), said, marks)
    with house.store.write() as tx:
        transcripts.keep(Changes(tx), new)


TALK = Entry(
    "talk", "https://www.youtube.com/watch?v=aaaaaaaaaaa", "Title 50", published=NOW - 50 * HOUR, summary="A talk."
)  # the 51st


def propose_move(house: House, name: str, url: str) -> None:
    """A source was seen to have moved for good."""
    with house.store.write() as tx:
        proposals.propose(tx, proposals.SOURCE_MOVED, name, url, {"why": "moved for days"}, NOW)


@asynccontextmanager
async def opened(house: House, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[TrackerApp, Pilot[Any]]]:
    """The interface with the first page loaded."""
    app = TrackerApp(Desk(house), "dark")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot


async def settled(pilot: Pilot[Any]) -> None:
    """Until every key is through and nothing is at work; what waits for an answer in a window does not count."""
    quiet = 0
    while quiet < 2:
        await pilot.pause(0.01)
        quiet = 0 if at_work(pilot.app) else quiet + 1


def at_work(app: App[Any]) -> bool:
    """Whether a key, a reading or a writing is under way."""
    asking = ("decide", "ask") if isinstance(app.screen, ModalScreen) else ()
    busy = any(not one.is_finished and one.group not in asking for one in app.workers)
    return busy or (isinstance(app, TrackerApp) and app.keys.busy)


NAMED = {"⏎": Key("enter", "\r"), "⎋": Key("escape", "\x1b"), "⇥": Key("tab", "\t"), "↓": Key("down", None)}


async def typed(pilot: Pilot[Any], text: str) -> None:
    """Keys all at once, as a terminal hands over what was pasted; `⌥x` is Alt and x. Waits until they are through."""
    alt = False
    for sign in text:
        if sign == "⌥":
            alt = True
            continue
        name = sign if sign.isalnum() else _character_to_key(sign)
        known = NAMED.get(sign)
        pilot.app.post_message(known.copy() if known else Key(f"alt+{sign}" if alt else name, sign))
        alt = False
    await settled(pilot)


def drawn(app: TrackerApp) -> str:
    """The screen as lines of text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def count(house: House) -> dict[str, int]:
    """How many stand where."""
    return {state.value: n for state, n in inbox.counts(house.store, house.person).items()}
