"""Which talk an address is, what a document about it says, and which track is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tracker.core.talks import Talk, Track, choose, document_of, facts_of, is_short_link, language, talk_of, tracks_of
from tracker.core.transcript import Chapter, TrackOrigin

MANUAL, AUTO = TrackOrigin.MANUAL, TrackOrigin.AUTO


@pytest.mark.parametrize(
    ("url", "talk"),
    [
        ("https://www.youtube.com/watch?v=abc123DEF45&list=PL1&t=12s", Talk("youtube", "abc123DEF45")),
        ("https://youtu.be/abc123DEF45?si=x", Talk("youtube", "abc123DEF45")),
        ("https://www.youtube.com/live/abc123DEF45", Talk("youtube", "abc123DEF45")),
        ("https://www.youtube.com/watch?v=abc123DEF456", None),
        ("https://www.bilibili.com/video/BV13x41117TL/?p=2", Talk("bilibili", "BV13x41117TL", 2)),
        ("https://m.bilibili.com/video/BV1replay0001?p=3&x=1", Talk("bilibili", "BV1replay0001", 3)),
        ("https://www.bilibili.com/video/BV1replay0001", Talk("bilibili", "BV1replay0001", 1)),
        ("https://example.com/video/BV1replay0001", None),
    ],
)
def test_an_address_is_a_talk_by_its_identifier(url: str, talk: Talk | None) -> None:
    assert talk_of(url) == talk


def test_a_talk_is_asked_for_by_one_address() -> None:
    assert Talk("youtube", "abc123DEF45").url == "https://www.youtube.com/watch?v=abc123DEF45"
    assert Talk("bilibili", "BV13x41117TL", 1).url == "https://www.bilibili.com/video/BV13x41117TL"
    assert Talk("bilibili", "BV13x41117TL", 2).url.endswith("?p=2")
    assert (Talk("youtube", "x").key, Talk("bilibili", "y", 2).key) == ("x", "y:2")
    assert is_short_link("https://b23.tv/abc123")
    assert not is_short_link("https://youtu.be/abc")


@pytest.mark.parametrize(
    ("key", "tag"),
    [
        ("en-uYU-mmqFLq8", "en"), ("en-orig", "en"), ("ai-zh", "zh"), ("zh-hans", "zh-Hans"), ("zh_CN", "zh-CN"),
        ("zh-Hans-x1-3PyPqVe1", "zh-Hans"), ("es-419", "es-419"), ("yue", "yue"), ("x", ""), ("live chat", ""),
    ],
)  # fmt: skip
def test_a_track_key_is_read_as_a_language(key: str, tag: str) -> None:
    assert language(key) == tag


def test_a_document_is_believed_field_by_field() -> None:
    facts = facts_of({
        "title": "../../x\x1b[31m", "channel": "C", "duration": 60, "timestamp": 1_760_000_000, "live_status": "is_live",
        "release_timestamp": 1_760_000_000, "formats": [{"protocol": "mhtml", "url": "x"}, {"url": "y"}], "language": "en-US",
        "chapters": [{"start_time": 0, "title": "a"}, "odd", {"start_time": 30, "title": "b"}], "n_entries": 2,
    })  # fmt: skip
    assert (facts.title, facts.duration, facts.live, facts.playable, facts.spoken, facts.parts) == (
        "../../x", 60.0, "is_live", True, "en-US", 2)  # fmt: skip
    assert facts.published == facts.starts == datetime.fromtimestamp(1_760_000_000, UTC)
    assert facts.chapters == (Chapter(0, "a"), Chapter(30, "b"))


@pytest.mark.parametrize(
    ("info", "field", "value"),
    [
        ({"upload_date": "20261101"}, "published", datetime(2026, 11, 1, tzinfo=UTC)),
        ({"upload_date": "20269901"}, "published", None),
        ({"upload_date": 20261101}, "published", None),
        ({"timestamp": True}, "published", None),
        ({"duration": "60"}, "duration", 0.0),
        ({"duration": -1}, "duration", 0.0),
        ({"title": ["x"]}, "title", ""),
        ({"live_status": "odd"}, "live", ""),
        ({"formats": "odd", "url": "https://x.example"}, "playable", True),
        ({"formats": ["odd", {"protocol": "mhtml", "url": "x"}, {"protocol": "https"}]}, "playable", False),
        ({"formats": 5}, "playable", False),
        ({"uploader": "U", "uploader_id": "I"}, "channel", "U"),
        ({"description": "0:00 a\n1:00 b"}, "chapters", (Chapter(0, "a"), Chapter(60, "b"))),
        ({"chapters": "odd"}, "chapters", ()),
    ],
)
def test_what_has_the_wrong_shape_counts_as_not_said(info: dict[str, Any], field: str, value: object) -> None:
    assert getattr(facts_of(info), field) == value


def _file(ext: str = "json3", url: str = "https://x.example/t", **more: str) -> dict[str, str]:
    return {"ext": ext, "url": url, **more}


def test_tracks_are_the_files_of_text_that_are_no_translation() -> None:
    found = tracks_of({
        "subtitles": {
            "live_chat": [_file()], "danmaku": [_file("xml")], "en": [_file("vtt", "u1"), _file("json3", "u2"), "odd", {"ext": "srt"}],
            "ai-zh": [{"ext": "srt", "data": "1\n..."}], "de": "odd", 5: [_file()], "fr": [],
        },
        "automatic_captions": {"en-orig": [_file("odd", "u3")], "en-zh-Hans": [_file("json3", "https://x.example/?tlang=en")]},
    })  # fmt: skip
    assert [(one.key, one.lang, one.origin, one.url, one.original) for one in found] == [
        ("en", "en", MANUAL, "u2", False), ("ai-zh", "zh", AUTO, "", False), ("en-orig", "en", AUTO, "u3", True),
    ]  # fmt: skip
    assert tracks_of({"subtitles": "odd"}) == ()


def _tracks(*names: str) -> list[Track]:
    """`en`, `zh*` (by a recogniser), `de!` (by a recogniser, marked as spoken)."""
    return [
        Track(name, name.rstrip("*!"), AUTO if name[-1] in "*!" else MANUAL, original=name.endswith("!"))
        for name in names
    ]


@pytest.mark.parametrize(
    ("names", "spoken", "taken"),
    [
        ("de en zh en*", "", "en"),  # hand-made in a wished language
        ("zh-Hans en-GB", "", "en-GB"),  # by wish, not by order
        ("en-GB en", "", "en"),  # the very language before a region of it
        ("de en*", "", "en*"),  # the recogniser before hand-made in another language
        ("fr! en*", "fr", "fr!"),  # of what is spoken
        ("fr* de!", "fr", "fr*"),
        ("fr! en!", "", "en!"),  # dubbed, not said which is spoken: the wished one
        ("de!", "", "de!"),
        ("fr de! it!", "", "fr"),  # any hand-made
        ("de! it!", "", "de!"),  # any at all
        ("", "", ""),
    ],
)
def test_the_track_taken(names: str, spoken: str, taken: str) -> None:
    assert [one.key for one in choose(_tracks(*names.split()), ("en", "zh"), spoken)] == ([taken] if taken else [])


def test_a_second_track_is_hand_made_or_none() -> None:
    tracks = _tracks("en", "zh-Hans", "ja*")
    assert [one.key for one in choose(tracks, ("en",), also=("zh",))] == ["en", "zh-Hans"]
    assert [one.key for one in choose(tracks, ("en",), also=("ja",))] == ["en"]
    assert [one.key for one in choose(_tracks("zh"), ("zh-Hans",), also=("zh",))] == ["zh"]


@pytest.mark.parametrize(
    "body", [b"", b"[" * 100_000, b"[]", b'{"a": 1}', b'{"title": "T"}', b'{"title": "T", "subtitles": 5}']
)
def test_bytes_that_are_no_document(body: bytes) -> None:
    assert document_of(body) is None


def test_a_document_as_yt_dlp_writes_it() -> None:
    found = document_of(b'{"title": "T", "automatic_captions": {"en": [{"ext": "vtt", "url": "u"}]}}')
    assert found is not None
    assert (found[0].title, [one.url for one in found[1]]) == ("T", ["u"])
