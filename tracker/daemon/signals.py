"""What a process is told by signals: to stop (SIGTERM, Ctrl-C), or to read its settings again (SIGHUP)."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def wishes(stop: asyncio.Event, again: asyncio.Event) -> Iterator[None]:
    """Set these events when a signal asks for it, for the length of the block."""
    loop = asyncio.get_running_loop()
    acts = {signal.SIGTERM: stop.set, signal.SIGINT: stop.set, signal.SIGHUP: again.set}
    for name, act in acts.items():
        loop.add_signal_handler(name, act)
    try:
        yield
    finally:
        for name in acts:
            with suppress(ValueError):
                loop.remove_signal_handler(name)
