"""Hours of the day across summer time, and turns after a long sleep."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tracker.core.errors import Occupied
from tracker.core.hours import Hour, daily, last_due, weekly
from tracker.core.turns import AT_ONCE, WINDOW, in_turn, spread

BERLIN, SHANGHAI, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("text", "read", "hour"),
    [
        ("20:00", daily, Hour(time(20))),
        (" 7:05 ", daily, Hour(time(7, 5))),
        ("24:00", daily, None),
        ("noon", daily, None),
        ("Sun 20:00", weekly, Hour(time(20), 6)),
        ("mon  6:30", weekly, Hour(time(6, 30), 0)),
        ("20:00", weekly, None),
    ],
)
def test_hours_are_read(text: str, read: object, hour: Hour | None) -> None:
    assert read(text) == hour  # type: ignore[operator]


@pytest.mark.parametrize(
    ("hour", "now", "zone", "day"),
    [
        (Hour(time(20)), "2026-01-12T11:59:59+00:00", SHANGHAI, date(2026, 1, 11)),
        (Hour(time(20)), "2026-01-12T12:00:00+00:00", SHANGHAI, date(2026, 1, 12)),
        (Hour(time(20), 6), "2026-01-12T12:00:00+00:00", SHANGHAI, date(2026, 1, 11)),
        (Hour(time(2, 30)), "2026-03-29T00:59:00+00:00", BERLIN, date(2026, 3, 28)),  # 02:30 is left out that night
        (Hour(time(2, 30)), "2026-03-29T01:31:00+00:00", BERLIN, date(2026, 3, 29)),
        (Hour(time(2, 30)), "2026-10-25T00:31:00+00:00", BERLIN, date(2026, 10, 25)),  # and comes twice that night
        (Hour(time(2, 30)), "2026-10-25T01:31:00+00:00", BERLIN, date(2026, 10, 25)),
        (Hour(time(2)), "2026-04-04T15:31:00+00:00", LORD_HOWE, date(2026, 4, 5)),  # a step of half an hour
        (Hour(time(9), 5), "2028-02-29T12:00:00+00:00", BERLIN, date(2028, 2, 26)),
    ],
)
def test_an_hour_is_due_once_a_day(hour: Hour, now: str, zone: ZoneInfo, day: date) -> None:
    assert last_due(hour, datetime.fromisoformat(now), zone) == day


def test_hosts_take_turns() -> None:
    assert in_turn([("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b")]) == [
        "a1", "b1", "c1", "a2", "b2", "a3"]  # fmt: skip
    assert in_turn([]) == []


def test_after_a_sleep_few_come_at_once_and_the_others_within_the_window() -> None:
    now = datetime(2026, 1, 12, 8, tzinfo=UTC)
    assert spread([(n, "a") for n in range(AT_ONCE)], now) == []
    moved = spread([(n, f"host{n % 7}") for n in range(AT_ONCE + 100)], now)
    times = [at for _, at in moved]
    assert len(moved) == 100
    assert times == sorted(times)
    assert now < times[0]
    assert times[-1] == now + WINDOW
    assert max(b - a for a, b in pairwise(times)) < timedelta(seconds=10)


def test_who_is_there_already_is_named() -> None:
    assert Occupied("a daemon", "pid 7").sentence() == "a daemon is running already (pid 7)"
    assert Occupied("a daemon", "pid 7", "Stop it").sentence().endswith("(pid 7). Stop it")
    assert Occupied("a daemon", "pid 7").exit_code == 3
