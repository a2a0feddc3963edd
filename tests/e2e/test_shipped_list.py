"""The whole list as it is shipped, crawled three times: nothing is asked that the rules do not allow, and what changed
is found, no more and no less. Every host is played by a proxy on loopback."""

from __future__ import annotations

import json
import math
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.every_host import EveryHost, Place, counted, together
from tracker.config.sourcefile import read_sources
from tracker.core.model import Source

SHIPPED = Path(__file__).parents[2] / "sources.yaml"
SPACING = 0.2  # seconds between two starts at one host: less than the default, so that GitHub's nineteen take 4 s
CHANGED = 0.05


@pytest.fixture
def everything(tmp_path: Path) -> tuple[Path, list[Source]]:
    """The shipped list with every source switched on."""
    path = tmp_path / "sources.yaml"
    path.write_text(SHIPPED.read_text("utf-8").replace("enabled: false", "enabled: true"), "utf-8")
    return path, list(read_sources(path).sources)


@pytest.fixture
def world(everything: tuple[Path, list[Source]], tmp_path: Path) -> Iterator[EveryHost]:
    server = EveryHost([Place(n, source) for n, source in enumerate(everything[1])])
    server.authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server.start()
    yield server
    server.stop()


def run(tmp_path: Path, world: EveryHost, at: str, *words: str) -> list[dict[str, Any]]:
    """Run the program behind the proxy at a moment of its clock; its lines of JSON."""
    proxied = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), world.base) | {"NO_PROXY": "", "no_proxy": ""}
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_") and not k.lower().endswith("_proxy")}
    environment = clean | proxied | {
        "SSL_CERT_FILE": str(tmp_path / "ca.pem"), "TRACKER_NOW": at, "TRACKER_NETWORK__HOST_SPACING": str(SPACING),
        "TRACKER_NETWORK__CONCURRENCY": "32",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "--home", str(tmp_path / "home"), "--sources", str(tmp_path / "sources.yaml"),
         "--log-requests", str(tmp_path / "requests.jsonl"), *words, "--json"],
        capture_output=True, text=True, encoding="utf-8", timeout=240, cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def crawl(tmp_path: Path, world: EveryHost, at: str, *words: str) -> list[dict[str, Any]]:
    world.asked.clear()
    (tmp_path / "requests.jsonl").unlink(missing_ok=True)
    return run(tmp_path, world, at, "crawl", "--without-texts", "--without-transcripts", *words)


def titles(tmp_path: Path, world: EveryHost, at: str) -> set[str]:
    """What all works are called, without what a kind puts before it (a release: its repository)."""
    found = (row["title"] for row in run(tmp_path, world, at, "resources"))
    return {hit[0] if (hit := re.search(r"Piece \d+ on \w+ at place \d+$", title)) else title for title in found}


def test_three_crawls_of_the_shipped_list(tmp_path: Path, world: EveryHost) -> None:
    sources = {place.source.name: place for place in world.places}
    # The first: everything is asked for, once, in turn, and nothing else is.
    *lines, summary = crawl(tmp_path, world, "2026-11-02T08:00:00Z", "--all")
    assert summary["failed"] == 0, [line for line in lines if line["outcome"] == "failed"]
    assert {line["source"] for line in lines} == set(sources)
    assert_allowed(world, tmp_path)
    assert all("if-none-match" not in one.headers for one in world.asked)
    before = titles(tmp_path, world, "2026-11-02T08:01:00Z")
    assert len(before) >= 10 * (len(sources) - 5)

    # At once again: nothing is due, nothing is asked.
    assert crawl(tmp_path, world, "2026-11-02T08:02:00Z")[-1]["sources"] == 0
    assert world.asked == []

    # The second: nothing changed, and nearly every host says so without sending a body.
    *lines, summary = crawl(tmp_path, world, "2026-11-03T09:00:00Z", "--all")
    assert (summary["new"], summary["updated"], summary["failed"]) == (0, 0, 0)
    assert {line["outcome"] for line in lines} <= {"not-modified", "unchanged"}
    bodies = [line["source"] for line in lines if line["outcome"] == "unchanged"]
    assert {sources[name].source.kind for name in bodies} == {"youtube"}  # which gives nothing to ask again with
    assert {one.status for one in world.asked if "youtube.com" not in one.host} == {304}
    assert_allowed(world, tmp_path)

    # The third: one work in twenty is new, in every kind, and exactly these come.
    changed = change(world.places)
    *lines, summary = crawl(tmp_path, world, "2026-11-04T10:00:00Z", "--all")
    assert summary["failed"] == 0
    fresh = {title for place in changed for title in place.fresh if place.source.kind != "docs"}
    after = titles(tmp_path, world, "2026-11-04T10:01:00Z")
    cards = after - before - fresh
    assert fresh <= after - before
    assert len(cards) == sum(place.source.kind == "docs" for place in changed)
    found = {line["source"]: line["new"] for line in lines if line["new"]}
    assert found == {p.source.name: 1 if p.source.kind == "docs" else len(p.fresh) for p in changed}
    assert_allowed(world, tmp_path)


def change(places: list[Place]) -> list[Place]:
    """Add a work in twenty: one to a source of every kind, the rest anywhere. Those that got some."""
    chance = random.Random(20261104)
    kinds = {place.source.kind: place for place in chance.sample(places, len(places))}
    chosen = list(kinds.values())
    chosen += chance.choices(places, k=round(CHANGED * sum(place.count for place in places)) - len(chosen))
    for place in chosen:
        place.add()
    return [place for place in places if place.fresh]


def assert_allowed(world: EveryHost, tmp_path: Path) -> None:
    """No address but those of the list and what they lead to; each once, one at a time at a host, with our own name."""
    assert world.unknown == []
    for url, times in counted(world.asked).items():
        kind = next((place.source.kind for place in world.places if place.source.url == url), "")
        assert times <= (2 if kind == "docs" else 1), url  # a text is fetched twice to tell a change from noise
    assert all(one.headers["user-agent"].startswith("tracker/") for one in world.asked)
    assert not any("referer" in one.headers for one in world.asked)
    assert {one.host for one in world.asked if "cookie" in one.headers} <= {"www.youtube.com"}  # its consent page
    assert together(world.asked) == set()
    starts: dict[str, list[float]] = {}
    for row in map(json.loads, (tmp_path / "requests.jsonl").read_text("utf-8").splitlines()):
        began = datetime.fromisoformat(row["at"]).timestamp() - row["seconds"]
        starts.setdefault(str(urlsplit(row["url"]).hostname), []).append(began)
    assert {host: gap for host, times in starts.items() if (gap := least_gap(times)) < SPACING - 0.02} == {}
    assert least_gap(starts["export.arxiv.org"]) >= 3.0 - 0.02


def least_gap(times: list[float]) -> float:
    """The least seconds between two starts."""
    return min((b - a for a, b in pairwise(sorted(times))), default=math.inf)
