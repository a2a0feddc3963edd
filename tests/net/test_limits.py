"""Turns at hosts."""

import asyncio
import time
from itertools import pairwise

import pytest

from tracker.config.settings import Network
from tracker.net.http import open_fetcher
from tracker.net.limits import HostLimits


async def test_one_host_sees_one_exchange_at_once_and_others_go_on() -> None:
    limits, inside, most = HostLimits(1, 0.0, 10), {"a": 0, "b": 0}, {"a": 0, "b": 0}

    async def visit(host: str) -> None:
        async with limits.turn(host):
            inside[host] += 1
            most[host] = max(most[host], inside[host])
            await asyncio.sleep(0.005)
            inside[host] -= 1

    await asyncio.gather(*(visit(h) for h in "aabbaabb"))
    assert most == {"a": 1, "b": 1}


async def test_starts_at_one_host_are_apart() -> None:
    limits, starts = HostLimits(2, 0.05, 10), list[float]()

    async def visit() -> None:
        async with limits.turn("a"):
            starts.append(time.monotonic())

    await asyncio.gather(*(visit() for _ in range(3)))
    assert starts[1] - starts[0] >= 0.045
    assert starts[2] - starts[1] >= 0.045


async def test_starts_are_apart_also_when_room_was_waited_for() -> None:
    limits, starts = HostLimits(1, 0.1, 1), list[float]()

    async def visit(host: str, seconds: float) -> None:
        async with limits.turn(host):
            if host == "a":
                starts.append(time.monotonic())
            await asyncio.sleep(seconds)

    busy = asyncio.create_task(visit("b", 0.2))  # holds the only room
    await asyncio.sleep(0.01)
    await asyncio.gather(busy, visit("a", 0), visit("a", 0))
    assert starts[1] - starts[0] >= 0.09


def test_a_rest_ends_and_the_longest_wish_counts() -> None:
    now = [0.0]
    limits = HostLimits(1, 0.0, 1, clock=lambda: now[0])
    limits.rest("a", 60)
    limits.rest("a", 5)
    assert limits.resting("a") == 60
    assert limits.resting("b") == 0
    now[0] = 61
    assert limits.resting("a") == 0


async def test_gates_of_quiet_hosts_are_forgotten() -> None:
    limits = HostLimits(1, 0.0, 4)
    for n in range(5000):
        async with limits.turn(f"h{n}"):
            pass
    assert len(limits._gates) <= 4096


async def test_a_crowded_host_is_slowed_down_alone() -> None:
    limits, starts = HostLimits(4, 0.0, 10), dict[str, list[float]](a=[], b=[])
    limits.slow_down("a", 0.05)

    async def go(host: str) -> None:
        async with limits.turn(host):
            starts[host].append(asyncio.get_running_loop().time())
            await asyncio.sleep(0.01)

    await asyncio.gather(*(go(host) for host in ("a", "b") for _ in range(3)))
    assert min(b - a for a, b in pairwise(starts["a"])) >= 0.045
    assert starts["b"][2] - starts["b"][0] < 0.01


async def test_arxivs_api_gets_the_seconds_it_asks_for() -> None:
    async with open_fetcher(Network(host_spacing=0.0)) as fetcher:
        async with fetcher.limits.turn("export.arxiv.org"):
            pass
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), fetcher.limits.turn("export.arxiv.org"):
                pass
