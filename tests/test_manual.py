"""The manual says what the code does."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path

import pytest

from tracker.cli.commands import COMMANDS

ROOT = Path(__file__).parents[1]


def _manual() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("manual", ROOT / "tests" / "manual.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.pages())


@pytest.mark.parametrize(("name", "text"), _manual().items())
def test_made_pages_are_up_to_date(name: str, text: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == text, "run 'make manual'"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there(name: str) -> None:
    row = COMMANDS[name]
    assert getattr(importlib.import_module(row.module), row.attribute).help


def test_every_command_the_texts_name_is_there() -> None:
    texts = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    named = {(path.name, m[1]) for path in texts for m in re.finditer(r"`tracker ([a-z]+)", path.read_text("utf-8"))}
    assert not {(file, word) for file, word in named if word not in COMMANDS}


def test_the_version_of_the_changelog_is_that_of_the_package() -> None:
    from tracker import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
