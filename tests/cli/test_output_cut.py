"""A reader of our output that leaves early is no trouble."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_reader_that_leaves_early_is_no_trouble(tmp_path: Path) -> None:
    listed = tmp_path / "list.md"
    listed.write_text("# L\n\n" + "".join(f"- [Work {n}](https://example.org/{n}) {'x' * 200}\n" for n in range(800)))
    line = [sys.executable, "-m", "tracker", "--home", str(tmp_path)]
    subprocess.run([*line, "import", str(listed)], cwd=ROOT, check=True, capture_output=True)
    one = subprocess.Popen([*line, "resources"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert one.stdout is not None
    assert one.stderr is not None
    assert one.stdout.readline()
    one.stdout.close()
    assert one.stderr.read() == ""
    one.stderr.close()
    assert one.wait(30) == 0
