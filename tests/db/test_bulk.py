"""Values bound by hand: what the database is given is what SQLAlchemy would give it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, Text
from sqlalchemy.dialects import sqlite

from db import bulk
from db.types import Json, UtcDateTime

_HERE = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (UtcDateTime(), None), (UtcDateTime(), datetime(1999, 1, 2, 3, 4, 5, 6, UTC)),
        (UtcDateTime(), datetime(2026, 1, 1, tzinfo=_HERE)), (Json(), None), (Json(), ()), (Json(), []), (Json(), {}),
        (Json(), ("a", "中")), (Json(), [("u", "t", 3)]), (Json(), {"a": 1}), (Json(), 0), (Json(), ""),
        (Boolean(), True), (Text(), "x"), (Integer(), 7),
    ],
)  # fmt: skip
def test_a_value_is_bound_as_sqlalchemy_does(kind: Any, value: object) -> None:
    dialect = sqlite.dialect()
    ours, theirs = bulk._bind(dialect, kind), kind.dialect_impl(dialect).bind_processor(dialect)
    assert (ours(value) if ours else value) == (theirs(value) if theirs else value)


def test_a_time_without_a_zone_is_no_time() -> None:
    bind = bulk._bind(sqlite.dialect(), UtcDateTime())
    assert bind is not None
    with pytest.raises(ValueError, match="naive"):
        bind(datetime(2026, 1, 1))  # noqa: DTZ001
