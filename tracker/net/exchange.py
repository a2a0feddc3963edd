"""One exchange: requests, redirects and the body, up to an answer. Turns at hosts and robots.txt are the fetcher's."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import httpx

from tracker.core.urls import fetchable, resolve
from tracker.core.web import Answer, Failed, Hop, NotModified, Reason, Reply, Request
from tracker.net.causes import EXPECTED, explain
from tracker.net.inflate import Inflater, TooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REDIRECTS = frozenset((301, 302, 303, 307, 308))
FAILED_BODY = 64 * 1024  # of a page that says no: enough to tell a wall from an error
LONGEST_REST = 30 * 86400.0


class Exchange:
    """The state of one exchange while it goes from hop to hop."""

    def __init__(self, request: Request, transport: httpx.AsyncBaseTransport, user_agent: str) -> None:
        self.request, self._transport, self._agent = request, transport, user_agent
        self.url = fetchable(request.url)
        self._method, self._body = request.method, request.body
        self._host = urlsplit(self.url).netloc
        self._cookies: httpx.Cookies | None = None
        self._hops: list[Hop] = []
        self._seen: set[tuple[str, str]] = set()
        self._started, self._spent = 0.0, 0.0  # the wait for a turn between two requests is no time of the exchange

    async def step(self) -> Answer | None:
        """One request to `url`; None when it was a redirect and `url` is where it leads.

        All requests together have the time of the request's deadline. Raises nothing the web can cause.
        """
        self._started = time.monotonic()
        try:
            return await self._timed()
        except EXPECTED as error:
            return self.failed(*explain(error, self.request.deadline))
        finally:
            self._spent += time.monotonic() - self._started

    async def _timed(self) -> Answer | None:
        if not self.url:
            return self.failed(Reason.REFUSED_SCHEME, "not an http(s) address")
        if len(self._hops) > self.request.max_redirects:
            return self.failed(Reason.REDIRECTS, f"more than {self.request.max_redirects} redirects")
        async with asyncio.timeout(self.request.deadline - self._spent):
            return await self._one()

    async def _one(self) -> Answer | None:
        async with self._response() as response:
            if response.status_code in REDIRECTS and response.headers.get("location"):
                return self._redirect(response)
            return await self._answer(response)

    @asynccontextmanager
    async def _response(self) -> AsyncIterator[httpx.Response]:
        response = await self._transport.handle_async_request(self._built())
        try:
            yield response
        finally:
            await response.aclose()

    def _built(self) -> httpx.Request:
        headers = {"User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        address = self.url
        if urlsplit(self.url).netloc == self._host:
            headers |= self._own_headers()
        if "@" in urlsplit(address).netloc:
            address, headers["Authorization"] = _without_user(address)
        sent = httpx.Request(self._method, address, headers=headers, content=self._body or None)
        if self._cookies is not None:
            self._cookies.set_cookie_header(sent)
        return sent

    def _own_headers(self) -> dict[str, str]:
        """What only the host that was asked for may see."""
        headers = dict(self.request.headers)
        if self.request.etag:
            headers["If-None-Match"] = self.request.etag
        if self.request.last_modified:
            headers["If-Modified-Since"] = self.request.last_modified
        return headers

    def _redirect(self, response: httpx.Response) -> Answer | None:
        location = resolve(self.url, _location(response))
        self._hops.append(Hop(self.url, response.status_code, location))
        if not fetchable(location):
            return self.failed(Reason.REFUSED_SCHEME, "redirects to what is no http(s) address", response.status_code)
        if "set-cookie" in response.headers:
            self._cookies = self._cookies or httpx.Cookies()
            self._cookies.extract_cookies(response)
        if response.status_code == 303 or (response.status_code in (301, 302) and self._method == "POST"):
            self._method, self._body = ("HEAD" if self._method == "HEAD" else "GET"), b""
        self.url = fetchable(location)
        mark = (self.url, str(sorted(self._cookies.items())) if self._cookies else "")
        if mark in self._seen:
            return self.failed(Reason.REDIRECTS, "the redirects go round in a circle", response.status_code)
        self._seen.add(mark)
        return None

    async def _answer(self, response: httpx.Response) -> Answer:
        status, headers = response.status_code, _plain(response.headers)
        if status == 304 and (self.request.etag or self.request.last_modified):
            return NotModified(self.request, self.url, headers, tuple(self._hops), self._seconds())
        if not 200 <= status < 300:
            body = await self._start_of(response)
            return self.failed(Reason.STATUS, f"answered {status}", status, headers, body, retry_after(headers))
        return await self._reply(response, headers)

    async def _reply(self, response: httpx.Response, headers: Mapping[str, str]) -> Answer:
        most = self.request.max_bytes
        inflater, truncated = Inflater(self._encoding(headers), most), False
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > most and not self.request.cut and self._method != "HEAD":
            raise TooLarge(f"{int(declared)} bytes, more than {most}")
        try:
            async for chunk in response.aiter_raw():
                inflater.feed(chunk)
                if response.num_bytes_downloaded > most + 65536:
                    raise TooLarge(f"larger than {most} bytes")
        except TooLarge:
            if not self.request.cut:
                raise
            truncated = True
        body = inflater.body if truncated else inflater.finish()
        return Reply(
            self.request, self.url, response.status_code, headers, body, tuple(self._hops), self._seconds(),
            response.num_bytes_downloaded, truncated,
        )  # fmt: skip

    def _encoding(self, headers: Mapping[str, str]) -> str:
        """How the body is packed. A source may be a packed file and not say so (`sitemap.xml.gz`)."""
        return headers.get("content-encoding", "") or ("gzip" if self.request.purpose == "feed" else "")

    async def _start_of(self, response: httpx.Response) -> bytes:
        """The first bytes of a body that says no; a broken one is as good as none."""
        inflater = Inflater("", FAILED_BODY)
        with suppress(*EXPECTED):
            inflater = Inflater(response.headers.get("content-encoding", ""), FAILED_BODY)
            async for chunk in response.aiter_raw():
                inflater.feed(chunk)
        return inflater.body

    def resting(self, left: float) -> Failed:
        """The host of `url` rests for so many seconds; nothing is sent to it."""
        self._started = time.monotonic()
        return self.failed(Reason.RESTING, f"the host asked for rest; {left:.0f} s are left", wait=left)

    def failed(
        self,
        reason: Reason,
        detail: str,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        wait: float | None = None,
    ) -> Failed:
        """The failure of this exchange as far as it came."""
        return Failed(
            self.request, reason, detail, status, self.url or self.request.url, headers or {}, body,
            tuple(self._hops), wait, self._seconds(),
        )  # fmt: skip

    def _seconds(self) -> float:
        return self._spent + time.monotonic() - self._started


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait (RFC 9110, 10.2.3), at most 30 days; dates count from the server's own clock."""
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return min(float(text[:12]), LONGEST_REST)
    then, now = _date(text), _date(headers.get("date", "")) or datetime.now(UTC)
    return min(max(0.0, (then - now).total_seconds()), LONGEST_REST) if then else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _plain(headers: httpx.Headers) -> dict[str, str]:
    return {key: value[:4096] for key, value in headers.items()}


def _location(response: httpx.Response) -> str:
    """The target as written: bytes beyond ASCII are UTF-8 as browsers take them, else Latin-1."""
    raw = next(value for key, value in response.headers.raw if key.lower() == b"location")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _without_user(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    token = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode("ascii")
    return parts._replace(netloc=host).geturl(), f"Basic {token}"
