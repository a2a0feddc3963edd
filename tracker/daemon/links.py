"""The links of the library that are due, looked at within the day's budget."""

from __future__ import annotations

from tracker.daemon.jobs import Crew
from tracker.services.links import check_library


class LinkHealth:
    """A turn looks at all that is due; an outage of our own network ends it, the links are tried again soon."""

    name, every = "links", 120.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self) -> str:
        """Says how many links were looked at, and how many fare otherwise than before."""
        house = self._crew.house
        done = await check_library(house.store, self._crew.fetcher, house.clock, house.settings)
        if done.outage:
            return done.outage
        return f"{done.looked} links looked at, {len(done.changed)} changed" if done.looked else ""
