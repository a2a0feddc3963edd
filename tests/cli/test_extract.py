"""`tracker extract`: the face's shape, exit codes, and sentences for what gives no text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "cases" / "pages" / "blog.html"


def _run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracker", "--home", str(home), "extract", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_file_gives_a_line_of_json(tmp_path):
    done = _run(tmp_path, str(PAGE), "--url", "https://example.org/notes/caches/", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert (found["input"], found["title"], found["published"]) == (
        str(PAGE),
        "How caches work",
        "2026-03-02T08:00:00Z",
    )
    assert found["markdown"].startswith("# How caches work")
    assert not (tmp_path / "tracker.db").exists()


def test_an_empty_page_is_said_and_ends_with_1(tmp_path):
    page = tmp_path / "empty.html"
    page.write_text("<div></div>")
    done = _run(tmp_path, str(page))
    assert done.returncode == 1
    assert "empty: no readable text" in done.stderr
    assert done.stdout == ""


def test_a_missing_file_ends_with_2(tmp_path):
    done = _run(tmp_path, str(tmp_path / "none.html"))
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
