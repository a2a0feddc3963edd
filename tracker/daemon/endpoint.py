"""Health and metrics on 127.0.0.1, when `serve.metrics_port` asks for it: GET /health, /status, /metrics."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from db import inbox as filings
from tracker.core.errors import StoreError
from tracker.core.model import InboxState
from tracker.daemon.board import Board
from tracker.services.source_list import health
from tracker.wiring import House

HOST = "127.0.0.1"
WAIT = 5.0
SICK_AFTER = 3  # failed turns of one job in a row
_WORDS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 501: "Not Implemented", 503: "Service Unavailable"}
Answer = tuple[int, str, str]


class Endpoint:
    """A few answers for a supervisor, a dashboard or a person with curl."""

    def __init__(self, house: House, board: Board, log: logging.Logger) -> None:
        self._house, self._board, self._log = house, board, log
        self._server: asyncio.Server | None = None

    async def open(self) -> int:
        """Listen when a port is set; returns it, 0 = off. A port that is taken is said, and the daemon goes on."""
        port = self._house.settings.serve.metrics_port
        if not port:
            return 0
        try:
            self._server = await asyncio.start_server(self._serve, HOST, port)
        except OSError as error:
            self._log.error("serve.metrics_port: %s cannot be listened on (%s)", port, error.strerror)
            return 0
        self._log.info("health and metrics on http://%s:%d", HOST, port)
        return port

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(WAIT):
                head = await reader.readuntil(b"\r\n\r\n")
                status, kind, body = await self._answer(head.split(b"\r\n", 1)[0].decode("latin-1").split(" "))
                data = body.encode()
                top = f"HTTP/1.1 {status} {_WORDS[status]}\r\nContent-Type: {kind}; charset=utf-8\r\n"
                writer.write(f"{top}Content-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data)
                await writer.drain()
        except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _answer(self, words: list[str]) -> Answer:
        if len(words) != 3 or words[0] != "GET":
            return 405, "text/plain", "only GET\n"
        pages: dict[str, Callable[[], Answer]] = {
            "/health": self._health, "/status": self._status, "/metrics": self._metrics
        }  # fmt: skip
        page = pages.get(words[1].partition("?")[0])
        if page is None:
            return 404, "text/plain", f"there are {', '.join(pages)}\n"
        return await asyncio.to_thread(page)

    def _health(self) -> Answer:
        """503 while a job failed several turns in a row."""
        ill = {name: row.error for name, row in self._board.rows.items() if row.failures >= SICK_AFTER}
        body = json.dumps({"healthy": not ill, "trouble": ill}, ensure_ascii=False)
        return 503 if ill else 200, "application/json", body + "\n"

    def _status(self) -> Answer:
        return 200, "application/json", json.dumps(self._board.as_data(), ensure_ascii=False) + "\n"

    def _metrics(self) -> Answer:
        try:
            from prometheus_client import CollectorRegistry, generate_latest
        except ImportError:
            return 501, "text/plain", "metrics need the extra 'metrics': install tracker[metrics]\n"
        registry = CollectorRegistry()
        registry.register(self)
        return 200, "text/plain; version=0.0.4", generate_latest(registry).decode()

    def collect(self) -> Iterator[Any]:
        """What prometheus-client asks for at every scrape."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        turns = CounterMetricFamily("tracker_job_turns", "Turns of a job since the start", labels=["job"])
        took = GaugeMetricFamily("tracker_job_seconds", "How long the last turn of a job took", labels=["job"])
        failed = GaugeMetricFamily("tracker_job_failures", "Failed turns of a job in a row", labels=["job"])
        for name, row in list(self._board.rows.items()):
            for family, value in ((turns, row.runs), (took, row.seconds), (failed, row.failures)):
                family.add_metric([name], value)
        yield from (turns, took, failed)
        waiting = GaugeMetricFamily("tracker_resources", "Resources by where they stand", labels=["state"])
        sources = GaugeMetricFamily("tracker_sources", "Watched sources by health", labels=["health"])
        up = 1
        try:
            self._count(waiting, sources)
        except StoreError:
            up = 0
        yield from (waiting, sources, GaugeMetricFamily("tracker_store_up", "Whether the database answers", value=up))
        if up and self._house.store.keeper is not None:
            length = self._house.store.keeper.log_bytes()
            yield GaugeMetricFamily("tracker_log_bytes", "Bytes of the database's log", value=length)

    def _count(self, waiting: Any, sources: Any) -> None:
        house = self._house
        with house.store.read() as tx:
            counts = filings.counts(tx, house.person)
        for state in InboxState:
            waiting.add_metric([state.value], counts.get(state, 0))
        found: dict[str, int] = {}
        for one in health(house.store, house.clock()):
            found[one.health] = found.get(one.health, 0) + 1
        for name, number in found.items():
            sources.add_metric([name], number)
