"""What the tests of a learner's documents share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.learner import SEEDS, Person


@pytest.fixture
def person(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Person:
    if not SEEDS.is_dir():
        pytest.skip("the learner's documents are not here (../shared/seeds)")
    return Person(tmp_path / "home", capsys, monkeypatch)


@pytest.fixture
def seeded(person: Person) -> Person:
    person("import", *sorted(map(str, SEEDS.glob("*.txt"))))
    return person
