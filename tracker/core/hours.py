"""When something wished at an hour of the day was last due, in the person's zone; summer time and all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAILY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)$")
_WEEKLY = re.compile(rf"({'|'.join(DAYS)})\s+([01]?\d|2[0-3]):([0-5]\d)$", re.I)


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of the day; `weekday` 0 = Monday, None = every day."""

    at: time
    weekday: int | None = None


def daily(text: str) -> Hour | None:
    """`20:00`; None when it is no time."""
    found = _DAILY.match(text.strip())
    return Hour(time(int(found[1]), int(found[2]))) if found else None


def weekly(text: str) -> Hour | None:
    """`sun 20:00`; None when it is no time."""
    found = _WEEKLY.match(text.strip())
    return Hour(time(int(found[2]), int(found[3])), DAYS.index(found[1].lower())) if found else None


def last_due(hour: Hour, now: datetime, zone: ZoneInfo) -> date:
    """The latest day on which the hour has come. An hour that summer time leaves out comes as the clock goes on."""
    here = now.astimezone(zone)
    day = here.date()
    while (hour.weekday is not None and day.weekday() != hour.weekday) or _moment(day, hour, zone) > now:
        day -= timedelta(days=1)
    return day


def _moment(day: date, hour: Hour, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour.at, tzinfo=zone)
