"""The wall round yt-dlp, and the real yt-dlp against a made-up YouTube and Bilibili (../shared/replay)."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.config.settings import Youtube
from tracker.core.captions import read_captions
from tracker.core.errors import ConfigError
from tracker.core.outcome import Asked, judge
from tracker.core.talks import Talk, talk_of
from tracker.net import ytdlp, ytdlp_child
from tracker.net.ytdlp import Listing, Ytdlp
from tracker.net.ytdlp_child import Fence, Refused, Said, slim

SHARED = Path(__file__).parents[2].parent / "shared" / "replay"
QUICK = replace(Youtube(), request_spacing=0.0, deadline=30.0)


def _fence(monkeypatch: pytest.MonkeyPatch, proxy: str = "") -> Fence:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    if proxy:
        monkeypatch.setenv("https_proxy", proxy)
    fence = Fence(["youtube.com"], ["10.1.0.0/16"])
    fence.give(2)
    return fence


def test_a_connection_that_urllib_did_not_ask_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fence = _fence(monkeypatch)
    with pytest.raises(Refused, match="nobody asked"):
        fence("socket.connect", (None, ("8.8.8.8", 443)))


def test_no_library_but_urllib_asks_for_the_child() -> None:
    pytest.importorskip("requests")  # yt-dlp would take it where it is installed, past the fence
    ask = (
        "from tracker.net.ytdlp_child import Said, _downloader\n"
        "job = {'player_client': ['default'], 'request_spacing': 0, 'tls': 'system'}\n"
        "print(*_downloader(job, Said())._request_director.handlers)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["Urllib"]


def test_the_child_connects_to_public_addresses_the_opened_ones_and_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    fence = _fence(monkeypatch, "http://127.0.0.1:8080")
    fence("urllib.Request", ("https://www.youtube.com/watch", None, {}, "GET"))
    for address in (("8.8.8.8", 443), ("10.1.2.3", 80), ("127.0.0.1", 8080), ("2001:4860:4860::8888", 443, 0, 0)):
        fence("socket.connect", (None, address))
    for address in (
        ("127.0.0.1", 80),
        ("169.254.169.254", 80),
        ("::1", 443, 0, 0),
        ("::ffff:10.0.0.1", 80, 0, 0),
        "/tmp/x",
    ):
        with pytest.raises(Refused):
            fence("socket.connect", (None, address))


def test_the_child_asks_listed_hosts_alone_and_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    fence = _fence(monkeypatch, "odd proxy")
    for url in (
        "https://youtube.com.evil.example/",
        "http://127.0.0.1/",
        "https://evil.example/youtube.com",
        "file:///etc/passwd",
    ):
        with pytest.raises(Refused):
            fence("urllib.Request", (url, None, {}, "GET"))
    for _ in range(2):
        fence("urllib.Request", ("https://www.youtube.com/watch", None, {}, "GET"))
    with pytest.raises(Refused, match="no further request"):
        fence("urllib.Request", ("https://www.youtube.com/watch", None, {}, "GET"))
    assert fence.made == 2


def test_the_child_starts_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    fence = _fence(monkeypatch)
    for event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"):
        with pytest.raises(Refused):
            fence(event, ())
    fence("open", ("x",))


def test_what_is_said_is_kept_once_on_one_line_and_not_for_ever() -> None:
    said = Said()
    said.debug("quiet")
    for i in range(100):
        said.warning("one\n two")
        said.error(f"line {i}")
    assert said.lines[:2] == ["one two", "line 0"]
    assert len(said.lines) == ytdlp_child.MOST_SAID


def test_a_document_loses_its_addresses_before_it_leaves_the_child() -> None:
    found = slim({
        "id": "x", "title": "T", "url": "https://secret", "formats": [{"url": "https://secret", "protocol": "https"}, "odd"],
        "subtitles": {"en": [{"url": "https://secret"}]}, "chapters": [{"start_time": 0, "title": "a", "x": 1}, "odd"], "tags": ["t"],
    })  # fmt: skip
    assert "secret" not in json.dumps(found)
    assert found["chapters"] == [{"start_time": 0, "title": "a"}]
    assert found["formats"] == [{"url": "there", "protocol": "https"}]


async def test_cookies_that_are_not_there_are_a_sentence() -> None:
    asker = Ytdlp(replace(QUICK, cookies_file="/nowhere/cookies.txt"))
    with pytest.raises(ConfigError, match="cookies_file"):
        await asker.ask(Talk("youtube", "abc123DEF45"))
    await asker.close()


@pytest.mark.parametrize(
    ("program", "ended"),
    [
        ("raise SystemExit", "yt-dlp ended without an answer"),
        ("print('{', flush=True)", "yt-dlp ended without an answer"),
        ("input(); print('[]', flush=True)", "yt-dlp gave no answer"),
        ("import subprocess, time; input(); print('{}', flush=True); subprocess.Popen(['sleep', '60']); time.sleep(60)",
         "took more than 1 s and was ended"),
    ],
)  # fmt: skip
async def test_a_child_that_fails_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, program: str, ended: str
) -> None:
    monkeypatch.setattr(ytdlp, "_program", lambda: program)
    asker = Ytdlp(replace(QUICK, deadline=1.0))
    started = time.monotonic()
    assert (await asker.ask(Talk("youtube", "abc123DEF45"))).ended == ended
    assert time.monotonic() - started < 4
    await asker.close()


async def test_a_machine_that_starts_no_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    assert "no more processes" in (await Ytdlp(QUICK).ask(Talk("youtube", "abc123DEF45"))).ended


async def test_odd_answers_of_a_child_are_values(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        {"info": {"title": "T"}, "fetched": ["odd", {"key": "en", "lang": "en", "origin": "manual", "form": "vtt", "status": 200,
                                                    "error": "", "body": "%%"}]},
        {"entries": [{"url": ""}, {"url": "u", "duration": True}], "said": ["x"]},
        {"entries": [], "said": ["gone"]},
    ]  # fmt: skip
    lines = "\n".join(f"print({json.dumps(one)!r}, flush=True); input()" for one in [{}, *answers])
    monkeypatch.setattr(ytdlp, "_program", lambda: f"input()\n{lines}")
    asker = Ytdlp(QUICK)
    asked = await asker.ask(Talk("youtube", "abc123DEF45"))
    assert (asked.facts and asked.facts.title, len(asked.fetched), asked.fetched[0].body) == ("T", 1, b"")
    listed = await asker.listing("youtube", "u", 10)
    assert [(one.url, one.duration) for one in listed.entries] == [("u", 0.0)]
    assert (await asker.listing("youtube", "u", 10)).problem == "gone"
    await asker.close()


def test_yt_dlp_is_loaded_by_the_child_alone() -> None:
    code = "import sys, tracker.net.ytdlp, tracker.services.transcripts; print('yt_dlp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# ---- the real one ----------------------------------------------------------------------------------------------


class Replay:
    """A world behind a proxy; this process's environment points to it."""

    def __init__(self, world: Any, fault: Callable[[dict[str, Any]], Any]) -> None:
        self.world, self._fault = world, fault

    def faults(self, *rules: dict[str, Any]) -> None:
        self.world.faults = [self._fault(rule) for rule in rules]

    @property
    def urls(self) -> list[str]:
        return [entry["url"] for entry in self.world.log]


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Replay]:
    if not SHARED.is_dir():
        pytest.skip("the replay of YouTube and Bilibili is not beside this folder")
    monkeypatch.syspath_prepend(str(SHARED))
    world_module, proxy_module = importlib.import_module("replay.world"), importlib.import_module("replay.proxy")
    world = world_module.World.load(SHARED / "worlds" / "demo" / "world.json")
    with proxy_module.Proxy(world, tmp_path / "ca") as proxy:
        for name, value in proxy.environment().items():
            if name not in ("PYTHONPATH", "REPLAY_CA"):  # the person's own CA is enough, no shim
                monkeypatch.setenv(name, value)
        yield Replay(world, world_module.Fault)


def _class(asked: Asked) -> str:
    file = asked.fetched[0] if asked.fetched else None
    read = read_captions(file.body) if file and not file.error else None
    return judge(asked, read, datetime.now(UTC)).outcome.value


SITUATIONS = {
    "aGENTmanual": "ok", "sERVINGauto": "ok", "sERVINGbare": "ok", "nAMEDtracks": "ok", "dUBBEDtwo00": "ok", "zHonlytalk0": "ok",
    "pOTwebonly0": "ok", "nOformats00": "ok", "bOTvisionos": "ok", "nOembedding": "ok", "lONGtalk000": "ok", "lECTURE0001": "doubt",
    "nOcaptions0": "none", "sHORT000001": "none", "pOTeverywhe": "blocked", "eMPTYtrack0": "blocked", "hTTP429capt": "blocked",
    "bOTchecked0": "blocked", "tHROTTLED00": "blocked", "pRIVATE0000": "gone", "rEMOVED0000": "gone", "tERMINATED0": "gone",
    "gEOblocked0": "locked", "mEMBERSonly": "locked", "aGErestrict": "locked", "uPCOMINGliv": "pending", "pREMIEREsoo": "pending",
    "lIVEnow0000": "pending",
}  # fmt: skip


@pytest.mark.shared
async def test_every_situation_of_youtube_has_its_class_within_four_requests(replay: Replay) -> None:
    asker = Ytdlp(QUICK)
    for video, outcome in SITUATIONS.items():
        before = len(replay.urls)
        asked = await asker.ask(Talk("youtube", video))
        assert (_class(asked), asked.said) == (outcome, asked.said), video
        assert len(replay.urls) - before == asked.requests <= 4, video
    await asker.close()
    assert not [url for url in replay.urls if "tlang" in url]
    assert not [entry for entry in replay.world.log if entry["status"] == 502]


BILIBILI = {"BV1replay0001": ("locked", "ok"), "BV1replay0002?p=2": ("locked", "ok"), "BV1replay0003": ("locked", "doubt"),
            "BV1replay0004": ("none", "none"), "BV1replay0005": ("gone", "gone")}  # fmt: skip


@pytest.mark.shared
async def test_bilibili_with_and_without_a_login_and_cookies_that_stay_as_they_were(
    replay: Replay, tmp_path: Path
) -> None:
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n.bilibili.com\tTRUE\t/\tTRUE\t4102444800\tSESSDATA\tmade-up\n")
    before = cookies.read_bytes()
    for i, settings in enumerate((QUICK, replace(QUICK, cookies_file=str(cookies)))):
        asker = Ytdlp(settings)
        for path, outcomes in BILIBILI.items():
            talk = talk_of(f"https://www.bilibili.com/video/{path}")
            assert talk is not None
            assert _class(await asker.ask(talk)) == outcomes[i], path
        await asker.close()
    assert cookies.read_bytes() == before


FAULTS = {
    ("watch", 429): ("blocked", "ok"), ("watch", 500): ("unsure", "ok"), ("player", 429): ("blocked", "ok"),
    ("player", 400): ("unsure", "ok"), ("player", 503): ("unsure", "ok"), ("timedtext", 429): ("none", "blocked"),
    ("timedtext", 500): ("none", "unsure"), ("", 503): ("unsure", "unsure"), ("", 0): ("unsure", "unsure"),
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("place", FAULTS, ids=lambda place: f"{place[0]}-{place[1]}")
async def test_a_failing_site_never_looks_like_no_captions(replay: Replay, place: tuple[str, int]) -> None:
    path, status = place
    replay.faults({"host": ".*", "path": path, "status": status or 200, "reset": not status})
    asker = Ytdlp(QUICK)
    asked = [await asker.ask(Talk("youtube", video)) for video in ("nOcaptions0", "aGENTmanual")]
    await asker.close()
    assert tuple(map(_class, asked)) == FAULTS[place]
    assert all(one.requests <= 4 for one in asked)


@pytest.mark.shared
async def test_a_hanging_and_a_dripping_server_cost_one_deadline(replay: Replay) -> None:
    asker = Ytdlp(replace(QUICK, deadline=2.0))
    for rule in ({"path": "^/watch", "delay": 60}, {"path": "timedtext", "drip": 1, "body": "x" * 1000, "status": 200}):
        replay.faults({"host": ".*", "status": 0, **rule})
        await asker.ask(Talk("youtube", "nOcaptions0"))  # a child is up
        started = time.monotonic()
        assert (await asker.ask(Talk("youtube", "aGENTmanual"))).ended == "took more than 2 s and was ended"
        assert time.monotonic() - started < 4
    replay.faults()
    assert _class(await asker.ask(Talk("youtube", "aGENTmanual"))) == "ok"
    await asker.close()


@pytest.mark.shared
async def test_a_redirect_into_the_private_net_is_not_followed(replay: Replay) -> None:
    replay.faults(
        {
            "host": "www\\.youtube\\.com",
            "path": "^/watch",
            "status": 302,
            "headers": {"Location": "http://127.0.0.1:9/"},
        }
    )
    asker = Ytdlp(QUICK)
    assert _class(await asker.ask(Talk("youtube", "nOcaptions0"))) == "unsure"
    await asker.close()
    assert not [url for url in replay.urls if "127.0.0.1" in url]


@pytest.mark.shared
async def test_listings_are_bounded_and_dated_nearly(replay: Replay) -> None:
    asker = Ytdlp(QUICK)
    channel = await asker.listing("youtube", "https://www.youtube.com/channel/UCbbbbbbbbbbbbbbbbbbbbbb/videos", 35)
    assert (len(channel.entries), channel.id) == (35, "UCbbbbbbbbbbbbbbbbbbbbbb")
    assert all(one.at and one.url.startswith("https://www.youtube.com/watch?v=") for one in channel.entries)
    gone = await asker.listing("youtube", "https://www.youtube.com/playlist?list=PLnope000000000000000000000000000", 5)
    assert isinstance(gone, Listing)
    assert "does not exist" in gone.problem
    await asker.close()
    assert "yt_dlp" not in sys.modules
    assert os.environ["HTTPS_PROXY"]


SEEDS = SHARED.parent / "seeds"
REFUSING = ("hTTP429capt", "aGENTmanual")


def _tracker(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    from tracker.cli.main import run

    home.mkdir()
    (home / "sources.yaml").write_text("version: 1\nsources: []\n")
    (home / "config.toml").write_text(
        'timezone = "UTC"\n[youtube]\nspacing = 0.0\nrequest_spacing = 0.0\ndeadline = 20.0\n'
    )

    def go(*words: str, code: int = 0) -> list[dict[str, Any]]:
        assert run(["--home", str(home), "--sources", str(home / "sources.yaml"), *words]) == code, words
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return go


@pytest.mark.shared
def test_all_talks_of_the_seeds_are_asked_for_in_one_crawl_and_never_twice(
    replay: Replay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    go = _tracker(tmp_path / "home", capsys)
    files = [path for path in SEEDS.glob("*.txt") if "youtube.com/watch" in path.read_text("utf-8")]
    for path in files:
        go("import", str(path), "--json")
    talks = [one for one in go("resources", "--json") if "youtube.com/watch" in (one["canonical_url"] or "")]
    go("crawl", "--json")
    found = {one["id"]: one for one in go("resources", "--json")}
    assert len(talks) >= 20
    assert [one["url"] for one in talks if not found[one["id"]]["has_transcript"]] == []
    asked = [url for url in replay.urls if "youtube" in url]
    assert len(asked) <= 4 * len(talks)
    assert not [url for url in asked if "tlang" in url]
    go("crawl", "--json")
    assert [url for url in replay.urls if "youtube" in url] == asked


@pytest.mark.shared
def test_a_refusal_is_obeyed_over_all_talks_and_after_a_restart(
    replay: Replay, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    go = _tracker(tmp_path / "home", capsys)
    first, second = (f"https://www.youtube.com/watch?v={id_}" for id_ in REFUSING)
    monkeypatch.setenv("TRACKER_NOW", "2026-11-24T12:00:00+00:00")
    (refused,) = go("transcript", "--json", first, code=1)
    assert (refused["outcome"], refused["next_try"]) == ("blocked", "2026-11-24T13:00:00Z")
    before = len(replay.urls)
    monkeypatch.setenv("TRACKER_NOW", "2026-11-24T12:59:00+00:00")
    assert go("transcript", "--json", second, code=1)[0]["outcome"] == "blocked"
    assert go("status", "--json")[0]["transcripts"]["said"] == [
        "YouTube refuses this address; next try 13:00 (too many requests (429))"
    ]
    assert len(replay.urls) == before
    monkeypatch.setenv("TRACKER_NOW", "2026-11-24T13:01:00+00:00")
    assert go("transcript", "--json", second)[0]["outcome"] == "ok"
