"""What a job is, and how it is run: an error is a line in the log, said once; the next turn comes, later each time.

A job asks the store what is due, so that a turn that was missed loses nothing. It never overlaps itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from tracker.core.errors import TrackerError
from tracker.daemon.board import Board, iso

if TYPE_CHECKING:
    from tracker.daemon.notify import Bell
    from tracker.net.http import HttpFetcher
    from tracker.services.reading import ReadingRoom
    from tracker.wiring import House

MOST_BACK_OFF = 300.0  # seconds between two tries of a job that fails


@dataclass(frozen=True)
class Crew:
    """What jobs work with: one fetcher and one reading room for all, so that rests of hosts and turns hold."""

    house: House
    fetcher: HttpFetcher
    reading: ReadingRoom
    log: logging.Logger
    bell: Bell


class Job(Protocol):
    """One kind of work. `run` says in a few words what it did, "" for nothing."""

    @property
    def name(self) -> str: ...
    @property
    def every(self) -> float:
        """Seconds between two turns."""

    async def run(self) -> str: ...


class Rounds:
    """Runs jobs and keeps the board. An error puts a job off: its own pace first, doubling to five minutes."""

    def __init__(self, crew: Crew, board: Board) -> None:
        self._crew, self._board = crew, board
        self._rest_until: dict[str, float] = {}
        self.busy: set[asyncio.Task[None]] = set()

    async def turn(self, job: Job) -> None:
        """One turn of a job, unless it rests after an error."""
        if time.monotonic() < self._rest_until.get(job.name, 0.0):
            return
        task = asyncio.current_task()
        assert task is not None
        self.busy.add(task)
        started = time.monotonic()
        try:
            said, error = await job.run(), ""
        except asyncio.CancelledError:  # the end came first: the job has put its work back
            self._crew.log.info("%s: put back what was not done", job.name)
            return
        except TrackerError as trouble:
            said, error = "", trouble.sentence()
        except Exception as trouble:
            said, error = "", f"unexpected {type(trouble).__name__}: {trouble}"
        finally:
            self.busy.discard(task)
        self._note(job, said, error, time.monotonic() - started)

    def _note(self, job: Job, said: str, error: str, seconds: float) -> None:
        row, now = self._board.row(job.name), self._crew.house.clock()
        if error and error != row.error:  # once, not at every turn
            self._crew.log.error("%s: %s", job.name, error)
        elif row.error and not error:
            self._crew.log.info("%s: works again after %d failed turns", job.name, row.failures)
        if said:
            self._crew.log.info("%s: %s", job.name, said)
        row.failures = row.failures + 1 if error else 0
        wait = min(job.every * 2 ** min(row.failures - 1, 16), MOST_BACK_OFF) if error else 0.0
        self._rest_until[job.name] = time.monotonic() + wait
        row.last, row.seconds, row.error, row.runs = iso(now), round(seconds, 3), error, row.runs + 1
        row.said = said or row.said
        row.next = iso(now + timedelta(seconds=max(wait, job.every)))
        self._board.write()

    async def finish(self, seconds: float) -> None:
        """Let what runs come to its end for a while, then take it down: what was not written is put back."""
        running = {task for task in self.busy if not task.done()}
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
