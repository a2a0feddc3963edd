"""A real HTTP server on loopback that serves the miniature web: ETags, 304, redirects, a 410, a 503."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tracker.demo.pages import page


class MiniWeb(ThreadingHTTPServer):
    """Bound to 127.0.0.1 and a free port; `visit` turns the made-up web's clock."""

    daemon_threads = True
    visit = 1

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MiniWeb

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        answer = page(self.path, self.server.base, self.server.visit)
        body = answer.body.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        known = answer.status == 200 and self.headers.get("If-None-Match") == tag
        self.send_response(304 if known else answer.status)
        self.send_header("ETag", tag)
        for key, value in answer.headers:
            self.send_header(key, value)
        if not known:
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and not known:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the demo prints what matters."""


@contextmanager
def serving() -> Iterator[MiniWeb]:
    """The miniature web, up for the length of the block."""
    server = MiniWeb()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
