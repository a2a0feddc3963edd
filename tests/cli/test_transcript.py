"""`tracker transcript` on files, on what the library has, and on addresses that are no talk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

SRT = "1\n00:00:01,000 --> 00:00:02,000\n>> Hello\n\n2\n00:00:09,000 --> 00:00:10,000\nand bye.\n"


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    def go(*words: str, code: int = 0) -> tuple[str, str]:
        found = run(["--home", str(tmp_path / "home"), *words])
        captured = capsys.readouterr()
        assert found == code, captured
        return captured.out, captured.err

    return go


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "A talk [abc123DEF45].en.srt"
    path.write_text(SRT, "utf-8")
    return path


def test_a_file_is_shown_and_not_kept(tracker: Any, file: Path) -> None:
    out, _ = tracker("transcript", str(file))
    assert out.splitlines()[1:] == ["", "[0:01] Hello", "", "[0:09] and bye."]
    assert tracker("resources", "--json") == ("", "")


def test_the_shape_of_json(tracker: Any, file: Path) -> None:
    found = json.loads(tracker("transcript", "--json", str(file))[0])
    assert found["segments"] == [
        {"start": 1.0, "end": 2.0, "text": ">> Hello"},
        {"start": 9.0, "end": 10.0, "text": "and bye."},
    ]
    assert found["paragraphs"] == [{"start": 1.0, "text": "Hello"}, {"start": 9.0, "text": "and bye."}]
    assert (found["language"], found["origin"], found["outcome"], found["chapters"]) == ("en", "manual", "ok", [])
    assert {"url", "title", "duration", "why", "next_try"} <= found.keys()


def test_a_file_is_kept_for_the_talk_its_name_holds_and_undone(tracker: Any, file: Path) -> None:
    out, _ = tracker("transcript", "import", str(file))
    assert "2 lines kept as the transcript of 1: A talk" in out
    kept = json.loads(tracker("resources", "--json")[0])
    assert (kept["url"], kept["has_transcript"]) == ("https://www.youtube.com/watch?v=abc123DEF45", True)
    shown, _ = tracker("transcript", "https://youtu.be/abc123DEF45?t=5")  # known: nobody is asked
    assert "[0:01] Hello" in shown
    assert "en, manual, 0:10, 2 lines" in tracker("show", "1")[0]
    tracker("undo")
    assert tracker("resources", "--json") == ("", "")
    tracker("redo")
    assert "[0:01] Hello" in tracker("transcript", "https://youtu.be/abc123DEF45")[0]


def test_a_file_is_kept_for_the_talk_that_is_named(tracker: Any, tmp_path: Path) -> None:
    path = tmp_path / "auto.zh.vtt"
    path.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n大家好\n", "utf-8")
    tracker("transcript", "import", str(path), "--for", "https://www.bilibili.com/video/BV13x41117TL", "--part", "2")
    tracker("transcript", "import", str(path), "--for", "1", "--lang", "zh-hans", "--origin", "manual")
    one, two = tracker("show", "1"), tracker("transcript", "--json", "https://www.bilibili.com/video/BV13x41117TL")
    assert "zh-Hans, manual" in one[0]
    assert json.loads(two[0])["language"] == "zh-Hans"
    out, _ = tracker("transcript", "import", str(path), "--json")  # a work of its own
    assert json.loads(out)["origin"] == "auto"
    again, _ = tracker("transcript", "import", str(path))
    assert "the transcript of 2: auto" in again


@pytest.mark.parametrize(
    ("body", "why"),
    [(b"", "is empty"), (b'{"events": [', "is cut off or damaged"), (b"<html>captcha</html>", "is a captcha page, not captions"),
     (b"{}", "is no caption file we know"), (b"WEBVTT\n\n", "holds no line with a time")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(tracker: Any, tmp_path: Path, body: bytes, why: str) -> None:
    path = tmp_path / "x.json3"
    path.write_bytes(body)
    for words in (("transcript", str(path)), ("transcript", "import", str(path))):
        assert why in tracker(*words, code=2)[1]


def test_what_makes_no_sense_is_said_in_a_sentence(tracker: Any, file: Path, tmp_path: Path) -> None:
    assert "cannot be read" in tracker("transcript", str(tmp_path / "none.vtt"), code=2)[1]
    assert "no resource '77'" in tracker("transcript", "import", str(file), "--for", "77", code=2)[1]
    assert "neither a number nor an address" in tracker("transcript", "import", str(file), "--for", "x y", code=2)[1]
    assert "is no language" in tracker("transcript", "import", str(file), "--lang", "x", code=2)[1]
    big = tmp_path / "big.vtt"
    with big.open("wb") as out:
        out.truncate(21 * 1024 * 1024)
    assert "larger than 20 MiB" in tracker("transcript", str(big), code=2)[1]
    assert "import" in tracker("transcript", "--help")[0]


def test_status_speaks_of_the_queue(tracker: Any, tmp_path: Path) -> None:
    assert json.loads(tracker("status", "--json")[0])["transcripts"] == {"attention": 0, "said": []}
