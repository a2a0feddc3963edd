"""Drills that drive themselves: portal and outage, the clock that jumps, two daemons, kills in a migration."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import database
import shelves
from calm import Calm
from reader import WORSE, Case, Record
from rig import TRACEBACK, Home, Rig, control, tree

HEALTHY = frozenset(("ok", "moved"))


def run(rig: Rig, case: Case, calm: Calm, cases: Sequence[Case]) -> Iterable[Record]:
    """The record of a `run:` case; nothing for a drill this adapter does not know."""
    drill = DRILLS.get(case["url"].removeprefix("run:"))
    return [{"id": case["id"], "pass": max(rig.at_h)} | drill(rig, calm, cases)] if drill else []


def portal(rig: Rig, calm: Calm, cases: Sequence[Case]) -> Record:
    """Healthy links and sources under a portal that answers for every host."""
    return _network_lost(rig, cases, "/portal/on", "/portal/off")


def outage(rig: Rig, calm: Calm, cases: Sequence[Case]) -> Record:
    """The same while every host resets."""
    return _network_lost(rig, cases, "/outage/600", "/outage/0")


def _network_lost(rig: Rig, cases: Sequence[Case], begin: str, end: str) -> Record:
    """Healthy links and sources before and while the network here is to blame; what that changed of them."""
    hosts = [
        case for case in cases if case["kind"] in ("link", "page", "talk", "feed") and "server" not in case["expect"]
    ]
    addresses = [case["url"] for case in hosts if re.match(r"http://127\.0\.1\.\d+[:/]", case["url"])]
    home = Home(rig, "portal")
    home.watch([(f"portal {n}", url, "feed") for n, url in enumerate(addresses) if "feed" in url][:10])
    (home.path / "links.txt").write_text("".join(url + "\n" for url in addresses), "utf-8")
    home.run("import", "links.txt", "--as", "urls")

    def looked(hours: int) -> tuple[dict[str, str], dict[str, tuple[str, str | None]], str]:
        at = (rig.now + timedelta(hours=hours)).isoformat()
        said = [home.run("crawl", "--json", TRACKER_NOW=at), home.run("check", "--due", TRACKER_NOW=at)]
        works = list(home.run("resources", "--json", TRACKER_NOW=at).lines())
        verdicts = {work["canonical_url"]: work["link"]["verdict"] for work in works if work["link"]}
        feeds = {row["name"]: (row["url"], row["moved_to"]) for row in home.run("sources", "list", "--json").lines()}
        reasons = " ".join(work["link"]["reason"] or "" for work in works if work["link"])
        return verdicts, feeds, " ".join([*(ran.err for ran in said), *(ran.out for ran in said), reasons])

    before, feeds_before, _ = looked(0)
    control(begin)
    under, feeds_under, said = looked(24 * 31)
    control(end)
    healthy = [url for url, verdict in before.items() if verdict in HEALTHY]
    worse = sum(WORSE.index(under.get(url, "ok")) > WORSE.index(before[url]) for url in healthy)
    moved = sum(feeds_under.get(name) != url for name, url in feeds_before.items())
    facts = {"verdicts_worse": worse, "feed_urls_changed": moved, "urls_adopted": moved, "message": said[:4000]}
    return {"run": facts | {"healthy": len(healthy)}} if len(healthy) >= 20 else {}


def clock_back(rig: Rig, calm: Calm, cases: Sequence[Case]) -> Record:
    """A year back for a day and an hour, looked at every hour, then forward again."""
    home = Home(rig, "clock-back")
    home.watch(calm.feeds(3))
    said: list[str] = []

    def crawl(at: Any) -> int:
        before = sum(calm.asked.values())
        ran = home.run("crawl", "--json", TRACKER_NOW=at.isoformat())
        said.append(ran.err + ran.out)
        return sum(calm.asked.values()) - before

    crawl(rig.now)
    crawl(rig.now + timedelta(hours=2))
    back = rig.now - timedelta(days=365)
    hours = next((hour for hour in range(26) if crawl(back + timedelta(hours=hour))), 999)
    shown = (
        home.run("sources", "list", TRACKER_NOW=back.isoformat()).out
        + home.run("status", TRACKER_NOW=back.isoformat()).out
    )
    forward = crawl(rig.now + timedelta(hours=30))
    again = crawl(rig.now + timedelta(hours=30, minutes=1))
    facts = {
        "traceback": any(TRACEBACK in text for text in said),
        "schedule_recovers_h": hours,
        "negative_ages": len(re.findall(r"(?<![\w-])-\d+ ?(?:s|min|h|d|days?)\b", shown)),
        "requests_burst": max(0, forward - 3) + again,
    }
    return {"db": facts}


def clock_forward(rig: Rig, calm: Calm, cases: Sequence[Case]) -> Record:
    """Ten years forward for one look, then back: what was put off to then is looked at in time again."""
    home = Home(rig, "clock-forward")
    home.watch(calm.feeds(3))
    said: list[str] = []

    def crawl(at: Any) -> int:
        before = sum(calm.asked.values())
        ran = home.run("crawl", "--json", TRACKER_NOW=at.isoformat())
        said.append(ran.err + ran.out)
        return sum(calm.asked.values()) - before

    crawl(rig.now)
    ahead = crawl(rig.now + timedelta(days=3650))
    hours = next((hour for hour in range(26) if crawl(rig.now + timedelta(hours=hour))), 999)
    again = crawl(rig.now + timedelta(hours=hours, minutes=1))
    shown = home.run("sources", "list", TRACKER_NOW=rig.now.isoformat()).out
    facts = {
        "traceback": any(TRACEBACK in text for text in said),
        "schedule_recovers_h": hours,
        "negative_ages": len(re.findall(r"(?<![\w-])-\d+ ?(?:s|min|h|d|days?)\b", shown)),
        "requests_burst": max(0, ahead - 3) + again,
    }
    return {"db": facts}


def two_daemons(rig: Rig, calm: Calm, cases: Sequence[Case]) -> Record:
    """A second daemon is refused; one after a kill takes over."""
    home = Home(rig, "two-daemons")
    home.watch(calm.feeds(3))
    home.run("init")
    paths = [f"/feed{n}.xml" for n in range(3)]
    before = {path: calm.asked[path] for path in paths}
    env = rig.environment()
    del env["TRACKER_NOW"]
    first = _daemon(home, env)
    started = database.wait_for(lambda: all(calm.asked[path] > before[path] for path in paths), 30)
    second = home.run("daemon", timeout=20)
    double = sum(max(0, calm.asked[path] - before[path] - 1) for path in paths)
    for pid in reversed(tree(first.pid)):
        os.kill(pid, signal.SIGKILL)
    first.wait()
    third = _daemon(home, env)
    out = home.path / "daemon.out"
    up = lambda: out.read_text("utf-8").count("started, pid") > 1 or third.poll() is not None  # noqa: E731
    alive = database.wait_for(up, 60) and third.poll() is None  # a signal before it listens would end it
    third.send_signal(signal.SIGTERM)
    code = third.wait(40)
    facts = {
        "second_refuses": started and second.code not in (0, -signal.SIGKILL),
        "message": second.err,
        "stale_lock_taken_over": alive and code == 0,
        "double_fetches": double,
    }
    return {"db": facts} | ({"crash": second.crash} if second.crash else {})


def _daemon(home: Home, env: dict[str, str]) -> subprocess.Popen[bytes]:
    log = (home.path / "daemon.out").open("ab")
    return subprocess.Popen(home.argv("daemon"), env=env, cwd=home.path, stdout=log, stderr=log, start_new_session=True)


DRILLS: dict[str, Callable[[Rig, Calm, Sequence[Case]], Record]] = {
    "portal": portal,
    "outage": outage,
    "offline": outage,
    "clock-forward": clock_forward,
    "clock-back": clock_back,
    "two-daemons": two_daemons,
    "migration-kill": lambda rig, calm, cases: shelves.migration_kill(rig),
    "huge": lambda rig, calm, cases: shelves.huge(rig),
}
