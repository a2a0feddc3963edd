"""The server of the farm: HTTP/1.1 over many loopback addresses, one process. `python -m bench.farm` starts it.

Prints one line when it is ready. Steered by addresses under /-/ : `set?latency=SECONDS`, `set?validators=0`,
`edit?percent=5`, `seen` (what was answered since it was last asked, as JSON).
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gzip
import json
import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.content import FATES, Farm, Size

SLOW_SECONDS = 1.0
PAGE = b"<!doctype html><html><head><title>A page</title></head><body><p>All is well here.</p></body></html>\n" * 20


@dataclass
class Answer:
    """What goes out."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """What is served, and how it is served at the moment."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.latency, self.validators = 0.0, True
        self.seen: Counter[str] = Counter()
        self._packed = {number: gzip.compress(farm.feed(number), 6, mtime=0) for number in range(farm.size.feeds)}

    def delay(self, path: str) -> float:
        """Seconds an answer is held back: fixed for a path, between half of and twice the mean."""
        spread = random.Random(path).choice((0.5, 0.7, 0.8, 0.9, 1.0, 1.0, 1.1, 1.3, 1.7)) if self.latency else 0.0
        return self.latency * spread + (SLOW_SECONDS if path.startswith("/links/slow/") else 0.0)

    def answer(self, method: str, target: str, headers: dict[str, str]) -> Answer:
        path, _, query = target.partition("?")
        parts = path.strip("/").split("/")
        match parts[0]:
            case "feeds":
                return self._feed(int(parts[1]), headers)
            case "links" if len(parts) == 3:
                return self._link(method, parts[1], parts[2])
            case "links.html":
                rows = "".join(f'<p><a href="{url}">link</a></p>\n' for url in self.farm.link_urls())
                return Answer(200, f"<!doctype html><title>links</title>\n{rows}".encode(), _HTML)
            case "-":
                return self._steer(parts[1], {key: values[0] for key, values in parse_qs(query).items()})
            case "robots.txt":
                return Answer(404)
        return Answer(200, PAGE, _HTML)

    def _feed(self, number: int, headers: dict[str, str]) -> Answer:
        out = {"Content-Type": "application/rss+xml" if number % 2 else "application/atom+xml"}
        if self.validators:
            out["ETag"] = f'"{number}-{self.farm.version(number)}"'
            if headers.get("if-none-match") == out["ETag"]:
                return Answer(304, b"", out)
        packed = self._packed[number]
        if "gzip" in headers.get("accept-encoding", ""):
            return Answer(200, packed, out | {"Content-Encoding": "gzip"})
        return Answer(200, gzip.decompress(packed), out)

    def _link(self, method: str, fate: str, number: str) -> Answer:
        status = FATES[fate].status
        if fate == "moved":
            return Answer(status, b"", {"Location": f"/links/well/{number}"})
        if fate == "headless" and method == "HEAD":
            return Answer(405, b"", {"Allow": "GET"})
        return Answer(status, PAGE if status == 200 else b"<p>Not here.</p>\n", _HTML)

    def _steer(self, what: str, given: dict[str, str]) -> Answer:
        if what == "set":
            self.latency = float(given.get("latency", self.latency))
            self.validators = given.get("validators", "1") == "1"
        elif what == "edit":
            for number in self.farm.edit(float(given["percent"])):
                self._packed[number] = gzip.compress(self.farm.feed(number), 6, mtime=0)
        seen, self.seen = dict(self.seen), Counter()
        return Answer(200, json.dumps(seen).encode())


_HTML = {"Content-Type": "text/html; charset=utf-8"}


class Exchange(asyncio.Protocol):
    """One connection; its requests are answered one after the other."""

    def __init__(self, site: Site) -> None:
        self._site, self._buffer, self._waits = site, b"", False
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def _next(self) -> None:
        while not self._waits and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
            self._buffer = self._buffer[end + 4 :]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            method, target, version = first.split(" ")
            keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
            target = target if target.startswith("/") else urlsplit(target).path
            delay = self._site.delay(target)
            if delay:
                self._waits = True
                asyncio.get_running_loop().call_later(delay, self._late, method, target, headers, keep)
            else:
                self._reply(method, target, headers, keep)

    def _late(self, method: str, target: str, headers: dict[str, str], keep: bool) -> None:
        self._waits = False
        self._reply(method, target, headers, keep)
        self._next()

    def _reply(self, method: str, target: str, headers: dict[str, str], keep: bool) -> None:
        try:
            answer = self._site.answer(method, target, headers)
        except (ValueError, KeyError, IndexError):
            answer = Answer(404, b"no such thing\n")
        if not target.startswith("/-/"):
            self._site.seen[str(answer.status)] += 1
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.status != 304:
            lines.append(f"Content-Length: {len(answer.body)}")
        if not keep:
            lines.append("Connection: close")
        if self._transport.is_closing():
            return
        self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if method == "HEAD" else answer.body))
        if not keep:
            self._transport.close()


async def serve(size: Size, port: int) -> None:
    """Serve until the process is ended."""
    site = Site(Farm(size, port))
    make = partial(Exchange, site)
    server = await asyncio.get_running_loop().create_server(make, [*site.farm.hosts(), "127.0.0.1"], port, backlog=4096)
    print("ready", flush=True)
    await server.serve_forever()


def _end_with_parent() -> None:
    """On Linux the farm ends when the bench does, however it ends."""
    if hasattr(signal, "pidfd_send_signal"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    for name, value in vars(Size()).items():
        asked.add_argument(f"--{name}", type=int, default=value)
    asked.add_argument("--port", type=int, required=True)
    found = vars(asked.parse_args())
    _end_with_parent()
    asyncio.run(serve(Size(**{name: found[name] for name in vars(Size())}), found["port"]))
