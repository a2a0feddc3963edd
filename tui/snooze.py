"""When something comes back, as people say it: `3d`, `2w`, `1m`, a date, or one of a few offers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tui.screens.choose import Choice, holding
from tui.words import say

OFFERED = (1, 2, 3, 7, 14, 30, 90)
UNITS = {"": 1, "d": 1, "w": 7, "m": 30}
MOST_DAYS = 3650
_SPAN = re.compile(r"(\d{1,4})\s*([dwm]?)$")


def days_until(text: str, today: date) -> int:
    """How many days from today a word means; 0 when it is none, or no day to come."""
    if found := _SPAN.match(text.strip().lower()):
        days = int(found[1]) * UNITS[found[2]]
    else:
        try:
            days = (date.fromisoformat(text.strip()) - today).days
        except ValueError:
            return 0
    return days if 0 < days <= MOST_DAYS else 0


def offers(today: date, typed: str) -> list[Choice]:
    """The usual days, and the one that was typed."""
    typed_days = days_until(typed, today)
    if typed_days:
        return [_choice(typed_days, today)]
    return holding((_choice(days, today) for days in OFFERED), typed)


def _choice(days: int, today: date) -> Choice:
    word = say("inbox.tomorrow") if days == 1 else say("inbox.in-days", n=days)
    return Choice(str(days), word, f"{today + timedelta(days=days):%Y-%m-%d}")
