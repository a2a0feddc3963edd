"""Notices to a person's own services: a webhook, an e-mail, and what cannot be sent."""

from __future__ import annotations

import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest

from db import memos
from tracker.daemon.notify import TOLD, Alarm, Bell
from tracker.services.source_list import Health
from tracker.wiring import house_of

apprise = pytest.importorskip("apprise", reason="the extra 'notify' is not installed")
LOG = logging.getLogger("test.notices")
NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


class Post(socketserver.StreamRequestHandler):
    """A mail server of one thread that takes everything."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = []
                while (part := self.rfile.readline()) != b".\r\n":
                    letter.append(part.decode())
                self.server.letters.append("".join(letter))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def post() -> Iterator[Any]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post)
    server.letters = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


async def test_a_webhook_gets_title_and_words(web: Any, answer: Any) -> None:
    got: list[dict[str, str]] = []
    web.routes["/hook"] = lambda headers: got.append(headers) or answer(200)
    await Bell([web.base.replace("http://", "json://") + "/hook"], LOG).ring("Digest", "written: 2026-01-12.md")
    (asked,) = [one for one in web.asked if one[:2] == ("POST", "/hook")]
    assert asked[2]["content-type"].startswith("application/json")
    assert int(got[0]["content-length"]) > len(json.dumps({"title": "tracker: Digest"}))


async def test_an_e_mail_goes_out(post: Any, tmp_path: Path) -> None:
    file = tmp_path / "2026-01-12.md"
    file.write_text("# Digest\n")
    address = f"mailto://127.0.0.1:{post.server_address[1]}/?from=me@example.org&to=you@example.org&mode=insecure"
    await Bell([address], LOG).ring("Digest", "written: it", file)
    (letter,) = map(message_from_string, post.letters)
    assert "tracker: Digest" in str(letter["Subject"])
    assert letter["To"] == "you@example.org"
    assert file.name in {part.get_filename() for part in letter.walk()}


@pytest.mark.parametrize("address", ["nonsense://x", "json://127.0.0.1:9/hook", "desktop"])
async def test_what_cannot_be_sent_is_a_line_and_no_more(address: str, caplog: pytest.LogCaptureFixture) -> None:
    await Bell([address], LOG).ring("Digest", "written: it")
    assert "not taken by every address" in caplog.text


async def test_a_source_that_died_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"now": "ok"}

    def watched(*_: object) -> list[Health]:
        blank = Health("A", "feed", "https://a.example", True, (), "", "ok", "404 for days", 0, None, None, "", 0, "")
        return [replace(blank, health=state["now"])]

    class Listening:
        on, rung = True, list[str]()

        async def ring(self, title: str, body: str) -> None:
            self.rung.append(body)

    class Crew:
        bell = Listening()

    monkeypatch.setattr("tracker.daemon.notify.health", watched)
    with house_of({"home": str(tmp_path)}) as house:
        house.frozen = NOW
        crew: Any = Crew()
        crew.house = house
        for now in ("ok", "failing", "failing", "stopped", "ok", "failing"):
            state["now"] = now
            await Alarm(crew).run()
        assert Listening.rung == ["A: 404 for days", "A: 404 for days"]
        with house.store.read() as tx:
            assert memos.recall(tx, TOLD) == ["A"]
