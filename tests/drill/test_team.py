"""The team's drill: a short one with every run of the tests, long ones with `make drill`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drill.team import Size, TeamWorld, drill

pytestmark = pytest.mark.postgres


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("seed", "seconds", "size"),
    [(1, 6, Size(6, 18, 3)), *(pytest.param(seed, 90, Size(), marks=pytest.mark.drill) for seed in (2, 3, 4))],
)
def test_workers_that_are_killed_lose_and_double_nothing(
    tmp_path: Path, new_postgres: str, seed: int, seconds: int, size: Size
) -> None:
    world = TeamWorld(tmp_path, seed, new_postgres, size)
    try:
        done = drill(world, seed=seed, seconds=seconds, workers=3, patience=150)
    finally:
        world.close()
    assert done["killed"] >= 1
    assert done["transcripts"] > 0
