"""What a wrong clock wrote holds nothing up: sources, links, talks, rests of hosts, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from db import clock
from db.store import Store
from db.tables import cooldown, link, polling, resource, source, transcript_job

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
YEAR, HOUR = timedelta(days=365), timedelta(hours=1)


def filled(store: Store, looked: datetime | None, due: datetime, lease: datetime | None = None) -> None:
    """One row of everything that waits."""
    held: dict[str, Any] = {"lease_owner": "somebody" if lease else "", "lease_until": lease}
    with store.write() as tx:
        tx.execute(insert(source).values(id=1, name="One", url="http://a.example/", kind="feed", created_at=NOW))
        tx.execute(insert(polling).values(source_id=1, polled_at=looked, next_poll_at=due, ok_at=looked, **held))
        tx.execute(insert(resource).values(id=1, title="One", url="http://a.example/1", first_seen_at=NOW))
        tx.execute(
            insert(link).values(resource_id=1, url="http://a.example/1", checked_at=looked, next_check_at=due, **held)
        )
        tx.execute(insert(transcript_job).values(resource_id=1, site="youtube", asked_at=looked, next_try=due, **held))
        tx.execute(insert(cooldown).values(host="a.example", since=looked, until=due, reason="it asked for rest"))


def times(store: Store) -> list[Any]:
    """When each was looked at and is due."""
    with store.read() as tx:
        return [tx.execute(select(one.column(one.looked), one.column(one.due))).one() for one in clock.ALL]


def test_what_was_looked_at_in_the_future_waits_as_long_as_it_was_to_wait(store: Store) -> None:
    filled(store, NOW + YEAR, NOW + YEAR + 6 * HOUR)
    with store.write() as tx:
        assert clock.ahead(tx, NOW) == len(clock.ALL)
        assert clock.put_right(tx, NOW) == len(clock.ALL)
        assert clock.ahead(tx, NOW) == 0
        assert tx.execute(select(polling.c.ok_at)).scalar_one() == NOW
    assert times(store) == [(NOW, NOW + 6 * HOUR)] * len(clock.ALL)


def test_a_source_is_looked_at_within_a_day_of_the_clock_being_right(store: Store) -> None:
    filled(store, NOW + YEAR, NOW + YEAR + timedelta(days=7))
    with store.write() as tx:
        clock.put_right(tx, NOW)
    assert times(store)[0] == (NOW, NOW + timedelta(days=1))


def test_what_was_never_looked_at_does_not_wait_for_a_year(store: Store) -> None:
    filled(store, None, NOW + YEAR)
    with store.write() as tx:
        clock.put_right(tx, NOW)
    assert times(store) == [(None, NOW)] * len(clock.ALL)


def test_a_lease_out_of_the_future_holds_nothing(store: Store) -> None:
    filled(store, NOW - HOUR, NOW + HOUR, lease=NOW + YEAR)
    with store.write() as tx:
        assert clock.put_right(tx, NOW) == 3
        for table in (polling, link, transcript_job):
            assert tx.execute(select(table.c.lease_owner, table.c.lease_until)).one() == ("", None)
    assert times(store) == [(NOW - HOUR, NOW + HOUR)] * len(clock.ALL)


@pytest.mark.parametrize("looked", [NOW, NOW + timedelta(minutes=4), None])
def test_what_waits_as_it_should_is_left_alone(store: Store, looked: datetime | None) -> None:
    filled(store, looked, NOW + timedelta(days=30), lease=NOW + timedelta(minutes=15))
    before = times(store)
    with store.write() as tx:
        assert clock.put_right(tx, NOW) == 0
    assert times(store) == before
