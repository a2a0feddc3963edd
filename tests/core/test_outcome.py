"""The class of what came, the retry table, and the sentences for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.core.captions import Captions
from tracker.core.outcome import (
    Asked,
    Fetched,
    Judgement,
    Outcome,
    judge,
    needs_attention,
    next_try,
    rest_until,
    sentence,
)  # fmt: skip
from tracker.core.talks import Facts, Track
from tracker.core.transcript import Segment, TrackOrigin

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(days=30), NOW - timedelta(days=2)
TRACK = Track("en", "en", TrackOrigin.MANUAL, "https://x.example/t")
PLAYS = Facts(title="A talk", duration=60, published=OLD, playable=True, live="not_live")


def _read(last: float = 58.0) -> Captions:
    return Captions((Segment(0, 1, "a"), Segment(last - 1, last, "b")))


@pytest.mark.parametrize(
    ("said", "outcome", "why"),
    [
        ("Sign in to confirm you’re not a bot. Use --cookies", Outcome.BLOCKED, "asks to prove one is not a robot"),
        ("[youtube] x: Unable to download API page: HTTP Error 429: Too Many Requests", Outcome.BLOCKED, "too many requests (429)"),
        ("This content isn't available, try again later. The current session has been rate-limited", Outcome.BLOCKED, "the hourly limit is reached"),
        ("Some web client subtitles require a PO Token which was not provided", Outcome.BLOCKED, "wants a proof-of-origin token"),
        ("Skipping player responses from visionos clients (got player responses for video", Outcome.BLOCKED, "answers for another video"),
        ("Unable to download webpage: HTTP Error 412: Precondition Failed", Outcome.BLOCKED, "refuses requests from here (412)"),
        ("YouTube is requiring a captcha challenge before playback", Outcome.BLOCKED, "asks for a captcha"),
        ("Join this channel to get access to members-only content", Outcome.LOCKED, "members only"),
        ("Sign in to confirm your age. This video may be inappropriate for some users.", Outcome.LOCKED, "age check"),
        ("The uploader has not made this video available in your country", Outcome.LOCKED, "not in this country"),
        ("This video requires payment to watch", Outcome.LOCKED, "paid"),
        ("Subtitles are only available when logged in. Use --cookies", Outcome.LOCKED, "sign-in wanted"),
        ("Private video. Sign in if you've been granted access to this video", Outcome.GONE, "private"),
        ("Video unavailable. This video has been removed by the uploader", Outcome.GONE, "removed"),
        ("This video is no longer available because the account has been terminated.", Outcome.GONE, "account terminated"),
        ("This video may be deleted or geo-restricted. You might want to try a VPN", Outcome.GONE, "removed"),
        ("This video is unavailable", Outcome.GONE, "unavailable"),
        ("Premieres in 5 hours", Outcome.PENDING, "premiere"),
        ("This live event will begin in 26 hours.", Outcome.PENDING, "live"),
        ("TypeError: 'NoneType' object is not subscriptable", Outcome.UNSURE, "not understood: TypeError: 'NoneType' object is not subscriptable"),
        ("Unable to download webpage: The read operation timed out", Outcome.UNSURE, "not reached: Unable to download webpage: The read operation timed out"),
        ("something nobody has seen", Outcome.UNSURE, "not understood: something nobody has seen"),
        ("No supported JavaScript runtime could be found", Outcome.NONE, ""),
        ("Some web client https formats require a GVS PO Token which was not provided", Outcome.NONE, ""),
        ("", Outcome.NONE, ""),
    ],
)  # fmt: skip
def test_what_was_said_without_a_track(said: str, outcome: Outcome, why: str) -> None:
    asked = Asked("youtube", PLAYS, said=(said,) if said else ())
    assert judge(asked, None, NOW) == Judgement(outcome, why)


@pytest.mark.parametrize(
    ("facts", "outcome", "why"),
    [
        (None, Outcome.UNSURE, "no player answered"),
        (Facts(published=OLD), Outcome.UNSURE, "no player answered"),  # only storyboards: the player was refused
        (Facts(published=YOUNG, playable=True), Outcome.NONE_YET, ""),
        (Facts(playable=True), Outcome.NONE_YET, ""),
        (Facts(published=OLD, playable=True, live="was_live"), Outcome.NONE, ""),
        (Facts(live="is_upcoming"), Outcome.PENDING, "announced"),
        (Facts(live="is_live", playable=True, published=OLD), Outcome.PENDING, "live"),
        (Facts(live="post_live", playable=True, published=OLD), Outcome.PENDING, "just ended"),
    ],
)
def test_no_captions_is_said_only_with_proof(facts: Facts | None, outcome: Outcome, why: str) -> None:
    assert judge(Asked("youtube", facts), None, NOW) == Judgement(outcome, why)


def test_a_bilibili_talk_without_a_date_proves_nothing() -> None:
    assert judge(Asked("bilibili", Facts(playable=True)), None, NOW).outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    ("fetched", "problem", "outcome"),
    [
        (Fetched(TRACK, status=429, error="HTTP Error 429: Too Many Requests"), "unread", Outcome.BLOCKED),
        (Fetched(TRACK, status=403, error="Forbidden"), "unread", Outcome.BLOCKED),
        (Fetched(TRACK, status=500, error="HTTP Error 500"), "unread", Outcome.UNSURE),
        (Fetched(TRACK, status=0, error="connection reset"), "unread", Outcome.UNSURE),
        (Fetched(TRACK), "empty", Outcome.BLOCKED),
        (Fetched(TRACK), "captcha", Outcome.BLOCKED),
        (Fetched(TRACK), "cut", Outcome.UNSURE),
        (Fetched(TRACK), "too-large", Outcome.UNSURE),
    ],
)
def test_a_caption_file_that_is_none(fetched: Fetched, problem: str, outcome: Outcome) -> None:
    assert judge(Asked("youtube", PLAYS, fetched=(fetched,)), Captions(problem=problem), NOW).outcome is outcome


def test_a_file_nobody_read_is_not_understood() -> None:
    assert "unread" in judge(Asked("youtube", PLAYS, fetched=(Fetched(TRACK),)), None, NOW).why


def test_one_podcast_that_refuses_does_not_speak_for_all() -> None:
    refused = Fetched(TRACK, status=403, error="HTTP Error 403: no")
    assert judge(Asked("files", fetched=(refused,)), Captions(problem="unread"), NOW).outcome is Outcome.UNSURE


def test_words_that_end_far_from_the_talk_are_doubted() -> None:
    good = Asked("youtube", PLAYS, fetched=(Fetched(TRACK),))
    assert judge(good, _read(), NOW) == Judgement(Outcome.OK)
    assert judge(good, _read(9.0), NOW).why == "its last line is at 0:09, the talk lasts 1:00"
    assert judge(good, _read(80.0), NOW).outcome is Outcome.DOUBT
    assert judge(Asked("youtube"), _read(9.0), NOW).outcome is Outcome.OK


def test_a_cut_short_asking_is_unsure_whatever_was_said() -> None:
    assert judge(Asked("youtube", said=("Private video",), ended="took too long"), None, NOW).why == "took too long"


H, D = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [
        (Outcome.PENDING, [6 * H, D, D, D, D, D, D, D, None]),
        (Outcome.NONE_YET, [6 * H, D, 3 * D, 7 * D, None]),
        (Outcome.NONE, [30 * D, 90 * D, None]),
        (Outcome.BLOCKED, [H, 6 * H, D, D, D]),
        (Outcome.UNSURE, [H / 4, H, 4 * H, 12 * H, D, D, D, None]),
        (Outcome.LOCKED, [30 * D, 30 * D]),
        (Outcome.GONE, [D, 7 * D, 30 * D, None]),
        (Outcome.DOUBT, [H, None]),
        (Outcome.OK, [None]),
    ],
)
def test_the_retry_table(outcome: Outcome, waits: list[timedelta | None]) -> None:
    found = [next_try(outcome, tries, NOW) for tries in range(1, len(waits) + 1)]
    assert [at and at - NOW for at in found] == waits


def test_an_announced_talk_is_asked_for_six_hours_after_it_begins() -> None:
    assert next_try(Outcome.PENDING, 3, NOW, Facts(starts=NOW + D)) == NOW + D + 6 * H
    assert next_try(Outcome.PENDING, 1, NOW, Facts(starts=NOW - D)) == NOW + 6 * H
    assert next_try(Outcome.UNSURE, 1, NOW, jitter=1.0) == NOW + timedelta(seconds=990)


def test_after_eight_tries_a_person_is_asked() -> None:
    assert needs_attention(Outcome.UNSURE, 8)
    assert not needs_attention(Outcome.UNSURE, 7)
    assert not needs_attention(Outcome.NONE, 9)


def test_a_host_rests_longer_each_time() -> None:
    assert [rest_until(step, NOW) - NOW for step in (1, 2, 3, 9)] == [H, 6 * H, D, D]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("youtube", Outcome.PENDING, "premiere", "", "x", "24 Nov 03:00"), "waiting: premieres 24 Nov 03:00"),
        (("youtube", Outcome.PENDING, "live", "", "x", "24 Nov 03:00"), "waiting: live 24 Nov 03:00"),
        (("youtube", Outcome.PENDING, "live", "", "18:00"), "waiting: live now; next try 18:00"),
        (("youtube", Outcome.PENDING, "just ended", "", "18:00"), "waiting: just ended, captions follow; next try 18:00"),
        (("youtube", Outcome.PENDING, "announced", "", "18:00"), "waiting: announced; next try 18:00"),
        (("youtube", Outcome.PENDING, "announced", "", "", "1 Dec 09:00"), "waiting: begins 1 Dec 09:00"),
        (("youtube", Outcome.BLOCKED, "429", "", "14:20"), "YouTube refuses this address; next try 14:20 (429)"),
        (("bilibili", Outcome.UNSURE, "not reached: reset", "", "14:20"), "could not reach Bilibili: reset; next try 14:20"),
        (("files", Outcome.UNSURE, "took more than 90 s", "", ""), "no transcript there: took more than 90 s"),
        (("youtube", Outcome.UNSURE, "no player answered", "2026.10.26", "14:20"),
         "yt-dlp may be out of date (2026.10.26); no player answered; next try 14:20"),
        (("youtube", Outcome.UNSURE, "not understood: x"), "yt-dlp may be out of date; not understood: x; needs attention"),
        (("youtube", Outcome.NONE_YET, "", "", "18:00"), "no captions yet; next try 18:00"),
        (("youtube", Outcome.NONE, ""), "no captions"),
        (("youtube", Outcome.LOCKED, "members only"), "needs sign-in: members only"),
        (("youtube", Outcome.LOCKED, "not in this country"), "not available here: not in this country"),
        (("youtube", Outcome.GONE, "private"), "video gone (private)"),
        (("youtube", Outcome.DOUBT, "why"), "transcript may be of another video: why"),
        (("youtube", Outcome.OK, ""), "transcript stored"),
    ],
)  # fmt: skip
def test_what_a_person_is_told(args: tuple[str, ...], words: str) -> None:
    assert sentence(*args) == words  # type: ignore[arg-type]
