"""A proxy on loopback that plays every host of a list of sources, and the made-up bodies it answers with."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import trustme

from tracker.core.model import Source

ITEMS = 10  # of every source at first
SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
WORDS = [
    "agents",
    "caches",
    "prompts",
    "tools",
    "traces",
    "models",
    "tokens",
    "graphs",
    "routers",
    "indexes",
    "queues",
    "lenses",
]


@dataclass
class Place:
    """One source as its host serves it: how many works stand there. `fresh` titles came after the first crawl."""

    number: int
    source: Source
    count: int = ITEMS
    fresh: list[str] = field(default_factory=list)

    def title(self, n: int) -> str:
        """Readable, and one of its kind in the whole world."""
        return f"Piece {n} on {WORDS[n % len(WORDS)]} at place {self.number}"

    def url(self, n: int) -> str:
        """Where a work stands: its last part is its title, as sites write them."""
        match = str(self.source.options.get("match", "")).strip("/") or "posts"
        return f"https://{urlsplit(self.source.url).hostname}/{match}/{self.title(n).lower().replace(' ', '-')}"

    def day(self, n: int) -> datetime:
        return SINCE + timedelta(days=n)

    def add(self) -> None:
        """One more work."""
        self.fresh.append(self.title(self.count))
        self.count += 1

    def body(self) -> tuple[str, bytes]:
        """What the source's own address answers: type and bytes."""
        kind, text = _MAKERS[self.source.kind](self)
        return kind, text.encode()


def _rss(place: Place, more: str = "") -> tuple[str, str]:
    items = "".join(
        f"<item><title>{place.title(n)}</title><link>{place.url(n)}</link><guid>{place.url(n)}</guid>"
        f"<pubDate>{place.day(n):%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>Words about {n}.</description>"
        f"{more.format(url=place.url(n))}</item>"
        for n in reversed(range(place.count))
    )
    title = place.source.expect_title or place.source.name
    return "application/rss+xml", f'<rss version="2.0"><channel><title>{_x(title)}</title>{items}</channel></rss>'


def _podcast(place: Place) -> tuple[str, str]:
    return _rss(place, '<enclosure url="{url}.mp3" type="audio/mpeg" length="1000"/>')


def _atom(place: Place) -> tuple[str, str]:
    host = urlsplit(place.source.url).hostname
    entries = "".join(
        f"<entry><title>{place.title(n)}</title><id>tag:{host},{n}:{place.number}</id><link href='{_link(place, n)}'/>"
        f"<updated>{place.day(n).isoformat()}</updated><published>{place.day(n).isoformat()}</published></entry>"
        for n in reversed(range(place.count))
    )
    title = place.source.expect_title or place.source.name
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{_x(title)}</title><id>x</id>{entries}</feed>"
    return "application/atom+xml", feed


def _link(place: Place, n: int) -> str:
    """YouTube's works are known by eleven characters, GitHub's by a tag."""
    if place.source.kind == "youtube":
        return f"https://www.youtube.com/watch?v={hashlib.md5(place.title(n).encode()).hexdigest()[:11]}"
    if place.source.kind == "github":
        return f"{place.source.url.removesuffix('.atom')}/tag/v{n}.0"
    return place.url(n)


def _arxiv(place: Place) -> tuple[str, str]:
    if "api/query" in place.source.url:
        return _atom(place)
    return _rss(place)


def _sitemap(place: Place) -> tuple[str, str]:
    rows = [(place.url(n), place.day(n)) for n in range(place.count)]
    rows += [(f"https://{urlsplit(place.source.url).hostname}/careers/{n}", SINCE) for n in range(3)]
    urls = "".join(f"<url><loc>{url}</loc><lastmod>{day:%Y-%m-%d}</lastmod></url>" for url, day in rows)
    return "application/xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def _api(place: Place) -> tuple[str, str]:
    papers = [
        {"paper": {"id": f"{place.number}.{n}", "title": place.title(n), "summary": "s", "authors": []},
         "title": place.title(n), "publishedAt": place.day(n).isoformat()} for n in range(place.count)
    ]  # fmt: skip
    return "application/json", json.dumps(papers)


def _page(place: Place) -> tuple[str, str]:
    rows = "".join(
        f"<article><h3><a href='{place.url(n)}'>{place.title(n)}</a></h3><time>{place.day(n):%Y-%m-%d}</time></article>"
        for n in reversed(range(place.count))
    )
    title = place.source.expect_title or place.source.name
    return "text/html", f"<title>{_x(title)}</title><nav><a href='/about'>About</a></nav><main>{rows}</main>"


def _docs(place: Place) -> tuple[str, str]:
    parts = "".join(
        f"<h2>Part {n}</h2><p>{place.title(n)}: how it is set up, run and looked after, in a sentence of some length.</p>"
        for n in range(place.count)
    )
    title = place.source.expect_title or place.source.name
    return "text/html", f"<title>{_x(title)}</title><main><h1>{_x(title)}</h1>{parts}</main>"


def _x(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


_MAKERS: Mapping[str, Any] = {
    "feed": _rss, "podcast": _podcast, "github": _atom, "youtube": _atom, "arxiv": _arxiv, "sitemap": _sitemap,
    "api": _api, "page": _page, "docs": _docs,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request as it came to a host. Seconds of one clock."""

    host: str
    url: str
    headers: Mapping[str, str]
    status: int
    start: float
    end: float


class EveryHost(ThreadingHTTPServer):
    """Answers for all hosts of `places` behind CONNECT, with one certificate for all; keeps what was asked."""

    daemon_threads = True

    def __init__(self, places: Iterable[Place]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.places, self.asked, self.unknown = list(places), list[Asked](), list[str]()
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.authority = trustme.CA()
        names = sorted({str(urlsplit(place.source.url).hostname) for place in self.places})
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*names).configure_cert(self.tls)
        self._at = {place.source.url: place for place in self.places}
        self._channels = {channel_of(place.source): place for place in self.places if place.source.kind == "youtube"}

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def answer(self, url: str) -> tuple[int, str, bytes]:
        """Status, type and body of an address; 404 with a note for what no rule lets anybody ask for."""
        listed = re.match(r"https://www\.youtube\.com/feeds/videos\.xml\?playlist_id=UULF([\w-]{22})\Z", url)
        if listed or (whole := re.match(r"https://www\.youtube\.com/feeds/videos\.xml\?channel_id=UC(.*)", url)):
            place = self._channels.get("UC" + (listed or whole)[1])  # type: ignore[index]
            return (200, *place.body()) if place else (404, "text/plain", b"")
        place = self._at.get(url)
        if place is None:
            self.unknown.append(url)
            return 404, "text/plain", b"no such page"
        if "/watch?v=" in url:
            page = f'<title>A talk</title><meta itemprop="channelId" content="{channel_of(place.source)}">'
            return 200, "text/html", page.encode()
        return (200, *place.body())

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that the program closes."""


def channel_of(source: Source) -> str:
    """The channel behind an address: its own id, or one made from the talk it names."""
    found = re.search(r"/channel/(UC[\w-]{22})", source.url)
    return found[1] if found else "UC" + hashlib.md5(source.url.encode()).hexdigest()[:22]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EveryHost
    host = ""

    def do_CONNECT(self) -> None:
        self.host = self.path.rpartition(":")[0]
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_GET(self) -> None:
        start = time.monotonic()
        url = f"https://{self.host}{self.path}" if self.host else self.path
        status, kind, body = self.server.answer(url)
        mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        # As the sites do: YouTube says how long a feed is good, and gives nothing to ask again with.
        headers = {"Cache-Control": "max-age=900"} if "youtube.com" in url else {"ETag": mark}
        if status == 200 and self.headers.get("If-None-Match") == mark:
            status, body = 304, b""
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = {key.lower(): value for key, value in self.headers.items()}
        asked = Asked(str(urlsplit(url).hostname), url, sent, status, start, time.monotonic())
        self.server.asked.append(asked)  # before the last byte: the program may be done with it at once
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def together(asked: Iterable[Asked]) -> set[str]:
    """Hosts that saw two requests at once."""
    busy_until: dict[str, float] = {}
    out = set()
    for one in sorted(asked, key=lambda one: one.start):
        if one.start < busy_until.get(one.host, 0.0):
            out.add(one.host)
        busy_until[one.host] = max(one.end, busy_until.get(one.host, 0.0))
    return out


def counted(asked: Iterable[Asked]) -> Counter[str]:
    """How often each address was asked for."""
    return Counter(one.url for one in asked)
