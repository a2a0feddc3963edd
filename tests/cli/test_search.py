"""`tracker search` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.cli import search
from tracker.cli.main import run


def test_a_long_wait_for_the_index_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "list.md"
    listed.write_text("# A\n" + "".join(f"- [kiln {n}](https://a.example/{n})\n" for n in range(4)))
    home = ["--home", str(tmp_path / "home")]
    assert run([*home, "import", str(listed)]) == 0
    monkeypatch.setattr(search, "LONG_BEHIND", 3)
    capsys.readouterr()
    assert run([*home, "search", "kiln"]) == 0
    assert "changed since the last search" in capsys.readouterr().err
    assert run([*home, "search", "kiln"]) == 0
    said = capsys.readouterr()
    assert "changed since" not in said.err
    assert "kiln 3" in said.out
