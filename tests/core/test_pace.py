"""When a source is looked at again: its own rhythm, what it asks for, back-off, moves, silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import pace
from tracker.core.model import Harvest, Polling, Source, SourceId
from tracker.core.web import Hop

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)  # a Monday
A = Source("A", "https://a.example/feed")
BOUNDS = pace.Bounds()


def polling(**changes: object) -> Polling:
    return Polling(SourceId(7), **changes)  # type: ignore[arg-type]


def taught(*days: float, memory: Polling | None = None, **said: object) -> Polling:
    """A memory that saw items so many days ago."""
    dates = [NOW - timedelta(days=day) for day in days]
    return pace.learned(memory or polling(), Harvest(**said), dates, NOW)  # type: ignore[arg-type]


def wait(memory: Polling, source: Source = A, now: datetime = NOW, **headers: str) -> tuple[float, str]:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    after, why = pace.after_success(source, memory, now, BOUNDS, headers=named)
    assert after.next_poll_at is not None
    return (after.next_poll_at - now).total_seconds() / 3600, why


def test_a_source_is_asked_twice_as_often_as_it_speaks() -> None:
    assert 0.9 <= wait(polling())[0] <= 1
    assert wait(polling())[1] == "its rhythm is not known yet"
    assert 10.8 <= wait(taught(0, 1, 2, 3))[0] <= 12
    assert 21.6 <= wait(taught(0, 30, 60, 90))[0] <= 24  # within a day, whatever its name
    assert 0.9 <= wait(taught(0, 0.01, 0.02, 0.03))[0] <= 1
    assert "every 24 h" in wait(taught(0, 1, 2, 3))[1]


def test_what_is_quiet_is_asked_less_often() -> None:
    assert 21.6 <= wait(taught(10, 10.1, 10.2))[0] <= 24
    assert "quiet for 10 d" in wait(taught(10, 10.1, 10.2))[1]
    assert 4.3 <= wait(polling(ok_at=NOW, changed_at=NOW - timedelta(days=2)))[0] <= 4.8


def test_the_rhythm_is_kept_while_nothing_new_is_read() -> None:
    known = taught(0, 1, 2, 3)
    after, _ = pace.after_success(A, known, NOW, BOUNDS, headers={})
    assert wait(after, now=NOW + timedelta(hours=12))[1] == "it brings something every 24 h"
    again = taught(memory=after)
    assert pace.habits(again).rhythm == 86400


def test_the_persons_own_interval_wins() -> None:
    fixed = Source("A", "x", interval=1800)
    assert 0.5 <= wait(polling(), fixed, cache_control="max-age=36000")[0] <= 0.55
    assert "sources.yaml" in wait(polling(), fixed)[1]
    assert 7 * 24 <= wait(polling(), Source("A", "x", interval=10**8))[0] <= 7.7 * 24


@pytest.mark.parametrize(
    ("headers", "ttl", "seconds"),
    [
        ({}, 0, 0),
        ({}, 7200, 7200),
        ({"cache-control": "public, max-age=60"}, 0, 900),
        ({"cache-control": "max-age=7200", "expires": "Mon, 12 Jan 2026 08:00:01 GMT"}, 0, 7200),
        ({"cache-control": "max-age=7200", "age": "3600"}, 0, 3600),
        ({"cache-control": "max-age=7200", "age": "soon"}, 0, 7200),
        ({"cache-control": 's-maxage="9999999999"'}, 0, 7 * 86400),
        ({"cache-control": "no-cache", "expires": "Mon, 12 Jan 2026 20:00:00 GMT"}, 0, 0),
        ({"expires": "Mon, 12 Jan 2026 20:00:00 GMT", "date": "Mon, 12 Jan 2026 18:00:00 GMT"}, 0, 7200),
        ({"expires": "Mon, 12 Jan 2026 10:00:00 GMT"}, 0, 7200),
        ({"expires": "Mon, 12 Jan 1998 10:00:00 GMT"}, 0, 0),
        ({"expires": "0"}, 0, 0),
        ({"expires": "-1"}, 3600, 3600),
    ],
)
def test_what_headers_ask_for(headers: dict[str, str], ttl: int, seconds: int) -> None:
    assert pace.hint_of(headers, ttl, NOW) == seconds


def test_the_feeds_own_ttl_holds_for_answers_without_a_body_too() -> None:
    slow = taught(0, 0.01, 0.02, ttl=36000)
    assert 10 <= wait(slow)[0] <= 11
    assert "asks for 10 h" in wait(slow)[1]


def test_a_guess_is_never_earlier_than_what_the_source_asks_for() -> None:
    assert wait(taught(0, 1, 2, 3), cache_control="max-age=42000")[0] >= 42000 / 3600
    assert wait(polling(), cache_control="max-age=86400")[0] >= 24


def test_hours_and_days_to_skip_are_skipped() -> None:
    night = taught(skip_hours=frozenset(range(8, 15)))
    hours, why = wait(night)
    assert hours == 7
    assert "does not want to be asked" in why
    weekday = taught(skip_days=frozenset({"Monday", "Tuesday"}))
    assert wait(weekday)[0] == 40
    for all_of_it in (taught(skip_hours=frozenset(range(24))), taught(skip_days=frozenset(pace.DAYS))):
        assert 0.9 <= wait(all_of_it)[0] <= 1
    most = taught(skip_hours=frozenset(range(23)), skip_days=frozenset(pace.DAYS[:6]))
    assert (NOW + timedelta(hours=wait(most)[0])).strftime("%A %H") == "Sunday 23"


def test_memory_that_is_none_of_ours_is_no_memory() -> None:
    assert pace.habits(polling(memory={"pace": "x"})) == pace.Habits()
    assert pace.habits(polling(memory={"pace": {"rhythm": 5, "other": 1}})) == pace.Habits(rhythm=5)
    assert taught(memory=polling(memory={"channel": "UC"})).memory == {"channel": "UC"}


def test_failures_wait_longer_each_time() -> None:
    waits = []
    for failures in range(7):
        after, why = pace.after_failure(
            A, polling(failures=failures), NOW, reason="status", status=500, rest=None, patient=False
        )
        assert after.next_poll_at is not None
        waits.append((after.next_poll_at - NOW).total_seconds() / 3600)
    assert [round(wait / waits[0]) for wait in waits] == [1, 2, 4, 8, 16, 24, 24]
    assert "failed 7 times" in why
    soon, _ = pace.after_failure(A, polling(), NOW, reason="status", status=404, rest=None, patient=True)
    assert soon.next_poll_at is not None
    assert soon.next_poll_at - NOW <= timedelta(minutes=33)


def test_a_rest_that_is_asked_for_is_kept_but_not_for_years() -> None:
    after, why = pace.after_failure(A, polling(), NOW, reason="status", status=503, rest=1e12, patient=False)
    assert after.next_poll_at is not None
    assert timedelta(days=30) <= after.next_poll_at - NOW <= timedelta(days=33)
    assert "asked for" in why
    after, why = pace.resting(polling(failures=2), NOW, 120)
    assert (after.failures, after.next_poll_at, why) == (2, NOW + timedelta(minutes=2), "its host rests for 2 min")


def test_gone_that_stays_ends_the_polling() -> None:
    third, why = pace.after_failure(A, polling(failures=2), NOW, reason="status", status=410, rest=None, patient=False)
    assert (third.next_poll_at, bool(third.stopped)) == (None, True)
    assert "gone for good" in why


def test_only_permanent_redirects_from_the_beginning_are_a_move() -> None:
    def hop(status: int, to: str) -> Hop:
        return Hop("x", status, to)

    assert pace.moved_by(()) == ""
    assert pace.moved_by((hop(302, "b"),)) == ""
    assert pace.moved_by((hop(301, "b"), hop(308, "c"), hop(307, "d"), hop(301, "e"))) == "c"


def test_a_move_is_believed_after_repeated_proof() -> None:
    once = pace.sighted(polling(), "https://b.example/", NOW)
    assert not pace.proved(once, NOW + timedelta(days=9))
    soon = pace.sighted(once, "https://b.example/", NOW)
    assert not pace.proved(soon, NOW + timedelta(hours=1))
    assert pace.proved(soon, NOW + timedelta(days=1))
    other = pace.sighted(soon, "https://c.example/", NOW)
    assert (other.moved_to, other.moved_seen) == ("https://c.example/", 1)
    assert pace.sighted(soon, "", NOW).moved_since is None
    assert not pace.proved(polling(), NOW)


def test_silence_is_judged_by_the_sources_own_habit() -> None:
    daily = taught(0, 1, 2, 3, 4)
    assert pace.silence(daily, NOW + timedelta(days=6)) == ""
    assert pace.silence(daily, NOW + timedelta(days=8)) == "nothing new for 8 d; it usually brings something every 24 h"
    monthly = taught(0, 30, 60, 90, 120)
    assert pace.silence(monthly, NOW + timedelta(days=80)) == ""
    assert pace.silence(monthly, NOW + timedelta(days=95))
    bursts = taught(0, 0.1, 0.2, 40, 40.1, 80, 80.1)
    assert pace.silence(bursts, NOW + timedelta(days=70)) == ""
    assert pace.silence(polling(changed_at=NOW), NOW + timedelta(days=999)) == ""


def test_what_has_no_dates_is_timed_by_when_it_came() -> None:
    memory = polling(changed_at=NOW)
    for day in (4, 8, 12):
        memory = pace.came(memory, 1, NOW + timedelta(days=day))
    assert pace.habits(memory).rhythm == 4 * 86400
    assert pace.silence(memory, NOW + timedelta(days=40)).startswith("nothing new for 28 d")
    assert pace.habits(pace.came(taught(0, 1, 2), 1, NOW)).rhythm == 86400


def test_a_day_has_room_for_so_many_items() -> None:
    memory = polling()
    assert pace.room_left(memory, 5, NOW) == 5
    memory = pace.came(memory, 3, NOW)
    assert pace.room_left(memory, 5, NOW + timedelta(hours=5)) == 2
    memory = pace.came(memory, 4, NOW + timedelta(hours=5))
    assert pace.room_left(memory, 5, NOW + timedelta(hours=6)) == 0
    assert pace.room_left(memory, 5, NOW + timedelta(hours=25)) == 5


@given(st.lists(st.floats(0, 400), max_size=15), st.integers(0, 10**7), st.integers(0, 30))
def test_the_next_look_is_always_within_the_bounds(days: list[float], ttl: int, since: int) -> None:
    memory = replace(taught(*days, ttl=ttl), changed_at=NOW - timedelta(days=since))
    hours, why = wait(memory)
    assert 0.25 <= hours <= 7.7 * 24
    assert why


def test_spans_are_spoken() -> None:
    assert [pace.spoken(s) for s in (30, 3600, 10_000, 200_000)] == ["1 min", "60 min", "3 h", "2 d"]


def test_an_outage_of_ours_moves_nothing_but_the_next_look() -> None:
    before = polling(failures=2, etag="x", polled_at=NOW)
    after, why = pace.after_outage(A, before, NOW, "the network here")
    assert after.next_poll_at is not None
    assert timedelta(minutes=5) <= after.next_poll_at - NOW <= timedelta(minutes=10)
    assert (replace(after, next_poll_at=None), why) == (before, "the network here")
