"""The transcripts of talks that are due, asked for at the pace their sites want."""

from __future__ import annotations

import asyncio

from tracker.daemon.jobs import Crew
from tracker.services import transcripts


class Talks:
    """Works off the queue of talks; a turn ends when nothing is due, a site refuses or its budget is used up."""

    name, every = "transcripts", 60.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self) -> str:
        """Says how many talks were asked for and how many transcripts came."""
        house, came = self._crew.house, []
        for one in await house.listings():
            self._crew.log.info("%s: listed: %s", one.source, one.problem or f"{one.new} new, {one.held_back} older")
        if not await asyncio.to_thread(transcripts.due, house.store, house.clock(), house.settings.youtube):
            return ""
        async with house.talk_tools(self._crew.fetcher, self._crew.reading) as tools:
            asked = await transcripts.work(
                house.store, tools, on_answer=lambda job, answer: came.append(answer.transcript is not None)
            )
        return f"{asked} talks asked for, {sum(came)} transcripts kept" if asked else ""
