"""Workers of a team on a real PostgreSQL: what they do, what becomes of what fails, who plans."""

from __future__ import annotations

import asyncio
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import polling, queue
from db.reign import LOCKS, Reign
from tracker.cli.main import run as tracker
from tracker.core.errors import Occupied, StoreError
from tracker.core.model import SourceId
from tracker.services import crawl as crawling
from tracker.services import source_list, team
from tracker.services.leases import Holder
from tracker.wiring import House, house_of

pytestmark = pytest.mark.postgres


def feed(name: str, *items: str) -> bytes:
    body = "".join(
        f"<item><guid>{name}{i}</guid><title>Item {i}</title><link>https://{name}.example/{i}</link></item>"
        for i in items
    )
    return f'<rss version="2.0"><channel><title>{name}</title>{body}</channel></rss>'.encode()


@pytest.fixture
def home(tmp_path: Path, web: Any, new_postgres: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    opened = web.base.removeprefix("http://")
    (tmp_path / "config.toml").write_text(
        f'database = "{new_postgres}"\n[network]\nallow_private = ["{opened}"]\nhost_spacing = 0.0\n'
        "[crawl]\ntick = 0.5\n"
    )
    (tmp_path / "sources.yaml").write_text(
        "version: 1\nsources:\n"
        + "".join(f"  - name: {name}\n    url: {web.base}/{name}\n    kind: feed\n" for name in ("a", "b", "c"))
    )
    monkeypatch.setenv("TRACKER_SOURCES", str(tmp_path / "sources.yaml"))
    return tmp_path


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    with house_of({"home": str(home)}) as found:
        from tracker.config.sourcefile import read_sources

        source_list.sync(found.store, read_sources(found.sources_file), found.clock())
        yield found


def call(home: Path, *words: str) -> int:
    return tracker(["--home", str(home), *words])


def status(home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert call(home, "status", "--json") == 0
    return dict(json.loads(capsys.readouterr().out)["team"])


def test_what_is_due_is_done_once(house: House, home: Path, web: Any, answer: Any, capsys: Any) -> None:
    for name in ("a", "b"):
        web.routes[f"/{name}"] = answer(body=feed(name, "1", "2"))
    web.routes["/c"] = answer(500)
    assert call(home, "worker", "--once") == 0
    assert call(home, "worker", "--once") == 0
    asked = [path for _, path, _ in web.asked if path != "/robots.txt"]
    assert sorted(asked) == ["/a", "/b", "/c"]
    healths = {one.name: one.health for one in source_list.health(house.store, house.clock())}
    assert healths == {"a": "ok", "b": "ok", "c": "unsure"}
    found = status(home, capsys)
    assert found["queues"]["crawl"] == {"waiting": 0, "running": 0, "again": 0, "dead": 0}
    assert found["dead"] == []


def test_what_fails_is_tried_again_then_given_up_and_put_back(
    house: House, home: Path, web: Any, answer: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        web.routes[f"/{name}"] = answer(body=feed(name, "1"))
    real, tried = crawling.crawl, list[int]()

    async def broken(*args: Any, **wishes: Any) -> Any:
        if wishes["only"] == (SourceId(2),):
            tried.append(2)
            raise RuntimeError("a mistake of ours")
        return await real(*args, **wishes)

    monkeypatch.setattr("tracker.daemon.hands.crawl", broken)
    monkeypatch.setattr("db.fleet.FIRST_PAUSE", 0.0)
    for _ in range(5):
        assert call(home, "worker", "--once", "--queues", "crawl") == 0
    assert len(tried) == 5
    said = capsys.readouterr().err
    assert "crawl 2: RuntimeError: a mistake of ours; tried again in 0 s" in said
    assert "given up, 'tracker status' lists it" in said
    found = status(home, capsys)
    assert found["queues"]["crawl"]["dead"] == 1
    (dead,) = found["dead"]
    assert (dead["key"], dead["what"], dead["tries"]) == ("crawl 2", "b", 5)
    assert dead["error"] == "RuntimeError: a mistake of ours"
    assert call(home, "status") == 0
    assert f"given up  job {dead['id']}, crawl of b" in capsys.readouterr().out

    assert call(home, "worker", "--once", "--queues", "crawl") == 0
    assert len(tried) == 5, "what was given up is not queued again by itself"
    assert call(home, "worker", "retry", "77777") == 2
    assert call(home, "worker", "retry", str(dead["id"])) == 0
    monkeypatch.setattr("tracker.daemon.hands.crawl", real)
    assert call(home, "worker", "--once", "--queues", "crawl") == 0
    assert status(home, capsys)["dead"] == []
    with house.store.read() as tx:
        assert polling.all_of(tx, [SourceId(2)])[SourceId(2)].ok_at is not None


def test_the_database_is_never_a_reason_to_give_up() -> None:
    from db.fleet import MOST_TRIES, _next, pause_after

    assert [pause_after(n) for n in range(1, MOST_TRIES + 1)] == [10.0, 30.0, 90.0, 270.0, None]
    assert _next(RuntimeError(), MOST_TRIES) is None
    assert _next(StoreError("here", "away"), MOST_TRIES + 7) == 10.0


def test_nothing_is_queued_twice(house: House) -> None:
    from db.fleet import Fleet, Work, install

    install(house.store)
    install(house.store)

    async def go() -> list[int]:
        async with Fleet(house.store).opened() as fleet:
            works = [Work("crawl", "1"), Work("crawl", "2"), Work("crawl", "1")]
            return [await fleet.queue(works), await fleet.queue([*works, Work("links", "1")])]

    assert asyncio.run(go()) == [2, 1]
    with house.store.read() as tx:
        assert queue.keys(tx) == {"crawl 1", "crawl 2", "links 1"}


def start(home: Path, *words: str) -> Any:
    """A worker as a process of its own, once it works."""
    import subprocess

    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "--home", str(home), "worker", *words],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "started, pid" in line:
            return process
    raise AssertionError("it did not start")


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def test_a_stopped_worker_puts_its_work_back(house: House, home: Path, web: Any, answer: Any) -> None:
    web.routes["/a"] = lambda headers: answer(body=feed("a", "1"), wait=0 if len(web.asked) > 5 else 25)
    process = start(home, "--queues", "crawl")
    until(lambda: any(path == "/a" for _, path, _ in web.asked))
    begun = time.monotonic()
    process.terminate()
    assert process.wait(15) == 0
    assert time.monotonic() - begun < 10
    with house.store.read() as tx:
        assert queue.counts(tx)["crawl"].running == 0
        assert queue.alive(tx) == 0
        assert not polling.owners(tx)
    web.asked += [("GET", "/", {})] * 6
    assert call(home, "worker", "--once") == 0
    with house.store.read() as tx:
        assert polling.all_of(tx, [SourceId(1)])[SourceId(1)].ok_at is not None


def test_a_killed_workers_work_is_taken_over(
    house: House, home: Path, web: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [True]

    def once_slow(headers: Any) -> Any:
        slow, first[0] = first[0], False
        return answer(body=feed("a", "1"), wait=30 if slow else 0)

    web.routes["/a"] = once_slow
    process = start(home, "--queues", "crawl")
    until(lambda: not first[0])
    process.kill()
    process.wait()
    monkeypatch.setattr("db.fleet.LEASE_SECONDS", 0.5)
    monkeypatch.setattr("db.queue.LEASE_SECONDS", 0.5)
    monkeypatch.setattr("tracker.services.turns.HOLD", 1.0)
    with house.store.beside() as tx:  # what the killed one held at the host ends by itself, in 15 s
        tx.exec_driver_sql("UPDATE host_turn SET inside = '{}'")
    time.sleep(0.6)
    assert call(home, "worker", "--once", "--queues", "crawl") == 0
    with house.store.read() as tx:
        memory = polling.all_of(tx, [SourceId(1)])[SourceId(1)]
    assert (memory.ok_at is not None, memory.failures) == (True, 0)
    assert [path for _, path, _ in web.asked].count("/a") == 2


def test_what_takes_down_every_worker_is_given_up(house: House) -> None:
    from db.fleet import MOST_TRIES, Fleet, Work, install

    install(house.store)
    with house.store.beside() as tx:
        tx.exec_driver_sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 day')")

    async def die_often() -> None:
        async with Fleet(house.store).opened() as fleet:
            await fleet.queue([Work("crawl", "3")])
            for _ in range(MOST_TRIES):
                with house.store.beside() as tx:
                    tx.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1")
                assert await fleet.take_over() == 1
            assert await fleet.take_over() == 0

    asyncio.run(die_often())
    with house.store.read() as tx:
        (dead,) = queue.dead(tx)
    assert (dead.what, dead.error) == ("c", "its worker died, again and again")


def test_a_lease_of_an_earlier_try_is_free_and_its_holder_writes_nothing(house: House) -> None:
    now, hour = datetime.now(UTC), timedelta(hours=1)
    with house.store.write() as tx:
        assert polling.claim(tx, [SourceId(1)], "job 7/0", now=now, lease=hour, due=True) == {1}
        assert not polling.claim(tx, [SourceId(1)], "job 71/0", now=now, lease=hour, before="job 71/", due=True)
        assert polling.claim(tx, [SourceId(1)], "job 7/1", now=now, lease=hour, before="job 7/", due=True) == {1}
        assert polling.held(tx, "job 7/0", [SourceId(1)]) == set()


def test_one_plans_and_when_it_dies_another_does(house: House) -> None:
    first, second = Reign(house.store, "first", "planner"), Reign(house.store, "second", "planner")
    daemon = Reign(house.store, "the daemon")
    first.begin()
    daemon.begin()  # another office
    with pytest.raises(Occupied, match="first"):
        second.begin()
    with house.store.beside() as tx:
        tx.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "  # waits until it is gone
            f"WHERE locktype = 'advisory' AND objid = {LOCKS['planner']}"
        )
    second.begin()
    with pytest.raises(Occupied, match="second"):
        first.go_on()
    for one in (first, second, daemon):
        one.end()


async def test_a_database_that_went_away_is_waited_for(
    house: House, web: Any, answer: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.daemon.worker import run

    monkeypatch.setattr("tracker.daemon.worker.FIRST_REST", 0.2)
    for name in ("a", "b", "c"):
        web.routes[f"/{name}"] = answer(body=feed(name, "1"))
    task = asyncio.create_task(run(house, ("crawl",), 4))
    try:
        await asyncio.wait_for(_asked(web, 3), 20)

        def cut() -> None:
            with house.store.beside() as tx:
                tx.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            time.sleep(1)
            web.asked.clear()
            with house.store.write() as tx:
                tx.exec_driver_sql("UPDATE polling SET next_poll_at = NULL")

        await asyncio.to_thread(cut)
        await asyncio.wait_for(_asked(web, 3), 40)
    finally:
        import os
        import signal

        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(task, 15)
    assert "Traceback" not in capsys.readouterr().err


async def _asked(web: Any, times: int) -> None:
    while len(web.asked) < times:
        await asyncio.sleep(0.05)


def test_on_sqlite_a_worker_says_what_it_needs(tmp_path: Path, capsys: Any) -> None:
    assert call(tmp_path, "worker") == 2
    said = capsys.readouterr().err
    assert "PostgreSQL" in said
    assert "tracker daemon" in said
    assert call(tmp_path, "worker", "--queues", "crawls") == 2
    assert "'crawl'" in capsys.readouterr().err
    assert call(tmp_path, "worker", "retry") == 0


def test_without_the_extra_it_says_what_to_install(
    house: House, home: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    monkeypatch.delitem(sys.modules, "db.fleet", raising=False)
    assert call(home, "worker", "--once") == 2
    assert "pip install 'tracker[team]'" in capsys.readouterr().err


def test_a_job_of_a_link_or_text_that_is_not_due_does_nothing(house: House) -> None:
    from tracker.core.model import ResourceId
    from tracker.services.links import check_some

    done = asyncio.run(check_some(house.store, None, house.clock, house.settings, [ResourceId(9)], Holder("job 1/0")))  # type: ignore[arg-type]
    assert done.looked == 0
    assert team.due_texts(house.store, house.clock(), house.settings) == []


def test_the_doctor_knows_the_team(
    house: House, home: Path, web: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db.fleet import Fleet, Work, install

    def levels() -> dict[str, tuple[str, str]]:
        capsys.readouterr()
        call(home, "doctor", "--json")
        found = json.loads(capsys.readouterr().out)["findings"]
        return {one["what"]: (one["level"], one["said"]) for one in found}

    assert "workers" not in levels()
    install(house.store)

    async def queue_one() -> None:
        async with Fleet(house.store).opened() as fleet:
            await fleet.queue([Work("crawl", "1"), Work("crawl", "2")])

    asyncio.run(queue_one())
    with house.store.beside() as tx:
        tx.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'failed' WHERE queueing_lock = 'crawl 2'")
    found = levels()
    assert found["workers"] == ("warning", "1 jobs wait and no worker is alive: start 'tracker worker'")
    assert found["jobs"][0] == "warning"
    assert found["server's clock"][0] == "ok"
    monkeypatch.setenv("TRACKER_NOW", "2026-01-12T08:00:00+00:00")
    assert levels()["server's clock"][0] == "warning"


def test_the_list_of_another_machine_is_refused_until_it_is_taken(
    house: House, home: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(home, "sources", "take") == 0
    machine, other = platform.node(), home / "other.yaml"
    other.write_text("version: 1\nsources:\n  - name: z\n    url: https://z.example/feed\n    kind: feed\n")
    monkeypatch.setattr("platform.node", lambda: "second")
    assert call(home, "sources", "list") == 0  # the same list is no trouble
    monkeypatch.setenv("TRACKER_SOURCES", str(other))
    for words in (("crawl",), ("sources", "list")):
        capsys.readouterr()
        assert call(home, *words) == 2
        said = capsys.readouterr().err
        assert f"follows the list of {machine}" in said
        assert "tracker sources take" in said
    assert {one.name for one in source_list.health(house.store, house.clock())} == {"a", "b", "c"}
    assert call(home, "sources", "take") == 0
    assert {one.name for one in source_list.health(house.store, house.clock())} == {"z"}
