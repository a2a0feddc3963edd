"""Health, status and metrics on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.daemon.board import Board
from tracker.daemon.endpoint import SICK_AFTER, Endpoint
from tracker.wiring import House, house_of

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
LOG = logging.getLogger("test.endpoint")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = house_of({"home": str(tmp_path)})
    house.frozen = NOW
    house.settings = replace(house.settings, serve=replace(house.settings.serve, metrics_port=free_port()))
    return house


@pytest.fixture
async def board(house: House) -> AsyncIterator[Board]:
    board = Board(house.home, NOW)
    endpoint = Endpoint(house, board, LOG)
    assert await endpoint.open() == house.settings.serve.metrics_port
    yield board
    await endpoint.close()
    house.close()


async def ask(house: House, line: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.settings.serve.metrics_port)
    writer.write(f"{line}\r\nHost: x\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split(" ")[1]), body


async def test_it_is_well_until_a_job_failed_several_times_in_a_row(house: House, board: Board) -> None:
    row = board.row("crawl")
    row.error, row.failures = "no room left", SICK_AFTER - 1
    assert await ask(house, "GET /health HTTP/1.1") == (200, '{"healthy": true, "trouble": {}}\n')
    row.failures += 1
    status, body = await ask(house, "GET /health?x=1 HTTP/1.1")
    assert (status, json.loads(body)) == (503, {"healthy": False, "trouble": {"crawl": "no room left"}})
    row.failures = 0
    assert (await ask(house, "GET /health HTTP/1.1"))[0] == 200


async def test_the_board_is_shown(house: House, board: Board) -> None:
    board.row("links").said = "3 links looked at"
    status, body = await ask(house, "GET /status HTTP/1.1")
    found = json.loads(body)
    assert (status, found["started"]) == (200, "2026-01-12T08:00:00Z")
    assert found["jobs"]["links"]["said"] == "3 links looked at"


async def test_what_prometheus_scrapes(house: House, board: Board) -> None:
    parser = pytest.importorskip("prometheus_client.parser", reason="the extra 'metrics' is not installed")
    board.row("crawl").runs = 7
    status, body = await ask(house, "GET /metrics HTTP/1.1")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in parser.text_string_to_metric_families(body)
        for sample in family.samples
    }
    assert status == 200
    assert found["tracker_job_turns_total", "crawl"] == 7
    assert found["tracker_resources", "inbox"] == 0
    assert found["tracker_store_up",] == 1
    assert found["tracker_log_bytes",] >= 0


async def test_metrics_of_a_database_that_went_away_say_so(house: House, board: Board, tmp_path: Path) -> None:
    pytest.importorskip("prometheus_client", reason="the extra 'metrics' is not installed")
    _ = house.store
    (tmp_path / "tracker.db").rename(tmp_path / "elsewhere.db")
    status, body = await ask(house, "GET /metrics HTTP/1.1")
    assert (status, "tracker_store_up 0.0" in body) == (200, True)
    (tmp_path / "elsewhere.db").rename(tmp_path / "tracker.db")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("POST /health HTTP/1.1", 405),
        ("GET /secrets HTTP/1.1", 404),
        ("GET /../health HTTP/1.1", 404),
        ("nonsense", 405),
    ],
)
async def test_anything_else_is_refused(house: House, board: Board, line: str, status: int) -> None:
    assert (await ask(house, line))[0] == status


async def test_a_port_that_is_taken_is_said_and_the_daemon_goes_on(
    house: House, board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    second = Endpoint(house, board, LOG)
    assert await second.open() == 0
    assert "cannot be listened on" in caplog.text
    await second.close()


async def test_it_is_off_without_a_port(house: House) -> None:
    house.settings = replace(house.settings, serve=replace(house.settings.serve, metrics_port=0))
    assert await Endpoint(house, Board(house.home, NOW), LOG).open() == 0


@pytest.mark.parametrize("step", ["write_text", "replace"])
def test_a_board_that_cannot_be_written_leaves_nothing_behind(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(tmp_path, NOW)
    board.write()
    before = (tmp_path / "daemon.json").read_text()

    def full(self: Path, *_: object) -> None:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, step, full)
    board.row("crawl").runs = 1
    board.write()
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["daemon.json"]
    assert (tmp_path / "daemon.json").read_text() == before
