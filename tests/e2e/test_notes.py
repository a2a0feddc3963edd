"""Notes by command: about talks and places, at a second, in parts, edited, taken out; all undoable, seen in the file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

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


@pytest.fixture
def path(tracker: Any, tmp_path: Path) -> Path:
    """A journal that was read in."""
    copied = Path(shutil.copy(CASES / "journal.md", tmp_path / "journal.md"))
    tracker("import", str(copied))
    return copied


def entries(tracker: Any) -> list[Any]:
    return [json.loads(line) for line in tracker("journal", "--json").splitlines()]


def talk(tracker: Any, title: str) -> str:
    return str(next(one["resource"] for one in entries(tracker) if one["title"] == title))


def written(tracker: Any, path: Path) -> str:
    tracker("export", "document", "journal.md", "--out", str(path))
    return path.read_text("utf-8")


def test_an_undone_note_leaves_the_file_and_comes_back_with_redo(tracker: Any, path: Path) -> None:
    before = path.read_text("utf-8")
    tracker("note", talk(tracker, "Plain"), "a word")
    with_note = written(tracker, path)
    assert with_note != before
    tracker("undo")
    assert "20260201" not in tracker("journal", "--json")
    assert written(tracker, path) == before
    again = json.loads(tracker("import", str(path), "--json"))
    assert (again["created"], again["updated"]) == (0, 0)
    tracker("redo")
    assert written(tracker, path) == with_note
    tracker("undo")
    tracker("note", talk(tracker, "Plain"), "a word")  # the same entry, written anew
    assert written(tracker, path) == with_note


def test_an_undone_note_that_was_edited_in_the_file_is_kept_and_said(tracker: Any, path: Path) -> None:
    tracker("note", talk(tracker, "Plain"), "a word")
    path.write_text(written(tracker, path).replace("+ a word", "+ a word of mine"), "utf-8")
    tracker("undo")
    said = tracker("export", "document", "journal.md", "--out", str(path), code=1, err=True)
    assert "note is empty here" in said
    assert "+ a word of mine" in path.read_text("utf-8")


def test_a_removed_note_leaves_the_file_and_undo_brings_it_back(tracker: Any, path: Path) -> None:
    before = path.read_text("utf-8")
    plain = next(one for one in entries(tracker) if one["title"] == "Plain")
    tracker("note", str(plain["id"]), "--remove")
    gone = written(tracker, path)
    assert "Plain" not in gone
    assert gone == before[: before.index("# 20260108  Plain")]
    tracker("import", str(path))
    assert "Plain" not in tracker("journal", "--json")
    tracker("undo")
    assert "# 20260108 Plain\n+ [https://blog.example/post]" in written(tracker, path)
    tracker("note", "999", "--remove", code=2)
    tracker("note", "x", "--remove", code=2)


def test_an_edited_note_changes_its_own_lines(tracker: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_text("utf-8")
    plain = next(one for one in entries(tracker) if one["title"] == "Plain")
    link = "+ [https://blog.example/post](https://blog.example/post)"
    tracker("note", str(plain["id"]), "--edit", f"{link}\n+ last\n    - and more")
    assert written(tracker, path) == before.replace("+ last\n", "+ last\n    - and more\n")
    assert entries(tracker)[-1]["bullets"] == {"level1": 1, "level2": 1, "level3": 0}
    tracker("undo")
    assert written(tracker, path) == before
    tracker("note", str(plain["id"]), "--edit", "# 20260101 another entry", code=2)
    tracker("note", str(plain["id"]), "--edit", " ", code=2)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setenv("VISUAL", "sed -i s/last/first/")
    tracker("note", str(plain["id"]), "--edit")
    assert written(tracker, path) == before.replace("+ last\n", "+ first\n")


def test_a_note_begins_at_a_second_of_the_talk(tracker: Any, path: Path) -> None:
    id_ = talk(tracker, "A long talk")
    tracker("note", id_, "third", "--at", "20:31")
    found = entries(tracker)[0]
    assert (found["start_seconds"], found["url"]) == (1231, "https://www.youtube.com/watch?v=aaaaaaaaaaa")
    assert "(https://www.youtube.com/watch?v=aaaaaaaaaaa&t=1231s)" in written(tracker, path)
    tracker("note", id_, "no time", "--at", "later", code=2)
    tracker("note", id_, "no day", "--day", "soon", code=2)


def test_parts_that_stand_in_no_file_yet_are_told_together(tracker: Any, path: Path, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("# Talks\n- [New](https://talks.example/new): a talk\n")
    tracker("import", str(tmp_path / "list.md"))
    new = str(json.loads(tracker("resources", "--json").splitlines()[-1])["id"])

    def parts() -> list[str | None]:
        return [one["part"] for one in reversed(entries(tracker)) if one["title"] == "New"]

    told = []
    for day in ("2026-02-01", "2026-02-02", "2026-02-03"):
        tracker("note", new, f"words of {day}", "--day", day)
        told.append(parts())
    assert told == [[None], ["上", "下"], ["上", "中", "下"]]
    tracker("undo")
    assert parts() == ["上", "下"]
    tracker("redo")
    before = path.read_text("utf-8")
    after = written(tracker, path)
    assert [line for line in after.splitlines() if line not in before.splitlines() and line.startswith("#")] == [
        "# 20260203 New（下）", "# 20260202 New（中）", "# 20260201 New（上）",
    ]  # fmt: skip
    assert after.replace(after[after.index("# 20260203") : after.index("# 20260112")], "") == before
    tracker("note", new, "the fourth", "--day", "2026-02-04")
    assert parts() == ["上", "中", "下", "4"]  # what stands in the file stays
    tracker("note", new, "own", "--day", "2026-02-05", "--part", "extra")
    tracker("note", new, "own", "--day", "2026-02-05", "--part", "extra")
    assert written(tracker, path).count("# 20260205 New") == 2
    again = json.loads(tracker("import", str(path), "--json"))
    assert (again["created"], again["updated"]) == (0, 0)


def test_a_note_is_about_a_place_of_a_plan(tracker: Any, path: Path, tmp_path: Path) -> None:
    tracker("import", str(shutil.copy(CASES / "roadmap.md", tmp_path / "roadmap.md")))
    tracker("note", "streams", "consumer groups\n  ack each one")
    found = entries(tracker)[0]
    assert "streams" in found["title"]
    assert f"# 20260201 {found['title']}\n+ consumer groups\n    - ack each one\n\n" in written(tracker, path)
    again = json.loads(tracker("import", str(path), "--json"))
    assert again["updated"] == 0
    tracker("undo")
    assert "consumer groups" not in written(tracker, path)
    tracker("note", "no such place", "words", code=2)
    tracker("note", "9999", "words", code=2)


def test_a_merged_resource_leads_to_what_it_became(tracker: Any, path: Path) -> None:
    kept, other = talk(tracker, "Plain"), talk(tracker, "Another talk")
    tracker("merge", kept, other)
    assert json.loads(tracker("show", other, "--json"))["id"] == int(kept)
    assert f"{other} is merged into {kept}" in tracker("show", other, err=True)
    tracker("note", other, "about both")
    assert str(entries(tracker)[0]["resource"]) == kept
    tracker("undo")
    tracker("split", kept)
    assert json.loads(tracker("show", other, "--json"))["id"] == int(other)
