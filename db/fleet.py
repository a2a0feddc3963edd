"""The engine of a team's workers: jobs as rows of PostgreSQL, by procrastinate (importing this needs extra `team`).

A job is a queue and a subject; which function does it is said when a worker starts. The engine hands each job to one
worker, and one that gives no sign of life loses its jobs. What a job does is written under leases of its own, so that
its effect is there once however often it was begun.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import procrastinate
from procrastinate import exceptions, jobs, retry, schema

from db import memos
from db.queue import LEASE_SECONDS, keys, there, went_well, went_wrong
from db.store import Store
from tracker.core.errors import StoreError, TrackerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MOST_TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 900.0  # seconds before a failed job is tried again; three times longer each time
POLL_SECONDS = 2.0
VERSION = "fleet.schema"  # the memo that says which of the engine's migrations ran
MOST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Work:
    """One job to be: what is done (a queue) about what (a number, or a site's name)."""

    queue: str
    subject: str

    @property
    def key(self) -> str:
        return f"{self.queue} {self.subject}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One try of a job, after `tries` others. `word` is this try's alone; all words of one job begin with `before`."""

    work: Work
    tries: int
    word: str
    before: str


Handler = Callable[[Turn], Awaitable[None]]


def pause_after(tries: int) -> float | None:
    """Seconds before a job that was tried so often is tried again; None = it is given up."""
    return min(FIRST_PAUSE * 3.0 ** (tries - 1), LONGEST_PAUSE) if tries < MOST_TRIES else None


def _next(error: BaseException, tries: int) -> float | None:
    """The same for a job that raised: the database's trouble is not the job's, and never a reason to give up."""
    pause = pause_after(tries)
    return FIRST_PAUSE if pause is None and isinstance(error, StoreError) else pause


class _Again(retry.BaseRetryStrategy):
    """What the engine asks after a job failed."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):  # the worker was stopped: the job is put back
            return retry.RetryDecision(retry_at=datetime.now(UTC))
        pause = _next(exception, job.attempts + 1)
        return None if pause is None else retry.RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=pause))


class Fleet:
    """The engine on one database. `said` is told, for people, what went wrong with which job."""

    def __init__(self, store: Store, said: Callable[[str], None] = lambda line: None) -> None:
        self._store, self._said = store, said
        for name in ("procrastinate", "psycopg.pool"):  # failures are said by us, in words
            logging.getLogger(name).setLevel(logging.CRITICAL)
        address = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connector = procrastinate.PsycopgConnector(
            conninfo=address, min_size=1, max_size=4, timeout=10.0, reconnect_timeout=10.0,
            kwargs={"application_name": "tracker worker", "connect_timeout": 5},
        )  # fmt: skip
        self._app = procrastinate.App(connector=connector)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Fleet]:
        """Connected for the length of the block. Raises StoreError."""
        with self._translated():
            await self._app.open_async()
        try:
            yield self
        finally:
            with self._translated():
                await self._app.close_async()

    def serve(self, handlers: Mapping[str, Handler]) -> None:
        """Say what does the jobs of each queue."""
        for queue, handler in handlers.items():
            make = self._app.task(name=queue, queue=queue, pass_context=True, retry=_Again())
            make(self._job(queue, handler))

    def _job(self, queue: str, handler: Handler) -> Callable[..., Awaitable[None]]:
        async def job(context: procrastinate.JobContext, subject: str) -> None:
            work, tries = Work(queue, subject), context.job.attempts
            try:
                await handler(Turn(work, tries, f"job {context.job.id}/{tries}", f"job {context.job.id}/"))
            except Exception as error:
                said = error.sentence() if isinstance(error, TrackerError) else f"{type(error).__name__}: {error}"
                await asyncio.to_thread(self._note, work.key, said, _next(error, tries + 1))
                raise
            if tries:
                await asyncio.to_thread(self._note, work.key, "")

        return job

    def _note(self, key: str, error: str, pause: float | None = None) -> None:
        """Remember what went wrong, or that it went well; best effort, the job itself is what counts."""
        if error:
            coming = f"tried again in {pause:.0f} s" if pause is not None else "given up, 'tracker status' lists it"
            self._said(f"{key}: {error}; {coming}")
        try:
            with self._store.beside() as tx:
                if error:
                    went_wrong(tx, key, error[:MOST_ERROR], datetime.now(UTC))
                else:
                    went_well(tx, key)
        except StoreError as trouble:
            self._said(trouble.sentence())

    async def queue(self, works: Iterable[Work]) -> int:
        """Queue what is not queued, running or given up; how many were queued. One planner at a time calls this."""
        known = await asyncio.to_thread(self._keys)
        new = [one for one in dict.fromkeys(works) if one.key not in known]
        if new:
            with self._translated():
                await self._app.job_manager.batch_defer_jobs_async([_row(one) for one in new])
        return len(new)

    def _keys(self) -> set[str]:
        with self._store.read() as tx:
            return keys(tx)

    async def take_over(self) -> int:
        """Put back the jobs of workers that give no sign of life; one that took down several is given up."""
        manager = self._app.job_manager
        with self._translated():
            left = list(await manager.get_stalled_jobs(seconds_since_heartbeat=LEASE_SECONDS))
            for job in left:
                pause = pause_after(job.attempts + 1)
                try:
                    if pause is None:
                        await asyncio.to_thread(self._note, job.queueing_lock or "", "its worker died, again and again")
                        await manager.finish_job(job=job, status=jobs.Status.FAILED, delete_job=False)
                    else:
                        await manager.retry_job(job=job)
                except exceptions.ConnectorException:  # it ended just now
                    continue
        return len(left)

    async def run(self, queues: Sequence[str], concurrency: int, *, wait: bool, grace: float) -> None:
        """Do jobs until cancelled, or until none is left when not told to `wait`.

        Cancelled, it lets what runs come to its end for `grace` seconds, then puts it back. Returns (or raises
        StoreError) when the database went away.
        """
        with self._translated():
            await self._app.run_worker_async(
                queues=list(queues), concurrency=concurrency, wait=wait, shutdown_graceful_timeout=grace,
                delete_jobs="successful", install_signal_handlers=False, fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=LEASE_SECONDS / 4, stalled_worker_timeout=LEASE_SECONDS,
            )  # fmt: skip

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exceptions.ConnectorException as error:
            cause = str(error.__cause__ or error).splitlines()[0]
            raise StoreError(
                self._store.place, f"unreachable ({cause})", "Check that the server runs and the address is right."
            ) from error


def _row(work: Work) -> jobs.Job:
    return jobs.Job(
        id=None, queue=work.queue, task_name=work.queue, lock=None, queueing_lock=work.key,
        task_kwargs={"subject": work.subject},
    )  # fmt: skip


def install(store: Store) -> None:
    """Make the engine's tables, or bring those of an older engine to this one's. Raises StoreError.

    Its scripts hold % signs and go to the driver as they are, past SQLAlchemy, which would take these for parameters.
    """
    scripts = sorted(Path(schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    newest = scripts[-1].stem
    with store.write() as tx:
        known = (memos.recall(tx, VERSION) or newest) if there(tx) else ""
        if known and _number(known) > _number(newest):
            raise StoreError(
                store.place, f"its queue ({known}) is newer than this program's engine knows ({newest})",
                "Upgrade tracker and its extra 'team' on this machine.",
            )  # fmt: skip
        driver = tx.connection.driver_connection
        assert driver is not None
        if not known:
            driver.execute(schema.SchemaManager.get_schema())
        for script in scripts if known else ():
            if _number(script.stem) > _number(known):
                driver.execute(script.read_text("utf-8"))
        if known != newest:
            memos.keep(tx, VERSION, newest)


def _number(name: str) -> tuple[Any, ...]:
    """03.04.00_01_pre_something -> (3, 4, 0, 1)."""
    return tuple(int(part) for part in re.findall(r"\d+", name)[:4])
