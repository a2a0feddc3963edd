"""Talking to systemd: ready, reloading, stopping, alive. Silent when nobody listens (NOTIFY_SOCKET is not set)."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress


def tell(*lines: str) -> None:
    """Send state lines (`READY=1`, `STATUS=...`) to the supervisor."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect(name)
        out.sendall("\n".join(lines).encode())


def watchdog_seconds() -> float:
    """How often the supervisor wants a sign of life; 0 when it does not."""
    wish, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not wish.isdigit() or (pid and pid != str(os.getpid())):
        return 0.0
    return int(wish) / 1e6


async def stay_alive() -> None:
    """Give the sign of life at half the time asked for: an event loop that hangs gives none and is restarted."""
    every = watchdog_seconds()
    while every:
        tell("WATCHDOG=1")
        await asyncio.sleep(every / 2)
