"""Heads and bodies as servers send them: strict where two readings would differ, lenient where nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tracker.net.wire import CHUNKED, MOST_HEAD, UNTIL_CLOSE, NoAnswer, Wire, parse_head


class Writer:
    """Takes everything; remembers whether it was ended."""

    def __init__(self) -> None:
        self.transport, self.ended = self, False

    def write(self, data: bytes) -> None:
        pass

    async def drain(self) -> None:
        pass

    def is_closing(self) -> bool:
        return self.ended

    def abort(self) -> None:
        self.ended = True


def wire_of(data: bytes, *, end: bool = True) -> Wire:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    if end:
        reader.feed_eof()
    return Wire(reader, Writer())  # type: ignore[arg-type]


async def whole(data: bytes, method: str = "GET") -> tuple[int, bytes]:
    wire = wire_of(data)
    head = await wire.ask(method, b"")
    return head.status, b"".join([piece async for piece in wire.body()])


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("data", "status", "body"),
    [
        (OK + b"Content-Length: 3\r\n\r\nabc", 200, b"abc"),
        (OK + b"Content-Length: 3\r\n\r\nabcEVIL", 200, b"abc"),
        (OK + b"Content-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc", 200, b"abc"),
        (OK + b"\r\nall of it", 200, b"all of it"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n", 200, b"abcde"),
        (OK + b"Transfer-Encoding: Chunked\r\nContent-Length: 9\r\n\r\n1\r\na\r\n0\r\n\r\n", 200, b"a"),
        (b"HTTP/1.1 200 OK\nContent-Length: 1\n\na", 200, b"a"),
        (b"\r\nHTTP/1.0 200\r\nno header at all\r\n\r\na", 200, b"a"),
        (b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", 200, b"a"),
        (b"HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n", 304, b""),
    ],
)
async def test_answers_that_can_be_read(data: bytes, status: int, body: bytes) -> None:
    assert await whole(data) == (status, body)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "without an answer"),
        (b"HTTP/1.1 200 OK\r\nX", "middle of the head"),
        (b"ICY 200 OK\r\n\r\n", "not HTTP/1.1"),
        (b"HTTP/2 200 OK\r\n\r\n", "not HTTP/1.1"),
        (OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "one length"),
        (OK + b"Content-Length: -3\r\n\r\nabc", "one length"),
        (OK + b"Content-Length: 5\r\n\r\nabc", "2 bytes are missing"),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "is not opened"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "no size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "longer than it says"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "between two chunks"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 2000, "too long"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 20_000, "trailers"),
        (OK + b"X: " + b"x" * MOST_HEAD + b"\r\n\r\n", "larger than"),
        (OK + b"X: y\r\n" * 20_000, "larger than"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000, "larger than"),
    ],
)
async def test_answers_that_cannot(data: bytes, words: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=words):
        await whole(data)


async def test_a_connection_is_kept_only_when_both_sides_agree_where_it_stands() -> None:
    for data, kept in [
        (OK + b"Content-Length: 1\r\n\r\na", True),
        (OK + b"Content-Length: 1\r\n\r\naEVIL", False),
        (OK + b"Content-Length: 1\r\nConnection: close\r\n\r\na", False),
        (OK + b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n0\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na", True),
    ]:
        wire = wire_of(data, end=False)
        await wire.ask("GET", b"")
        assert not wire.reusable or data.endswith(b"\r\n\r\n")
        assert b"".join([piece async for piece in wire.body()]) in (b"a", b"")
        assert wire.reusable is kept, data


async def test_a_connection_that_ends_before_an_answer_says_so() -> None:
    with pytest.raises(NoAnswer):
        await wire_of(b"").ask("GET", b"")


def test_odd_headers_lose_their_controls_and_folds() -> None:
    raw = b"HTTP/1.1 302 x\r\nLocation : /x\n\tSet-Cookie: evil=1\r\nX: a\x00b\rc\r\n: nameless\r\nbad name: 1"
    head: Any = parse_head(raw, "GET")
    assert head.headers == [(b"location", b"/x Set-Cookie: evil=1"), (b"x", b"a b c")]
    assert head.length == UNTIL_CLOSE
    assert parse_head(b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked", "GET").length == CHUNKED
    assert parse_head(b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked", "HEAD").length == 0
