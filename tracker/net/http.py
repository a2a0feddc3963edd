"""The fetcher, the one way to the web: guard, turns at hosts, robots.txt, deadline, caps, log."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from tracker import __version__
from tracker.core.errors import UsageError
from tracker.core.urls import fetchable, host_key, mask_url
from tracker.core.web import Answer, Failed, NotModified, Reason, Reply, Request
from tracker.net.exchange import Exchange
from tracker.net.guard import Guard
from tracker.net.limits import HostLimits
from tracker.net.proxies import Proxies
from tracker.net.robots import Robots
from tracker.net.transport import Transport

AGENT = f"tracker/{__version__}"
RATE_LIMITED = 429
ASKED_FOR = {"export.arxiv.org": 3.0}  # seconds between two starts that a host asks for in its terms of use
LEAST_REST = 60.0


class Network(Protocol):
    """The settings a fetcher needs; `config.settings.Network` has them."""

    @property
    def allow_private(self) -> tuple[str, ...]: ...
    @property
    def user_agent(self) -> str: ...
    @property
    def concurrency(self) -> int: ...
    @property
    def per_host(self) -> int: ...
    @property
    def host_spacing(self) -> float: ...
    @property
    def robots_override(self) -> tuple[str, ...]: ...


class HttpFetcher:
    """The one `Fetcher` of the house. Make it with `open_fetcher`."""

    def __init__(self, network: Network, log: IO[str] | None = None, limits: HostLimits | None = None) -> None:
        self.agent = network.user_agent or AGENT
        self.limits = limits or HostLimits(network.per_host, network.host_spacing, network.concurrency)
        for host, seconds in ASKED_FOR.items():
            self.limits.slow_down(host, max(seconds, network.host_spacing))
        self._transport = Transport(Guard(network.allow_private), Proxies(os.environ))
        self._robots = Robots(self.agent, self._polite)
        self._override = frozenset(host.lower() for host in network.robots_override)
        self._log = log

    async def fetch(self, request: Request) -> Answer:
        """Carry out one exchange. Never raises for what the web does."""
        url = fetchable(request.url)
        if request.robots and url and host_key(url) not in self._override and not await self._robots.allow(url):
            return self._logged(Failed(request, Reason.REFUSED_ROBOTS, "robots.txt asks us not to", url=url))
        return await self._polite(request)

    async def _polite(self, request: Request) -> Answer:
        """Every hop is a start at its host and takes a turn there.

        One turn ends before the next is asked for: of two hosts that lead to each other, both would wait for ever.
        """
        exchange = Exchange(request, self._transport, self.agent)
        answer: Answer | None = None
        while answer is None:
            host = host_key(exchange.url or request.url)
            async with self.limits.turn(host):
                left = self.limits.resting(host)
                answer = exchange.resting(left) if left else await exchange.step()
        if isinstance(answer, Failed) and answer.status == RATE_LIMITED:
            await self.limits.told_to_rest(host_key(answer.url), max(LEAST_REST, answer.retry_after or 0.0))
        return self._logged(answer)

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    def _logged(self, answer: Answer) -> Answer:
        if self._log is not None:
            self._log.write(json.dumps(_log_line(answer)) + "\n")
            self._log.flush()
        return answer


def _log_line(answer: Answer) -> dict[str, Any]:
    """One line of the request log; addresses masked, text in ASCII so that no line can be forged."""
    line: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "purpose": answer.request.purpose,
        "method": answer.request.method,
        "url": mask_url(answer.request.url),
        "seconds": round(answer.seconds, 3),
        "hops": [[hop.status, mask_url(hop.location)] for hop in answer.hops],
    }
    if isinstance(answer, Reply):
        line |= {"status": answer.status, "bytes": answer.wire_bytes}
    elif isinstance(answer, NotModified):
        line |= {"status": 304, "bytes": 0}
    else:
        line |= {"status": answer.status, "reason": answer.reason.value, "detail": answer.detail}
    return line


@asynccontextmanager
async def open_fetcher(
    network: Network, *, log_file: str | None = None, limits: HostLimits | None = None
) -> AsyncIterator[HttpFetcher]:
    """A fetcher for the length of the block, with turns of its own unless `limits` are given.

    Raises UsageError when the log cannot be written.
    """
    log: IO[str] | None = None
    if log_file:
        try:
            log = Path(log_file).open("a", encoding="utf-8")  # noqa: SIM115 - closed below
        except OSError as error:
            raise UsageError(f"{log_file} cannot be written ({error.strerror})", "Name another file.") from error
    fetcher = HttpFetcher(network, log, limits)
    try:
        yield fetcher
    finally:
        await fetcher.close()
        if log is not None:
            log.close()
