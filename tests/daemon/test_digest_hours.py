"""Digests under a clock that was wrong: each day's is written once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.daemon.digests import Digests
from tracker.wiring import house_of


class NoBell:
    async def ring(self, *_: object) -> None:
        pass


class Crew:
    """As much of a crew as digests ask for."""

    def __init__(self, house: Any) -> None:
        self.house, self.bell = house, NoBell()


async def test_a_clock_that_ran_ahead_for_an_hour_writes_no_day_twice(tmp_path: Path) -> None:
    with house_of({"home": str(tmp_path)}) as house:
        house.settings = replace(house.settings, digest=replace(house.settings.digest, daily_at="02:00", weekly_at=""))
        house.frozen = datetime(2026, 6, 10, 12, tzinfo=UTC)
        job: Any = Digests(Crew(house))  # type: ignore[arg-type]
        day, ahead = timedelta(days=1), timedelta(days=3650)
        written = []
        for step in (timedelta(), timedelta(), ahead, -ahead, timedelta(hours=1), day, timedelta()):
            house.frozen += step
            written += [path.rpartition("/")[2] for path in (await job.run()).split(", ") if path]
        assert written[0] == "2026-06-10.md"
        assert written.count("2026-06-10.md") == written.count("2026-06-11.md") == 1
        assert len(written) == 3  # the third is of the wrong clock
