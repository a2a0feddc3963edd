"""Days as an iCalendar file (RFC 5545): all-day events, the same bytes for the same days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from tracker.core.plan import Branch, PlanNode, walk
from tracker.core.text import strip_unseen
from tracker.core.urls import mask_secrets, mask_url

LONGEST = 30  # days of one row; a longer range is a phase, not something of a day
OCTETS = 75  # of a line; a longer one goes on in the next, after a blank


@dataclass(frozen=True, slots=True)
class Event:
    """Something of a whole day. `key` tells it from others for ever: an event that moves is the same event."""

    key: str
    day: date
    title: str
    text: str = ""
    url: str = ""


def plan_days(trees: Iterable[Branch], date_of: Callable[[PlanNode, int], date | None]) -> list[Event]:
    """The rows of plans that have a day; a range is an event of its every day.

    `date_of` is the date of a row's day, None for a day on which another row counts, and where nobody knows.
    """
    out = []
    for _, branch in walk(trees):
        one = branch.node
        if one.kind not in ("day", "project", "task") or one.day_from is None:
            continue
        for number in range(one.day_from, min(one.day_to or one.day_from, one.day_from + LONGEST) + 1):
            words = [*branch.path[1:-1], *(f"{track}: {what}" for track, what in one.emphasis.items()), one.practice]
            day = date_of(one, number)
            if day is None:
                continue
            out.append(Event(f"plan:{one.document}:{one.id}:{number}", day, one.title, "\n".join(filter(None, words))))
    return out


def calendar(events: Iterable[Event]) -> str:
    """The file, in the order of the days."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tracker//tracker//EN", "CALSCALE:GREGORIAN"]
    for one in sorted(events, key=lambda event: (event.day, event.key)):
        lines += _event(one)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(one: Event) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uuid5(NAMESPACE_URL, 'tracker:' + one.key)}",
        f"DTSTAMP:{one.day:%Y%m%d}T000000Z",  # not the time of writing: the same days give the same bytes
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(one.title)}",
    ]
    if one.text:
        lines.append(f"DESCRIPTION:{_text(one.text)}")
    if one.url.lower().startswith(("http://", "https://")):
        lines.append(f"URL:{''.join(mask_url(one.url).split())}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _text(raw: str) -> str:
    text = strip_unseen(mask_secrets(raw)).strip()
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Cut between characters, so that no piece is longer than `OCTETS` bytes."""
    pieces, size = [""], 0
    for mark in line:
        width = len(mark.encode())
        if size + width > OCTETS:
            pieces.append(" ")
            size = 1
        pieces[-1] += mark
        size += width
    return "\r\n".join(pieces)
