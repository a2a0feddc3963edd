"""The proxies of the environment: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, and the hosts of NO_PROXY that go without."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tracker.core.errors import ConfigError

_PORT = 80


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy listens. `authorization` is the value of its header, b"" for none."""

    host: str
    port: int
    authorization: bytes = b""


class Proxies:
    """Which proxy an address goes through."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Names count in either case, the lower one first. Raises ConfigError for a proxy that cannot be used."""

        def value(name: str) -> str:
            return (environment.get(name) or environment.get(name.upper()) or "").strip()

        everything = value("all_proxy")
        self._of = {
            scheme: _proxy(f"{scheme}_proxy", value(f"{scheme}_proxy") or everything) for scheme in ("http", "https")
        }
        self._without = [part.strip().lower() for part in value("no_proxy").split(",") if part.strip()]

    def __bool__(self) -> bool:
        return any(self._of.values())

    def of(self, scheme: str, host: str, port: int) -> Proxy | None:
        """The proxy for this host; None when it is connected to directly."""
        found = self._of.get(scheme)
        return None if found is None or any(_covers(one, host, port) for one in self._without) else found


def _proxy(name: str, text: str) -> Proxy | None:
    if not text:
        return None
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname or "", parts.port or _PORT
    except ValueError:
        host, port = "", 0
    if not host or not port or parts.scheme != "http":
        raise ConfigError("environment", 0, name.upper(), "is no proxy that can be used. Write http://host:port")
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    token = b"Basic " + base64.b64encode(user.encode()) if parts.username else b""
    return Proxy(host, port, token)


def _covers(rule: str, host: str, port: int) -> bool:
    """Whether a part of NO_PROXY means this host: `*`, a name with all below it, an address, a network, host:port."""
    host = host.lower().strip("[]")
    if rule == "*":
        return True
    if "/" in rule:
        try:
            return ipaddress.ip_address(host) in ipaddress.ip_network(rule, strict=False)
        except ValueError:
            return False
    name, colon, wanted = rule.rpartition(":")
    if colon and wanted.isdigit() and name.count(":") in (0, 7):
        if int(wanted) != port:
            return False
        rule = name
    rule = rule.strip("[]").lstrip(".*") or rule
    return host == rule or host.endswith("." + rule)
