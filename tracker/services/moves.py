"""Sources that moved for good: the answer of a person to what was proposed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from db import proposals
from db.store import Store
from tracker.config.sourcefile import read_sources, set_key
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.model import PersonId
from tracker.services import merging
from tracker.services.files import write_whole


def accepted(store: Store, name: str, now: datetime) -> None:
    """The list has the new address of `name`: nothing waits for an answer any more."""
    with store.write() as tx:
        proposals.settle(tx, proposals.SOURCE_MOVED, name, now)


def take_over(store: Store, path: Path, name: str, url: str, now: datetime) -> None:
    """Write the new address of `name` into the list of sources. Raises NotFound, Conflict for a file that changes now."""
    known = read_sources(path)
    try:
        text = set_key(known.text, known.file, name, "url", url)
    except KeyError:
        raise NotFound("source", name, "tracker sources list") from None
    before = path.read_bytes()
    if before.decode("utf-8-sig", "replace") != known.text:
        raise Conflict(f"{path} was changed meanwhile", "Try again")
    write_whole(path, ("\ufeff" if before.startswith(b"\xef\xbb\xbf") else "") + text)
    accepted(store, name, now)


def decline(store: Store, person: PersonId, name: str, *, now: datetime, made_by: str) -> Done:
    """Keep the address of `name`; the new one is not proposed again, unless undone. Raises UsageError for no move."""
    with store.read() as tx:
        found = proposals.waiting(tx, proposals.SOURCE_MOVED).get(name)
    if found is None:
        raise UsageError(f"{name} is not known to have moved", "'tracker sources list' shows what moved")
    return merging.decline(store, person, [found.id], now=now, made_by=made_by)
