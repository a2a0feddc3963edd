"""A daemon lives for months: what it holds in memory has a bound, and what is free is given back."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from db.engine import LITTLE
from db.store import Store, open_store
from tests.drill.load import measured, resident
from tests.drill.world import World
from tracker.core import quirks, url_kind, url_rules, urls, weburl
from tracker.daemon import memory

DAY_SECONDS = 12.0


def pages_kept(store: Store, connections: int) -> set[int]:
    """What each of so many connections at once says of its cache."""
    with ExitStack() as open_ones:
        each = [open_ones.enter_context(store.read()) for _ in range(connections)]
        return {tx.exec_driver_sql("PRAGMA cache_size").scalar_one() for tx in each}


def test_every_connection_of_a_daemon_keeps_little(tmp_path: Path) -> None:
    store, other = open_store(str(tmp_path / "a.db")), open_store(str(tmp_path / "b.db"))
    before = pages_kept(store, 2)
    store.keep_little()
    store.keep_little()  # once more changes nothing
    assert pages_kept(store, 5) == {LITTLE}, "the two that were open, and three new ones"
    assert pages_kept(other, 1) == before != {LITTLE}, "a command's search keeps more"
    store.close()
    other.close()


def test_little_is_remembered_of_addresses() -> None:
    kept = {
        name: found.cache_parameters()["maxsize"]
        for module in (quirks, url_kind, url_rules, urls, weburl)
        for name, found in vars(module).items()
        if hasattr(found, "cache_parameters")
    }
    assert len(kept) > 8
    assert max(kept.values()) <= 1024, "each fills up with addresses that are not asked for again"


@pytest.mark.skipif(not memory.can_give_back(), reason="this C library gives memory back by itself")
def test_what_is_free_is_given_back() -> None:
    blocks = [bytes(2000) for _ in range(40_000)]
    kept = blocks[::64]  # so that no page at the end is free
    high = resident()
    del blocks
    memory.give_back()
    assert high - resident() > 40e6, f"{len(kept)} blocks of 2 kB are kept"


@pytest.mark.skipif(not memory.can_give_back(), reason="this C library has no such settings")
def test_large_blocks_lie_outside_of_the_heaps() -> None:
    code = (
        "import ctypes\n"
        "from tracker.daemon.memory import LARGE, keep_together\n"
        "assert keep_together() and keep_together()\n"
        "libc = ctypes.CDLL(None); libc.malloc.restype = ctypes.c_void_p; libc.malloc.argtypes = [ctypes.c_size_t]\n"
        "libc.free.argtypes = [ctypes.c_void_p]\n"
        "libc.free(libc.malloc(8 * LARGE))\n"  # by itself the library would now take the next one from a heap
        "held = [libc.malloc(4 * LARGE + 4096 * n) for n in range(40)]\n"
        "class Info(ctypes.Structure):\n"
        "    _fields_ = [(name, ctypes.c_size_t) for name in 'arena ordblks smblks hblks b c d e f g'.split()]\n"
        "libc.mallinfo2.restype = Info\n"
        "assert libc.mallinfo2().hblks >= 40, libc.mallinfo2().hblks\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_hours_of_schedule_leave_files_threads_and_memory_flat(tmp_path: Path) -> None:
    world = World(tmp_path / "world", 1)
    try:
        found = measured(world, DAY_SECONDS)
    finally:
        world.close()
    first, last = found["after warming"], found["at the end"]
    assert found["errors"] == {}
    assert found["doubled"] == 0
    assert found["steps"] > 3
    assert last["files"] <= first["files"] + 4
    assert last["threads"] <= first["threads"] + 2
    assert last["memory"] - first["memory"] < 20e6, "a quarter of a few seconds is not warm yet; a leak is larger"
