"""One HTTP/1.1 connection (RFC 9112): a request out, an answer in; heads and chunk lines bounded, framing strict.

Lenient where servers err without harm (bare LF, odd header lines), strict where two readings would differ (lengths
that contradict each other, codings nobody asked for). Time is the exchange's: it runs under one total deadline.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

MOST_HEAD = 64 * 1024  # bytes of a head, all informational answers before it included
MOST_LINE = 1024  # bytes of a chunk's size line with its extensions
BUFFER = 256 * 1024  # the reader holds at most twice this, then the server has to wait
_STATUS = re.compile(rb"HTTP/1\.([01]) +([1-9]\d\d)(?: [^\r\n]*)?")
_END = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?\Z", re.S)
UNTIL_CLOSE = -1
CHUNKED = -2


class NoAnswer(httpx.RemoteProtocolError):
    """The connection ended before the first byte of an answer."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an answer. `length`: bytes of the body, or UNTIL_CLOSE, or CHUNKED."""

    status: int
    headers: list[tuple[bytes, bytes]]
    length: int
    keep: bool  # the connection may be used again after the body


class Wire:
    """A connection and what was read of it but not yet used."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._held = b""
        self._head: Head | None = None
        self._whole = True  # the last body was read to its end
        self._answering = False  # the first byte of the answer came
        self.used_at = time.monotonic()

    async def ask(self, method: str, data: bytes) -> Head:
        """Send a request, read the head of its answer. Raises NoAnswer, httpx.TransportError."""
        self._whole = self._answering = False
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise NoAnswer(f"the connection broke: {error}") from error
        return await self.head(method)

    async def head(self, method: str) -> Head:
        """The head of the next final answer; informational ones are passed over. Raises httpx.RemoteProtocolError."""
        room = MOST_HEAD
        while True:
            raw = await self._head_bytes(room)
            room -= len(raw)
            head = parse_head(raw, method)
            if head.status >= 200 or head.status == 101:
                self._head, self._whole = head, head.length == 0
                return head

    async def _head_bytes(self, most: int) -> bytes:
        while True:
            self._held = self._held.lstrip(b"\r\n")
            end = _END.search(self._held)
            if end is not None and end.end() <= most:
                raw, self._held = self._held[: end.start()], self._held[end.end() :]
                return raw
            if len(self._held) > most or end is not None:
                raise httpx.RemoteProtocolError(f"the head of the answer is larger than {MOST_HEAD} bytes")
            if not await self._more():
                if self._answering:
                    raise httpx.RemoteProtocolError("the connection was closed in the middle of the head")
                raise NoAnswer("the connection was closed without an answer")

    async def _more(self) -> bool:
        """Read what has come; False at the end."""
        try:
            data = await self._reader.read(BUFFER)
        except OSError as error:
            kind = httpx.ReadError if self._answering else NoAnswer
            raise kind(f"the connection broke: {error}") from error
        self._held = self._held + data if self._held else data
        self._answering = self._answering or bool(data)
        return bool(data)

    async def body(self) -> AsyncIterator[bytes]:
        """The pieces of the body as they come. Raises httpx.RemoteProtocolError when it is cut."""
        assert self._head is not None
        if self._head.length == CHUNKED:
            async for piece in self._chunks():
                yield piece
        elif self._head.length == UNTIL_CLOSE:
            while self._held or await self._more():
                yield self._take(len(self._held))
        else:
            async for piece in self._exactly(self._head.length):
                yield piece
        self._whole = True

    async def _exactly(self, left: int) -> AsyncIterator[bytes]:
        while left:
            if not self._held and not await self._more():
                raise httpx.RemoteProtocolError(f"the body was cut, {left} bytes are missing")
            piece = self._take(left)
            left -= len(piece)
            yield piece

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := await self._size():
            async for piece in self._exactly(size):
                yield piece
            if await self._line():
                raise httpx.RemoteProtocolError("a chunk is longer than it says")
        room = MOST_HEAD
        while line := await self._line():  # trailers: read, not used
            room -= len(line)
            if room < 0:
                raise httpx.RemoteProtocolError("the trailers are too long")

    async def _size(self) -> int:
        line = await self._line()
        found = _SIZE.match(line)
        if found is None:
            raise httpx.RemoteProtocolError("a chunk has no size")
        return int(found[1], 16)

    async def _line(self) -> bytes:
        while (end := self._held.find(b"\n")) < 0:
            if len(self._held) > MOST_LINE:
                raise httpx.RemoteProtocolError("a chunk's size line is too long")
            if not await self._more():
                raise httpx.RemoteProtocolError("the body was cut between two chunks")
        line, self._held = self._held[:end], self._held[end + 1 :]
        return line.removesuffix(b"\r")

    def _take(self, most: int) -> bytes:
        piece, self._held = self._held[:most], self._held[most:]
        return piece

    @property
    def reusable(self) -> bool:
        """Whether another request may go over it: all was read, nothing came unasked, nobody closed it."""
        clean = self._whole and not self._held and self._head is not None and self._head.keep
        return clean and not self._reader.at_eof() and not self._writer.is_closing()

    async def secure(self, context: object, host: str, seconds: float) -> None:
        """Go on under TLS (behind a proxy's tunnel)."""
        await self._writer.start_tls(context, server_hostname=host, ssl_handshake_timeout=seconds)  # type: ignore[arg-type]

    def close(self) -> None:
        """End it at once: a polite end of TLS would wait for a server that may never answer."""
        self._writer.transport.abort()


def parse_head(raw: bytes, method: str) -> Head:
    """The head in `raw`. Raises httpx.RemoteProtocolError."""
    first, *rest = raw.replace(b"\r\n", b"\n").split(b"\n")
    found = _STATUS.fullmatch(first)
    if found is None:
        raise httpx.RemoteProtocolError("the answer is not HTTP/1.1")
    status, headers = int(found[2]), list[tuple[bytes, bytes]]()
    for line in rest:
        if line[:1] in (b" ", b"\t") and headers:  # a folded value
            name, value = headers[-1]
            headers[-1] = (name, value + b" " + _CONTROL.sub(b" ", line).strip())
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t").lower()
        if colon and _NAME.match(name):  # anything else is passed over, as browsers do
            headers.append((name, _CONTROL.sub(b" ", value).strip()))
    length, sure = _length(status, method, headers)
    words = b",".join(value for name, value in headers if name == b"connection").lower()
    lasting = b"close" not in words if found[1] == b"1" else b"keep-alive" in words
    return Head(status, headers, length, lasting and sure and length != UNTIL_CLOSE)


def _length(status: int, method: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, bool]:
    """The length of the body (RFC 9112, 6.3), and whether both sides are sure to agree on it."""
    if method == "HEAD" or status < 200 or status in (204, 304):
        return 0, True
    codings = b",".join(value for name, value in headers if name == b"transfer-encoding").lower()
    lengths = {part.strip() for name, value in headers if name == b"content-length" for part in value.split(b",")}
    if codings.strip() not in (b"", b"identity"):
        if codings.strip() != b"chunked":
            raise httpx.RemoteProtocolError(f"transfer coding '{codings[:40].decode('latin-1')}' is not opened")
        return CHUNKED, not lengths
    if not lengths:
        return UNTIL_CLOSE, True
    one = lengths.pop()
    if lengths or not one.isdigit() or len(one) > 18:
        raise httpx.RemoteProtocolError("the answer does not say one length")
    return int(one), True
