"""Turns at hosts held across all processes that work on one PostgreSQL: the daemon, workers, commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from db import turns
from db.store import Store
from tracker.core.errors import StoreError
from tracker.net.limits import HostLimits

if TYPE_CHECKING:
    from tracker.net.http import Network

HOLD = 15.0  # seconds after which one who died inside is forgotten; renewed while an exchange lasts
LEAST_WAIT, LONGEST_WAIT = 0.02, 1.0  # between two questions for a turn
WHY = "it asked for rest"


class SharedTurns(HostLimits):
    """Like `HostLimits`, but the pace of each host is a row of the database.

    Of one process, only as many ask for a turn at a host as may be inside; the others wait here. Raises StoreError
    when the database does not answer: nobody goes anywhere then.
    """

    def __init__(self, store: Store, network: Network) -> None:
        super().__init__(network.per_host, network.host_spacing, network.concurrency)
        self._store = store

    lasting = True

    @asynccontextmanager
    async def _admitted(self, host: str) -> AsyncIterator[None]:
        token = token_hex(8)
        taking = asyncio.create_task(self._take(host, token))
        try:
            await asyncio.shield(taking)
            holding = asyncio.create_task(self._hold_on(host, token))
            try:
                yield  # also when the host rests: the fetcher asks `resting` next, and sends nothing
            finally:
                holding.cancel()
        finally:
            await asyncio.shield(self._give_back(taking, host, token))

    async def _take(self, host: str, token: str) -> None:
        """Ask until there is a turn, or the host rests."""
        while True:
            asking = asyncio.create_task(asyncio.to_thread(self._ask, host, token))
            try:
                answer = await asyncio.shield(asking)
            except asyncio.CancelledError:  # a question that is on its way may still be granted: only then leave
                await _settled(asking)
                raise
            if answer.rest:
                self.rest(host, answer.rest)
            if answer.taken or answer.rest:
                return
            await asyncio.sleep(min(max(answer.wait, LEAST_WAIT), LONGEST_WAIT))

    def _ask(self, host: str, token: str) -> turns.Turn:
        with self._store.beside() as tx:
            return turns.take(
                tx, host, token, spacing=self.spacing_of(host), most=self.most_at(host), hold=HOLD
            )  # fmt: skip

    async def _hold_on(self, host: str, token: str) -> None:
        def hold() -> None:
            with suppress(StoreError), self._store.beside() as tx:
                turns.hold_on(tx, host, token, HOLD)

        while True:
            await asyncio.sleep(HOLD / 3)
            await asyncio.to_thread(hold)

    async def _give_back(self, taking: asyncio.Task[None], host: str, token: str) -> None:
        """Best effort: a turn that is not given back ends by itself."""

        def leave() -> None:
            with suppress(StoreError), self._store.beside() as tx:
                turns.leave(tx, host, token, self.spacing_of(host))

        taking.cancel()
        await _settled(taking)
        await asyncio.to_thread(leave)

    async def told_to_rest(self, host: str, seconds: float) -> None:
        """The host asked for rest: all processes leave it alone."""
        self.rest(host, seconds)

        def tell() -> None:
            with self._store.beside() as tx:
                turns.rest(tx, host, seconds, WHY)

        await asyncio.to_thread(tell)


async def _settled(task: asyncio.Task[Any]) -> None:
    """Wait for the end of a task nobody asks any more; its error would be told by asyncio otherwise."""
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()
