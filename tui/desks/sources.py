"""What the screen of sources and links shows, and the answers to what is proposed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from db.links import Evidence, LinkRow
from tracker.core.inbox import Done
from tracker.core.jobs import Job
from tracker.core.model import ResourceId
from tracker.services import ack, links, merging, moves, watching
from tracker.services.merging import Waiting
from tracker.services.watching import Watched

if TYPE_CHECKING:
    from tracker.wiring import House

MOVED = "source-moved"

__all__ = ["Evidence", "Job", "LinkRow", "SourcesDesk", "Waiting", "Watched"]


class SourcesDesk:
    """Reads lists, answers proposals. Methods raise TrackerError."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def sources(self) -> list[Watched]:
        """What is watched, as sources.yaml says now; those in trouble first."""
        return await asyncio.to_thread(self._sources)

    def _sources(self) -> list[Watched]:
        from tracker.config.sourcefile import read_sources
        from tracker.services.source_list import sync

        house = self._house
        sync(house.store, read_sources(house.sources_file), house.clock())
        return watching.sources(house.store, house.person, house.clock())

    async def proposals(self) -> list[Waiting]:
        """What waits for an answer."""
        return await asyncio.to_thread(merging.proposals, self._house.store, self._house.person)

    async def links(self) -> list[LinkRow]:
        """Links that are dead, moved or failing."""
        return await asyncio.to_thread(watching.links_in_trouble, self._house.store)

    async def talks(self) -> list[Job]:
        """Talks without a transcript."""
        return await asyncio.to_thread(watching.talks_without_text, self._house.store)

    async def evidence(self, id_: ResourceId) -> list[Evidence]:
        """The looks at a link, newest first."""
        return await asyncio.to_thread(links.evidence, self._house.store, id_)

    async def answer(self, asked: list[Waiting], *, yes: bool) -> Done | None:
        """Accept or decline, in one step. A source that moved is taken over in sources.yaml, out of undo."""
        return await asyncio.to_thread(self._answer, asked, yes)

    def _answer(self, asked: list[Waiting], yes: bool) -> Done | None:
        house, done = self._house, None
        moved = [one for one in asked if one.kind == MOVED and yes]
        for one in moved:
            moves.take_over(house.store, house.sources_file, one.subject, one.url, house.clock())
        if rest := [one.id for one in asked if one not in moved]:
            act = merging.accept if yes else merging.decline
            done = act(house.store, house.person, rest, now=house.clock(), made_by="tui")
            ack.acknowledge(done)
        return done
