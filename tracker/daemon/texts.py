"""The readable texts that are wanted, fetched within the day's budget."""

from __future__ import annotations

import asyncio

from tracker.daemon.jobs import Crew
from tracker.services import texts


class Texts:
    """A turn fetches what is due; an outage of our own network ends it, the rest comes with a later turn."""

    name, every = "texts", 60.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self) -> str:
        """Says how many texts were asked for and how many came."""
        house, came = self._crew.house, []
        if not await asyncio.to_thread(texts.due, house.store, house.clock(), house.settings.texts):
            return ""
        tools = house.text_tools(self._crew.fetcher, self._crew.reading)
        asked = await texts.work(house.store, tools, on_text=lambda kept: came.append(kept.outcome == "ok"))
        return f"{sum(came)} of {asked} texts fetched" if asked else ""
