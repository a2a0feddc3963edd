"""Documents in and out by command: journals join, trees show, texts come back byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

OLD = "# 20260102 A talk 上\n+ [x](https://youtu.be/aaaaaaaaaaa)\n+ one\n"
NEW = "# 20260103 A talk 下\n[x](https://youtu.be/aaaaaaaaaaa)\n\n+ two  \n\n" + OLD.replace("one", "one, edited")
PLAN = """\ufeff# Plan\r\n## 第一阶段：Start (Day 1-2)\r\n| Day | Topic | Link |\r\n|---|---|---|\r\n| 1 | Caches | [P](https://a.example/p) |\r
| **2** | Evals | - |\r\n- [ ] a box\r\n"""


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def go(*words: str, code: int = 0) -> str:
        assert run(["--home", str(tmp_path / "home"), *words]) == code, capsys.readouterr().err
        return capsys.readouterr().out

    return go


def test_a_longer_copy_of_a_journal_adds_and_doubles_nothing(tracker: Any, tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text(OLD)
    (tmp_path / "new.md").write_text(NEW)
    first = json.loads(tracker("import", str(tmp_path / "old.md"), "--json"))
    assert (first["as"], first["created"], first["notes"]) == ("journal", 2, 1)
    second = json.loads(tracker("import", str(tmp_path / "new.md"), "--json"))
    assert (second["created"], second["updated"]) == (3, 1)
    assert json.loads(tracker("import", str(tmp_path / "new.md"), "--json"))["unchanged"] == 4
    entries = [json.loads(line) for line in tracker("journal", "--json").splitlines()]
    assert [(e["date"], e["part"]) for e in entries] == [("2026-01-03", "下"), ("2026-01-02", "上")]
    assert "one, edited" in entries[1]["body"]
    assert entries[0]["resource"] == entries[1]["resource"]
    assert "two" in tracker("journal", "2026-01-03")
    assert "two" not in tracker("journal", "2026-01")
    (tmp_path / "new.md").write_text(NEW.partition("# 20260102")[0])
    tracker("import", str(tmp_path / "new.md"))
    assert len(tracker("journal", "--json").splitlines()) == 2  # the other file still has it


def test_a_plan_shows_as_a_tree_and_comes_back_as_it_was(tracker: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_bytes(PLAN.encode())
    tracker("import", str(path))
    assert json.loads(tracker("plan", "list", "--json"))["kind"] == "plan"
    assert "plan.md" in tracker("plan", "list")
    (root,) = [json.loads(line) for line in tracker("plan", "show", "--all", "--json").splitlines()]
    day = root["children"][0]["children"][0]
    assert (day["title"], day["path"], day["day_from"], day["line"]) == (
        "Caches", ["Plan", "第一阶段：Start (Day 1-2)", "Caches"], 1, 5)  # fmt: skip
    assert len(day["resources"]) == 1
    shown = tracker("plan", "show", "Plan")
    assert "1  Caches  · 1" in shown
    assert "[ ] a box" in shown
    tracker("export", "document", "plan.md")
    assert (tmp_path / "home" / "exports" / "plan.md").read_bytes() == PLAN.encode()
    tracker("export", "document", "Pl", "--out", str(tmp_path / "again.md"))
    assert (tmp_path / "again.md").read_bytes() == PLAN.encode()
    tracker("export", "document", "plan", "--out", str(tmp_path))
    assert path.read_bytes() == PLAN.encode()
    tracker("export", "document", "nothing", code=2)
    tracker("plan", "show", "nothing", code=2)


@pytest.mark.shared
def test_the_seeds_come_back_byte_for_byte(tracker: Any, tmp_path: Path) -> None:
    seeds = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("*.txt"))
    if not seeds:
        pytest.skip("the shared seeds are not here")
    for order in (seeds, seeds[::-1]):
        for seed in order:
            tracker("import", str(seed))
    for seed in seeds:
        tracker("export", "document", seed.name)
        assert (tmp_path / "home" / "exports" / seed.name).read_bytes() == seed.read_bytes()
    found = [json.loads(line) for line in tracker("resources", "--json").splitlines()]
    linked = [one for one in found if one["url"]]
    assert (len(linked), sum(bool(s["url"]) for one in linked for s in one["sightings"])) == (189, 210)
    assert len(tracker("journal", "--json").splitlines()) == 26


@pytest.mark.parametrize("codec", ["gb18030", "utf-16-le", "utf-16-be"])
def test_a_document_comes_out_in_the_encoding_it_came_in(tracker: Any, tmp_path: Path, codec: str) -> None:
    data = ("" if codec == "gb18030" else "\ufeff").encode(
        codec
    ) + "# 20260102 记忆与上下文 上\r\n+ 一条笔记\r\n".encode(codec)
    (tmp_path / "diary.md").write_bytes(data)
    assert json.loads(tracker("import", str(tmp_path / "diary.md"), "--json"))["notes"] == 1
    tracker("export", "document", "diary.md", "--out", str(tmp_path / "out.md"))
    assert (tmp_path / "out.md").read_bytes() == data


def test_a_dry_run_says_in_words_what_would_change(tracker: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text("# L\n\n## One\n\n- [A](https://a.example/a) - first\n- [B](https://a.example/b)\n")
    shown = tracker("import", str(path), "--dry-run")
    assert "+ line 5: 'A'" in shown
    assert tracker("resources", "--json") == ""
    tracker("import", str(path))
    path.write_text("# L\n\n## One\n\n- [A](https://a.example/a) - better\n- [C](https://a.example/c)\n")
    shown = tracker("import", str(path), "--dry-run")
    assert "~ line 5: 'A': note" in shown
    assert "+ line 6: 'C'" in shown
    assert "- 'B' (was on line 6)" in shown
    report = json.loads(tracker("import", str(path), "--json"))
    assert "no longer in the file: 'B' (was on line 6)" in [f["message"] for f in report["findings"]]
    assert len(tracker("resources", "--json").splitlines()) == 3


def test_what_is_too_large_is_refused_with_a_sentence(
    tracker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.cli import import_

    monkeypatch.setattr(import_, "MAX_BYTES", 10)
    (tmp_path / "big.md").write_text("- [A](https://a.example/a)\n")
    tracker("import", str(tmp_path / "big.md"), code=2)
    assert tracker("resources", "--json") == ""


def test_a_document_that_keeps_its_reader_too_long_is_a_sentence(
    tracker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tracker.services import readings

    monkeypatch.setattr(readings, "MEMORY_BYTES", 110 * 1024 * 1024)
    path = tmp_path / "long.md"
    path.write_text("- [a](https://a.example/) b\n" * 160_000)
    assert run(["--home", str(tmp_path / "h"), "import", str(path)]) == 2
    assert f"{path}: cannot be read (reading needed too much memory" in capsys.readouterr().err
    assert run(["--home", str(tmp_path / "h"), "plan", "list", "--json"]) == 0
    assert capsys.readouterr().out == ""


def test_one_file_that_cannot_be_read_keeps_all_out(tracker: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text("# L\n- [a](https://a.example/)\n")
    bad.write_text(" \n")
    assert run(["--home", str(tmp_path / "h"), "import", str(good), str(bad)]) == 2
    assert run(["--home", str(tmp_path / "h"), "show", "1"]) == 2
