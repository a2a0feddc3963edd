"""What hits nearly every host at once is the network here: no source is worse for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import polling
from db import sources as rows
from tests.conftest import Answer, ScriptedWeb
from tracker.core.model import Polling
from tracker.services.crawl import Line, Summary
from tracker.wiring import House, house_of

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
HOSTS = 8
PORTAL = b"<!doctype html><title>Welcome</title><form><input name=room></form>"


class Town:
    """Hosts on loopback, each with a feed, under a network that can be lost."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.webs = [ScriptedWeb(f"127.0.0.{n + 20}") for n in range(HOSTS)]
        self.portal = ScriptedWeb("127.0.0.19")
        self.portal.routes["/in"] = Answer(200, PORTAL, {"Content-Type": "text/html"})
        for web in (*self.webs, self.portal):
            threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.up()

    def up(self, *but: int) -> None:
        """Every host serves its feed, those of `but` fall."""
        for n, web in enumerate(self.webs):
            web.routes["/feed"] = Answer(raw=b"") if n in but else Answer(200, feed(n))

    def answer(self, how: Answer) -> None:
        for web in self.webs:
            web.routes["/feed"] = how

    def watch(self, *hosts: int, kind: str = "feed") -> None:
        listed = "".join(f"  - name: s{n}\n    url: {self.webs[n].base}/feed\n    kind: {kind}\n" for n in hosts)
        self.house.sources_file.write_text(f"version: 1\nsources:\n{listed}")

    def crawl(self, **wishes: Any) -> tuple[Summary, dict[str, Line]]:
        for web in self.webs:
            web.asked.clear()
        lines: dict[str, Line] = {}
        summary = asyncio.run(self.house.crawl(on_line=lambda line: lines.__setitem__(line.source, line), **wishes))
        return summary, lines

    def memories(self) -> dict[str, Polling]:
        with self.house.store.read() as tx:
            watched = {one.id: one.name for one in rows.watched(tx)}
            return {watched[id_]: memory for id_, memory in polling.all_of(tx, watched).items()}

    def later(self, **span: float) -> None:
        assert self.house.frozen is not None
        self.house.frozen += timedelta(**span)


def feed(n: int) -> bytes:
    item = f"<item><guid>{n}</guid><title>Item {n}</title><link>https://a.example/{n}</link></item>"
    return f'<rss version="2.0"><channel><title>Feed {n}</title>{item}</channel></rss>'.encode()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    (tmp_path / "config.toml").write_text('[network]\nallow_private = ["127.0.0.0/24"]\nhost_spacing = 0.0\n')
    with house_of({"home": str(tmp_path), "sources": str(tmp_path / "sources.yaml")}) as house:
        house.frozen = NOW
        town = Town(house)
        yield town
        for web in (*town.webs, town.portal):
            web.shutdown()
            web.server_close()


LOSSES = {
    "every host resets": lambda town: Answer(raw=b""),
    "a portal redirects": lambda town: Answer(302, b"", {"Location": f"{town.portal.base}/in"}),
    "a portal redirects for good": lambda town: Answer(301, b"", {"Location": f"{town.portal.base}/in"}),
    "a portal answers for all": lambda town: Answer(200, PORTAL, {"Content-Type": "text/html"}),
    "a portal says so": lambda town: Answer(511, PORTAL, {"Content-Type": "text/html"}),
}


@pytest.mark.parametrize("how", list(LOSSES))
def test_a_lost_network_counts_for_nothing(town: Town, how: str) -> None:
    town.watch(*range(HOSTS))
    assert town.crawl()[0].failed == 0
    before = town.memories()
    town.answer(LOSSES[how](town))
    for _ in range(5):
        town.later(days=1)
        summary, lines = town.crawl(everything=True)
        assert (summary.failed, summary.put_off) == (0, HOSTS)
        assert "the network here" in summary.outage
        assert {line.outcome for line in lines.values()} == {"skipped"}
    after = town.memories()
    for name, memory in before.items():
        soon = after[name].next_poll_at
        assert soon is not None
        assert town.house.frozen is not None
        assert timedelta(minutes=5) <= soon - town.house.frozen <= timedelta(minutes=10)
        for word in ("failures", "failing_since", "reason", "stopped", "moved_to", "ok_at", "body_hash", "status"):
            assert getattr(after[name], word) == getattr(memory, word), word
    town.up()
    town.later(minutes=10)
    summary, _ = town.crawl()
    assert (summary.sources, summary.failed, summary.new, summary.outage) == (HOSTS, 0, 0, "")


def test_a_page_that_is_watched_is_not_taken_for_the_portal(town: Town) -> None:
    words = "".join(f"<p>Paragraph {n} of the manual, long enough to be read as text by anybody.</p>" for n in range(9))
    town.answer(Answer(200, f"<title>Manual</title><main>{words}</main>".encode(), {"Content-Type": "text/html"}))
    town.watch(*range(HOSTS), kind="docs")
    assert town.crawl()[0].failed == 0
    hotel = words.replace("the manual", "the hotel's guest Wi-Fi")
    page = f"<title>Hotel Wi-Fi</title><main>{hotel}</main>".encode()
    town.answer(Answer(200, page, {"Content-Type": "text/html"}))
    town.later(days=1)
    summary, _ = town.crawl(everything=True)
    assert (summary.new, summary.updated, summary.failed, summary.put_off) == (0, 0, 0, HOSTS)


def test_hosts_that_fall_among_others_are_counted(town: Town) -> None:
    town.watch(*range(HOSTS))
    town.crawl()
    town.up(1, 2)
    town.later(days=1)
    summary, lines = town.crawl(everything=True)
    assert (summary.failed, summary.outage) == (2, "")
    assert {name for name, line in lines.items() if line.outcome == "failed"} == {"s1", "s2"}


def test_a_source_that_fails_alone_has_witnesses(town: Town) -> None:
    town.watch(*range(HOSTS))
    town.crawl()
    town.up(0)
    town.later(days=1)
    summary, lines = town.crawl(names=("s0",))
    assert (summary.failed, summary.outage) == (1, "")
    assert sum(len(web.asked) for web in town.webs[1:]) == 2  # two are enough
    town.later(days=1)
    assert town.crawl(names=("s0",))[0].failed == 1
    assert sum(len(web.asked) for web in town.webs[1:]) == 0  # it failed before: nobody else is asked
    town.answer(Answer(raw=b""))
    summary, lines = town.crawl(names=("s1",))
    assert (summary.failed, summary.put_off, lines["s1"].outcome) == (0, 1, "skipped")


def test_dead_sources_that_come_due_together_are_counted(town: Town) -> None:
    """Eight dead addresses, two that are well: the dead ones are not tried every few minutes for ever."""
    town.watch(*range(HOSTS))
    dead = tuple(range(2, HOSTS))
    town.up(*dead)
    town.crawl()
    for _ in range(3):
        town.later(days=2)
        summary, _ = town.crawl()
        assert summary.outage == ""
    assert all(town.memories()[f"s{n}"].failures >= 3 for n in dead)
