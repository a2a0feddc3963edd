"""One work under two addresses: offered after an import, joined, parted, and taken back, by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

LIST = """# Papers
## One
- [QLoRA: Efficient Finetuning](https://openreview.net/pdf?id=OUIFPHEgJU) - the paper
## Two
- [QLoRA](https://arxiv.org/abs/2305.14314v2) - at arXiv
- [Other](https://a.example/other)
"""


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def go(*words: str, code: int = 0) -> str:
        assert run(["--home", str(tmp_path / "home"), *words]) == code, capsys.readouterr().err
        return capsys.readouterr().out

    (tmp_path / "papers.md").write_text(LIST)
    report = json.loads(go("import", str(tmp_path / "papers.md"), "--json"))
    assert [(f["line"], "perhaps one work" in f["message"]) for f in report["findings"]] == [(5, True)]
    return go


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def library(tracker: Any) -> dict[int, list[str]]:
    return {one["id"]: [s["url"] for s in one["sightings"]] for one in rows(tracker("resources", "--json"))}


def test_an_offer_is_accepted_undone_and_done_again(tracker: Any, tmp_path: Path) -> None:
    before = library(tracker)
    (one,) = rows(tracker("proposals", "--json"))
    keep, other = (work["id"] for work in one["resources"])
    assert (one["kind"], keep, other) == ("merge", 1, 2)
    assert "openreview.net" in one["why"]
    assert "QLoRA" in tracker("proposals")
    tracker("proposals", "accept", str(one["id"]))
    assert library(tracker) == {1: before[1] + before[2], 3: before[3]}
    assert set(rows(tracker("resources", "--json"))[0]["topics"]) == {"One", "Two"}
    again = json.loads(tracker("import", str(tmp_path / "papers.md"), "--json"))
    assert (again["created"], again["updated"], again["findings"]) == (0, 0, [])
    assert tracker("proposals") == ""
    tracker("undo")
    assert library(tracker) == before
    assert len(rows(tracker("proposals", "--json"))) == 1
    tracker("redo")
    assert library(tracker)[1] == before[1] + before[2]
    assert tracker("split", "1").strip() == "2"
    assert library(tracker) == before
    assert rows(tracker("resources", "--json"))[1]["state"] == "filed"


def test_an_offer_that_was_declined_is_not_made_again(tracker: Any, tmp_path: Path) -> None:
    tracker("proposals", "decline", "1")
    (tmp_path / "more.md").write_text(LIST.replace("Papers", "More papers"))
    assert json.loads(tracker("import", str(tmp_path / "more.md"), "--json"))["findings"] == []
    assert tracker("proposals", "--json") == ""
    tracker("proposals", "accept", "1", code=2)
    tracker("proposals", "accept", "x", code=2)
    tracker("proposals", "perhaps", code=2)
    tracker("undo")
    assert len(rows(tracker("proposals", "--json"))) == 1


def test_works_are_merged_and_split_by_hand(tracker: Any) -> None:
    before = library(tracker)
    tracker("triage", "3", "star")
    tracker("triage", "3", "done")
    tracker("merge", "1", "2", "3")
    assert library(tracker) == {1: before[1] + before[2] + before[3]}
    (whole,) = rows(tracker("resources", "--json"))
    assert (whole["starred"], whole["state"]) == (True, "filed")
    tracker("merge", "1", "3", code=2)
    tracker("merge", "1", "1", code=2)
    tracker("merge", "1", "99", code=2)
    assert tracker("split", "1", "https://a.example/other").strip() == "3"
    sighting = next(s["id"] for s in rows(tracker("show", "1", "--json"))[0]["sightings"] if "arxiv" in s["url"])
    assert tracker("split", "1", str(sighting)).strip() == "2"
    assert library(tracker) == before
    tracker("split", "1", code=2)
    tracker("split", "1", "https://nowhere.example/", code=2)
    for _ in range(3):
        tracker("undo")
    assert library(tracker) == before
    assert [one["state"] for one in rows(tracker("resources", "--json"))] == ["filed", "filed", "done"]


def test_two_mentions_of_one_address_can_stand_apart(tracker: Any, tmp_path: Path) -> None:
    (tmp_path / "again.md").write_text("# Again\n\n- [Quantized](https://arxiv.org/pdf/2305.14314)\n- x\n")
    tracker("import", str(tmp_path / "again.md"), "--as", "list")
    (one,) = [one for one in rows(tracker("resources", "--json")) if one["id"] == 2]
    assert len(one["sightings"]) == 2
    part = tracker("split", "2", str(one["sightings"][1]["id"])).strip()
    assert library(tracker)[int(part)] == ["https://arxiv.org/pdf/2305.14314"]
    tracker("import", str(tmp_path / "again.md"), "--as", "list")
    assert library(tracker)[int(part)] == ["https://arxiv.org/pdf/2305.14314"]
    tracker("undo")
    assert int(part) not in library(tracker)
