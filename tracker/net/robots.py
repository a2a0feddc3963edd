"""robots.txt (RFC 9309): what a host lets us ask for. Asked once a day and host."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

from tracker.core.web import Answer, Failed, Reply, Request

MAX_BYTES = 512 * 1024
KEEP_SECONDS = 86400.0
KEEP_FAILURE_SECONDS = 3600.0
MOST_HOSTS = 4096


# Other records must not interfere with the rules (RFC 9309, 2.2.4): the parser lets them end a group of agents.
_OTHER_RECORD = re.compile(r"^[ \t]*(?!user|allow|dis|dia)[A-Za-z][\w -]{0,40}:.*$", re.I | re.M)


def rules(text: str) -> Protego:
    """What a robots.txt says."""
    return Protego.parse(_OTHER_RECORD.sub("", text))


class Robots:
    """What hosts allow to `agent`; asks through `ask`, one question a host however many wait for it."""

    def __init__(self, agent: str, ask: Callable[[Request], Awaitable[Answer]]) -> None:
        self._agent, self._ask = agent, ask
        self._known: dict[str, tuple[float, Protego | bool]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def allow(self, url: str) -> bool:
        """Whether `url` may be asked for."""
        parts = urlsplit(url)
        if parts.path == "/robots.txt":
            return True
        rules = await self._rules(f"{parts.scheme}://{parts.netloc}")
        return rules if isinstance(rules, bool) else bool(rules.can_fetch(url, self._agent))

    async def _rules(self, origin: str) -> Protego | bool:
        async with self._asking.setdefault(origin, asyncio.Lock()):
            until, rules = self._known.get(origin, (0.0, True))
            if until < time.monotonic():
                if len(self._known) >= MOST_HOSTS:
                    self._known.clear()
                    self._asking = {origin: self._asking[origin]}
                rules, keep = await self._read(origin)
                self._known[origin] = (time.monotonic() + keep, rules)
            return rules

    async def _read(self, origin: str) -> tuple[Protego | bool, float]:
        answer = await self._ask(
            Request(
                f"{origin}/robots.txt", max_bytes=MAX_BYTES, max_redirects=5, cut=True, purpose="robots", deadline=15
            )
        )
        if isinstance(answer, Reply):
            return rules(answer.body.decode("utf-8-sig", "replace")), KEEP_SECONDS
        if isinstance(answer, Failed) and 400 <= answer.status < 500 and answer.status != 429:
            return True, KEEP_SECONDS  # "unavailable": no rules (RFC 9309, 2.3.1.3)
        # "unreachable" is a whole disallow (2.3.1.4) when the server itself fails; a dead host answers for itself
        broken = isinstance(answer, Failed) and answer.status >= 429
        return not broken, KEEP_FAILURE_SECONDS
