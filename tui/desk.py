"""The screens' one door to the house: calls run in threads, decisions are acknowledged before they are shown.

Services, and with them the database, are imported by the thread that first needs them: the first frame does not wait.
"""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tracker.core.errors import TrackerError
from tracker.core.html import host_of, to_text
from tracker.core.inbox import Cursor, Done, Page
from tracker.core.model import InboxState, Resource, ResourceId
from tracker.core.urls import is_web
from tui.keyring import Keyring
from tui.words import say

if TYPE_CHECKING:
    from tracker.config.settings import Settings
    from tracker.services.crawl import Line
    from tracker.services.suggest import Adviser, Suggestion
    from tracker.wiring import House

PAGE_ROWS = 200
SHOWN_KEPT = 64
LATELY = 200
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
        self._shown: dict[ResourceId, Shown] = {}
        self.keys = Keyring(house.home, house.settings.ui.keys)

    @property
    def house(self) -> House:
        """The house, for the desks of single places."""
        return self._house

    @property
    def settings(self) -> Settings:
        """The person's settings."""
        return self._house.settings

    async def opened(self) -> bool:
        """Open the database; whether the person decided nothing in the interface, of all they decided lately.

        Raises StoreError when the database cannot be opened.
        """
        return await asyncio.to_thread(self._opened)

    def _opened(self) -> bool:
        from tracker.services import actions

        lately = actions.history(self._house.store, self._house.person, limit=LATELY)
        return all(one.made_by != "tui" for one in lately)

    async def suggestion(self, id_: ResourceId) -> Suggestion | None:
        """The topic a resource surely belongs to; None when none is sure."""
        return await asyncio.to_thread(self._suggestion, id_)

    def _suggestion(self, id_: ResourceId) -> Suggestion | None:
        return self._advice().sure([id_]).get(id_)

    def _advice(self) -> Adviser:
        from tracker.services.suggest import Adviser

        if self._adviser is None:
            self._adviser = Adviser(self._house.store, self._house.person)
        return self._adviser

    async def page(
        self, query: str = "", after: Cursor | None = None, *, newest_first: bool = True, typing: bool = False
    ) -> Page:
        """A page of the inbox; those whose snooze is over stand in it again. `typing`: the query may go on."""
        return await asyncio.to_thread(self._page, query, after, newest_first, typing)

    def _page(self, query: str, after: Cursor | None, newest_first: bool, typing: bool) -> Page:
        from tracker.services import inbox

        store, person = self._house.store, self._house.person
        if after is None:
            inbox.wake(store, person, self._house.clock())
        asked = self._house.asked(query, typing=typing, begun=True)
        return inbox.page(
            store, person, asked=asked, zone=self._house.zone, after=after, limit=PAGE_ROWS, newest_first=newest_first
        )

    async def counts(self) -> dict[InboxState, int]:
        """How many stand where."""
        return await asyncio.to_thread(self._counts)

    def _counts(self) -> dict[InboxState, int]:
        from tracker.services import inbox

        return inbox.counts(self._house.store, self._house.person)

    def knows(self, id_: ResourceId) -> bool:
        """Whether `show` answers at once."""
        return id_ in self._shown

    async def show(self, id_: ResourceId) -> Shown:
        """One resource with its teaser as plain text; those shown last are kept until something is decided."""
        if id_ not in self._shown:
            shown = await asyncio.to_thread(self._show, id_)
            while len(self._shown) >= SHOWN_KEPT:
                self._shown.pop(next(iter(self._shown)))
            self._shown[id_] = shown
        return self._shown[id_]

    def _show(self, id_: ResourceId) -> Shown:
        from tracker.services import library

        found = library.resource(self._house.store, self._house.person, id_)
        return Shown(found, to_text(found.summary))

    def today_date(self) -> date:
        """The day it is for the person."""
        return self._house.clock().astimezone(self._house.zone).date()

    async def file_each(self, ids: list[ResourceId]) -> tuple[Done | None, set[ResourceId]]:
        """File each into the topic suggested for it, in one undoable step; those without a sure one are left."""
        return await asyncio.to_thread(self._file_each, ids)

    def _file_each(self, ids: list[ResourceId]) -> tuple[Done | None, set[ResourceId]]:
        from tracker.services import ack, inbox

        house = self._house
        found = {id_: one.topic for id_, one in self._advice().sure(ids).items()}
        if not found:
            return None, set(ids)
        done = inbox.file_each(house.store, house.person, found, now=house.clock(), made_by="tui")
        ack.acknowledge(done)
        self._shown.clear()
        return done, set(ids) - set(found)

    async def decide(self, ids: list[ResourceId], verb: str, topic: str = "", days: int = 0) -> Done:
        """One undoable step over `ids`; on disk when this returns. `days`: how long a snooze lasts."""
        return await asyncio.to_thread(self._decide, ids, verb, topic, days)

    def _decide(self, ids: list[ResourceId], verb: str, topic: str, days: int) -> Done:
        from tracker.services import ack, inbox

        house = self._house
        morning = datetime.combine(house.clock().astimezone(house.zone).date(), MORNING, tzinfo=house.zone)
        until = morning + timedelta(days=days) if days else None
        done = inbox.act(
            house.store, house.person, ids, verb, topic=topic or None, until=until, now=house.clock(), made_by="tui"
        )
        ack.acknowledge(done)
        self._shown.clear()
        return done

    async def turn(self, *, back: bool) -> Done | None:
        """Undo (`back`) or redo; None when there is nothing."""
        return await asyncio.to_thread(self._turn, back)

    def _turn(self, back: bool) -> Done | None:
        from tracker.services import ack, actions

        house = self._house
        done = (actions.undo if back else actions.redo)(house.store, house.person, house.clock())
        if done is not None:
            ack.acknowledge(done)
        self._shown.clear()
        return done

    async def mute(self, source: str, *, on: bool = True) -> Done:
        """Let nothing more of a source wait in the inbox, or again; undoable, and on disk when this returns."""
        return await asyncio.to_thread(self._mute, source, on)

    def _mute(self, source: str, on: bool) -> Done:
        from tracker.services import ack, noise
        from tracker.services.rules import Clock

        house, act = self._house, noise.mute if on else noise.unmute
        done = act(house.store, house.person, source, Clock(house.clock(), house.zone), "tui")
        ack.acknowledge(done)
        return done

    async def topics(self) -> list[str]:
        """Titles that can be filed under, each once."""
        return await asyncio.to_thread(self._topics)

    def _topics(self) -> list[str]:
        from tracker.services import topics

        return list(dict.fromkeys(one.title for one in topics.topics(self._house.store, self._house.person)))

    async def refresh_due(self, progress: Callable[[str], None]) -> str:
        """Look at the sources that are due; a sentence of what came."""
        return await self.crawl(progress)

    async def crawl(self, progress: Callable[[str], None], **wishes: Any) -> str:
        """One pass in a thread of its own; `progress` is told a sentence a look, "" at the end."""
        loop, looked, new = asyncio.get_running_loop(), 0, 0

        def on_line(line: Line) -> None:
            nonlocal looked, new
            looked, new = looked + 1, new + line.new
            loop.call_soon_threadsafe(progress, say("inbox.crawling", done=looked, new=new))

        try:
            summary = await asyncio.to_thread(lambda: asyncio.run(self._house.crawl(on_line=on_line, **wishes)))
        finally:
            loop.call_soon(progress, "")
        if not summary.sources:
            return say("said.no-source-due")
        word = "said.crawled-failed" if summary.failed else "said.crawled"
        return say(word, n=summary.sources, new=summary.new, failed=summary.failed)

    async def open(self, url: str) -> str:
        """Open an http(s) address in the browser; returns the host that was opened."""
        if not is_web(url):
            raise NotOpened(url)
        await asyncio.to_thread(webbrowser.open, url)
        return host_of(url)


class NotOpened(TrackerError):
    """Only http(s) addresses are given to the browser."""

    def __init__(self, url: str) -> None:
        super().__init__(say("reader.not-opened", url=url[:80]) if url else say("reader.no-address"))
