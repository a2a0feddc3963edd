"""Sessions of study: begun with what today picks or what is named, ended with a position, all undoable."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from db import sessions as rows
from db.plans import entries
from db.resources import by_ids
from db.store import Store, Tx
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.model import PersonId, ResourceId
from tracker.core.sessions import FORGOTTEN, Session
from tracker.services.actions import deciding
from tracker.services.plans import find_node

MOST_SECONDS = 86_400


def start(
    store: Store, person: PersonId, about: str, *, at: int | None = None, zone: ZoneInfo, now: datetime, made_by: str
) -> tuple[Session, Done]:
    """Begin with a resource (a number) or a place of a plan (`#12`, its title), where one stopped last time.

    Raises NotFound, UsageError, Conflict while another one runs.
    """
    with deciding(store, person, "session", now=now, made_by=made_by) as changes:
        if other := rows.running(changes.tx, person):
            raise Conflict(f"a session with '{other.title}' runs", "End it with 'tracker session stop'")
        resource, node = _meant(changes.tx, person, about)
        begin = position(changes.tx, person, resource) if at is None and resource else at
        day = now.astimezone(zone).date()
        rows.begin(changes, person, resource_id=resource, node_id=node, day=day, at=begin, now=now)
        made = rows.running(changes.tx, person)
        assert made is not None
        changes.label = f"began a session with '{made.title}'"
    return made, changes.done


def _meant(tx: Tx, person: PersonId, about: str) -> tuple[ResourceId | None, int | None]:
    if not (about.isascii() and about.isdigit()):
        return None, int(find_node(tx, person, about).id)
    found = by_ids(tx, person, [ResourceId(int(about))])
    if not found:
        raise NotFound("resource", about, "tracker resources")
    return found[0].id, None


def position(tx: Tx, person: PersonId, resource: ResourceId) -> int | None:
    """Where one stopped in a talk: by the last session that said so, else by the notes; None when nothing says."""
    known = rows.positions(tx, person).get(resource)
    noted = [one.start_seconds for one in entries(tx, person) if one.resource == resource and one.start_seconds]
    return known if known is not None else max(noted, default=None)


def stop(
    store: Store, person: PersonId, *, at: int | None = None, minutes: int | None = None, now: datetime, made_by: str
) -> tuple[Session, Done]:
    """End the session that runs, at a second of its talk. `minutes` are told from the clock unless they are given.

    Raises UsageError when none runs, and for one that was forgotten.
    """
    with deciding(store, person, "session", now=now, made_by=made_by) as changes:
        one = rows.running(changes.tx, person)
        if one is None:
            raise UsageError("no session runs", "Begin one with 'tracker session start'")
        took = one.minutes_until(now) if minutes is None else minutes
        if minutes is None and took > FORGOTTEN:
            raise UsageError(f"the session began {took // 60} hours ago", "Say how long it was with --minutes")
        rows.end(changes, one, took, at, now)
        changes.label = f"ended the session with '{one.title}' after {took} min"
    return next(found for found in newest(store, person) if found.id == one.id), changes.done


def newest(store: Store, person: PersonId, limit: int = 20) -> list[Session]:
    """The last sessions, newest first."""
    with store.read() as tx:
        return rows.newest(tx, person, limit)
