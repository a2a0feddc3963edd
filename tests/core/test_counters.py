"""The sums of a counter."""

from __future__ import annotations

from datetime import date

from tracker.core.counters import Counter, counter


def test_weeks_begin_on_monday_and_what_is_to_come_is_no_week() -> None:
    days = {
        date(2026, 1, 12): 1,
        date(2026, 1, 11): 2,
        date(2026, 1, 4): 4,
        date(2025, 12, 15): 8,
        date(2026, 1, 15): 16,
    }
    assert counter("x", days, date(2026, 1, 14)) == Counter("x", 1, 2, 7, 31, date(2026, 1, 15))
    assert counter("x", {date(2026, 1, 1): 0}, date(2026, 1, 14), own=False) == Counter("x", 0, 0, 0, 0, None, False)
