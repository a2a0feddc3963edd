"""The list of sources: the store in step with sources.yaml, and how each source fares."""

from __future__ import annotations

import hashlib
import platform
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from db import memos, polling, proposals
from db import sources as rows
from db.sources import Synced
from db.store import Store, Tx
from tracker import __version__
from tracker.config.sourcefile import SourceFile, read_sources
from tracker.core import pace
from tracker.core.errors import ConfigError
from tracker.core.model import Polling, Source
from tracker.services.look import misnamed
from tracker.services.renaming import follow
from tracker.sources.base import KIND_NAMES, kind_for, kind_of

FAILING_AT = 3
_SYNCED = "sources.synced"  # the memo that holds the digest of the list the rows agree with
_HELD = "sources.held"  # of a shared database: the machine whose list it follows


@dataclass(frozen=True, slots=True)
class Health:
    """One source as `sources list` shows it. `health`: ok, quiet, new, unsure, failing, stopped, off."""

    name: str
    kind: str
    url: str
    enabled: bool
    topics: tuple[str, ...]
    why: str
    health: str
    reason: str
    items: int
    ok_at: datetime | None
    next_poll_at: datetime | None
    why_next: str
    held_back: int  # items that came beyond a cap or before the first look: in the library, not in the inbox
    moved_to: str  # a new address that was proved and waits for an answer


def sync(store: Store, file: SourceFile, now: datetime, *, take: bool = False) -> Synced:
    """Make the store know what sources.yaml says; what left the file keeps its items.

    A database that machines share follows the list of one of them: another list from elsewhere raises ConfigError and
    changes nothing, unless it is to `take` the place of the first.
    """
    digest = _digest(file.text.encode("utf-8", "surrogatepass"))
    wanted = [one if one.kind else replace(one, kind=kind_for(one.url).name) for one in file.sources]
    with store.read() as tx:
        if not take and rows.agrees(tx, wanted) and memos.recall(tx, _SYNCED) == digest:
            return Synced()
    with store.write() as tx:
        if not store.is_sqlite:
            _hold(tx, file.file, take)
        memos.keep(tx, _SYNCED, digest)
        done = rows.sync(tx, wanted, now)
        return replace(done, followed=tuple(follow(tx, done.renamed, rows.names(tx), now))) if done.renamed else done


def _hold(tx: Tx, file: str, take: bool) -> None:
    """Keep that this machine holds the list. Raises ConfigError when another one does."""
    here, held = platform.node(), memos.recall(tx, _HELD)
    if held and held != here and not take:
        raise ConfigError(
            file,
            0,
            "",
            f"this list is not that of the shared database, which follows the list of {held}. "
            "Change the sources there, or run 'tracker sources take' to make it follow this list",
        )
    memos.keep(tx, _HELD, here)


def sync_file(store: Store, path: Path, now: datetime) -> Synced:
    """`sync` with the file at `path`. One that is byte for byte what was synced last is not taken apart again."""
    with store.read() as tx:
        known = memos.recall(tx, _SYNCED)
    with suppress(OSError):
        if known == _digest(path.read_bytes()):
            return Synced()
    return sync(store, read_sources(path), now)


def listed(store: Store, path: Path, now: datetime) -> list[Source]:
    """Every source, those that are off too, as the file at `path` has them by now (if there is one)."""
    if path.is_file():
        sync_file(store, path, now)
    with store.read() as tx:
        return rows.watched(tx)


def _digest(text: bytes) -> str:
    """What tells one list, as this version reads it, from all others."""
    return hashlib.sha256(__version__.encode() + b"\0" + text).hexdigest()


def health(store: Store, now: datetime) -> list[Health]:
    """Every source of the file with its health, its next look, and why then; silence is judged at `now`."""
    with store.read() as tx:
        watched, counts, words = rows.watched(tx), rows.item_counts(tx), polling.words_of(tx)
        memories = polling.all_of(tx, (one.id for one in watched))
        moves = proposals.waiting(tx, proposals.SOURCE_MOVED)
    out = []
    for one in watched:
        memory, (why_next, detail) = memories[one.id], words[one.id]
        state, reason = _state(one, memory, detail, now)
        items, held_back = counts.get(one.id, (0, 0))
        proposed = one.name in moves and moves[one.name].url == memory.moved_to
        moved_to = memory.moved_to if proposed else ""
        out.append(
            Health(one.name, one.kind, one.url, one.enabled, one.topics, one.why, state, reason, items, memory.ok_at,
                   memory.next_poll_at, why_next, held_back, moved_to)
        )  # fmt: skip
    return out


def _state(one: Source, memory: Polling, detail: str, now: datetime) -> tuple[str, str]:
    """The health of a source and what to say of it."""
    if not one.enabled:
        return "off", ""
    if memory.stopped:
        return "stopped", memory.stopped
    if memory.failures:
        return ("failing" if _is_failing(one, memory, now) else "unsure"), detail or memory.reason
    if memory.ok_at is None:
        return "new", ""
    if said := misnamed(one, memory.title):
        return "unsure", said
    quiet = pace.silence(memory, now)
    return ("quiet", quiet) if quiet else ("ok", "")


def _is_failing(one: Source, memory: Polling, now: datetime) -> bool:
    """Several failures in a row; for kinds whose site fails for living sources too, only after days of it."""
    patience = timedelta(days=kind_of(one.kind).patience_days if one.kind in KIND_NAMES else 0)
    return memory.failures >= FAILING_AT and now - (memory.failing_since or now) >= patience
