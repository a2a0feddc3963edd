"""The screens' one door to the house: calls run in threads, decisions are acknowledged before they are shown."""

from __future__ import annotations

import asyncio
import webbrowser
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from tracker.core.errors import TrackerError
from tracker.core.html import host_of, to_text
from tracker.core.inbox import Cursor, Done, Page
from tracker.core.model import InboxState, Resource, ResourceId
from tracker.core.outcome import clock
from tracker.core.urls import is_web
from tracker.formats.today import lines
from tracker.services import ack, actions, inbox, library, study, talk_standing, texts, topics
from tracker.services.suggest import Adviser, Suggestion

if TYPE_CHECKING:
    from tracker.wiring import House

PAGE_ROWS = 200
MORNING = time(6)


@dataclass(frozen=True, slots=True)
class Shown:
    """A resource ready to be drawn: texts plain."""

    resource: Resource
    text: str


class Desk:
    """Services as a screen needs them. Methods raise TrackerError; a screen shows its sentence."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._adviser: Adviser | None = None

    async def suggestion(self, id_: ResourceId) -> Suggestion | None:
        """The topic a resource surely belongs to; None when none is sure."""
        return await asyncio.to_thread(self._suggestion, id_)

    def _suggestion(self, id_: ResourceId) -> Suggestion | None:
        if self._adviser is None:
            self._adviser = Adviser(self._house.store, self._house.person)
        return self._adviser.sure([id_]).get(id_)

    async def read(self, id_: ResourceId) -> tuple[str, list[str]]:
        """Title and lines of what is kept of a resource: transcript with seconds, else text, else teaser."""
        return await asyncio.to_thread(self._read, id_)

    def _read(self, id_: ResourceId) -> tuple[str, list[str]]:
        house = self._house
        found = library.resource(house.store, house.person, id_)
        kept, _ = talk_standing.standing(house.store, id_, house.settings.youtube, house.zone, house.clock())
        if kept is not None:
            return found.title, [f"{clock(one.start)}  {one.text}" for one in kept.segments]
        text = texts.newest(house.store, id_)
        body = text.article.markdown if text else to_text(found.summary)
        return found.title, body.splitlines() or ["Nothing is kept of it yet. o opens it in the browser."]

    async def today(self) -> list[str]:
        """What today asks for, as lines."""
        return await asyncio.to_thread(self._today)

    def _today(self) -> list[str]:
        house = self._house
        return list(lines(study.today(house.store, house.person, house.settings.study, house.zone, house.clock())))

    async def page(self, query: str = "", after: Cursor | None = None) -> Page:
        """A page of the inbox, newest first; those whose snooze is over stand in it again."""
        return await asyncio.to_thread(self._page, query, after)

    def _page(self, query: str, after: Cursor | None) -> Page:
        store, person = self._house.store, self._house.person
        if after is None:
            inbox.wake(store, person, self._house.clock())
        asked = self._house.asked(query, typing=True)
        return inbox.page(store, person, asked=asked, zone=self._house.zone, after=after, limit=PAGE_ROWS)

    async def counts(self) -> dict[InboxState, int]:
        """How many stand where."""
        return await asyncio.to_thread(inbox.counts, self._house.store, self._house.person)

    async def show(self, id_: ResourceId) -> Shown:
        """One resource with its teaser as plain text."""
        return await asyncio.to_thread(self._show, id_)

    def _show(self, id_: ResourceId) -> Shown:
        found = library.resource(self._house.store, self._house.person, id_)
        return Shown(found, to_text(found.summary))

    async def decide(self, ids: list[ResourceId], verb: str, topic: str = "", days: int = 0) -> Done:
        """One undoable step over `ids`; on disk when this returns. `days`: how long a snooze lasts."""
        return await asyncio.to_thread(self._decide, ids, verb, topic, days)

    def _decide(self, ids: list[ResourceId], verb: str, topic: str, days: int) -> Done:
        house = self._house
        morning = datetime.combine(house.clock().astimezone(house.zone).date(), MORNING, tzinfo=house.zone)
        until = morning + timedelta(days=days) if days else None
        done = inbox.act(
            house.store, house.person, ids, verb, topic=topic or None, until=until, now=house.clock(), made_by="tui"
        )
        ack.acknowledge(done)
        return done

    async def turn(self, *, back: bool) -> Done | None:
        """Undo (`back`) or redo; None when there is nothing."""
        return await asyncio.to_thread(self._turn, back)

    def _turn(self, back: bool) -> Done | None:
        house = self._house
        done = (actions.undo if back else actions.redo)(house.store, house.person, house.clock())
        if done is not None:
            ack.acknowledge(done)
        return done

    async def topics(self) -> list[str]:
        """Titles that can be filed under, each once."""
        found = await asyncio.to_thread(topics.topics, self._house.store, self._house.person)
        return list(dict.fromkeys(one.title for one in found))

    async def refresh_due(self) -> str:
        """Look at the sources that are due; a sentence of what came."""
        summary = await self._house.crawl()
        if not summary.sources:
            return "no source is due"
        failed = f", {summary.failed} failed" if summary.failed else ""
        return f"{summary.sources} sources looked at: {summary.new} new{failed}"

    async def open(self, url: str) -> str:
        """Open an http(s) address in the browser; returns the host that was opened."""
        if not is_web(url):
            raise NotOpened(url)
        await asyncio.to_thread(webbrowser.open, url)
        return host_of(url)


class NotOpened(TrackerError):
    """Only http(s) addresses are given to the browser."""

    def __init__(self, url: str) -> None:
        super().__init__("this resource has no address a browser may open" if not url else f"not opened: {url[:80]}")
