"""Decisions said back: after the commit, to the person or script that asked, and to the drill's log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.output import emit, tell

if TYPE_CHECKING:
    from tracker.core.inbox import Done


def report(done: Done, as_json: bool = False) -> None:
    """A line for each thing the decision changed; rows that only remember (a history) go to the log alone."""
    from tracker.services.ack import acknowledge, lines

    acknowledge(done)
    for seq, item, state in lines(done):
        if "_history:" in str(item):
            continue
        if as_json:
            emit({"ack": seq, "id": item, "state": state, "action": done.action})
        else:
            tell(f"ACK {seq} {item} {state}")
