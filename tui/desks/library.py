"""What the library screen asks for: pages of everything, hits of a search, saved views."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.core.inbox import Cursor, Done, Row
from tracker.core.model import ResourceId
from tracker.core.plan import JournalEntry
from tracker.services import ack, library, plans, search, views
from tracker.services.search import Hit

if TYPE_CHECKING:
    from tracker.wiring import House

PAGE_ROWS = 200
MOST_HITS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the library: a resource, or a place in a text, talk, note or plan that holds the words.

    `kind` is resource, text, transcript, note or plan; `row` is None where no resource stands behind a note or place.
    """

    kind: str
    id: int
    title: str
    row: Row | None = None
    excerpt: str = ""
    second: float | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What answers. `after` leads to the next page; `total` -1 = not counted, `more`: there may be more."""

    items: tuple[Found, ...]
    after: Cursor | None = None
    total: int = -1
    more: bool = False


class LibraryDesk:
    """Looks things up. Methods raise TrackerError; a query that cannot be read is a QueryError."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def look(
        self, query: str, after: Cursor | None = None, *, typing: bool = False, newest: bool = False
    ) -> Shelf:
        """What answers `query`: best first where it holds words (`newest`: newest first), else newest first."""
        return await asyncio.to_thread(self._look, query, after, typing, newest)

    def _look(self, query: str, after: Cursor | None, typing: bool, newest: bool) -> Shelf:
        house = self._house
        asked = house.asked(query, typing=typing)
        if not library.is_about_words(asked):
            page = library.page(house.store, house.person, asked=asked, zone=house.zone, after=after, limit=PAGE_ROWS)
            return Shelf(tuple(Found("resource", int(row.id), row.title, row) for row in page.items), page.after)
        found = search.search(
            house.store, house.person, asked, zone=house.zone, now=house.clock(), limit=MOST_HITS, newest=newest
        )
        known = {ResourceId(hit.resource) for hit in found.hits if hit.resource}
        rows = library.lines(house.store, house.person, sorted(known))
        return Shelf(tuple(_dressed(found.hits, rows)), None, found.total, found.more)

    async def views(self) -> list[tuple[str, str]]:
        """Name and query of each saved view."""
        return await asyncio.to_thread(views.views, self._house.store, self._house.person)

    async def keep_view(self, name: str, query: str) -> Done:
        """Keep a view; on disk when this returns."""
        house = self._house
        today = house.clock().astimezone(house.zone).date()
        done = await asyncio.to_thread(
            lambda: views.keep(house.store, house.person, name, query, today=today, now=house.clock(), made_by="tui")
        )
        ack.acknowledge(done)
        return done

    async def drop_view(self, name: str) -> Done:
        """Forget a view; on disk when this returns."""
        house = self._house
        done = await asyncio.to_thread(
            lambda: views.drop(house.store, house.person, name, now=house.clock(), made_by="tui")
        )
        ack.acknowledge(done)
        return done

    async def entry(self, id_: int) -> JournalEntry | None:
        """A note of the journal; None when it is no entry of it."""
        found = await asyncio.to_thread(plans.journal, self._house.store, self._house.person)
        return next((one for one in found if one.id == id_), None)


def _dressed(hits: tuple[Hit, ...], rows: dict[ResourceId, Row]) -> Iterator[Found]:
    """Hits as lines, a resource once: its text and talk stand in its line when it was found itself."""
    listed: dict[int, Found] = {}
    for hit in hits:
        row = rows.get(ResourceId(hit.resource)) if hit.resource else None
        title = row.title if row is not None and hit.kind in ("text", "transcript") else hit.title
        one = Found(hit.kind, hit.id, title, row, hit.excerpt, hit.start)
        if row is None or hit.kind in ("note", "plan"):
            listed[-len(listed) - 1] = one
        elif row.id not in listed:
            listed[row.id] = one
        elif hit.kind == "transcript" and listed[row.id].second is None:
            listed[row.id] = replace(listed[row.id], second=hit.start)
    yield from listed.values()
