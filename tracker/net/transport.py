"""One small connection pool a host, on the guarded backend. A pool over all hosts costs time per request that grows
with the number of hosts; a pool of two connections does not."""

from __future__ import annotations

import ssl
from collections import OrderedDict

import httpcore
import httpx

from tracker.net.connect import GuardedBackend

MOST_HOSTS = 256
KEEP_SECONDS = 20.0


class HostTransport(httpx.AsyncHTTPTransport):
    """httpx's transport with connections made by our backend; proxies and the environment are left out."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, context: ssl.SSLContext | None, at_once: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=at_once,
            max_keepalive_connections=at_once,
            keepalive_expiry=KEEP_SECONDS,
            network_backend=backend,
        )


class Transports:
    """The transports of the hosts asked lately; the one idle for longest is closed when there are too many."""

    def __init__(self, backend: GuardedBackend, at_once: int) -> None:
        self._backend, self._at_once = backend, at_once
        self._open: OrderedDict[str, HostTransport] = OrderedDict()
        self._users: dict[str, int] = {}
        self._context: ssl.SSLContext | None = None

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send over the host's own transport. The caller closes the response, then calls `done(request)`."""
        origin = _origin(request)
        transport = self._open.get(origin)
        if transport is None:
            transport = self._open[origin] = HostTransport(self._backend, self._tls(request), self._at_once)
            await self._make_room()
        self._open.move_to_end(origin)
        self._users[origin] = self._users.get(origin, 0) + 1
        response = await transport.handle_async_request(request)
        response.request = request
        return response

    def done(self, request: httpx.Request) -> None:
        """The exchange of `request` is over; its host may be forgotten now."""
        origin = _origin(request)
        self._users[origin] -= 1
        if not self._users[origin]:
            del self._users[origin]

    async def close(self) -> None:
        """Close every connection."""
        for transport in self._open.values():
            await transport.aclose()
        self._open.clear()

    def _tls(self, request: httpx.Request) -> ssl.SSLContext | None:
        if request.url.scheme != "https":
            return None
        if self._context is None:  # reading the system's certificates takes 20 ms: not before it is needed
            self._context = httpx.create_ssl_context()
        return self._context

    async def _make_room(self) -> None:
        idle = (origin for origin in self._open if origin not in self._users)
        while len(self._open) > MOST_HOSTS and (oldest := next(idle, None)) is not None:
            await self._open.pop(oldest).aclose()
            idle = (origin for origin in self._open if origin not in self._users)


def _origin(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
