"""Politeness: how many exchanges one host sees at once, how far apart they start, and who asked for a rest."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MOST_GATES = 4096
JITTER = 0.1


@dataclass
class _Gate:
    """One host: who is inside, and when the next may start (monotonic seconds)."""

    free: asyncio.Semaphore
    next_start: float = 0.0
    waiting: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class HostLimits:
    """Turns for hosts, in one event loop. `all_at_once` bounds the exchanges of all hosts together."""

    lasting = False  # whether rests outlive this process by themselves

    def __init__(
        self, per_host: int, spacing: float, all_at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_host, self._spacing = per_host, spacing
        self._room = asyncio.Semaphore(all_at_once)
        self._gates: dict[str, _Gate] = {}
        self._rests: dict[str, float] = {}
        self._own_spacing: dict[str, float] = {}
        self._clock = clock

    def slow_down(self, host: str, seconds: float) -> None:
        """From now on one exchange at a time at `host`, starts `seconds` apart, whatever holds for others."""
        self._own_spacing[host] = seconds
        self._gate(host).free = asyncio.Semaphore(self.most_at(host))

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at `host`, and hold it for the block. Waiting takes no room from other hosts."""
        gate = self._gate(host)
        gate.waiting += 1
        try:
            async with gate.free, self._admitted(host), self._room:
                if spacing := self.spacing_of(host):  # the wait for room may have been long
                    gate.next_start = max(gate.next_start, self._clock() + spacing)
                yield
        finally:
            gate.waiting -= 1

    @asynccontextmanager
    async def _admitted(self, host: str) -> AsyncIterator[None]:
        """Wait until the next may start."""
        await self._space(self._gate(host), self.spacing_of(host))
        yield

    def most_at(self, host: str) -> int:
        """How many may be inside at `host`."""
        return 1 if host in self._own_spacing else self._per_host

    def spacing_of(self, host: str) -> float:
        """Seconds between two starts at `host`."""
        return self._own_spacing.get(host, self._spacing)

    async def _space(self, gate: _Gate, spacing: float) -> None:
        if not spacing:
            return
        async with gate.turn:
            wait = gate.next_start - self._clock()
            if wait > 0:
                await asyncio.sleep(wait)
            # jitter: many hosts behind one address must not see our starts in step
            gate.next_start = self._clock() + spacing * (1 + random.random() * JITTER)

    def _gate(self, host: str) -> _Gate:
        gate = self._gates.get(host)
        if gate is None:
            if len(self._gates) >= MOST_GATES:
                self._forget()
            gate = self._gates[host] = _Gate(asyncio.Semaphore(self.most_at(host)))
        return gate

    def _forget(self) -> None:
        now = self._clock()
        self._gates = {h: g for h, g in self._gates.items() if g.waiting or g.next_start > now}

    async def told_to_rest(self, host: str, seconds: float) -> None:
        """The host asked for rest."""
        self.rest(host, seconds)

    def rest(self, host: str, seconds: float) -> None:
        """Leave `host` alone for so long; the longest wish counts."""
        self._rests[host] = max(self._rests.get(host, 0.0), self._clock() + seconds)

    def rests(self) -> dict[str, float]:
        """Every host that rests, and for how many seconds still."""
        return {host: left for host in list(self._rests) if (left := self.resting(host))}

    def resting(self, host: str) -> float:
        """Seconds `host` still rests; 0 when it does not."""
        left = self._rests.get(host, 0.0) - self._clock()
        if left <= 0:
            self._rests.pop(host, None)
        return max(0.0, left)
