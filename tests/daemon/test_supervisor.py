"""What systemd is told: ready, reloading, stopping, alive."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tracker.daemon import supervisor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The supervisor's end of the socket."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / "notify"))
    listening.settimeout(20)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    yield listening
    listening.close()


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    supervisor.tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    supervisor.tell("READY=1")


def test_lines_are_one_message(heard: socket.socket) -> None:
    supervisor.tell("READY=1", "STATUS=watching")
    assert heard.recv(1000) == b"READY=1\nSTATUS=watching"


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [
        ("", "", 0.0),
        ("120000000", "", 120.0),
        ("5000000", "self", 5.0),
        ("5000000", "1", 0.0),
        ("x", "", 0.0),
    ],
)
def test_how_often_a_sign_of_life_is_wanted(
    usec: str, pid: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", pid.replace("self", str(os.getpid())))
    assert supervisor.watchdog_seconds() == seconds


def _all_of(heard: socket.socket) -> Iterator[bytes]:
    with suppress(BlockingIOError):
        while True:
            yield heard.recv(100)


async def test_signs_of_life_come_at_half_the_time(heard: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    alive = asyncio.create_task(supervisor.stay_alive())
    await asyncio.sleep(0.35)
    alive.cancel()
    heard.settimeout(0)
    signs = list(_all_of(heard))
    assert set(signs) == {b"WATCHDOG=1"}
    assert 2 <= len(signs) <= 4


def test_a_daemon_says_when_it_is_ready_reloads_and_stops(heard: socket.socket, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "tracker", "--home", str(tmp_path), "--sources", str(tmp_path / "s.yaml"), "daemon"]
    (tmp_path / "s.yaml").write_text("version: 1\nsources: []\n")
    environment = os.environ | {"WATCHDOG_USEC": "1000000"}
    daemon = subprocess.Popen(line, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    said: list[str] = []

    def until(word: str) -> None:
        deadline = time.monotonic() + 20
        while word not in said and time.monotonic() < deadline:
            said.extend(heard.recv(1000).decode().splitlines())
        assert word in said, said

    try:
        until("READY=1")
        until("WATCHDOG=1")
        daemon.send_signal(signal.SIGHUP)
        until("RELOADING=1")
        said.clear()
        until("READY=1")
        daemon.send_signal(signal.SIGTERM)
        until("STOPPING=1")
        assert daemon.wait(15) == 0
    finally:
        daemon.kill()
        daemon.wait()
