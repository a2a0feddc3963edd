"""Acknowledgements: said only after the commit has returned (the crash drill holds us to them)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tracker.core.inbox import Done


def lines(done: Done) -> Iterator[tuple[int, int | str, str]]:
    """(seq, item, state) of each resource (its id) and other row (`node:12`) a decision is about."""
    for id_, state in zip(done.changed, done.states, strict=True):
        yield done.seq, int(id_), state.value
    for item in done.items:
        yield done.seq, item, done.verb


def acknowledge(done: Done) -> None:
    """Append the ACK lines to the file TRACKER_ACK_LOG names; nothing without it."""
    path = os.environ.get("TRACKER_ACK_LOG")
    if path:
        with Path(path).open("a", encoding="utf-8") as log:
            log.writelines(f"ACK {seq} {item} {state}\n" for seq, item, state in lines(done))
            log.flush()
            os.fsync(log.fileno())
