"""Times as people say them: in 5 min, 3 d ago."""

from __future__ import annotations

from datetime import datetime

from tui.words import say

HOUR, DAY = 3600, 86400


def near(at: datetime | None, now: datetime) -> str:
    """A time beside now, one number and its unit; "" for none."""
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    way, size = ("in" if seconds > 0 else "ago"), abs(seconds)
    if size < 60:
        return say("sources.soon")
    if size < HOUR:
        return say(f"sources.{way}-minutes", n=round(size / 60))
    if size < 2 * DAY:
        return say(f"sources.{way}-hours", n=round(size / HOUR))
    return say(f"sources.{way}-days", n=round(size / DAY))
