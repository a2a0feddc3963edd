"""Leases: who is at a piece of work. A row says by whom and until when; a process that died holds nothing.

An owner is a word: machine, process, when that process started, and a number of ours. Whether a process of this
machine still lives can be asked at once; one of another machine is waited for until its lease ends. A round of our own
that has ended holds nothing either, also when the database was away and it could not say so.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

LEASE = timedelta(minutes=3)  # renewed every minute while the work goes on
RENEW_SECONDS = 60.0
_numbers = count(1)
_at_work: set[str] = set()  # rounds of this process that have begun and not ended


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lease, as a word. Whose word begins with `before` was at the same piece of work, and is gone."""

    word: str
    before: str = ""


def new_owner() -> str:
    """A word for one round of work of this process, until `end` is called with it; never the same twice."""
    word = f"{_ourselves()}/{next(_numbers)}"
    _at_work.add(word)
    return word


def described(owner: str) -> str:
    """Who that is, for people."""
    parts = owner.rsplit("/", 3)
    if len(parts) != 4:
        return owner
    return f"pid {parts[1]} on {parts[0]}{'' if _lives(owner) else ' (gone)'}"


def end(owner: str) -> None:
    """Say that this round is over: whatever rows still bear its word are free."""
    _at_work.discard(owner)


def _ourselves() -> str:
    return f"{platform.node()}/{os.getpid()}/{_started(os.getpid())}"


def dead(owners: Iterable[str]) -> list[str]:
    """Those of `owners` whose process of this machine is gone, or whose round in this process has ended."""
    return [owner for owner in owners if not _lives(owner)]


def _lives(owner: str) -> bool:
    parts = owner.rsplit("/", 3)
    if len(parts) != 4 or parts[0] != platform.node() or not parts[1].isdigit():
        return True  # not of this machine: nobody here can tell
    if owner.startswith(f"{_ourselves()}/"):
        return owner in _at_work
    pid = int(parts[1])
    return lives(pid) and _started(pid) in (parts[2], "0")


def lives(pid: int) -> bool:
    """Whether a process of this number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's: it lives
        pass
    return True


def _started(pid: int) -> str:
    """When a process began, in the system's own count; "0" where the system does not tell."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "0"
