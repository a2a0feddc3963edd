"""The drill's web: feeds that grow. Every growth has a generation, said in the ETag, the title and each new item."""

from __future__ import annotations

import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FEEDS, ITEMS = 40, 25


class Feed:
    """One feed: its generation and the newest items as (generation, position)."""

    def __init__(self, number: int) -> None:
        self.number, self.generation = number, 1
        self.items = [(1, k) for k in range(ITEMS)]
        self.lock = threading.Lock()

    def grow(self, rng: random.Random) -> None:
        more = rng.randrange(4)
        if more:
            self.generation += 1
            self.items = ([(self.generation, k) for k in range(more)] + self.items)[:ITEMS]

    def body(self, base: str) -> bytes:
        items = "".join(
            f"<item><guid>f{self.number}-g{g}-{k}</guid><title>Feed {self.number} item g{g} number {k}</title>"
            f"<link>{base}/page/f{self.number}-g{g}-{k}</link></item>"
            for g, k in self.items
        )
        title = f"<title>Feed {self.number} g{self.generation}</title>"
        return f"<rss version='2.0'><channel>{title}{items}</channel></rss>".encode()


class Web(ThreadingHTTPServer):
    """Serves /feed/N. Keeps who was asked when, and counts feeds asked for a second time while the first ran."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, seed: int, feeds: int = FEEDS) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.feeds = [Feed(n) for n in range(feeds)]
        self.rng, self.lock = random.Random(seed), threading.Lock()
        self.asked: dict[int, list[float]] = {n: [] for n in range(feeds)}
        self.inside: dict[int, int] = {}
        self.doubled = 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are killed here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Web

    def do_GET(self) -> None:
        if not self.path.startswith("/feed/"):
            self._plain(b"<title>A page</title><p>Words to read.</p>" if self.path.startswith("/page/") else b"")
            return
        number = int(self.path.rpartition("/")[2])
        feed, web = self.server.feeds[number], self.server
        with web.lock:
            web.asked[number].append(time.monotonic())
            web.inside[number] = web.inside.get(number, 0) + 1
            web.doubled += web.inside[number] > 1
            wait = web.rng.uniform(0.005, 0.2)
        try:
            time.sleep(wait)
            with feed.lock:
                feed.grow(web.rng)
                tag, body = f'"g{feed.generation}"', feed.body(web.base)
        finally:
            with web.lock:
                web.inside[number] -= 1
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _plain(self, body: bytes) -> None:
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
