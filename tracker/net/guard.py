"""Which addresses may be connected to: judged on the address itself, at the moment of connecting, on every hop.

Anything not globally reachable is refused unless the settings open it; IPv4 hidden in IPv6 (mapped, 6to4, Teredo,
NAT64) is taken out first. Learned from GHSA-gwph-fp79-379w (lists of private ranges were incomplete) and from
karakeep #2759 (checked, then connected: DNS rebinding passed).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from tracker.core.errors import ConfigError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SHUT: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
                 "fec0::/10", "100::/64", "2001::/23", "5f00::/16")
)  # fmt: skip
_NAT64: tuple[ipaddress.IPv6Network, ...] = (
    ipaddress.IPv6Network("64:ff9b::/96"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
)


class Guard:
    """Opens what the person opened and what anybody can reach; nothing else."""

    def __init__(self, opened: Iterable[str] = ()) -> None:
        """`opened`: addresses, networks (CIDR), host names, host:port. Raises ConfigError for none of these."""
        self._networks: list[Network] = []
        self._hosts: set[str] = set()
        for text in opened:
            self._add(text.strip().lower())

    def _add(self, text: str) -> None:
        try:
            self._networks.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            if not text or "/" in text or " " in text:
                raise ConfigError(
                    "config.toml", 0, "network.allow_private", f"'{text}' is no host, address or network"
                ) from None
            self._hosts.add(text)

    def allows(self, host: str, port: int, address: str) -> bool:
        """Whether `host`, which resolved to `address`, may be connected to."""
        if host.lower() in self._hosts or f"{host.lower()}:{port}" in self._hosts:
            return True
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(found in network for network in self._networks) or all(map(self._open, _faces(found)))

    def _open(self, address: Address) -> bool:
        if any(address in network for network in self._networks):
            return True
        return address.is_global and not address.is_multicast and not any(address in network for network in _SHUT)


def _faces(address: Address) -> tuple[Address, ...]:
    """What `address` may reach: itself, or the IPv4 addresses it carries."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if any(address in network for network in _NAT64) or (int(address) >> 32 == 0 and int(address) > 1):
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address,)
