"""The bell: tells a person's own services of digests and of sources that died, when addresses for it are set."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from db import memos
from tracker.core.errors import TrackerError
from tracker.core.text import clean_line
from tracker.daemon.jobs import Crew
from tracker.services.source_list import health

TOLD = "told.dead_sources"


class Bell:
    """Rings, or does nothing without addresses. A notice that fails is a line in the log, nothing more."""

    def __init__(self, addresses: Sequence[str], log: logging.Logger) -> None:
        self._addresses, self._log = tuple(addresses), log

    @property
    def on(self) -> bool:
        return bool(self._addresses)

    async def ring(self, title: str, body: str, attachment: Path | None = None) -> None:
        """Send one notice."""
        if self._addresses:
            await asyncio.to_thread(self._send, title, body, str(attachment or ""))

    def _send(self, title: str, body: str, attachment: str) -> None:
        from tracker.net.notices import send

        try:
            if not send(self._addresses, f"tracker: {title}", body, attachment):
                self._log.warning("notice '%s' was not taken by every address of serve.notify", title)
        except TrackerError as error:
            self._log.warning("%s", error.sentence())


class Alarm:
    """Rings once for each source that died, and forgets it when it is well again."""

    name, every = "alarm", 60.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self) -> str:
        """Says which sources died."""
        if not self._crew.bell.on:
            return ""
        new = await asyncio.to_thread(self._died)
        for line in new:
            await self._crew.bell.ring("a source needs a look", line)
        return "; ".join(new)

    def _died(self) -> list[str]:
        store, now = self._crew.house.store, self._crew.house.clock()
        ill = {
            one.name: one.reason for one in health(store, now) if one.enabled and one.health in ("failing", "stopped")
        }
        with store.read() as tx:
            told = set(memos.recall(tx, TOLD) or [])
        if told != set(ill):
            with store.write() as tx:
                memos.keep(tx, TOLD, sorted(ill))
        return [clean_line(f"{name}: {ill[name]}", 300) for name in sorted(set(ill) - told)]
