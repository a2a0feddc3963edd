"""Digests by command on a small library: golden files, past weeks made again, cards, images, exports."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tracker.cli.main import run

CASES = Path(__file__).parents[1] / "cases" / "digests"
WEEK = "2026-01-05..2026-01-11"


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TZ", "Asia/Shanghai")

    def go(*words: str, at: str = "2026-01-12T08:00", code: int = 0) -> str:
        monkeypatch.setenv("TRACKER_NOW", f"{at}:00+08:00")
        assert run(["--home", str(tmp_path / "home"), *words]) == code, capsys.readouterr().err
        out = capsys.readouterr()
        return out.out if code == 0 else out.err

    return go


@pytest.fixture
def lived(tracker: Any) -> Any:
    """Two weeks of a small library: read in on a Monday, worked on until the next one."""
    for name in ("list.md", "journal.md", "plan.md"):
        tracker("import", str(CASES / name), at="2026-01-05T07:00")
    tracker("triage", "1", "file", "KV cache", at="2026-01-06T08:00")
    tracker("triage", "2", "shortlist", at="2026-01-07T08:00")
    tracker("triage", "3", "skip", at="2026-01-08T08:00")
    tracker("plan", "tick", "Write a loader", at="2026-01-09T08:00")
    tracker("note", "1", "--question", "What is shared?", "blocks of **one** prefix", at="2026-01-10T08:00")
    tracker("note", "1", "--explain", "pages\nof memory\nshared", at="2026-01-10T08:05")
    return tracker


@pytest.mark.parametrize("form", ["log.md", "blog.md", "obsidian.md", "html", "atom.xml", "ics"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_week_is_the_golden_one(lived: Any, form: str, language: str) -> None:
    made = lived("digest", WEEK, "--form", form.partition(".")[0], "--language", language, "--out", "-")
    golden = CASES / f"week.{language}.{form}"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_bytes(made.encode())
    assert made.encode() == golden.read_bytes()


@pytest.fixture
def next_day(lived: Any) -> Any:
    """The Monday after: the plan gets a start, a card is answered, a talk noted, a row ticked."""
    lived("plan", "schedule", "plan.md", "--start", "2026-01-12", "--rest", "tue", at="2026-01-12T07:00")
    lived("review", "grade", "1", "good", at="2026-01-12T07:10")
    lived("note", "4", "blocks, once more", at="2026-01-12T07:40")
    lived("plan", "tick", "Caches", at="2026-01-12T07:50")
    return lived


@pytest.mark.parametrize("form", ["log.md", "blog.md"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_day_is_the_golden_one_and_its_next_rows_have_dates(next_day: Any, form: str, language: str) -> None:
    wish = ("digest", "2026-01-12", "--form", form.partition(".")[0], "--language", language, "--out", "-")
    made = next_day(*wish)
    golden = CASES / f"day.{language}.{form}"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_bytes(made.encode())
    assert made.encode() == golden.read_bytes()
    assert "· 2026-01-14)" in made  # day 2: Tuesdays are off
    next_day("plan", "schedule", "plan.md", "--start", "2026-02-01", at="2026-01-13T08:00")
    assert next_day(*wish, at="2026-01-14T08:00") == made
    next_day("undo", at="2026-01-15T08:00")
    assert next_day(*wish, at="2026-01-16T08:00") == made


def test_the_calendar_of_a_plan_follows_its_schedule(lived: Any) -> None:
    assert "a start" in lived("export", "ics", "--out", "-", code=2)
    lived("plan", "schedule", "plan.md", "--start", "2026-01-12", "--rest", "tue")
    assert days_in(lived("export", "ics", "--out", "-")) == ["20260112", "20260114"]
    lived("plan", "schedule", "plan.md", "--shift", "3")
    lived("plan", "holiday", "2026-01-15..2026-01-16")
    assert days_in(lived("export", "ics", "plan.md", "--out", "-")) == ["20260117", "20260118"]
    assert days_in(lived("export", "ics", "--start", "2026-03-02", "--out", "-")) == ["20260302", "20260304"]


def days_in(calendar: str) -> list[str]:
    return [line.partition(":")[2] for line in calendar.splitlines() if line.startswith("DTSTART")]


def test_a_past_week_is_made_again_equal_whatever_was_decided_since(lived: Any) -> None:
    first = lived("digest", WEEK, "--out", "-")
    lived("triage", "1", "done", at="2026-01-13T08:00")
    lived("triage", "2", "skip", at="2026-01-13T08:00")
    lived("triage", "3", "inbox", at="2026-01-13T08:00")
    lived("plan", "untick", "Write a loader", at="2026-01-13T08:00")
    lived("plan", "tick", "Measure it", at="2026-01-14T08:00")
    assert lived("digest", WEEK, "--out", "-", at="2026-02-01T08:00") == first
    second = lived("digest", "2026-01-12..2026-01-18", "--out", "-", at="2026-02-01T08:00")
    assert "(+1)" not in second  # one tick came, one went
    assert "Done" in second
    for _ in range(5):
        lived("undo", at="2026-02-01T09:00")
    assert lived("digest", WEEK, "--out", "-", at="2026-02-01T10:00") == first


def test_what_was_undone_since_stood_then(lived: Any) -> None:
    first = lived("digest", WEEK, "--out", "-")
    for _ in range(4):  # both cards, the tick, the skip
        lived("undo", at="2026-01-20T08:00")
    after = lived("digest", WEEK, "--out", "-", at="2026-01-21T08:00")
    for words in ("Skipped", "boxes 1/2 (+1)"):
        assert words in first
        assert words in after


def test_files_are_named_by_dates_and_written_whole(lived: Any, tmp_path: Path) -> None:
    for form, name in (("log", "2026-W02.md"), ("blog", "2026-W02.blog.md"), ("atom", "2026-W02.atom.xml")):
        told = json.loads(lived("digest", WEEK, "--form", form, "--out", str(tmp_path / "out"), "--json"))
        assert Path(told["file"]).name == name
        assert (told["notes"], told["waiting"], told["new"]) == (2, 0, 4)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "2026-W02.atom.xml", "2026-W02.blog.md", "2026-W02.md"]  # fmt: skip


def test_an_image_is_copied_found_by_its_words_and_taken_along(lived: Any, tmp_path: Path) -> None:
    image = tmp_path / "shot.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n")
    lived("note", "1", "one point", "--image", str(image), "--ocr", "ROTTEN CONTEXT --> <b>")
    (copy,) = (tmp_path / "home" / "attachments").iterdir()
    assert copy.read_bytes() == image.read_bytes()
    entry = json.loads(lived("journal", "2026-01-12", "--json"))
    assert entry["images"] == [{"url": copy.resolve().as_uri(), "ocr": "ROTTEN CONTEXT - -＞ <b＞"}]
    assert "note" in lived("search", "ROTTEN")
    assert "one point" in lived("digest", "--out", "-")
    (tmp_path / "text.png").write_text("no image")
    assert "is no image" in lived("note", "1", "x", "--image", str(tmp_path / "text.png"), code=2)
    assert "cannot be read" in lived("note", "1", "x", "--image", str(tmp_path / "none.png"), code=2)


def test_a_question_comes_back_and_a_card_can_be_taken_out(lived: Any) -> None:
    assert "What is shared?" in lived("review")
    cards = [row for row in lived("history", "--json").splitlines() if '"question"' in row or '"explain"' in row]
    assert len(cards) == 2
    assert "explain nothing" in lived("note", "1", "--explain", "a\nb\nc\nd", code=2)


def test_a_selection_as_a_feed_and_a_plan_as_a_calendar(lived: Any) -> None:
    root = ElementTree.fromstring(lived("export", "atom", 'topic:"KV cache"', "--out", "-"))
    assert [one.text for one in root.iter("{http://www.w3.org/2005/Atom}title")][1:]
    calendar = lived("export", "ics", "--start", "2026-01-05", "--out", "-")
    assert "SUMMARY:Caches" in calendar
    assert "DTSTART;VALUE=DATE:20260106" in calendar
    assert "is no day" in lived("export", "ics", "--start", "soon", code=2)


def test_templates_are_given_out_once_and_a_broken_one_is_named(lived: Any, tmp_path: Path) -> None:
    lived("export", "templates")
    mine = tmp_path / "home" / "templates" / "digest.log.md.j2"
    before = lived("digest", WEEK, "--out", "-")
    mine.write_text("{{ title }}\n{% if %}")
    assert f"{mine}:2: " in lived("digest", WEEK, code=2)
    lived("export", "templates")
    assert mine.read_text() == "{{ title }}\n{% if %}"
    mine.unlink()
    assert lived("digest", WEEK, "--out", "-") == before
