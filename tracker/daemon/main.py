"""The daemon's life: one a home, its jobs on a schedule, an end within ten seconds.

The schedule lives in memory (APScheduler): jobs that were missed run once, a job never overlaps itself. The lock is
the system's: it goes with the process, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from tracker.core.errors import ConfigError, Conflict
from tracker.daemon.jobs import Jobs
from tracker.daemon.log import close_log, open_log

if TYPE_CHECKING:
    from tracker.services.crawl import Summary
    from tracker.wiring import House

STOP_SECONDS = 10.0
WAKE_SECONDS = 60
_DAILY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)$")
_WEEKLY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)\s+([01]?\d|2[0-3]):([0-5]\d)$", re.I)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Be the only daemon of a home for the block. Raises Conflict, naming the process that is."""
    lock, note = FileLock(home / "daemon.lock"), home / "daemon.pid"
    try:
        lock.acquire(blocking=False)
    except Timeout:
        pid = note.read_text("utf-8").strip() if note.is_file() else "unknown"
        raise Conflict(f"a daemon is running for this home already (pid {pid})", "Stop it first") from None
    try:
        note.write_text(str(os.getpid()), "utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


async def run(house: House, *, once: bool = False) -> Summary | None:
    """Run until SIGTERM or SIGINT (or one round with `once`). Raises Conflict, ConfigError, StoreError at the start."""
    times = digest_times(house)
    home = house.make_home()
    _ = house.store
    with alone(home):
        log = open_log(house.folder("logs"), house.settings.log.level, house.settings.log.json)
        reading = house.reading()
        try:
            async with house.fetcher() as fetcher:
                jobs = Jobs(house, fetcher, reading, log)
                if once:
                    await jobs.wake()
                    return await jobs.crawl()
                log.info("started, pid %d, home %s", os.getpid(), home)
                await _until_stopped(house, jobs, times)
                log.info("stopped")
        finally:
            await reading.close()
            close_log(log)
    return None


def digest_times(house: House) -> dict[str, dict[str, Any]]:
    """Cron fields of the digests that are wanted. Raises ConfigError for a time that is none."""
    wishes = house.settings.digest
    out: dict[str, dict[str, Any]] = {}
    if wishes.daily_at:
        found = _DAILY.match(wishes.daily_at.strip())
        if found is None:
            raise _no_time("digest.daily_at", wishes.daily_at, "20:00")
        out["daily"] = {"hour": int(found[1]), "minute": int(found[2])}
    if wishes.weekly_at:
        found = _WEEKLY.match(wishes.weekly_at.strip())
        if found is None:
            raise _no_time("digest.weekly_at", wishes.weekly_at, "sun 20:00")
        out["weekly"] = {"day_of_week": found[1].lower(), "hour": int(found[2]), "minute": int(found[3])}
    return out


def _no_time(key: str, text: str, example: str) -> ConfigError:
    return ConfigError("config.toml", 0, key, f"'{text}' is no time; write {example}")


async def _until_stopped(house: House, jobs: Jobs, times: dict[str, dict[str, Any]]) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stop, busy = asyncio.Event(), set[asyncio.Task[Any]]()
    loop = asyncio.get_running_loop()
    for wish in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wish, stop.set)

    async def tracked(job: Any, *args: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        task.add_done_callback(busy.discard)
        await job(*args)

    scheduler = AsyncIOScheduler(
        timezone=house.zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    now = datetime.now(house.zone)  # the first round at once: nobody waits for the first tick
    scheduler.add_job(tracked, "interval", args=[jobs.wake], seconds=WAKE_SECONDS, next_run_time=now)
    scheduler.add_job(tracked, "interval", args=[jobs.crawl], seconds=house.settings.crawl.tick, next_run_time=now)
    for period, fields in times.items():
        scheduler.add_job(tracked, "cron", args=[jobs.digest, period], **fields)
    scheduler.start()
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
        await _finish(busy)
        for wish in (signal.SIGTERM, signal.SIGINT):
            with suppress(ValueError):
                loop.remove_signal_handler(wish)


async def _finish(busy: set[asyncio.Task[Any]]) -> None:
    """Let what runs come to its end for a while, then take it down: what was not written is looked at again."""
    running = {task for task in busy if not task.done()}
    if running:
        _, late = await asyncio.wait(running, timeout=STOP_SECONDS - 2)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
