"""The demo in this process, so that its rooms are measured too, and the children's side of the reading room."""

from __future__ import annotations

import io
import pickle
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run
from tracker.core.model import Polling, Source, SourceId
from tracker.core.web import Reply, Request
from tracker.demo.pages import page
from tracker.services import reading_child
from tracker.services.reading import JobFailed, ReadingRoom


def test_the_demo_then_opens_the_inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    opened: list[str] = []
    monkeypatch.setattr("tui.app.run", lambda house: opened.append(str(house.home)))
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: str(tmp_path / "demo"))
    assert run(["demo"]) == 0
    assert opened == [str(tmp_path / "demo")]
    assert "triage" in capsys.readouterr().out
    assert run(["--home", str(tmp_path / "demo"), "tui"]) == 0
    assert len(opened) == 2


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/", 200, "miniature"), ("/kiln/paged-memory", 200, "Paged"), ("/papers/2601.00011", 200, "Blocks"),
        ("/papers/daily.json", 200, "2601.00011"), ("/docs/caching", 200, "five minutes"), ("/talks/draft-models", 200, "talk"),
        ("/talks/draft-models.vtt", 404, ""), ("/old/essay", 301, ""), ("/new/essay", 200, "moved"), ("/old/gone", 410, "Gone"),
        ("/broken/feed.xml", 503, ""), ("/robots.txt", 200, "Allow"), ("/nowhere", 404, ""),
    ],
)  # fmt: skip
def test_the_miniature_web_answers(path: str, status: int, said: str) -> None:
    found = page(path, "http://127.0.0.1:1", 1)
    assert found.status == status
    assert said in found.body


def test_the_miniature_web_changes_between_visits() -> None:
    for path in ("/docs/caching", "/talks/draft-models", "/talks/draft-models.vtt", "/kiln/feed.xml"):
        assert page(path, "http://x", 1) != page(path, "http://x", 2)


class _Sink(io.BytesIO):
    def answers(self) -> list[tuple[bool, Any]]:
        data, out = self.getvalue(), []
        while data:
            size = int.from_bytes(data[:8], "big")
            out.append(pickle.loads(data[8 : 8 + size]))
            data = data[8 + size :]
        return out


@pytest.mark.parametrize(
    ("job", "worked", "said"),
    [
        (("tracker.core.text:clean_line", (" a  b ",)), True, "a b"),
        (("os:getcwd", ()), False, "not ours"),
        (("tracker.core.text:no_such", ()), False, "AttributeError"),
        (("tracker.core.text:clean_line", (1, 2, 3, 4)), False, "TypeError"),
    ],
)
def test_a_child_does_one_job_and_tells_what_came_of_it(job: Any, worked: bool, said: str) -> None:
    sink = _Sink()
    reading_child._answer(sink, pickle.dumps(job))
    ((done, value),) = sink.answers()
    assert done is worked
    assert said in str(value)


def test_a_child_that_runs_out_of_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(_: str) -> None:
        raise MemoryError

    monkeypatch.setattr(reading_child, "_function", greedy)
    sink = _Sink()
    reading_child._answer(sink, pickle.dumps(("x", ())))
    assert "too much memory" in sink.answers()[0][1]


class _Left(BaseException):
    pass


def test_a_child_serves_until_its_input_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pickle.dumps(("tracker.core.text:clean_line", ("x",)))
    sink = _Sink()
    limits: list[Any] = []
    ignored: list[Any] = []

    def leave(_: int) -> None:
        raise _Left

    source = type("In", (), {"buffer": io.BytesIO(len(data).to_bytes(8, "big") + data)})()
    monkeypatch.setattr(sys, "stdin", source)
    monkeypatch.setattr(sys, "stdout", type("Out", (), {"buffer": sink})())
    monkeypatch.setattr("os._exit", leave)
    # what a child does to itself would stay with the process of the tests: no signal would end what it starts
    monkeypatch.setattr(reading_child.signal, "signal", lambda name, _: ignored.append(name))
    monkeypatch.setattr("os.nice", lambda _: 0)
    monkeypatch.setattr(reading_child.gc, "set_threshold", lambda *_: None)
    if reading_child.resource is not None:
        monkeypatch.setattr(reading_child.resource, "setrlimit", lambda *a: limits.append(a))
    with pytest.raises(_Left):
        reading_child.serve(5, 1 << 30)
    assert sink.answers() == [(True, "x")]
    assert len(limits) == 2
    assert signal.SIGTERM in ignored


async def test_the_room_survives_what_its_children_do() -> None:
    room = ReadingRoom(1, cpu_seconds=1, wall_seconds=20)
    reply = Reply(
        Request("https://a.example/"), "https://a.example/", 200, {}, b"<rss><channel><title>T</title></channel></rss>"
    )
    found = await room.read("feed", Source("a", "https://a.example/"), reply, Polling(SourceId(1)))
    assert found.title == "T"
    with pytest.raises(JobFailed):
        await room.run("tracker.core.text:no_such")
    with pytest.raises(JobFailed, match="CPU"):
        await room.run("tracker.core.pace:rhythm_of", _Endless())
    assert (await room.read("feed", Source("a", "x"), reply, Polling(SourceId(1)))).title == "T"
    await room.close()
    with pytest.raises(JobFailed, match="closed"):
        await room.run("tracker.core.text:clean_line", "x")


class _Endless:
    """Unpickles into a search that never ends."""

    def __reduce__(self) -> tuple[Any, ...]:
        import re

        return re.match, (r"(a+)+$", "a" * 40 + "b")
