"""Connections: the name is resolved here, each address is judged, and the address judged is the one connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable

import httpcore

from tracker.core.web import UNRESOLVED_NOW
from tracker.net.guard import Guard

CONNECT_SECONDS = 8.0


class PrivateAddress(Exception):
    """Every address of the host is one the guard does not open."""


class NoAddress(Exception):
    """The host has no address, or the resolver failed. `final`: the name does not exist."""

    def __init__(self, host: str, final: bool) -> None:
        super().__init__(host)
        self.final = final

    def __str__(self) -> str:
        return "no such host name" if self.final else UNRESOLVED_NOW


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """What httpcore connects with."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that is open and answers. Raises PrivateAddress, NoAddress."""
        addresses = await _addresses(host, port)
        allowed = [address for address in addresses if self._guard.allows(host, port, address)]
        if not allowed:
            raise PrivateAddress(f"{host} is at {addresses[0]}, which is not public")
        failure: Exception | None = None
        for address in allowed[:4]:
            try:
                return await self._inner.connect_tcp(
                    address, port, min(timeout or CONNECT_SECONDS, CONNECT_SECONDS), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Wait; httpcore asks for it between its own tries."""
        await asyncio.sleep(seconds)


async def _addresses(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NoAddress(host, error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", -5))) from error
    except (UnicodeError, OSError, ValueError) as error:
        raise NoAddress(host, final=True) from error
    if not found:
        raise NoAddress(host, final=True)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
