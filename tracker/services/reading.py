"""The reading room: strangers' bytes are read in child processes that have limits and can be killed.

A thread cannot be stopped, and there are inputs of a few hundred kilobytes that keep a parser busy for minutes. So a
few children, one a core, started when first needed and used again and again, do all reading; several jobs wait in a
child's pipe, so a job costs two small copies. A child that uses too much CPU or memory dies by the system's hand, is
replaced, and only the job it was at ends as unreadable; the jobs behind it go to the next child.

Children leave when their input ends, so none outlives this process. One room belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from tracker.core.arrival import Came
from tracker.core.model import Harvest, Polling, Source
from tracker.core.web import Reply

CPU_SECONDS = 10  # of one job
MEMORY_BYTES = 900 * 1024 * 1024  # address space of a child
WALL_SECONDS = 90.0  # last guard: a job that waits for something that never comes
JOBS_AHEAD = 4  # waiting in a child's pipe beside the one it is at
MOST_CHILDREN = 8
WARM = 2  # children that are started ahead of work; more come when these have enough to do
SPENT_AFTER = 5000  # jobs, then a child is replaced: what a parser leaks stays small

_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "TEMP", "TMP", "PYTHONPATH", "PYTHONHASHSEED",
                "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "VIRTUAL_ENV", "DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH")  # fmt: skip


_GONE = "gone"  # a child that ended by itself, or was ended by the system
_INTERRUPTED = 1  # how Python itself ends when Ctrl-C comes while it is still starting
_TOLD = tuple(-getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))
MOST_TRIES = 3  # of a job whose child was told to end, which says nothing of the job


class JobFailed(Exception):
    """A job gave no result: its child was killed, or its function raised. The text is one line for people."""


class _Values(pickle.Unpickler):
    """Opens what a child sends, and nothing that could act: values of the core and of the standard library."""

    _PLAIN = frozenset(
        (("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta"), ("datetime", "date"),
         ("builtins", "frozenset"), ("builtins", "set"), ("builtins", "bytearray"), ("builtins", "complex"),
         ("collections", "OrderedDict"), ("copyreg", "_reconstructor"), ("builtins", "object"))
    )  # fmt: skip

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._PLAIN or (module.startswith("tracker.") and "." not in name):
            found = super().find_class(module, name)
            if isinstance(found, type) or (module, name) in self._PLAIN:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value")


def _open(data: bytes) -> Any:
    return _Values(io.BytesIO(data)).load()


class _Job:
    """One piece of work: the bytes to send, who waits for the answer, how often a child had it."""

    __slots__ = ("answer", "data", "tries")

    def __init__(self, data: bytes, answer: asyncio.Future[Any]) -> None:
        self.data, self.answer, self.tries = data, answer, 0


class _Child:
    """One child process and the jobs in its pipe, the first of which it is at."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.stdin, self.stdout = process, process.stdin, process.stdout
        self.jobs: deque[_Job] = deque()
        self.done = 0
        self.reader: asyncio.Task[None] | None = None
        self.why = ""

    def send(self, job: _Job) -> None:
        self.jobs.append(job)
        self.stdin.write(len(job.data).to_bytes(8, "big") + job.data)

    def kill(self, why: str) -> None:
        """End it. Once only: a second signal would take the exit status away from the event loop."""
        if not self.why:
            self.why = why
            if self.process.returncode is None:
                self.process.kill()


class ReadingRoom:
    """Children that read. Make one in a running event loop, `await close()` it at the end."""

    def __init__(
        self,
        children: int = 0,
        cpu_seconds: int = CPU_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        wall_seconds: float = WALL_SECONDS,
    ) -> None:
        self._most = children or min(MOST_CHILDREN, len(_cores()))
        self._cpu, self._memory, self._wall = cpu_seconds, memory_bytes, wall_seconds
        self._children: list[_Child] = []
        self._waiting: deque[_Job] = deque()
        self._starting = 0
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, kind_name: str, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """What `reply` holds for this kind. Never raises for what the bytes are or do."""
        try:
            found = await self.run("tracker.sources.base:read_as", kind_name, source, reply, polling)
        except JobFailed as failed:
            return Harvest(is_source=False, error="parse", problems=(str(failed),))
        return cast(Harvest, found)

    async def arrive(self, kind_name: str, source: Source, reply: Reply, polling: Polling, now: datetime) -> Came:
        """What `reply` brings into the library. Never raises for what the bytes are or do."""
        try:
            came = await self.run("tracker.sources.base:arrive_as", kind_name, source, reply, polling, now)
        except JobFailed as failed:
            return Came(Harvest(is_source=False, error="parse", problems=(str(failed),)), ())
        return cast(Came, came)

    async def run(self, function_path: str, *args: object) -> Any:
        """`function(*args)` in a child; `function_path` is `tracker.module:name`. Raises JobFailed."""
        if self._closed:
            raise JobFailed("the reading room is closed")
        data = pickle.dumps((function_path, args), protocol=5)
        job = _Job(data, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._hand_out()
        return await job.answer

    async def warm(self) -> None:
        """Start two children now, and let them make ready to read feeds while this process does other things."""
        missing = min(WARM, self._most) - len(self._children) - self._starting
        for _ in range(missing):
            self._start()
        while self._starting:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for _ in range(missing):
            self._do(self._ready())
        await asyncio.sleep(0)  # so that it is in their pipes

    async def _ready(self) -> None:
        with suppress(JobFailed):  # whoever reads with it will see why
            await self.run("tracker.sources.base:ready", "feed")

    async def close(self) -> None:
        """End all children. Jobs still waiting end as failed."""
        self._closed = True
        for job in self._waiting:
            _fail(job, "the reading room was closed")
        self._waiting.clear()
        for child in list(self._children):
            child.kill("the reading room was closed")
        readers = [child.reader for child in self._children if child.reader is not None]
        await asyncio.gather(*readers, *self._tasks, return_exceptions=True)

    def _hand_out(self) -> None:
        """Give waiting jobs to the children with the shortest queues; start a child while all are busy."""
        while self._waiting:
            free = min(self._children, key=lambda child: len(child.jobs), default=None)
            idle_better = len(self._children) + self._starting < self._most
            if free is None or (free.jobs and idle_better):
                if idle_better:
                    self._start()
                if free is None:
                    return
            if len(free.jobs) > JOBS_AHEAD:
                return
            job = self._waiting.popleft()
            if not job.answer.done():
                free.send(job)

    def _start(self) -> None:
        self._starting += 1
        self._do(self._born())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Let `work` go on beside; the end waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _born(self) -> None:
        """Start one child; when the system refuses, the jobs fail instead of waiting for ever."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _program(self._cpu, self._memory),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                env={k: v for k, v in os.environ.items() if k in _ENVIRONMENT}, limit=4 * 1024 * 1024,
            )  # fmt: skip
        except OSError as refused:
            self._starting -= 1
            if not self._children:
                while self._waiting:
                    _fail(self._waiting.popleft(), f"no reading process could be started: {refused}")
            return
        self._starting -= 1
        child = _Child(process)
        if self._closed:
            child.kill("the reading room was closed")
            await process.wait()
            return
        self._children.append(child)
        child.reader = asyncio.get_running_loop().create_task(self._attend(child))
        self._hand_out()

    async def _attend(self, child: _Child) -> None:
        """Take the answers of one child until it is gone; then put things in order."""
        try:
            while True:
                data = await self._next(child)
                self._settle(child.jobs.popleft(), data)
                child.done += 1
                if child.done >= SPENT_AFTER and not child.jobs:
                    child.kill("spent")
                self._hand_out()
        except (asyncio.IncompleteReadError, ConnectionError, IndexError, pickle.UnpicklingError, EOFError):
            if child.stdout.at_eof():
                child.why = child.why or _GONE
            child.kill("gave an answer that is none")
        finally:
            await self._bury(child)

    async def _next(self, child: _Child) -> bytes:
        """The next answer of a child; it is killed when its first job takes too long by the clock on the wall."""
        pending = asyncio.ensure_future(_answer(child.stdout))
        while True:
            first, since = (child.jobs[0] if child.jobs else None), child.done
            done, _ = await asyncio.wait({pending}, timeout=self._wall)
            if done:
                return pending.result()
            if first is not None and child.jobs and child.jobs[0] is first and child.done == since:
                child.kill(f"reading took more than {self._wall:.0f} s and was stopped")

    def _settle(self, job: _Job, data: bytes) -> None:
        worked, value = _open(data)
        if job.answer.done():
            return
        if worked:
            job.answer.set_result(value)
        else:
            job.answer.set_exception(JobFailed(value))

    async def _bury(self, child: _Child) -> None:
        """The job the child was at has failed; the ones behind it are given to others.

        A signal for the whole group (systemd, Ctrl-C) ends a child that is still starting: its job goes on as well.
        """
        if child in self._children:
            self._children.remove(child)
        child.stdin.close()
        status = await child.process.wait()
        told = status in _TOLD or (status == _INTERRUPTED and not child.done)
        if child.jobs and told and child.jobs[0].tries < MOST_TRIES:
            child.jobs[0].tries += 1
        elif child.jobs:
            _fail(child.jobs.popleft(), child.why if child.why != _GONE else self._cause(status))
        self._waiting.extendleft(reversed(child.jobs))
        if self._closed:
            while self._waiting:
                _fail(self._waiting.popleft(), "the reading room was closed")
        self._hand_out()

    def _cause(self, status: int) -> str:
        """Why a child ended, for people."""
        if status in (-24, -9):  # SIGXCPU; SIGKILL comes at the hard limit or from the system's memory guard
            return f"reading took more than {self._cpu} s of CPU and was stopped"
        return f"the reading process ended (status {status}); what it read is taken as unreadable"


async def _answer(stdout: asyncio.StreamReader) -> bytes:
    head = await stdout.readexactly(8)
    return await stdout.readexactly(int.from_bytes(head, "big"))


def _fail(job: _Job, why: str) -> None:
    if not job.answer.done():
        job.answer.set_exception(JobFailed(why))


def _cores() -> set[int]:
    """The processors this process may use."""
    return set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def _program(cpu_seconds: int, memory_bytes: int) -> str:
    """What a child runs. The folder of this package leads, so a child reads with the code of its parent."""
    root = str(Path(__file__).resolve().parents[2])
    return (
        f"import sys; sys.path.insert(0, {root!r})\n"
        "from tracker.services.reading_child import serve\n"
        f"serve({cpu_seconds}, {memory_bytes})\n"
    )
