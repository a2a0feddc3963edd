"""A healthy little web beside the hostile one: what a command needs when nothing is wrong."""

from __future__ import annotations

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rig import Home, Rig

HOST = "127.0.1.254"
_ITEM = (
    "<item><title>Calm {n}</title><link>http://calm.example/{feed}/{n}</link><guid>{feed}-{n}</guid>"
    "<pubDate>Mon, 02 Nov 2026 10:{minute:02}:00 GMT</pubDate><description>{words}</description></item>"
)
_MANY_WORDS = "Many words about one thing. " * 80  # a feed that takes room


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        calm: Calm = self.server.calm  # type: ignore[attr-defined]
        calm.asked[self.path] += 1
        body, kind = _body(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _body(path: str) -> tuple[bytes, str]:
    if path.endswith(".xml"):
        count, words = (600, _MANY_WORDS) if path.startswith("/big") else (5, "Nothing is wrong here.")
        feed = path.strip("/").removesuffix(".xml")
        items = "".join(_ITEM.format(n=n, minute=n % 60, feed=feed, words=words) for n in range(count))
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Calm {path}</title>{items}</channel></rss>'
        return text.encode(), "application/rss+xml"
    if path == "/robots.txt":
        return b"", "text/plain"
    words = "<p>A calm page with a paragraph of plain words about plain things, long enough to be a text.</p>" * 10
    return f"<!doctype html><title>Calm {path}</title><h1>Calm</h1>{words}".encode(), "text/html; charset=utf-8"


class Calm:
    """Serves `/NAME.xml` (a feed) and any other path (a page) for the length of the block; counts what was asked."""

    def __enter__(self) -> Calm:
        self.asked: Counter[str] = Counter()
        self._server: Any = ThreadingHTTPServer((HOST, 0), _Handler)
        self._server.calm = self
        self.base = f"http://{HOST}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def feeds(self, count: int) -> list[tuple[str, str, str]]:
        """So many sources for `Home.watch`."""
        return [(f"Calm {n}", f"{self.base}/feed{n}.xml", "feed") for n in range(count)]

    def baseline(self, rig: Rig) -> float:
        """MiB of a crawl of one healthy feed, the reading child included."""
        home = Home(rig, "calm")
        home.watch(self.feeds(1))
        home.run("crawl", "--json")
        return home.run("crawl", "--all", "--force", "--json").peak_mib
