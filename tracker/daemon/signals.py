"""What a process is told by signals: to stop (SIGTERM, Ctrl-C), or to read its settings again (SIGHUP).

What asyncio would print of errors that nobody asked for goes into the log meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tracker.daemon.log import NAME


@contextmanager
def wishes(stop: asyncio.Event, again: asyncio.Event) -> Iterator[None]:
    """Set these events when a signal asks for it, for the length of the block."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_tell)
    acts = {signal.SIGTERM: stop.set, signal.SIGINT: stop.set, signal.SIGHUP: again.set}
    for name, act in acts.items():
        loop.add_signal_handler(name, act)
    try:
        yield
    finally:
        for name in acts:
            with suppress(ValueError):
                loop.remove_signal_handler(name)


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Trouble that nobody asked for is a line in the log, like all other."""
    logging.getLogger(NAME).warning("in the background: %s", context.get("exception") or context["message"])
