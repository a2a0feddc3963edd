"""The daemon: one a home, works at once, ends when asked, survives a broken list and a kill."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run as command
from tracker.core.errors import ConfigError, Occupied, StoreError
from tracker.core.hours import Hour
from tracker.core.model import InboxState
from tracker.daemon.digests import hours_of
from tracker.daemon.main import run
from tracker.services import inbox
from tracker.services.single import alone
from tracker.wiring import House, house_of

FEED = b"<rss><channel><title>A</title><item><title>One</title><link>/1</link></item></channel></rss>"
NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path, web: Any, answer: Any) -> Iterator[House]:
    """A home with one source, on each engine in turn."""
    web.routes["/feed"] = answer(body=FEED)
    on = request.getfixturevalue("new_postgres") if request.param == "postgres" else ""
    (tmp_path / "config.toml").write_text(
        f'database = "{on}"\n'
        '[network]\nallow_private = ["127.0.0.1"]\nhost_spacing = 0.0\n[crawl]\ntick = 0.2\n[digest]\nlanguage = "en"\n'
    )
    (tmp_path / "sources.yaml").write_text(f"version: 1\nsources:\n  - name: A\n    url: {web.base}/feed\n")
    with house_of({"home": str(tmp_path), "sources": str(tmp_path / "sources.yaml")}) as house:
        house.frozen = NOW
        yield house


async def eventually(said: str, log: Path) -> str:
    for _ in range(200):
        if log.is_file() and said in log.read_text("utf-8"):
            return log.read_text("utf-8")
        await asyncio.sleep(0.05)
    raise TimeoutError(log.read_text("utf-8") if log.is_file() else "no log")


async def test_it_works_at_once_keeps_the_list_before_and_ends_when_asked(house: House) -> None:
    running = asyncio.create_task(run(house))
    log = house.home / "logs" / "daemon.log"
    await eventually("A: 1 new", log)
    assert (house.home / "daemon.pid").read_text() == str(os.getpid())
    with pytest.raises(Occupied, match=str(os.getpid())), alone(house.home):
        pass
    listed = house.sources_file.read_text()
    house.sources_file.write_text("nonsense")
    said = await eventually("the list before stays in force", log)
    await asyncio.sleep(0.5)
    assert log.read_text().count("the list before stays in force") == 1, said
    house.sources_file.write_text(listed + f"  - name: B\n    url: {listed.split('url: ')[1].strip()}2\n")
    await eventually("watching B", log)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)
    assert "stopped" in log.read_text()
    assert not (house.home / "daemon.pid").exists()


async def test_one_round_wakes_crawls_and_leaves(house: House) -> None:
    first = await run(house, once=True)
    assert first is not None
    assert (first.sources, first.new) == (1, 1)
    (row,) = inbox.page(house.store, house.person).items
    inbox.act(house.store, house.person, [row.id], "snooze", until=NOW + timedelta(days=1), now=NOW, made_by="t")
    house.frozen = NOW + timedelta(days=2)
    again = await run(house, once=True)
    assert again is not None
    assert again.new == 0
    assert inbox.counts(house.store, house.person) == {InboxState.INBOX: 1}
    assert "1 snoozed items are back" in (house.home / "logs" / "daemon.log").read_text()


async def test_trouble_of_a_job_is_a_line_and_the_daemon_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    troubles = iter([StoreError("t.db", "no room left on the disk"), ValueError("odd\nforged line")])

    def fail(*_: object) -> None:
        raise next(troubles, StoreError("t.db", "still full"))

    monkeypatch.setattr("tracker.daemon.crawling.sync_file", fail)
    running = asyncio.create_task(run(house))
    log = house.home / "logs" / "daemon.log"
    await eventually("no room left", log)
    said = await eventually("unexpected ValueError: odd forged line", log)
    assert "\nforged" not in said
    monkeypatch.undo()
    await eventually("A: 1 new", log)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)


@pytest.mark.parametrize(
    ("daily", "weekly", "hours"),
    [
        ("", "", {}),
        ("7:05", "", {"daily": Hour(time_of(7, 5))}),
        ("", "Sun 20:00", {"weekly": Hour(time_of(20, 0), 6)}),
        ("25:00", "", None),
        ("", "someday", None),
    ],
)
def test_digest_hours(house: House, daily: str, weekly: str, hours: Any) -> None:
    house.settings = replace(house.settings, digest=replace(house.settings.digest, daily_at=daily, weekly_at=weekly))
    if hours is None:
        with pytest.raises(ConfigError, match="is no time"):
            hours_of(house)
    else:
        assert hours_of(house) == hours


def test_once_by_command(house: House, web: Any, answer: Any, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--home", str(house.home), "--sources", str(house.sources_file)]
    assert command([*flags, "daemon", "--once"]) == 0
    assert "1 sources, 1 new" in capsys.readouterr().err
    web.routes["/feed"] = answer(500)
    assert command([*flags, "crawl", "--all"]) == 1
    assert command([*flags, "daemon", "--once"]) == 0


def test_a_killed_daemon_leaves_the_way_free(house: House) -> None:
    words = [sys.executable, "-m", "tracker", "--home", str(house.home), "--sources", str(house.sources_file), "daemon"]
    log = house.home / "logs" / "daemon.log"
    for end in (signal.SIGKILL, signal.SIGTERM):
        started = subprocess.Popen(words, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL)
        before = log.read_text().count("started") if log.is_file() else 0
        deadline = time.monotonic() + 20
        while not (log.is_file() and log.read_text().count("started") > before) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        started.send_signal(end)
        code = started.wait(timeout=15)
        assert code == (-9 if end == signal.SIGKILL else 0)
    assert log.read_text().count("started") == 2


def start(home: Path, house: House) -> Any:
    """A daemon of another home on the database of `house`, as another machine has it."""
    words = [sys.executable, "-m", "tracker", "--home", str(home), "--database", house.database]
    return subprocess.Popen(
        [*words, "--sources", str(house.sources_file), "daemon"], cwd=Path(__file__).parents[2],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.postgres
@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_one_machine_has_the_daemon_and_when_it_dies_another_does(house: House, tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("first", "second")]
    for home in homes:
        home.mkdir()
        (home / "config.toml").write_text((tmp_path / "config.toml").read_text())
    first = start(homes[0], house)
    assert first.stderr is not None
    assert any("started, pid" in line for line in first.stderr)
    second = start(homes[1], house)
    assert second.wait(30) == 3
    assert second.stderr is not None
    assert f"pid {first.pid} on" in second.stderr.read()
    first.kill()
    first.wait()
    third = start(homes[1], house)
    assert third.stderr is not None
    assert any("started, pid" in line for line in third.stderr)
    third.terminate()
    assert third.wait(15) == 0
