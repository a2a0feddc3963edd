"""What the queue of talks remembers after an answer, and when it may go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tracker.core.captions import Captions
from tracker.core.jobs import (
    IMPORTED,
    KEPT_SAMPLE,
    Job,
    Rest,
    Transcript,
    answered,
    best,
    better,
    budget_left,
    pause_left,
    rest_after,
    stale,
    with_parts,
)  # fmt: skip
from tracker.core.model import ResourceId
from tracker.core.outcome import Asked, Fetched, Judgement, Outcome
from tracker.core.talks import Facts, Track
from tracker.core.transcript import Segment, TrackOrigin

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOTHING = Asked("youtube")
HOUR = timedelta(hours=1)
JOB = Job(ResourceId(1), "youtube", "abc123DEF45")
FILE = Fetched(Track("en", "en", TrackOrigin.MANUAL), b"\x00{cut" + b"x" * KEPT_SAMPLE)


def _after(job: Job, outcome: Outcome, asked: Asked = NOTHING, read: Captions | None = None) -> Job:
    return answered(job, asked, Judgement(outcome, "why"), read, NOW, "s1")


def test_tries_count_answers_of_one_class() -> None:
    once = _after(JOB, Outcome.UNSURE)
    twice = _after(once, Outcome.UNSURE, Asked("youtube", tool="2026.10.26"))
    other = _after(twice, Outcome.NONE)
    assert [(one.tries, one.next_try and one.next_try - NOW) for one in (once, twice, other)] == [
        (1, HOUR / 4), (2, HOUR), (1, timedelta(days=30))]  # fmt: skip
    assert other.tool == "2026.10.26"


def test_the_start_of_an_announced_talk_is_kept_while_it_waits() -> None:
    asked = Asked("youtube", Facts(starts=NOW + HOUR))
    waiting = _after(JOB, Outcome.PENDING, asked)
    assert waiting.starts == NOW + HOUR
    assert waiting.next_try == NOW + 7 * HOUR
    assert _after(waiting, Outcome.OK, asked).starts is None


def test_what_could_not_be_read_is_kept_for_a_while_and_no_longer() -> None:
    unread = _after(JOB, Outcome.UNSURE, Asked("youtube", fetched=(FILE,)), Captions(problem="cut"))
    assert str(unread.facts["sample"]).startswith("{cut")
    assert len(str(unread.facts["sample"])) < KEPT_SAMPLE
    assert "sample" not in _after(unread, Outcome.OK).facts


def test_a_doubtful_bilibili_transcript_is_asked_for_once_more() -> None:
    assert _after(JOB, Outcome.DOUBT).next_try is None
    bilibili = replace(JOB, site="bilibili")
    again = _after(bilibili, Outcome.DOUBT)
    assert again.next_try == NOW + HOUR
    assert _after(again, Outcome.DOUBT).next_try is None


def test_the_parts_of_a_video_are_asked_for_one_after_the_other() -> None:
    job = replace(JOB, site="bilibili", talk="BV1:1")
    assert with_parts(job, 0, NOW) == job
    second = with_parts(job, 2, NOW)
    assert (second.facts["part"], second.next_try) == (2, NOW)
    done = with_parts(replace(second, next_try=None), 2, NOW)
    assert (done.facts["part"], done.next_try) == (1, None)


def test_a_site_rests_longer_with_each_refusal_until_it_answers() -> None:
    refused, fine, unsure = Judgement(Outcome.BLOCKED, "429"), Judgement(Outcome.GONE), Judgement(Outcome.UNSURE)
    first = rest_after("youtube", None, refused, NOW)
    assert first == Rest("youtube", NOW + HOUR, "429", 1, NOW)
    second = rest_after("youtube", first, refused, NOW + HOUR)
    assert second == Rest("youtube", NOW + 7 * HOUR, "429", 2, NOW)
    assert rest_after("youtube", second, unsure, NOW) == second
    assert rest_after("youtube", second, fine, NOW) is None
    assert rest_after("files", None, refused, NOW) is None


def test_a_job_is_due_before_its_time_when_what_stopped_it_changed() -> None:
    confused = replace(JOB, outcome=Outcome.UNSURE, tool="1", why="not understood: x")
    assert stale(confused, "2", "s1")
    assert not stale(confused, "1", "s1")
    assert stale(replace(confused, why="the caption file could not be read (cut)"), "2", "s1")
    assert not stale(replace(confused, why="not reached: x"), "2", "s1")
    locked = replace(JOB, outcome=Outcome.LOCKED, facts={"settings": "s1"})
    assert stale(locked, "1", "s2")
    assert not stale(locked, "1", "s1")
    assert not stale(replace(locked, facts={}), "1", "s1")
    assert not stale(replace(locked, outcome=Outcome.GONE), "1", "s2")


def _kept(text: str = "x" * 100, **changes: object) -> Transcript:
    segments = (Segment(0, 1, text),)
    made = Transcript(ResourceId(1), 0, "en", TrackOrigin.MANUAL, "en", "T", NOW, "1", 60, segments, (), ())
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_stored_transcript_gives_way_only_to_what_is_not_worse() -> None:
    old = _kept()
    assert better(None, old)
    assert better(old, _kept("x" * 60))
    assert not better(old, _kept("x" * 40))
    assert not better(old, _kept("x" * 400, doubt=True))
    assert better(_kept(doubt=True), _kept("x", doubt=True))
    assert not better(_kept(tool=IMPORTED), _kept())


def test_the_version_shown() -> None:
    german, english = _kept(lang="de"), _kept(lang="en-GB")
    recognised, doubted = _kept(origin=TrackOrigin.AUTO), _kept(doubt=True)
    assert best([doubted, recognised, german, english], ("en", "zh")) is english
    assert best([doubted, recognised, german], ("en",)) is german
    assert best([doubted, recognised], ("en",)) is recognised
    assert best([], ("en",)) is None


def test_talks_of_a_site_keep_their_distance() -> None:
    assert pause_left(None, NOW, 10) == 0
    assert pause_left(NOW - timedelta(seconds=4), NOW, 10) == 6
    assert pause_left(NOW - HOUR, NOW, 10) == 0
    assert pause_left(NOW + HOUR, NOW, 10) == 10  # a clock that was set back


def test_budgets_of_an_hour_and_a_day() -> None:
    minutes = [NOW - timedelta(minutes=m) for m in (50, 20, 10)]
    assert budget_left(minutes, NOW, 5, 10) == (2, None)
    assert budget_left(minutes, NOW, 3, 10) == (0, NOW + timedelta(minutes=10))
    day = [NOW - timedelta(hours=h) for h in (30, 20, 10)]
    assert budget_left(day, NOW, 5, 2) == (0, NOW + timedelta(hours=4))
    assert budget_left(day, NOW, 5, 3) == (1, None)
