"""The other end of the reading room's pipe: takes jobs from standard input, answers on standard output, one by one."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, BinaryIO

try:
    import fcntl
    import resource
except ImportError:  # pragma: no cover  (Windows has no such limits; the wall clock of the parent remains)
    fcntl = resource = None  # type: ignore[assignment]

PIPE_BYTES = 1024 * 1024  # that a pipe should hold: several jobs or answers, so that neither end waits for the other


def serve(cpu_seconds: int, memory_bytes: int) -> None:
    """Work until the input ends. Leaves at once, without clean-up: there is nothing to clean."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not write into the answers
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):  # meant for the parent; its end is seen at the end of the input
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    _limit_memory(memory_bytes)
    for pipe in (source, sink):
        _widen(pipe)
    gc.set_threshold(50_000, 20, 20)  # what one job makes is nearly all gone when it ends, without looking for circles
    if hasattr(os, "nice"):
        os.nice(5)  # who waits for a decision goes first
    while True:
        head = source.read(8)
        if len(head) < 8:
            os._exit(0)
        data = source.read(int.from_bytes(head, "big"))
        _limit_cpu(cpu_seconds)
        _answer(sink, data)


def _answer(sink: BinaryIO, data: bytes) -> None:
    """Do one job and send what came of it."""
    try:
        path, args = pickle.loads(data)  # noqa: S301  (from our own parent)
        result: tuple[bool, Any] = True, _function(path)(*args)
        packed = pickle.dumps(result, protocol=5)
    except MemoryError:
        packed = pickle.dumps((False, "reading needed too much memory and was stopped"))
    except Exception as fault:  # the border: whatever a parser raises is told, not thrown
        packed = pickle.dumps((False, f"{type(fault).__name__}: {fault}"[:300]))
    sink.write(len(packed).to_bytes(8, "big"))
    sink.write(packed)
    sink.flush()


@cache
def _function(path: str) -> Callable[..., Any]:
    """`tracker.module:name`; nothing outside this package can be asked for."""
    module, _, name = path.partition(":")
    if not module.startswith("tracker."):
        raise ValueError(f"{path} is not ours")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _widen(pipe: BinaryIO) -> None:
    """Let a pipe hold more than 64 KiB, where the system can and within what it allows one person."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _limit_memory(size: int) -> None:
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _limit_cpu(seconds: int) -> None:
    """Give this job its CPU seconds, counted from now: the soft limit moves ahead of what was used."""
    if resource is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = int(usage.ru_utime + usage.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))
