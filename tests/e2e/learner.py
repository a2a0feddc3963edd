"""A learner at the command line: a home, a clock, and the five documents that were brought along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
PLAN, ROADMAP = "003_100ce0a2ae1c0126.txt", "001_21bc516c50600ab5.txt"


class Person:
    """Runs commands in a home of its own; `at` sets the clock of the next ones."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._capsys, self._env = home, capsys, monkeypatch
        monkeypatch.setenv("TZ", "Asia/Shanghai")
        monkeypatch.chdir(home.parent)  # sources.yaml of a folder goes before that of the home
        self.at("2026-01-12T08:00:00+08:00")

    def at(self, moment: str) -> None:
        self._env.setenv("TRACKER_NOW", moment)

    def __call__(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        code = run(["--home", str(self.home), *words])
        told = self._capsys.readouterr()
        assert code in codes, told.err
        return told.out

    def told(self, *words: str) -> str:
        """What a command says beside its rows."""
        assert run(["--home", str(self.home), *words]) == 0
        return self._capsys.readouterr().err

    def rows(self, *words: str, codes: tuple[int, ...] = (0,)) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*words, "--json", codes=codes).splitlines()]


def places(person: Person, document: str) -> list[dict[str, Any]]:
    """Every place of a document, flat."""
    out, waiting = [], person.rows("plan", "show", document)
    while waiting:
        one = waiting.pop(0)
        out.append(one)
        waiting[:0] = one["children"]
    return out
