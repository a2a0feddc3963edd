"""Paragraphs a person reads, and chapters told from a description."""

from __future__ import annotations

import pytest

from tracker.core.transcript import Chapter, Segment, TrackOrigin, chapters_in, paragraphs, plain_text, tidy_chapters

AUTO = TrackOrigin.AUTO


def _said(*rows: tuple[float, float, str]) -> list[Segment]:
    return [Segment(*row) for row in rows]


def _texts(rows: list[Segment], **more: object) -> list[str]:
    return [one.text for one in paragraphs(rows, **more)]  # type: ignore[arg-type]


def test_a_pause_ends_a_paragraph_and_a_short_one_does_not() -> None:
    rows = _said((0, 1, "one"), (2.9, 4, "two"), (6, 7, "three"))
    assert [(p.start, p.text) for p in paragraphs(rows)] == [(0, "one two"), (6, "three")]


def test_sound_labels_are_left_out_and_do_not_bridge_a_pause() -> None:
    rows = _said(
        (0, 1, "one"), (1.5, 2.8, "[Applause]"), (3.1, 4, "two [Music] three"), (4, 5, "♪"), (5, 6, "(soft laughter)")
    )
    assert _texts(rows) == ["one", "two three"]


@pytest.mark.parametrize("text", ["[ __ ] happens", "see [1] and x[0]", "(and that is really all there is to say)"])
def test_what_only_looks_like_a_label_stays(text: str) -> None:
    assert _texts(_said((0, 1, text))) == [text]


def test_another_speaker_begins_a_paragraph_even_within_a_line() -> None:
    rows = _said((0, 1, ">> Hello"), (1, 2, "there. >> Hi."), (2, 3, ">>"), (3, 4, "Yes."))
    assert _texts(rows) == ["Hello there.", "Hi. Yes."]


def test_a_chapter_begins_a_paragraph() -> None:
    rows = _said((0, 1, "one"), (1, 2, "two"), (2, 3, "three"))
    assert _texts(rows, chapters=(Chapter(0, "a"), Chapter(1.4, "b"))) == ["one", "two three"]


def test_long_paragraphs_end_with_a_sentence_and_very_long_ones_anyhow() -> None:
    line = "x" * 99
    ended = [Segment(i, i + 1, line + ("." if i == 6 else "")) for i in range(9)]
    assert [len(text) for text in _texts(ended)] == [700, 199]
    endless = [Segment(i, i + 1, line) for i in range(12)]
    assert [len(text) for text in _texts(endless)] == [999, 199]


@pytest.mark.parametrize(
    ("left", "right", "origin", "joined"),
    [
        ("今天讲", "检索", AUTO, "今天讲检索"),
        ("今天讲", "检索", TrackOrigin.MANUAL, "今天讲 检索"),
        ("今天。", "检索", TrackOrigin.MANUAL, "今天。检索"),
        ("今天", "，检索", TrackOrigin.MANUAL, "今天，检索"),
        ("一个", "agent", AUTO, "一个 agent"),
        ("agent", "就是", AUTO, "agent 就是"),
        ("agent", "。所谓", AUTO, "agent。所谓"),
        ("好。", "Then", AUTO, "好。Then"),
        ("so…", "then", AUTO, "so… then"),
        ("one", "two", AUTO, "one two"),
    ],
)
def test_lines_are_joined_as_their_script_is_written(left: str, right: str, origin: TrackOrigin, joined: str) -> None:
    assert _texts(_said((0, 1, left), (1, 2, right)), origin=origin) == [joined]


def test_nothing_said_is_no_paragraph() -> None:
    assert paragraphs([]) == ()
    assert plain_text(paragraphs(_said((0, 1, "a"), (9, 10, "b")))) == "a\n\nb"


def test_chapters_are_read_from_a_description() -> None:
    text = "A talk.\n0:00 Intro\n(1:30) - Two rules\nEvaluation: 1:02:03\nhttps://x.example/a?t=0:99\n2:00 too early\n"
    assert chapters_in(text) == (Chapter(0, "Intro"), Chapter(90, "Two rules"), Chapter(3723, "Evaluation"))


@pytest.mark.parametrize("text", ["", "at 12:30 we eat", "5:00 late start\n6:00 b", "0:00 only one", "0:00\n0:10\n"])
def test_times_that_are_no_list_of_chapters_are_none(text: str) -> None:
    assert chapters_in(text) == ()


def test_chapters_rise_and_lie_within_the_talk() -> None:
    found = [Chapter(0, "a"), Chapter(5, "b"), Chapter(5, "c"), Chapter(50, "d"), Chapter(7, "")]
    assert tidy_chapters(found, 20) == (Chapter(0, "a"), Chapter(5, "b"))
    assert tidy_chapters(found[:1]) == ()
