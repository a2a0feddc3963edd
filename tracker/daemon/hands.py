"""What a worker does with a job, a method a queue: the same functions as the daemon's, for one piece of work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.core.model import ResourceId, SourceId
from tracker.daemon.jobs import Crew
from tracker.services import texts, transcripts
from tracker.services.crawl import Line, crawl
from tracker.services.leases import Holder
from tracker.services.links import check_some

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.fleet import Handler, Turn
    from tracker.services.texts import Tools as TextTools
    from tracker.services.transcripts import Tools as TalkTools

MOST_TALKS = 3  # of one site in one job: a worker that stops has not long to wait


@dataclass(frozen=True)
class Hands:
    """The queues' work with a worker's own means."""

    crew: Crew
    talks: TalkTools
    texts: TextTools

    def handlers(self) -> Mapping[str, Handler]:
        """What does the jobs of which queue."""
        return {
            "crawl": self.look, "links": self.check, "transcripts": self.ask, "texts": self.fetch
        }  # fmt: skip

    async def look(self, turn: Turn) -> None:
        """Look at one source."""
        crew, house = self.crew, self.crew.house
        only = (SourceId(int(turn.work.subject)),)
        await crawl(
            house.store, crew.fetcher, crew.reading, house.clock, only=only, holder=_holder(turn),
            settings=house.settings, zone=house.zone, on_line=self._line,
        )  # fmt: skip

    async def check(self, turn: Turn) -> None:
        """Look at one link."""
        house, ids = self.crew.house, [ResourceId(int(turn.work.subject))]
        done = await check_some(house.store, self.crew.fetcher, house.clock, house.settings, ids, _holder(turn))
        for row, health in done.changed:
            self.crew.log.info("link %s: %s, it was %s", row.health.url, health.verdict, row.health.verdict)

    async def ask(self, turn: Turn) -> None:
        """Ask one site for the transcripts of a few talks."""
        asked = await transcripts.work_site(
            self.crew.house.store, self.talks, turn.work.subject, MOST_TALKS, _holder(turn)
        )
        if asked:
            self.crew.log.info("%s: %d talks asked for", turn.work.subject, asked)

    async def fetch(self, turn: Turn) -> None:
        """Fetch one text."""
        id_, store = ResourceId(int(turn.work.subject)), self.crew.house.store
        kept = await texts.fetch_due(store, self.texts, id_, again=turn.tries > 0)
        if kept is not None:
            self.crew.log.info("text of %s: %s", kept.wanted.url, kept.outcome)

    def _line(self, line: Line) -> None:
        if line.outcome == "failed":
            self.crew.log.warning("%s: %s", line.source, line.error)
        elif line.outcome != "skipped":
            self.crew.log.info("%s: %d new", line.source, line.new)


def _holder(turn: Turn) -> Holder:
    """A lease belongs to the try of a job; what its earlier tries held is free, for they are over."""
    return Holder(turn.word, turn.before)


@asynccontextmanager
async def hands_of(crew: Crew) -> AsyncIterator[Hands]:
    """A worker's hands for the length of the block."""
    house = crew.house
    async with house.talk_tools(crew.fetcher, crew.reading) as talks:
        yield Hands(crew, talks, house.text_tools(crew.fetcher, crew.reading))
