"""Caption files of every form, each with what it must give beside it; and any bytes at all, which never raise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.captions import MAX_BYTES, read_captions, read_from
from tracker.core.transcript import Segment, paragraphs

CASES = Path(__file__).parents[1] / "cases" / "captions"
FILES = sorted(path for path in CASES.iterdir() if not path.name.endswith(".expect.json"))


def _given(path: Path) -> dict[str, object]:
    read = read_captions(path.read_bytes(), text_too=path.suffix in (".txt", ".html"))
    if read.problem:
        return {"problem": read.problem}
    return {
        "form": read.form,
        "origin": read.origin.value,
        "lang": read.lang,
        "segments": [[one.start, one.end, one.text] for one in read.segments],
        "paragraphs": [[one.start, one.text] for one in paragraphs(read.segments, origin=read.origin)],
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_caption_file_gives_what_stands_beside_it(path: Path) -> None:
    assert _given(path) == json.loads(path.with_name(path.name + ".expect.json").read_text("utf-8"))


def test_a_file_beyond_the_limit_is_not_read() -> None:
    assert read_captions(b"WEBVTT\n" + b"x" * MAX_BYTES).problem == "too-large"


def test_plain_text_counts_only_where_it_is_asked_for() -> None:
    assert read_from(b"just words", False).problem == "unknown"
    assert read_from(b"just words", True).segments == (Segment(0, 0, "just words"),)


def test_json_as_deep_as_a_well_is_cut_off_not_a_crash() -> None:
    assert read_captions(b"[" * 200_000).problem == "cut"


def test_entities_that_multiply_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><transcript><text start="1" dur="1">&b;x</text></transcript>'
    assert read_captions(bomb).problem in ("html", "unknown", "cut")
    named = b'<?xml version="1.0"?><transcript><text start="1" dur="1">&nothing;x</text></transcript>'
    assert "aaaa" not in "".join(one.text for one in read_captions(named).segments)


def test_times_no_talk_can_have_are_left_out() -> None:
    read = read_captions(json.dumps({"body": [
        {"from": -5, "to": 1, "content": "before"}, {"from": 1e9, "to": 2e9, "content": "after"}, {"from": 5, "to": 2, "content": "turned"},
    ]}).encode())  # fmt: skip
    assert read.segments == (Segment(5.0, 5.0, "turned"),)


_PIECES = st.sampled_from(
    ["WEBVTT\n\n", "00:00:01.000 --> 00:00:02.000\n", "1:02 --> x\n", "<c>", "</c>", "<00:00:01.200>", "word ", "字 字", "\n", "\n\n", "1\n",
     "&amp;", "{\\an8}", '{"events":[', '{"body":[', '{"tStartMs":1,"segs":[{"utf8":"a"}]}', "]}", "<tt>", "<transcript>", "<p begin='1s'>",
     "<text start='1'>", "<time>0:05</time>", "<html>", "\x00", "\x1b[31m", "\ufeff", "-->", "[Music]", ">>"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40))
def test_any_mixture_of_pieces_is_read_or_has_a_problem(pieces: list[str]) -> None:
    read = read_captions("".join(pieces).encode(), text_too=True)
    assert bool(read.segments) != bool(read.problem)
    starts = [one.start for one in read.segments]
    assert starts == sorted(starts)
    assert all(one.start <= one.end and one.text == one.text.strip() != "" for one in read.segments)
    paragraphs(read.segments, origin=read.origin)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_have_a_problem(body: bytes) -> None:
    for text_too in (False, True):
        read = read_captions(body, text_too=text_too)
        assert bool(read.segments) != bool(read.problem)


SHARED = Path(__file__).parents[2].parent / "shared" / "replay" / "fixtures"


@pytest.mark.shared
def test_the_shared_fixtures_give_their_segments_and_paragraphs() -> None:
    if not SHARED.is_dir():
        pytest.skip("the caption fixtures are not beside this folder")
    for expected in sorted(SHARED.glob("*.expected.json")):
        want = json.loads(expected.read_text("utf-8"))
        read = read_captions(expected.with_name(expected.name.removesuffix(".expected.json")).read_bytes())
        if "error" in want:
            assert read.problem, expected.name
            continue
        found = [{"start": s.start, "end": s.end, "text": s.text} for s in read.segments]
        assert found == want["segments"], expected.name
        said = paragraphs(read.segments, origin=read.origin)
        assert [{"start": p.start, "text": p.text} for p in said] == want["paragraphs"], expected.name
