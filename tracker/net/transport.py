"""The transport below httpx: connections kept a host, few bytes of work a request.

httpx's own costs twice as much for every request, and a pool over all hosts time that grows with their number
(docs/performance.md). How many connections a host sees is the fetcher's to bound (`limits`).
"""

from __future__ import annotations

import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator

import httpx

from tracker.net.connect import Connector
from tracker.net.guard import Guard
from tracker.net.proxies import Proxies, Proxy
from tracker.net.wire import NoAnswer, Wire

MOST_IDLE = 256
KEEP_SECONDS = 20.0
Origin = tuple[str, str, int]


class Transport(httpx.AsyncBaseTransport):
    """Sends requests over guarded connections. One event loop; `aclose` ends all connections."""

    def __init__(self, guard: Guard, proxies: Proxies) -> None:
        self._connector = Connector(guard, proxies, self._tls)
        self._idle: OrderedDict[Wire, Origin] = OrderedDict()  # the longest idle first
        self._of: dict[Origin, list[Wire]] = {}
        self._context: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body not yet read. Raises httpx.TransportError and what `Connector.open` does."""
        origin = _origin(request.url)
        data = _bytes_of(request, self._connector.proxy_of(*origin))
        wire = self._taken(origin)
        if wire is not None:
            try:
                return await self._answer(wire, origin, request, data)
            except NoAnswer:  # closed while it was kept; once more on a fresh one (RFC 9112, 9.3.1)
                if request.method not in ("GET", "HEAD"):
                    raise
        return await self._answer(await self._connector.open(*origin), origin, request, data)

    async def _answer(self, wire: Wire, origin: Origin, request: httpx.Request, data: bytes) -> httpx.Response:
        try:
            head = await wire.ask(request.method, data)
        except BaseException:
            wire.close()
            raise
        return httpx.Response(head.status, headers=head.headers, stream=_Body(self, wire, origin), request=request)

    def _taken(self, origin: Origin) -> Wire | None:
        """A kept connection that still lives."""
        while wires := self._of.get(origin):
            wire = wires.pop()
            del self._idle[wire]
            if wire.reusable and time.monotonic() - wire.used_at < KEEP_SECONDS:
                return wire
            wire.close()
        return None

    def give_back(self, wire: Wire, origin: Origin) -> None:
        """Keep a connection whose answer was read, close any other."""
        if not wire.reusable:
            wire.close()
            return
        wire.used_at = time.monotonic()
        self._idle[wire] = origin
        self._of.setdefault(origin, []).append(wire)
        if len(self._idle) > MOST_IDLE:
            oldest, its = self._idle.popitem(last=False)
            self._of[its].remove(oldest)
            if not self._of[its]:
                del self._of[its]
            oldest.close()

    async def aclose(self) -> None:
        """Close the kept connections; those in use close with their answers."""
        for wire in self._idle:
            wire.close()
        self._idle.clear()
        self._of.clear()

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:  # reading the system's certificates takes 20 ms: not before it is needed
            self._context = httpx.create_ssl_context()
        return self._context


class _Body(httpx.AsyncByteStream):
    """The body of an answer; its connection goes back when it is closed."""

    def __init__(self, transport: Transport, wire: Wire, origin: Origin) -> None:
        self._transport, self._wire, self._origin = transport, wire, origin
        self._open = True

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._wire.body()

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            self._transport.give_back(self._wire, self._origin)


def _origin(url: httpx.URL) -> Origin:
    return url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


def _bytes_of(request: httpx.Request, proxy: Proxy | None) -> bytes:
    """The request as it goes over the wire; a plain one to a proxy names the whole address."""
    target, lines = request.url.raw_path, [b"%s: %s" % header for header in request.headers.raw]
    if proxy is not None and request.url.scheme == "http":
        target = b"http://" + request.url.netloc + target
        if proxy.authorization:
            lines.append(b"Proxy-Authorization: " + proxy.authorization)
    if any(b"\r" in line or b"\n" in line for line in lines):
        raise httpx.LocalProtocolError("a header of the request has a line break")
    first = b"%s %s HTTP/1.1" % (request.method.encode("ascii"), target)
    return b"\r\n".join([first, *lines, b"", request.content if request.method == "POST" else b""])
