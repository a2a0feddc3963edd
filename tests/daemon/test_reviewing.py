"""Reviews that are due are told once a day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.cli.main import run as command
from tracker.daemon.study import Reviewing
from tracker.services import review
from tracker.wiring import house_of

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


class Listening:
    def __init__(self) -> None:
        self.rung: list[str] = []

    async def ring(self, title: str, body: str) -> None:
        self.rung.append(f"{title}: {body}")


class Crew:
    """As much of a crew as this job asks for."""

    def __init__(self, house: Any) -> None:
        self.house, self.bell = house, Listening()


def test_they_are_told_once_a_day(tmp_path: Path) -> None:
    listed = tmp_path / "list.md"
    listed.write_text("# L\n\n- [One](https://example.org/1)\n- [Two](https://example.org/2)\n")
    assert command(["--home", str(tmp_path), "import", str(listed)]) == 0
    with house_of({"home": str(tmp_path)}) as house:
        house.frozen = NOW
        crew: Any = Crew(house)
        job = Reviewing(crew)
        assert asyncio.run(job.run()) == ""
        cards = [add(house, id_) for id_ in (1, 2)]
        house.frozen = NOW + timedelta(days=2)
        said = asyncio.run(job.run())
        assert said.startswith(f"{len(cards)} reviews are due today")
        assert asyncio.run(job.run()) == ""
        house.frozen += timedelta(days=1)
        assert asyncio.run(job.run()).startswith(f"{len(cards)} reviews are due today")
        assert crew.bell.rung == [f"Reviews: {said}"] * 2


def add(house: Any, id_: int) -> Any:
    return review.add(house.store, house.person, resource=id_, now=NOW, made_by="t")
