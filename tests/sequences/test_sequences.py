"""Whatever was decided in whatever order: undo-all gives the first database, redo-all the last."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from db.store import Store, open_store
from tests.sequences.deeds import DEEDS, Hand
from tests.sequences.world import NOW, differences, furnish, picture, redo_all, undo_all

ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(days=30)


def there_and_back(store: Store, first: dict[str, list[str]]) -> int:
    """Undo everything, redo everything, twice; returns how many steps it was. What waits to be redone is done first."""
    redo_all(store, NOW)
    last = picture(store)
    steps = 0
    for _ in range(2):
        steps = undo_all(store, LATER)
        assert differences(first, picture(store)) == {}
        assert redo_all(store, LATER + timedelta(hours=1)) == steps
        assert differences(last, picture(store)) == {}
    return steps


def test_undo_all_gives_the_first_database_and_redo_all_the_last(store: Store) -> None:
    furnish(store)
    first = picture(store)
    hand = Hand(store, 7, NOW)
    for _ in range(120):
        hand.deed()
    assert there_and_back(store, first) > 40


@pytest.mark.parametrize(("seed", "deeds"), [*((seed, 60) for seed in range(6)), (133, 150)])
def test_sequences_of_other_seeds(seed: int, deeds: int, tmp_path: Path) -> None:
    sequence(tmp_path, seed, deeds)


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100, 160))
def test_long_sequences(seed: int, tmp_path: Path) -> None:
    sequence(tmp_path, seed, 400)


def sequence(folder: Path, seed: int, deeds: int) -> Counter[str]:
    store = open_store(str(folder / "t.db"), synchronous="OFF")
    furnish(store)
    first = picture(store)
    hand = Hand(store, seed, NOW)
    for _ in range(deeds):
        hand.deed()
    there_and_back(store, first)
    store.close()
    return hand.did


def test_the_sequences_hold_decisions_of_every_kind(tmp_path: Path) -> None:
    did = Counter[str]()
    for seed in (1000, 1001):
        (tmp_path / str(seed)).mkdir()
        did += sequence(tmp_path / str(seed), seed, 150)
    assert set(did) == set(DEEDS)


def deciding(database: Path, seed: int, deeds: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.sequences", str(database), str(seed), str(deeds)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.drill)])
def test_it_holds_after_kill_9_in_the_middle(kills: int, tmp_path: Path) -> None:
    database = tmp_path / "t.db"
    store = open_store(str(database))
    furnish(store)
    first = picture(store)
    store.close()
    for n in range(kills):
        child = deciding(database, 50 + n, 1000)
        assert child.stdout is not None
        for _ in range(12 + n * 3 % 30):
            child.stdout.readline()
        child.kill()
        child.wait(30)
        child.stdout.close()
        store = open_store(str(database))
        there_and_back(store, first)
        store.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("deeds", [20, pytest.param(200, marks=pytest.mark.drill)])
def test_it_holds_across_two_processes_at_once(deeds: int, tmp_path: Path) -> None:
    database = tmp_path / "t.db"
    store = open_store(str(database))
    furnish(store)
    first = picture(store)
    children = [deciding(database, seed, deeds) for seed in (1, 2)]
    for child in children:
        child.communicate(timeout=1500)
        assert child.returncode == 0
    assert there_and_back(store, first) > deeds // 3
    store.close()
