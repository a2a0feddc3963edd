"""Part F: the daemon's own jobs under clocks that are wrong, jump, stand still, or change their hour."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.drill.invariants import Facts, at_rest, hold
from tests.drill.world import World
from tracker.daemon.board import Board
from tracker.daemon.jobs import Rounds
from tracker.daemon.main import crew_of, jobs_of
from tracker.wiring import House, house_of

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
LONGEST = 7 * DAY + DAY  # the largest interval between two looks, and a day
Leg = tuple[timedelta, int, timedelta]  # a jump, then so many steps of such a length

# name: zone, the moment it begins, its legs, the days whose digests must be there
JOURNEYS: dict[str, tuple[str, str, Sequence[Leg], tuple[str, ...]]] = {
    "back one year and forward again": (
        "UTC", "2026-06-10T10:00Z",
        ((timedelta(), 12, HOUR), (-YEAR, 6, HOUR), (YEAR, 30, HOUR)), ("2026-06-10", "2026-06-11"),
    ),
    "forward ten years for an hour and back": (
        "UTC", "2026-06-10T10:00Z",
        ((timedelta(), 6, HOUR), (10 * YEAR, 6, HOUR / 6), (-10 * YEAR, 54, HOUR)), ("2026-06-11", "2026-06-12"),
    ),
    "into summer time": ("Europe/Berlin", "2026-03-27T10:00Z", ((timedelta(), 160, HOUR / 2),),
                         ("2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30")),
    "out of summer time": ("Europe/Berlin", "2026-10-23T10:00Z", ((timedelta(), 160, HOUR / 2),),
                           ("2026-10-23", "2026-10-24", "2026-10-25", "2026-10-26")),
    "half an hour back": ("Australia/Lord_Howe", "2026-04-02T20:00Z", ((timedelta(), 160, HOUR / 2),),
                          ("2026-04-04", "2026-04-05", "2026-04-06")),
    "half an hour on": ("Australia/Lord_Howe", "2026-10-01T20:00Z", ((timedelta(), 160, HOUR / 2),),
                        ("2026-10-03", "2026-10-04", "2026-10-05")),
    "29 February": ("Asia/Shanghai", "2028-02-27T10:00Z", ((timedelta(), 120, HOUR / 2),),
                    ("2028-02-28", "2028-02-29")),
    "a clock that stands still": ("UTC", "2026-06-10T21:00Z", ((timedelta(), 60, timedelta()), (DAY, 4, HOUR)),
                                  ("2026-06-11",)),
    "eight hours of sleep, five times": ("UTC", "2026-06-10T10:00Z", ((timedelta(), 3, HOUR), *(
        (8 * HOUR, 3, HOUR) for _ in range(5))), ("2026-06-10", "2026-06-11")),
}  # fmt: skip


class Traveller:
    """A world whose daemon's jobs are taken turn by turn under a clock of our own."""

    def __init__(self, world: World, house: House) -> None:
        self.world, self.house = world, house
        self.written: Counter[str] = Counter()
        self.most_at_once = 0
        self.errors: dict[str, str] = {}

    async def go(self, legs: Sequence[Leg]) -> None:
        """Travel: a turn of every job at each step."""
        async with crew_of(self.house) as crew:
            crew.log.setLevel(logging.CRITICAL)
            board = Board(self.house.home, self.house.clock())
            rounds, jobs = Rounds(crew, board), jobs_of(crew)
            for jump, steps, step in legs:
                self._move(jump)
                for _ in range(steps):
                    asked = self._asked()
                    for job in jobs:
                        row = board.row(job.name)
                        row.said = ""
                        await rounds.turn(job)
                        if job.name == "digest" and row.said:
                            self.written.update(Path(one).name for one in row.said.split(": ", 1)[1].split(", "))
                        if row.error:
                            self.errors[job.name] = row.error
                    after = self._asked()
                    self.most_at_once = max(self.most_at_once, *(after[n] - asked[n] for n in after))
                    self._move(step)

    def _move(self, by: timedelta) -> None:
        assert self.house.frozen is not None
        self.house.frozen += by

    def _asked(self) -> dict[int, int]:
        return {n: len(times) for n, times in self.world.web.asked.items()}


async def travels(folder: Path, seed: int) -> dict[str, Any]:
    """Every journey in a world of its own; what was seen on each."""
    return {name: await _journey(folder / f"journey-{n}", seed, name) for n, name in enumerate(JOURNEYS)}


async def _journey(folder: Path, seed: int, name: str) -> dict[str, Any]:
    zone, begin, legs, days = JOURNEYS[name]
    world = World(folder, seed, feeds=4)
    listed = world.home / "sources.yaml"
    listed.write_text(listed.read_text().replace("interval: 2s", "interval: 1h"))
    try:
        with house_of({"home": str(world.home), "sources": str(listed)}) as house:
            house.frozen = datetime.fromisoformat(begin).astimezone(UTC)
            house.zone = ZoneInfo(zone)
            wishes = replace(house.settings.digest, daily_at="02:15", weekly_at="")
            house.settings = replace(
                house.settings, timezone=zone, digest=wishes, crawl=replace(house.settings.crawl, min_interval=3600)
            )
            traveller = Traveller(world, house)
            await traveller.go(legs)
            return _judge(name, traveller, days, folder)
    finally:
        world.close()
        world.web.shutdown()
        world.web.server_close()


def _judge(name: str, traveller: Traveller, days: Sequence[str], folder: Path) -> dict[str, Any]:
    """Nothing purged, nothing called gone, nothing waits too long, no burst; each day's digest is there once."""
    world, now = traveller.world, traveller.house.clock()
    at_rest(world, folder / "copy")
    hold("F", not traveller.errors, f"{name}: {traveller.errors}")
    facts = Facts(world, folder / "copy")
    try:
        items = facts.one("SELECT count(*) FROM resource")
        hold("F", not facts.rows("SELECT canonical_url FROM tombstone"), f"{name}: something was purged")
        hold("F", not facts.rows("SELECT * FROM link WHERE verdict = 'gone'"), f"{name}: a link was called gone")
        hold(
            "F", not facts.rows("SELECT * FROM polling WHERE failures > 0 OR stopped <> ''"), f"{name}: a source fails"
        )
        late = [at for (at,) in facts.rows("SELECT next_poll_at FROM polling") if _time(at) > now + LONGEST]
        hold("F", not late, f"{name}: a source waits until {late}, now is {now}")
    finally:
        facts.close()
    hold("F", traveller.most_at_once <= 2, f"{name}: a feed was asked {traveller.most_at_once} times in one turn")
    hold("F", items, f"{name}: nothing came")
    missing = [day for day in days if f"{day}.md" not in traveller.written]
    hold("F", not missing, f"{name}: no digest of {missing}, there are {dict(traveller.written)}")
    twice = [day for day, times in traveller.written.items() if times > 1]
    hold("F", not twice, f"{name}: written twice: {twice}")
    _told_once(name, traveller.house.digest_folder)
    _ages(traveller.house)
    return {
        "items": items,
        "digests": len(traveller.written),
        "most looks of a feed in one turn": traveller.most_at_once,
    }


def _told_once(name: str, digests: Path) -> None:
    """An item stands in the digest of one day."""
    told = Counter(
        item
        for file in digests.glob("*.md")
        for item in set(re.findall(r"Feed \d+ item g\d+ number \d+", file.read_text()))
    )
    hold("F", told, f"{name}: the digests tell of nothing")
    often = [item for item, times in told.items() if times > 1]
    hold("F", not often, f"{name}: told of on several days: {often[:3]}")


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _ages(house: House) -> None:
    """No negative age is shown."""
    from tracker.services import operations

    found = operations.status(house.store, house.person, house.home, house.clock())
    shown = [str(one) for one in (*found.trouble, *found.next_up)]
    hold("F", not any(" -" in one for one in shown), f"a negative age is shown: {shown}")
