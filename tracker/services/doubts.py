"""Looks at sources that may have failed because of the network here: held back, and judged when all were taken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from db import polling as rows
from db.store import Store
from tracker.core import pace
from tracker.core.look import host_asked, strange_page, was_reached
from tracker.core.model import Polling
from tracker.core.outage import ENOUGH_HOSTS, Attempt, in_doubt, outages
from tracker.core.urls import host_key
from tracker.core.web import Fetcher, Request
from tracker.services.look import Look

WITNESS = Request("", max_bytes=64 * 1024, cut=True, deadline=10.0, purpose="feed")
PROOF = 2  # witnesses that are well: the network here is too


class Doubts:
    """The looks of one pass: good ones are let through at once, `outage` says afterwards what hit the others."""

    def __init__(
        self, store: Store, fetcher: Fetcher, clock: Callable[[], datetime], memories: Mapping[int, Polling]
    ) -> None:
        self._store, self._fetcher, self._clock, self._memories = store, fetcher, clock, memories
        self._attempts: list[Attempt] = []
        self._held: list[tuple[int, Look]] = []  # with the position of its attempt
        self.outage, self.put_off = "", 0

    def holds(self, one: Look, begun: float) -> bool:
        """Keep how its host fared since `begun` (monotonic seconds); whether the look has to wait for the verdict."""
        before = self._memories[one.source.id]
        standing = None if before.polled_at is None else before.failures == 0
        self._attempts.append(
            Attempt(one.host, begun, time.monotonic(), one.reached, one.landed, one.shown, standing)
        )  # fmt: skip
        held = bool(one.host) and (one.outcome == "failed" or bool(one.landed or one.shown))
        if held:
            self._held.append((len(self._attempts) - 1, one))
        return held

    async def settled(self) -> list[Look]:
        """What was held back, once all looks are taken. Those that an outage of ours hit count for nothing."""
        attempts = [*self._attempts, *(await self._witnesses() if self._held else ())]
        ours = outages(attempts, "sources")
        return [self._hit(one, ours[at]) if at in ours else one for at, one in self._held]

    def _hit(self, one: Look, why: str) -> Look:
        self.outage, self.put_off = why, self.put_off + 1
        after, why_next = pace.after_outage(one.source, self._memories[one.source.id], self._clock(), why)
        return Look(one.source, after, "skipped", why_next, 0, why, seconds=one.seconds)

    async def _witnesses(self) -> list[Attempt]:
        """Too few others were asked to tell whose fault it is: hosts of other sources, until two of them are well."""
        apart = in_doubt(self._attempts)
        known = await asyncio.to_thread(self._well, apart) if apart else []
        found: list[Attempt] = []
        for wish, is_feed in known:
            if sum(bool(one.host) and one.reached and not one.page for one in found) >= PROOF:
                break
            begun, answer = time.monotonic(), await self._fetcher.fetch(wish)
            landed, shown = strange_page(wish.url, answer, read_well=not is_feed)
            now = time.monotonic()
            found.append(Attempt(host_asked(answer), begun, now, was_reached(answer), landed, shown, standing=True))
        return found

    def _well(self, apart: frozenset[str]) -> list[tuple[Request, bool]]:
        """What to ask sources that were well when they were looked at last, one a host; whether a feed must answer."""
        hosts = dict[str, tuple[Request, bool]]()
        with self._store.read() as tx:
            for url, kind, etag, last_modified in rows.well(tx):
                if (host := host_key(url)) not in apart and len(hosts) < ENOUGH_HOSTS:
                    wish = replace(WITNESS, url=url, etag=etag, last_modified=last_modified)
                    hosts.setdefault(host, (wish, kind in ("feed", "podcast")))
        return list(hosts.values())
