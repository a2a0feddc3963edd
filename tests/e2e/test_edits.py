"""Edits by command, seen in the document's own bytes: minimal, undoable, never over what a person wrote in the file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run
from tracker.services.files import write_whole

CASES = Path(__file__).parents[1] / "cases" / "documents"


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TRACKER_NOW", "2026-02-01T08:00:00+08:00")
    monkeypatch.setenv("TZ", "Asia/Shanghai")

    def go(*words: str, code: int = 0, err: bool = False) -> str:
        assert run(["--home", str(tmp_path / "home"), *words]) == code, capsys.readouterr().err
        out = capsys.readouterr()
        return out.err if err else out.out

    return go


def _copy(tmp_path: Path, name: str) -> Path:
    return Path(shutil.copy(CASES / name, tmp_path / name))


def test_ticks_levels_and_remarks_reach_the_file_and_come_back_equal(tracker: Any, tmp_path: Path) -> None:
    path = _copy(tmp_path, "roadmap.md")
    before = path.read_text("utf-8")
    tracker("import", str(path))
    tracker("plan", "tick", "Redis")
    assert tracker("plan", "level", "streams", "3").startswith("ACK ")
    tracker("plan", "remark", "准备面经", "跑通了Demo")
    tracker("export", "document", "roadmap.md", "--out", str(path))
    wanted = before.replace("- [ ]  熟悉", "- [x]  熟悉").replace("（啥也不会）", "（啥也不会 · L3）")
    assert path.read_text("utf-8") == wanted.replace("准备面经", "（跑通了Demo）准备面经")
    again = json.loads(tracker("import", str(path), "--json"))
    assert (again["created"], again["updated"]) == (0, 0)
    for _ in range(3):
        tracker("undo")
    tracker("export", "document", "roadmap.md", "--out", str(path))
    assert path.read_text("utf-8") == before
    assert "啥也不会" in tracker("plan", "show", "roadmap.md")


def test_hand_edits_survive_and_conflicts_are_shown(tracker: Any, tmp_path: Path) -> None:
    path = _copy(tmp_path, "roadmap.md")
    tracker("import", str(path))
    tracker("plan", "tick", "Redis")
    tracker("plan", "remark", "streams", "持续积累中")
    path.write_text(path.read_text("utf-8").replace("（啥也不会）", "（学不了一点）") + "\nby hand\n", "utf-8")
    said = tracker("export", "document", "roadmap.md", "--out", str(path), code=1, err=True)
    assert f"{path}:12: warning: remark is '持续积累中' here, '学不了一点' in the file" in said
    text = path.read_text("utf-8")
    assert "- [x]  熟悉 Redis" in text
    assert "（学不了一点）了解 streams" in text
    assert text.endswith("by hand\n")
    tracker("export", "document", "roadmap.md", "--out", str(path), code=1)
    tracker("export", "document", "roadmap.md", "--out", str(path), "--mine")
    assert "（持续积累中）了解 streams" in path.read_text("utf-8")


def test_a_file_that_is_not_ours_is_not_overwritten(tracker: Any, tmp_path: Path) -> None:
    tracker("import", str(_copy(tmp_path, "plan.md")))
    other = tmp_path / "other.md"
    other.write_text("my own words\n")
    tracker("export", "document", "plan.md", "--out", str(other), code=2)
    assert other.read_text() == "my own words\n"
    out = tmp_path / "out.md"
    tracker("plan", "tick", "Types")
    tracker("export", "document", "plan.md", "--out", str(out))
    assert "| **1** ✅ | Types |" in out.read_text("utf-8")
    out.write_text(out.read_text("utf-8").replace("build", "build it"), "utf-8")
    tracker("plan", "untick", "Types")
    tracker("export", "document", "plan.md", "--out", str(out))
    assert "| **1** | Types |" in out.read_text("utf-8")
    assert "build it" in out.read_text("utf-8")


def test_the_history_of_a_place_is_kept(tracker: Any, tmp_path: Path) -> None:
    tracker("import", str(_copy(tmp_path, "roadmap.md")))
    tracker("plan", "level", "streams", "1")
    tracker("plan", "level", "streams", "掌握")
    found = [json.loads(line) for line in tracker("plan", "history", "streams", "--json").splitlines()]
    assert [(one["field"], one["old"], one["new"]) for one in found] == [("level", 0, 1), ("level", 1, 3)]
    tracker("plan", "level", "streams", "9", code=2)
    tracker("plan", "tick", "加分项", code=2)
    tracker("plan", "tick", "no such place", code=2)


def test_topics_have_other_names_and_resources_are_attached(tracker: Any, tmp_path: Path) -> None:
    tracker("import", str(_copy(tmp_path, "roadmap.md")), str(_copy(tmp_path, "list.md")))
    tracker("topics", "alias", "Caches", "缓存")
    found = [json.loads(line)["title"] for line in tracker("topics", "show", "缓存", "--json").splitlines()]
    assert "One" in found
    one = json.loads(tracker("topics", "show", "Caches", "--json").splitlines()[0])["id"]
    placed = json.loads(tracker("plan", "attach", "Redis", str(one), "--json"))
    assert placed["resources"] == [one]
    taken = json.loads(tracker("plan", "attach", "Redis", str(one), "--off", "--json"))
    assert taken["resources"] == []
    tracker("undo")
    found = [json.loads(line) for line in tracker("plan", "show", "roadmap.md", "--json").splitlines()]
    assert f'"resources": [{one}]' in json.dumps(found)
    tracker("undo")
    tracker("undo")
    tracker("topics", "show", "缓存", code=2)


def test_a_note_goes_into_the_journal_in_its_own_form(tracker: Any, tmp_path: Path) -> None:
    path = _copy(tmp_path, "journal.md")
    before = path.read_text("utf-8")
    tracker("import", str(path))
    plain = next(one for one in map(json.loads, tracker("journal", "--json").splitlines()) if one["title"] == "Plain")
    tracker("note", str(plain["resource"]), "first\n  second")
    tracker("export", "document", "journal.md", "--out", str(path))
    link = "[https://blog.example/post](https://blog.example/post)"
    new = f"# 20260201 Plain（下）\n+ {link}\n+ first\n    - second\n\n"
    assert path.read_text("utf-8") == before.replace("# 20260112", new + "# 20260112")
    again = json.loads(tracker("import", str(path), "--json"))
    assert (again["created"], again["updated"]) == (0, 0)
    tracker("note", str(plain["resource"]), "taken back", "--day", "2026-02-02")
    tracker("undo")
    tracker("export", "document", "journal.md", "--out", str(path))
    assert path.read_text("utf-8") == before.replace("# 20260112", new + "# 20260112")


def test_everything_of_a_kind_comes_out_together(tracker: Any, tmp_path: Path) -> None:
    path = _copy(tmp_path, "journal.md")
    tracker("import", str(path), str(_copy(tmp_path, "plan.md")))
    tracker("export", "journal", "--out", str(tmp_path / "all.md"))
    assert (tmp_path / "all.md").read_bytes() == path.read_bytes()
    tracker("export", "roadmap", code=2)


def test_a_dump_restores_to_an_equal_database(tracker: Any, tmp_path: Path, capsys: Any) -> None:
    tracker("import", *(str(_copy(tmp_path, path.name)) for path in sorted(CASES.iterdir())))
    tracker("plan", "tick", "Redis")
    dumped, again = tmp_path / "all.json", tmp_path / "again.json"
    tracker("export", "json", "--out", str(dumped))
    other = ["--home", str(tmp_path / "other")]
    assert run([*other, "import", str(dumped)]) == 0
    assert run([*other, "export", "json", "--out", str(again)]) == 0
    assert again.read_bytes() == dumped.read_bytes()
    found = tracker("search", "Redis", "--json")
    assert run([*other, "search", "Redis", "--json"]) == 0
    assert capsys.readouterr().out == found != ""
    assert run([*other, "import", str(dumped)]) == 2  # not empty
    cut = tmp_path / "cut.json"
    cut.write_bytes(b"".join(dumped.read_bytes().splitlines(keepends=True)[:-1]))
    assert run(["--home", str(tmp_path / "third"), "import", str(cut)]) == 2


def child(home: Path, *words: str, **env: str) -> int:
    """A process of its own, which may be killed."""
    command = [sys.executable, "-m", "tracker", "--home", str(home), *words]
    return subprocess.run(command, env=os.environ | env, capture_output=True, timeout=60).returncode


@pytest.mark.parametrize("point", ["export.tmp_written", "export.before_rename", "export.after_rename"])
@pytest.mark.parametrize("kind", ["document", "json"])
def test_a_kill_in_the_middle_of_an_export_leaves_a_whole_file(
    tracker: Any, tmp_path: Path, point: str, kind: str
) -> None:
    path = _copy(tmp_path, "roadmap.md")
    tracker("import", str(path))
    words = ["export", "document", "roadmap.md", "--out", str(path)]
    if kind == "json":
        path = tmp_path / "all.json"
        words = ["export", "json", "--out", str(path)]
        tracker(*words)
    tracker("plan", "tick", "Redis")
    before = path.read_bytes()
    assert child(tmp_path / "home", *words, TRACKER_CRASH_AT=f"{point}:1") not in (0, 1, 2, 70)
    killed = path.read_bytes()
    tracker(*words)
    after = path.read_bytes()
    assert before != after
    assert killed == (after if point == "export.after_rename" else before)
    again = json.loads(tracker("import", str(_copy(tmp_path, "list.md")), "--json"))
    assert again["created"] > 0
    for left in tmp_path.glob(".*.tmp"):
        os.utime(left, (0, 0))
    tracker(*words)
    assert not list(tmp_path.glob(".*.tmp"))  # what the kill left behind goes with a later export


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ZeroDivisionError

    path = tmp_path / "f.json"
    path.write_text("whole")
    with pytest.raises(ZeroDivisionError):
        write_whole(path, broken())
    assert path.read_text() == "whole"
    assert [one.name for one in tmp_path.iterdir()] == ["f.json"]


def test_a_dump_holds_no_passwords_unless_asked_to(tracker: Any, tmp_path: Path) -> None:
    listed = tmp_path / "links.txt"
    listed.write_text("http://me:S3CRET@a.example/1\nhttps://b.example/feed?token=S3CRET-2\n", "utf-8")
    tracker("import", str(listed), "--as", "urls")
    out, kept = tmp_path / "all.json", tmp_path / "kept.json"
    assert "2 passwords and tokens" in tracker("export", "json", "--out", str(out), err=True)
    assert b"S3CRET" not in out.read_bytes()
    assert b"http://***1@a.example/1" in out.read_bytes()
    assert "left out" not in tracker("export", "json", "--secrets", "--out", str(kept), err=True)
    for dump, address in ((out, "http://***1@a.example/1"), (kept, "http://me:S3CRET@a.example/1")):
        home = tmp_path / dump.stem
        assert run(["--home", str(home), "import", str(dump)]) == 0
        again = home / "again.json"
        assert run(["--home", str(home), "export", "json", "--secrets", "--out", str(again)]) == 0
        assert address in again.read_text("utf-8")
