"""One exchange with the web, as values: what was asked, and what came of it.

`Fetcher.fetch` answers with `Reply`, `NotModified` or `Failed` for anything the web may do; it never raises
for it. Reasons are a closed list, so every decision about a failed look can be a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

UNRESOLVED_NOW = "the name could not be looked up now"  # Reason.DNS that says nothing of the name


class Reason(StrEnum):
    """Why an exchange gave no usable answer. Closed: add here or nowhere."""

    REFUSED_SCHEME = "refused-scheme"  # not http(s), or an address no browser would take
    REFUSED_PRIVATE = "refused-private"  # resolves to an address the guard does not open
    REFUSED_ROBOTS = "refused-robots"  # robots.txt says no
    DNS = "dns"  # no such name, or the resolver failed
    CONNECT = "connect"  # refused, unreachable, reset before an answer
    TLS = "tls"  # certificate not valid for this host now
    TIMEOUT = "timeout"  # the total deadline passed
    PROTOCOL = "protocol"  # not HTTP, cut body, bad framing, header flood
    TOO_LARGE = "too-large"  # more bytes than the cap, on the wire or inflated
    ENCODING = "encoding"  # a content encoding we do not open, or one that does not inflate
    REDIRECTS = "redirects"  # too many, a loop, or a target that makes no sense
    STATUS = "status"  # an HTTP status that is no answer (4xx, 5xx, odd 1xx/3xx)
    RESTING = "resting"  # the host asked for a pause; nothing was sent


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the address that answered, its status, and the address it pointed to (absolute)."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask. Validators are sent as conditional headers only while the address does not change host."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    max_bytes: int = 10 * 1024 * 1024  # decoded body cap, bytes
    deadline: float = 30.0  # seconds for the whole exchange, redirects included
    max_redirects: int = 10
    cut: bool = False  # True: keep the first max_bytes and stop, instead of Failed(TOO_LARGE)
    robots: bool = False  # True: ask robots.txt first (anything the person did not list)
    purpose: str = ""  # feed, link, page, text, robots, ...: for logs and host limits
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole 2xx answer. `headers` keys are lower case; `body` is inflated; `url` is the final address."""

    request: Request
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()
    seconds: float = 0.0
    wire_bytes: int = 0
    truncated: bool = False  # only with Request.cut


@dataclass(frozen=True, slots=True)
class NotModified:
    """304 to a conditional request: what we have is still right."""

    request: Request
    url: str
    headers: Mapping[str, str]
    hops: tuple[Hop, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer. `status` is 0 without one; `retry_after` is seconds, None when the host did not say.

    With Reason.STATUS `headers` and the first bytes of `body` are kept: walls and soft errors are told from them.
    """

    request: Request
    reason: Reason
    detail: str = ""  # one line for people, cleaned, no secrets
    status: int = 0
    url: str = ""  # final address, as far as we came
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    retry_after: float | None = None
    seconds: float = 0.0


Answer = Reply | NotModified | Failed


class Fetcher(Protocol):
    """The only way to the network. One object a process; safe to use from many tasks of one event loop."""

    async def fetch(self, request: Request) -> Answer:
        """Carry out one exchange. Never raises for what the web does."""
        ...
