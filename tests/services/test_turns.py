"""Turns at hosts that several processes of one PostgreSQL share; the host itself is asked whether they were kept."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from db import turns
from db.store import Store, open_store
from tracker.config.settings import Network
from tracker.core.errors import StoreError
from tracker.core.web import Failed, Reason, Reply, Request
from tracker.net.http import HttpFetcher, open_fetcher
from tracker.services.turns import SharedTurns

pytestmark = pytest.mark.postgres
SPACING = 0.15


@pytest.fixture
def team(new_postgres: str) -> Iterator[list[Store]]:
    """Three stores on one database, as three processes have them."""
    stores = [open_store(new_postgres) for _ in range(3)]
    yield stores
    for one in stores:
        one.close()


def network(web: Any, **more: Any) -> Network:
    return Network(allow_private=(web.base.removeprefix("http://"),), **({"host_spacing": SPACING} | more))


def noting(web: Any, answer: Any, starts: list[float], wait: float = 0.0) -> None:
    def come(headers: Any) -> Any:
        starts.append(time.monotonic())
        return answer(body=b"here", wait=wait)

    web.routes["/"] = come


async def ask(store: Store, wish: Network, url: str, times: int) -> list[Any]:
    async with open_fetcher(wish, limits=SharedTurns(store, wish)) as fetcher:
        return await asyncio.gather(*(fetcher.fetch(Request(url)) for _ in range(times)))


async def test_one_host_sees_one_pace_of_three(team: list[Store], web: Any, answer: Any) -> None:
    starts: list[float] = []
    noting(web, answer, starts, wait=0.02)
    done = await asyncio.gather(*(ask(store, network(web), f"{web.base}/", 3) for store in team))
    assert all(isinstance(one, Reply) for replies in done for one in replies)
    assert len(starts) == 9
    assert min(b - a for a, b in pairwise(sorted(starts))) >= SPACING


async def test_where_a_redirect_leads_sees_the_same_pace(team: list[Store], web: Any, answer: Any) -> None:
    starts: list[float] = []
    noting(web, answer, starts)

    def away(headers: Any) -> Any:
        starts.append(time.monotonic())
        return answer(302, headers={"Location": "/"})

    web.routes["/away"] = away
    done = await asyncio.gather(*(ask(store, network(web), f"{web.base}/away", 2) for store in team))
    assert all(isinstance(one, Reply) and len(one.hops) == 1 for replies in done for one in replies)
    assert len(starts) == 12
    assert min(b - a for a, b in pairwise(sorted(starts))) >= SPACING


async def test_hosts_do_not_wait_for_each_other(team: list[Store]) -> None:
    first, second = (SharedTurns(store, Network(host_spacing=60.0)) for store in team[:2])
    async with asyncio.timeout(5), first.turn("a"), second.turn("b"):
        pass


async def test_as_many_are_inside_as_may_be(team: list[Store]) -> None:
    wish, inside, most = Network(host_spacing=0.0, per_host=2), 0, 0

    async def visit(limits: SharedTurns) -> None:
        nonlocal inside, most
        async with limits.turn("a"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.05)
            inside -= 1

    await asyncio.gather(*(visit(limits) for store in team for limits in [SharedTurns(store, wish)] for _ in range(3)))
    assert most == 2


async def test_who_died_inside_is_forgotten(team: list[Store]) -> None:
    with team[0].beside() as tx:
        assert turns.take(tx, "a", "dead", spacing=0.0, most=1, hold=0.3).taken
    limits = SharedTurns(team[1], Network(host_spacing=0.0))
    begun = time.monotonic()
    async with asyncio.timeout(5), limits.turn("a"):
        assert time.monotonic() - begun >= 0.25


async def test_a_long_stay_is_held(team: list[Store], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.services.turns.HOLD", 0.3)
    first, second = (SharedTurns(store, Network(host_spacing=0.0)) for store in team[:2])
    async with first.turn("a"):
        await asyncio.sleep(0.8)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), second.turn("a"):
                pass
    async with asyncio.timeout(5), second.turn("a"):
        pass


async def test_a_wish_taken_back_leaves_no_turn_behind(team: list[Store]) -> None:
    limits = SharedTurns(team[0], Network(host_spacing=0.0))
    for n in range(20):
        task = asyncio.create_task(_visit(limits, f"h{n}"))
        await asyncio.sleep(0.001 * n)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0.2)
    other = SharedTurns(team[1], Network(host_spacing=0.0))
    async with asyncio.timeout(5):
        await asyncio.gather(*(_visit(other, f"h{n}") for n in range(20)))


async def _visit(limits: SharedTurns, host: str) -> None:
    async with limits.turn(host):
        pass


async def test_a_wish_taken_back_while_the_database_is_away_is_no_trouble_of_nobodys(team: list[Store]) -> None:
    """asyncio prints the traceback of an error that nobody asked for."""
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    limits = SharedTurns(team[0], Network(host_spacing=0.0))
    with team[0].engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE host_turn RENAME TO away")
    for n in range(20):
        task = asyncio.create_task(_visit(limits, f"h{n}"))
        await asyncio.sleep(0.001 * n)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    del task
    gc.collect()
    await asyncio.sleep(0.1)
    assert told == []


async def test_a_host_that_asks_for_rest_gets_it_from_all(team: list[Store], web: Any, answer: Any) -> None:
    web.routes["/"] = answer(429, headers={"Retry-After": "120"})
    wish = network(web, host_spacing=0.0)
    (first,) = await ask(team[0], wish, f"{web.base}/", 1)
    (second,) = await ask(team[1], wish, f"{web.base}/", 1)
    assert isinstance(first, Failed)
    assert first.status == 429
    assert isinstance(second, Failed)
    assert second.reason is Reason.RESTING
    assert 60 < (second.retry_after or 0) <= 120
    assert len(web.asked) == 1


async def test_without_the_database_nobody_goes_anywhere(team: list[Store], web: Any, answer: Any) -> None:
    web.routes["/"] = answer(body=b"here")
    limits = SharedTurns(team[0], network(web))
    with team[0].engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE host_turn RENAME TO away")
    fetcher = HttpFetcher(network(web), limits=limits)
    with pytest.raises(StoreError):
        await fetcher.fetch(Request(f"{web.base}/"))
    await fetcher.close()
    assert not web.asked
