"""A decision as a sentence, in the language of the interface."""

from __future__ import annotations

from tracker.core.inbox import Done
from tui.words import knows, say, spoken


def said(done: Done) -> str:
    """What was decided. The history keeps English labels; other languages tell verb and number."""
    key = f"said.{done.verb}"
    if spoken() == "en" or not knows(key):
        return done.label
    places = [one for one in done.items if one.startswith("node:")]  # beside them stands what else it changed
    return say(key, n=len(done.changed) or len(places) or len(done.items))
