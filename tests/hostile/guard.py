"""Addresses that are never fetched, not even to see that they are refused: only the guard is asked."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from reader import WORSE, urls
from rig import OPENED

from tracker.core.urls import fetchable
from tracker.net.guard import Guard


def ask(case: dict[str, Any]) -> dict[str, Any]:
    """The worst answer of the guard to the addresses of a case: `ok` stands for `would be asked`."""
    guard = Guard(OPENED.split(","))
    verdicts = ["refused" if _refused(guard, url) else "ok" for url in urls(case)]
    return {"id": case["id"], "pass": 1, "verdict": min(verdicts, key=WORSE.index), "reason": "asked the guard only"}


def _refused(guard: Guard, url: str) -> bool:
    address = fetchable(url)
    if not address:
        return True
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 80
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return True  # no address, nothing to connect to
    return not any(guard.allows(host, port, str(entry[4][0])) for entry in found)
