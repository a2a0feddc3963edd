"""The queue of talks: what is asked for, what is kept, who is left alone, and what survives a restart."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db import cooldowns
from db import resources as works
from db import transcripts as rows
from db.store import Store
from db.tables import resource, transcript_job
from tracker.config.settings import Youtube
from tracker.core.jobs import Job
from tracker.core.model import FIRST_PERSON, ResourceId
from tracker.core.outcome import Asked, Fetched, Outcome
from tracker.core.talks import Facts, Talk, Track
from tracker.core.transcript import TrackOrigin
from tracker.core.urls import canonical, work_id
from tracker.core.web import Answer as WebAnswer
from tracker.core.web import Failed, Hop, Reason, Reply, Request
from tracker.services import talk_standing, transcripts
from tracker.services.reading import JobFailed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
TRACK = Track("en", "en", TrackOrigin.MANUAL)
OLD = Facts(title="The talk", channel="Ann", duration=10, published=NOW - timedelta(days=30), playable=True)


def vtt(*lines: str) -> bytes:
    rows_ = [f"00:00:{i * 2:02}.000 --> 00:00:{i * 2 + 2:02}.000\n{line}\n" for i, line in enumerate(lines)]
    return ("WEBVTT\n\n" + "\n".join(rows_)).encode()


GOOD = vtt("one", "two", "three", "four", "five")


class FakeAsker:
    """Answers per talk, in order; the last answer stays."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._answers: dict[str, list[Asked]] = {}

    def answers(self, id_: str, *asked: Asked) -> FakeAsker:
        self._answers[id_] = list(asked)
        return self

    async def ask(self, talk: Talk) -> Asked:
        self.asked.append(talk.key)
        queue = self._answers.get(talk.key) or [came()]
        return queue.pop(0) if len(queue) > 1 else queue[0]


class FakeFetcher:
    """Answers by address."""

    def __init__(self, answers: Mapping[str, bytes | int | str] | None = None) -> None:
        self._answers = dict(answers or {})
        self.asked: list[str] = []

    async def fetch(self, request: Request) -> WebAnswer:
        self.asked.append(request.url)
        found = self._answers.get(request.url, 404)
        if isinstance(found, int):
            return Failed(request, Reason.STATUS, f"answered {found}", found, request.url)
        if isinstance(found, str):
            return Reply(request, found, 200, {}, b"", (Hop(request.url, 302, found),))
        return Reply(request, request.url, 200, {}, found)


class HereReading:
    """Reads in this process; `broken` fails as a killed child does."""

    def __init__(self, broken: bool = False) -> None:
        self._broken = broken

    async def run(self, path: str, *args: object) -> Any:
        if self._broken:
            raise JobFailed("killed")
        module, _, name = path.partition(":")
        return getattr(importlib.import_module(module), name)(*args)


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def came(body: bytes = GOOD, facts: Facts | None = OLD, track: Track = TRACK) -> Asked:
    return Asked("youtube", facts, (track,), (Fetched(track, body),), tool="1", requests=3)


def said(*lines: str, facts: Facts | None = None) -> Asked:
    return Asked("youtube", facts, said=lines, tool="1", requests=2)


REFUSED = Asked("youtube", OLD, (TRACK,), (Fetched(TRACK, b"", 429, "HTTP Error 429"),), tool="1", requests=3)


def tools(asker: FakeAsker, clock: Clock, fetcher: FakeFetcher | None = None, **settings: Any) -> transcripts.Tools:
    wishes = replace(Youtube(), **{"spacing": 0.0, **settings})
    return transcripts.Tools(asker, fetcher or FakeFetcher(), HereReading(), clock, wishes)


def shelve(store: Store, *urls: str, title: str = "") -> list[ResourceId]:
    """Works of the library at these addresses."""
    out = []
    with store.write() as tx:
        for url in urls:
            values = {"canonical_url": canonical(url), "url": url, "work": work_id(url) or None, "kind": "video",
                      "title": title, "first_seen_at": NOW}  # fmt: skip
            out.append(ResourceId(tx.execute(resource.insert().values(**values).returning(resource.c.id)).scalar_one()))
    return out


def job_of(store: Store, id_: ResourceId) -> Job:
    with store.read() as tx:
        found = rows.job_of(tx, id_)
    assert found is not None
    return found


def kept(store: Store, id_: ResourceId) -> list[str]:
    with store.read() as tx:
        return [" ".join(p.text for p in one.paragraphs) for one in rows.of_resource(tx, id_)]


def watch(*ids: str) -> list[str]:
    return [f"https://www.youtube.com/watch?v={id_}" for id_ in ids]


async def test_talks_of_the_library_are_asked_for_and_kept(store: Store, clock: Clock) -> None:
    first, article, second = shelve(store, watch("aaaaaaaaaa1")[0], "https://example.com/a", watch("aaaaaaaaaa2")[0])
    asker = FakeAsker().answers("aaaaaaaaaa2", said("Private video"))
    seen: list[tuple[int, Outcome]] = []
    work = tools(asker, clock)
    assert await transcripts.work(store, work, on_answer=lambda job, a: seen.append((job.resource, a.outcome))) == 2
    assert sorted(seen) == [(first, Outcome.OK), (second, Outcome.GONE)]
    assert kept(store, first) == ["one two three four five"]
    with store.read() as tx:
        found = works.by_ids(tx, FIRST_PERSON, [first, article])
    assert [(one.has_transcript, one.title, one.authors) for one in found] == [
        (True, "The talk", ("Ann",)),
        (False, "", ()),
    ]
    assert await transcripts.work(store, work) == 0  # a second round asks for nothing that is finished
    assert len(asker.asked) == 2


async def test_a_site_that_refuses_is_left_alone_by_all_talks_and_after_a_restart(store: Store, clock: Clock) -> None:
    ids = shelve(store, *watch("aaaaaaaaaa1", "aaaaaaaaaa2", "aaaaaaaaaa3"))
    asker = FakeAsker().answers("aaaaaaaaaa3", REFUSED, came())
    assert await transcripts.work(store, tools(asker, clock)) == 1
    with store.write() as tx:
        cooldowns.keep(tx, {}, "", NOW)  # the daemon writes the rests of hosts
        assert cooldowns.resting(tx, NOW) == []
    clock.now += timedelta(minutes=59)
    assert await transcripts.work(store, tools(FakeAsker(), clock)) == 0  # another process, the same store
    answer = await transcripts.one(store, tools(FakeAsker(), clock), watch("bbbbbbbbbb1")[0])
    assert (answer.outcome, answer.next_try) == (Outcome.BLOCKED, NOW + timedelta(hours=1))
    queue = talk_standing.queue(store, UTC_ZONE, clock.now)
    assert queue.sentences == ("YouTube refuses this address; next try 13:00 (too many requests (429))",)
    clock.now += timedelta(minutes=2)
    assert await transcripts.work(store, tools(asker, clock)) == 3  # the rest is over with the first answer
    assert [kept(store, id_) != [] for id_ in ids] == [True, True, True]
    assert talk_standing.queue(store, UTC_ZONE, clock.now).sentences == ()


async def test_refused_again_a_site_rests_longer_and_another_talk_probes(store: Store, clock: Clock) -> None:
    shelve(store, *watch("aaaaaaaaaa1", "aaaaaaaaaa2"))
    asker = FakeAsker().answers("aaaaaaaaaa1", REFUSED).answers("aaaaaaaaaa2", REFUSED)
    await transcripts.work(store, tools(asker, clock))
    clock.now += timedelta(minutes=61)
    await transcripts.work(store, tools(asker, clock))
    assert asker.asked == ["aaaaaaaaaa2", "aaaaaaaaaa1"]
    with store.read() as tx:
        assert rows.rests(tx)["youtube"].until == clock.now + timedelta(hours=6)


LOOK_ALIKES = {
    "player refused": said(
        "Unable to download API page: HTTP Error 429: Too Many Requests", facts=replace(OLD, playable=False)
    ),
    "not a bot": said("Sign in to confirm you’re not a bot", facts=OLD),
    "another video": said("Skipping player responses from visionos clients", facts=OLD),
    "token": said("Some web client subtitles require a PO Token which was not provided", facts=OLD),
    "not logged in": said("Subtitles are only available when logged in", facts=OLD),
    "announced": said("Premieres in 5 hours", facts=replace(OLD, live="is_upcoming", playable=False)),
    "only storyboards": said(facts=replace(OLD, playable=False)),
    "empty file": came(b""),
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
async def test_what_looks_like_no_captions_is_never_kept_as_that(store: Store, clock: Clock, name: str) -> None:
    (id_,) = shelve(store, *watch("aaaaaaaaaa1"))
    await transcripts.work(store, tools(FakeAsker().answers("aaaaaaaaaa1", LOOK_ALIKES[name]), clock))
    assert job_of(store, id_).outcome not in (None, Outcome.NONE, Outcome.NONE_YET, Outcome.OK)


WORSE = {
    "removed": said("This video has been removed"),
    "refused": REFUSED,
    "nothing": said(facts=OLD),
    "empty": came(b""),
    "short": came(vtt("one")),
    "other": came(vtt("a", "b"), replace(OLD, duration=900)),
    "lost": said(facts=None),
}


@pytest.mark.parametrize("name", WORSE)
async def test_a_stored_transcript_survives_whatever_comes_later(store: Store, clock: Clock, name: str) -> None:
    (id_,) = shelve(store, *watch("aaaaaaaaaa1"))
    await transcripts.work(store, tools(FakeAsker(), clock))
    with store.write() as tx:
        rows.make_due(tx, [id_], NOW)
    asker = FakeAsker().answers("aaaaaaaaaa1", WORSE[name])
    assert await transcripts.work(store, tools(asker, clock)) == 1
    assert kept(store, id_) == ["one two three four five"]


async def test_versions_stand_side_by_side_and_a_better_one_takes_its_place(store: Store, clock: Clock) -> None:
    (id_,) = shelve(store, *watch("aaaaaaaaaa1"))
    auto = Track("en-orig", "en", TrackOrigin.AUTO)
    both = Asked("youtube", OLD, (TRACK, auto), (Fetched(TRACK, GOOD), Fetched(auto, vtt("uh", "one"))), tool="1")
    await transcripts.work(store, tools(FakeAsker().answers("aaaaaaaaaa1", both), clock))
    assert kept(store, id_) == ["one two three four five", "uh one"]
    with store.write() as tx:
        rows.make_due(tx, [id_], NOW)
    better = came(vtt("one", "two", "three", "four", "FIVE"))
    await transcripts.work(store, tools(FakeAsker().answers("aaaaaaaaaa1", better), clock))
    assert kept(store, id_) == ["one two three four FIVE", "uh one"]
    shown = talk_standing.stored(store, watch("aaaaaaaaaa1")[0], Youtube())
    assert shown is not None
    assert shown.transcript is not None
    assert shown.transcript.origin is TrackOrigin.MANUAL


async def test_a_renewed_ytdlp_and_new_cookies_make_what_they_stopped_due(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    confused, locked = shelve(store, *watch("aaaaaaaaaa1", "aaaaaaaaaa2"))
    asker = FakeAsker().answers("aaaaaaaaaa1", said("TypeError: x")).answers("aaaaaaaaaa2", said("members-only"))
    monkeypatch.setattr(transcripts, "installed", lambda: "1")
    await transcripts.work(store, tools(asker, clock))
    assert transcripts.due(store, clock.now, Youtube()) == []
    monkeypatch.setattr(transcripts, "installed", lambda: "2")
    assert transcripts.due(store, clock.now, Youtube()) == ["youtube"]
    assert job_of(store, locked).next_try != NOW
    assert job_of(store, confused).next_try == NOW
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("")
    transcripts.due(store, clock.now, replace(Youtube(), cookies_file=str(cookies)))
    assert job_of(store, locked).next_try == NOW


async def test_budgets_and_spacing_hold_for_a_site(store: Store, clock: Clock) -> None:
    shelve(store, *watch(*(f"aaaaaaaaa{i:02}" for i in range(5))))
    asker = FakeAsker()
    assert await transcripts.work(store, tools(asker, clock, hourly=3)) == 3
    assert await transcripts.work(store, tools(asker, clock, hourly=3)) == 0
    clock.now += timedelta(minutes=61)
    assert await transcripts.work(store, tools(asker, clock, daily=4)) == 1
    assert await transcripts.work(store, tools(asker, clock), most=0) == 0
    import time

    started = time.monotonic()
    shelve(store, *watch("bbbbbbbbbb1"))
    clock.now += timedelta(days=2)
    assert await transcripts.work(store, tools(asker, clock, spacing=0.3)) == 2
    assert time.monotonic() - started >= 0.3


async def test_two_processes_do_not_work_on_one_site(store: Store, clock: Clock) -> None:
    first, _ = shelve(store, *watch("aaaaaaaaaa1", "aaaaaaaaaa2"))
    transcripts.due(store, clock.now, Youtube())
    with store.write() as tx:
        assert rows.lease(tx, job_of(store, first), "another", clock.now)
    assert await transcripts.work(store, tools(FakeAsker(), clock)) == 0
    clock.now += timedelta(minutes=6)  # it was killed: its lease ran out
    assert await transcripts.work(store, tools(FakeAsker(), clock)) == 2


async def test_short_links_are_followed_once(store: Store, clock: Clock) -> None:
    good, lost = shelve(store, "https://b23.tv/abc123", "https://b23.tv/zzz")
    fetcher = FakeFetcher({"https://b23.tv/abc123": "https://www.bilibili.com/video/BV13x41117TL?p=1"})
    asker = FakeAsker().answers("BV13x41117TL:1", replace(came(), site="bilibili"))
    await transcripts.work(store, tools(asker, clock, fetcher))
    assert (job_of(store, good).outcome, job_of(store, lost).outcome) == (Outcome.OK, Outcome.UNSURE)
    unknown = await transcripts.one(store, tools(asker, clock, fetcher), "https://b23.tv/zzz")
    assert (unknown.outcome, unknown.site) == (Outcome.UNSURE, "bilibili")


async def test_the_parts_of_a_bilibili_video_are_kept_one_by_one(store: Store, clock: Clock) -> None:
    (id_,) = shelve(store, "https://www.bilibili.com/video/BV13x41117TL")
    asker = FakeAsker()
    for part in (1, 2):
        asker.answers(
            f"BV13x41117TL:{part}", replace(came(vtt(f"part {part}", *"abcd"), replace(OLD, parts=2)), site="bilibili")
        )
    assert await transcripts.work(store, tools(asker, clock)) == 2
    assert asker.asked == ["BV13x41117TL:1", "BV13x41117TL:2"]
    assert [text.split(" a")[0] for text in kept(store, id_)] == ["part 1", "part 2"]
    assert await transcripts.work(store, tools(asker, clock)) == 0


async def test_an_episode_s_own_files_are_fetched_and_read(store: Store, clock: Clock) -> None:
    first, second, third = shelve(store, *(f"https://pod.example/{i}" for i in range(3)))
    page = b"<html><body><time>0:05</time><p>Hello</p></body></html>"
    listed = {
        first: [("https://pod.example/t.html", "text/html"), ("https://pod.example/t.vtt", "text/vtt")],
        second: [("https://pod.example/t.html", "text/html")], third: [("https://pod.example/gone.srt", "")],
    }  # fmt: skip
    with store.write() as tx:
        rows.queue_files(tx, listed, clock.now)
        rows.queue_files(tx, listed, clock.now)
    fetcher = FakeFetcher({"https://pod.example/t.vtt": GOOD, "https://pod.example/t.html": page})
    assert await transcripts.work(store, tools(FakeAsker(), clock, fetcher)) == 3
    assert (kept(store, first), kept(store, second), kept(store, third)) == (["one two three four five"], ["Hello"], [])
    assert job_of(store, third).why.startswith("the captions did not come: HTTP Error 404")
    assert talk_standing.stored(store, "https://pod.example/0", Youtube()) is not None


async def test_an_address_may_hold_a_document_about_a_talk_or_captions(store: Store, clock: Clock) -> None:
    (id_,) = shelve(store, "https://x.example/info.json")
    info = {
        "title": "T", "duration": 10, "formats": [{"url": "x"}], "timestamp": 1_760_000_000, "subtitles": {},
        "live_status": "is_upcoming", "automatic_captions": {},
    }  # fmt: skip
    tracks = {
        "automatic_captions": {"en": [{"ext": "vtt", "url": "https://x.example/c.vtt"}]},
        "live_status": "was_live",
    }
    given = {"subtitles": {"zh": [{"ext": "srt", "data": GOOD.decode()}]}}

    async def ask(url: str, **answers: object) -> transcripts.Answer:
        pages = {f"https://x.example/{name}": body for name, body in answers.items()}
        pages["https://x.example/info.json"] = pages.get("https://x.example/info", b"")
        pages["https://x.example/c.vtt"] = pages.get("https://x.example/c", b"")
        return await transcripts.one(store, tools(FakeAsker(), clock, FakeFetcher(pages)), url)  # type: ignore[arg-type]

    here = "https://x.example/info.json"
    assert (await ask(here, info=json.dumps(info).encode())).outcome is Outcome.PENDING
    assert (await ask(here, info=json.dumps(info | tracks).encode(), c=b"")).outcome is Outcome.UNSURE
    assert (await ask(here, info=json.dumps(info | tracks).encode(), c=429)).outcome is Outcome.UNSURE
    assert (await ask(here, info=json.dumps(info | given).encode())).outcome is Outcome.OK
    assert (await ask(here, info=json.dumps(info | tracks).encode(), c=GOOD)).outcome is Outcome.OK
    assert kept(store, id_) == ["one two three four five"] * 2
    assert (await ask("https://x.example/gone")).outcome is Outcome.GONE
    assert (await ask("https://x.example/down", down=503)).outcome is Outcome.UNSURE
    assert (await ask("https://x.example/page", page=b"<html>hi</html>")).outcome is Outcome.UNSURE
    assert (await ask("https://x.example/c.vtt", c=GOOD)).outcome is Outcome.OK
    assert (await ask("https://x.example/odd", odd=b'{"a": 1}')).outcome is Outcome.UNSURE


async def test_a_talk_the_library_does_not_know_leaves_nothing_but_a_rest(store: Store, clock: Clock) -> None:
    answer = await transcripts.one(store, tools(FakeAsker(), clock), watch("aaaaaaaaaa1")[0])
    assert answer.transcript is not None
    with store.read() as tx:
        assert tx.execute(transcript_job.select()).all() == []
    refused = tools(FakeAsker().answers("aaaaaaaaaa1", REFUSED), clock)
    assert (await transcripts.one(store, refused, watch("aaaaaaaaaa1")[0])).next_try == NOW + timedelta(hours=1)
    with store.read() as tx:
        assert "youtube" in rows.rests(tx)


async def test_a_file_that_kills_its_reader_is_not_understood(store: Store, clock: Clock) -> None:
    (id_,) = shelve(store, *watch("aaaaaaaaaa1"))
    broken = replace(tools(FakeAsker(), clock), reading=HereReading(broken=True))
    await transcripts.work(store, broken)
    assert (job_of(store, id_).outcome, job_of(store, id_).why) == (
        Outcome.UNSURE, "the caption file could not be read (unknown)")  # fmt: skip


def _standing(store: Store, id_: ResourceId, clock: Clock) -> str:
    return talk_standing.standing(store, id_, Youtube(), UTC_ZONE, clock.now)[1]


async def test_how_a_talk_stands_is_told(store: Store, clock: Clock) -> None:
    ids = shelve(store, *watch("aaaaaaaaaa1", "aaaaaaaaaa2", "aaaaaaaaaa3", "aaaaaaaaaa4"), "https://example.com/a")
    starts = datetime(2026, 11, 26, 3, tzinfo=UTC)
    asker = FakeAsker().answers(
        "aaaaaaaaaa1", said("Premieres in 39 hours", facts=Facts(live="is_upcoming", starts=starts))
    )
    asker.answers("aaaaaaaaaa2", REFUSED)
    transcripts.due(store, clock.now, Youtube())
    assert _standing(store, ids[0], clock) == "in the queue"
    for _ in range(2):
        await transcripts.work(store, tools(asker, clock))
        clock.now += timedelta(hours=2)
    clock.now = NOW + timedelta(minutes=5)
    assert _standing(store, ids[1], clock) == "YouTube refuses this address; next try 15:00 (too many requests (429))"
    with store.write() as tx:
        rows.keep_rest(tx, "youtube", None)
    assert _standing(store, ids[0], clock) == "waiting: premieres 26 Nov 03:00"
    assert _standing(store, ids[4], clock) == ""
    assert talk_standing.queue(store, UTC_ZONE, clock.now).counts["blocked"] == 1


async def test_what_is_given_up_wants_attention(store: Store, clock: Clock) -> None:
    (id_,) = shelve(store, *watch("aaaaaaaaaa1"), title="Lost talk")
    asker = FakeAsker().answers("aaaaaaaaaa1", said("connection reset"))
    for _ in range(9):
        await transcripts.work(store, tools(asker, clock))
        clock.now += timedelta(days=2)
    assert len(asker.asked) == 8
    found = talk_standing.queue(store, UTC_ZONE, clock.now)
    assert (found.attention, found.sentences) == (
        1, ("Lost talk: could not reach YouTube: connection reset; needs attention",))  # fmt: skip
    assert job_of(store, id_).tries == 8


def test_the_installed_version_is_told_without_loading_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import PackageNotFoundError, version

    assert transcripts.installed() == version("yt-dlp") != ""

    def none(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(transcripts, "distribution", none)
    assert transcripts.installed() == ""
