"""A short crash drill as a test; `make drill` runs the long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.drill
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("database", "rounds"), [("sqlite", 30), pytest.param("pg", 10, marks=pytest.mark.postgres)])
def test_kills_lose_nothing(database: str, rounds: int) -> None:
    words = [sys.executable, "-m", "tests.drill", "--rounds", str(rounds), "--seed", "11", "--db", database]
    done = subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
