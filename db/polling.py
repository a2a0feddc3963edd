"""What is remembered of a source between looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, false, or_, select, true, update

from db.store import Tx
from db.tables import polling, source
from tracker.core.model import Polling, SourceId

CHUNK = 500
_NAMES = tuple(field.name for field in fields(Polling) if field.name != "source")
_SAVE = update(polling).where(polling.c.source_id == bindparam("of")).values(
    {name: bindparam(f"new_{name}") for name in (*_NAMES, "why_next", "detail")}
    | {"lease_owner": "", "lease_until": None}  # what was looked at is put back
)  # fmt: skip


def all_of(tx: Tx, ids: Iterable[SourceId]) -> dict[SourceId, Polling]:
    """The memory of these sources."""
    wanted, query = set(ids), select(polling)
    if len(wanted) <= CHUNK:
        query = query.where(polling.c.source_id.in_(wanted))
    return {row.source_id: _polling(row) for row in tx.execute(query) if row.source_id in wanted}


def due(tx: Tx, now: datetime, limit: int = 100_000) -> list[SourceId]:
    """Enabled sources whose time has come and that did not stop, longest due first; never asked ones lead."""
    query = (
        select(polling.c.source_id)
        .join(source, source.c.id == polling.c.source_id)
        .where(
            source.c.enabled,
            source.c.removed_at.is_(None),
            polling.c.stopped == "",
            or_(polling.c.next_poll_at.is_(None), polling.c.next_poll_at <= now),
        )
        .order_by(polling.c.next_poll_at.is_not(None), polling.c.next_poll_at, source.c.position)
        .limit(limit)
    )
    return [SourceId(row[0]) for row in tx.execute(query)]


def due_and_free(tx: Tx, now: datetime, limit: int) -> list[SourceId]:
    """Those of `due` that nobody holds."""
    held = select(polling.c.source_id).where(polling.c.lease_owner != "", polling.c.lease_until > now)
    busy = set(tx.execute(held).scalars())
    return [id_ for id_ in due(tx, now) if id_ not in busy][:limit]


def claim(
    tx: Tx,
    ids: Sequence[SourceId],
    owner: str,
    *,
    now: datetime,
    lease: timedelta,
    dead: Sequence[str] = (),
    before: str = "",
    due: bool,
) -> set[SourceId]:
    """Take a lease on those of `ids` that nobody is at (and with `due`, that are still due); returns which.

    What `dead` owners, or those whose word begins with `before`, hold is free. A lease longer than leases are comes
    from a clock that was wrong, and holds nothing.
    """
    free = or_(
        polling.c.lease_owner == "",
        polling.c.lease_until.is_(None),
        polling.c.lease_until <= now,
        polling.c.lease_until > now + 2 * lease,
        polling.c.lease_owner.in_(dead),
        polling.c.lease_owner.startswith(before, autoescape=True) if before else false(),
    )
    still = or_(polling.c.next_poll_at.is_(None), polling.c.next_poll_at <= now) if due else true()
    taken: set[SourceId] = set()
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        take = update(polling).where(polling.c.source_id.in_(some), free, still)
        rows = tx.execute(take.values(lease_owner=owner, lease_until=now + lease).returning(polling.c.source_id))
        taken |= {SourceId(row[0]) for row in rows}
    return taken


def longest_due(tx: Tx, now: datetime) -> tuple[str, datetime] | None:
    """The source that waits longest for its look, and since when."""
    query = (
        select(source.c.name, polling.c.next_poll_at)
        .join(source, source.c.id == polling.c.source_id)
        .where(source.c.enabled, source.c.removed_at.is_(None), polling.c.stopped == "", polling.c.next_poll_at <= now)
        .order_by(polling.c.next_poll_at)
    )
    row = tx.execute(query.limit(1)).first()
    return None if row is None else (row[0], row[1])


def overdue(tx: Tx, now: datetime) -> list[tuple[SourceId, str]]:
    """Sources that were looked at before and whose time has come, longest due first, with their addresses."""
    query = (
        select(polling.c.source_id, source.c.url)
        .join(source, source.c.id == polling.c.source_id)
        .where(source.c.enabled, source.c.removed_at.is_(None), polling.c.stopped == "", polling.c.next_poll_at <= now)
        .order_by(polling.c.next_poll_at, source.c.position)
    )
    return [(SourceId(row[0]), row[1]) for row in tx.execute(query)]


def unread(tx: Tx, most: int) -> bool:
    """Whether at least `most` enabled sources were never read well."""
    query = (
        select(polling.c.source_id)
        .join(source, source.c.id == polling.c.source_id)
        .where(source.c.enabled, source.c.removed_at.is_(None), polling.c.stopped == "", polling.c.baseline.is_(False))
    )
    return len(tx.execute(query.limit(most)).all()) == most


def put_off(tx: Tx, times: Iterable[tuple[SourceId, datetime]], why: str) -> None:
    """Give sources another time, and say why."""
    rows = [{"of": id_, "at": at, "said": why} for id_, at in times]
    if rows:
        of = update(polling).where(polling.c.source_id == bindparam("of"))
        tx.execute(of.values(next_poll_at=bindparam("at"), why_next=bindparam("said")), rows)


def well(tx: Tx, most: int = 200) -> list[tuple[str, str, str, str]]:
    """Address, kind and validators of sources that were well when they were looked at last, the latest first."""
    query = (
        select(source.c.url, source.c.kind, polling.c.etag, polling.c.last_modified)
        .join(source, source.c.id == polling.c.source_id)
        .where(source.c.enabled, source.c.removed_at.is_(None), polling.c.failures == 0, polling.c.ok_at.is_not(None))
        .order_by(polling.c.ok_at.desc(), source.c.position)
        .limit(most)
    )
    return [(row.url, row.kind, row.etag, row.last_modified) for row in tx.execute(query)]


def owners(tx: Tx) -> list[str]:
    """Everybody who holds a lease."""
    query = select(polling.c.lease_owner).where(polling.c.lease_owner != "").distinct()
    return [row[0] for row in tx.execute(query)]


def held(tx: Tx, owner: str, ids: Iterable[SourceId]) -> set[SourceId]:
    """Those of `ids` that `owner` still has a lease on; the rows stand still until the transaction ends."""
    query = select(polling.c.source_id).where(polling.c.lease_owner == owner, polling.c.source_id.in_(list(ids)))
    return {SourceId(row[0]) for row in tx.execute(query.with_for_update())}


def renew(tx: Tx, owner: str, until: datetime) -> None:
    """Hold what `owner` holds for longer."""
    tx.execute(update(polling).where(polling.c.lease_owner == owner).values(lease_until=until))


def release(tx: Tx, owner: str) -> None:
    """Put back what `owner` holds."""
    tx.execute(update(polling).where(polling.c.lease_owner == owner).values(lease_owner="", lease_until=None))


def save(tx: Tx, memories: Iterable[tuple[Polling, str, str]]) -> None:
    """Keep memories, each with why the next look is then, and the detail of a failure."""
    rows = [_row(memory) | {"new_why_next": why, "new_detail": detail} for memory, why, detail in memories]
    if rows:
        tx.execute(_SAVE, rows)


def remember(tx: Tx, id_: SourceId, memory: Mapping[str, object]) -> None:
    """Keep only what a kind notes for itself; when the next look is stays as it was."""
    tx.execute(update(polling).where(polling.c.source_id == id_).values(memory=dict(memory)))


def _row(memory: Polling) -> dict[str, Any]:
    row = {f"new_{name}": getattr(memory, name) for name in _NAMES}
    return row | {"of": memory.source, "new_memory": dict(memory.memory)}


def words_of(tx: Tx) -> dict[SourceId, tuple[str, str]]:
    """Why the next look is when it is, and the detail of the last failure."""
    query = select(polling.c.source_id, polling.c.why_next, polling.c.detail)
    return {SourceId(row.source_id): (row.why_next, row.detail) for row in tx.execute(query)}


def _polling(row: Any) -> Polling:
    return Polling(SourceId(row.source_id), **{name: getattr(row, name) for name in _NAMES})
