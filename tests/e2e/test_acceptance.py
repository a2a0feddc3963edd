"""The learner's list of acceptance: each of its 43 rows has a test that is named after it."""

from __future__ import annotations

import re
from pathlib import Path

ROWS = range(1, 44)


def test_every_row_has_a_test_named_after_it() -> None:
    named = {
        int(number)
        for file in Path(__file__).parent.glob("test_acceptance_*.py")
        for number in re.findall(r"^def test_row_(\d\d)_\w+", file.read_text("utf-8"), re.M)
    }
    assert named == {*ROWS}
