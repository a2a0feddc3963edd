"""Children that read strangers' bytes: bounded, replaced when they die, gone when their parent is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tracker.services.reading import JobFailed, ReadingRoom

PARENT = """
import asyncio
from tracker.services.reading import ReadingRoom

async def main():
    room = ReadingRoom(1)
    await room.run("tracker.core.urls:canonical", "https://a.example/")
    print(room._children[0].process.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be reaped does not."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_no_child_outlives_a_parent_that_was_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert lives(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while lives(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not lives(child)


async def test_a_child_that_is_killed_is_replaced_and_costs_one_job() -> None:
    room = ReadingRoom(1)
    try:
        assert await room.run("tracker.core.urls:canonical", "https://a.example/x/") == "https://a.example/x"
        first = room._children[0].process.pid
        os.kill(first, signal.SIGKILL)
        for _ in range(100):
            try:
                assert await room.run("tracker.core.urls:canonical", "https://b.example/x/") == "https://b.example/x"
            except JobFailed:
                continue
            if room._children[0].process.pid != first:
                break
        assert room._children[0].process.pid != first
    finally:
        await room.close()


async def test_a_signal_for_the_whole_group_costs_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes while a child is still starting, and says nothing of what the child was to read."""
    told = iter([signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    start = asyncio.create_subprocess_exec

    async def start_and_tell(*words: str, **wishes: Any) -> asyncio.subprocess.Process:
        process = await start(*words, **wishes)
        if name := next(told, None):
            process.send_signal(name)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_and_tell)
    room = ReadingRoom(1)
    try:
        assert await room.run("tracker.core.urls:canonical", "https://a.example/x/") == "https://a.example/x"
    finally:
        await room.close()


async def test_a_child_that_is_told_to_end_again_and_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    start = asyncio.create_subprocess_exec

    async def start_and_end(*_words: str, **wishes: Any) -> asyncio.subprocess.Process:
        """A signal of our own may come late, when a real child heeds it no more: this one ends itself."""
        return await start("sh", "-c", "kill -TERM $$", **wishes)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_and_end)
    room = ReadingRoom(1)
    try:
        with pytest.raises(JobFailed, match=r"status -15\)"):
            await room.run("tracker.core.urls:canonical", "https://a.example/x/")
    finally:
        await room.close()


async def test_a_room_can_be_made_ready_before_there_is_work() -> None:
    room = ReadingRoom(5)
    for _ in range(2):  # the second time there is nothing more to start
        await room.warm()
        assert len(room._children) == 2
    assert await room.run("tracker.core.text:fold", "AB") == "ab"
    await room.close()
