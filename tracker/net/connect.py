"""Connections: the name is resolved here, each address is judged, and the address judged is the one connected to.

Through a proxy the person named, the proxy is connected to and trusted; a target that is an address, or whose name
resolves here, is judged all the same. A name that only the proxy can resolve is the proxy's to judge.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

import httpx

from tracker.core.web import UNRESOLVED_NOW
from tracker.net.guard import Guard
from tracker.net.proxies import Proxies, Proxy
from tracker.net.wire import BUFFER, Wire

CONNECT_SECONDS = 8.0
HANDSHAKE_SECONDS = 15.0
MOST_TRIES = 4


class PrivateAddress(Exception):
    """Every address of the host is one the guard does not open."""


class NoAddress(Exception):
    """The host has no address, or the resolver failed. `final`: the name does not exist."""

    def __init__(self, host: str, final: bool) -> None:
        super().__init__(host)
        self.final = final

    def __str__(self) -> str:
        return "no such host name" if self.final else UNRESOLVED_NOW


class Connector:
    """Makes connections to where the guard lets it."""

    def __init__(self, guard: Guard, proxies: Proxies, context: Callable[[], ssl.SSLContext]) -> None:
        self._guard, self._proxies, self._context = guard, proxies, context

    def proxy_of(self, scheme: str, host: str, port: int) -> Proxy | None:
        """The proxy this host is asked through."""
        return self._proxies.of(scheme, host, port)

    async def open(self, scheme: str, host: str, port: int) -> Wire:
        """A connection that requests for this host can be sent over.

        Raises PrivateAddress, NoAddress, ssl.SSLError, httpx.TransportError.
        """
        proxy = self._proxies.of(scheme, host, port)
        if proxy is None:
            addresses = self._judged(host, port, await _addresses(host, port))
            return await self._connect(addresses, port, host if scheme == "https" else "")
        with suppress(NoAddress):  # only the proxy knows the name
            self._judged(host, port, await _addresses(host, port))
        wire = await self._connect(await _addresses(proxy.host, proxy.port), proxy.port, "")
        return wire if scheme == "http" else await self._tunnel(wire, proxy, host, port)

    def _judged(self, host: str, port: int, addresses: list[str]) -> list[str]:
        allowed = [address for address in addresses if self._guard.allows(host, port, address)]
        if not allowed:
            raise PrivateAddress(f"{host} is at {addresses[0]}, which is not public")
        return allowed

    async def _connect(self, addresses: list[str], port: int, secure_name: str) -> Wire:
        """The first of these addresses that answers; under TLS when a name is given."""
        failure: Exception | None = None
        for address in addresses[:MOST_TRIES]:
            try:
                async with asyncio.timeout(HANDSHAKE_SECONDS if secure_name else CONNECT_SECONDS):
                    reader, writer = await asyncio.open_connection(
                        address, port, limit=BUFFER, ssl=self._context() if secure_name else None,
                        server_hostname=secure_name or None,
                    )  # fmt: skip
                return Wire(reader, writer)
            except (ssl.SSLError, UnicodeError):
                raise
            except TimeoutError:
                failure = httpx.ConnectTimeout("the host does not answer")
            except OSError as error:
                failure = httpx.ConnectError(str(error))
                failure.__cause__ = error
        assert failure is not None
        raise failure

    async def _tunnel(self, wire: Wire, proxy: Proxy, host: str, port: int) -> Wire:
        """`wire` to the proxy, become one to the host under TLS."""
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {target} HTTP/1.1".encode(), b"Host: " + target.encode()]
        if proxy.authorization:
            lines.append(b"Proxy-Authorization: " + proxy.authorization)
        try:
            head = await wire.ask("HEAD", b"\r\n".join([*lines, b"", b""]))
            if not 200 <= head.status < 300:
                raise httpx.ProxyError(f"the proxy answered {head.status}")
            await wire.secure(self._context(), host, HANDSHAKE_SECONDS)
        except BaseException:
            wire.close()
            raise
        return wire


async def _addresses(host: str, port: int) -> list[str]:
    """Where a host is, each address once. Raises NoAddress."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
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
