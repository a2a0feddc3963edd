"""What is remembered of a source between looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from db.store import Tx
from db.tables import polling, source
from tracker.core.model import Polling, SourceId

_NAMES = tuple(field.name for field in fields(Polling) if field.name != "source")
_SAVE = update(polling).where(polling.c.source_id == bindparam("of")).values(
    {name: bindparam(f"new_{name}") for name in (*_NAMES, "why_next", "detail")}
)  # fmt: skip


def all_of(tx: Tx, ids: Iterable[SourceId]) -> dict[SourceId, Polling]:
    """The memory of these sources."""
    wanted = set(ids)
    rows = tx.execute(select(polling))
    return {row.source_id: _polling(row) for row in rows if row.source_id in wanted}


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


def save(tx: Tx, memories: Iterable[tuple[Polling, str, str]]) -> None:
    """Keep memories, each with why the next look is then, and the detail of a failure."""
    rows = [_row(memory) | {"new_why_next": why, "new_detail": detail} for memory, why, detail in memories]
    if rows:
        tx.execute(_SAVE, rows)


def _row(memory: Polling) -> dict[str, Any]:
    row = {f"new_{name}": getattr(memory, name) for name in _NAMES}
    return row | {"of": memory.source, "new_memory": dict(memory.memory)}


def words_of(tx: Tx) -> dict[SourceId, tuple[str, str]]:
    """Why the next look is when it is, and the detail of the last failure."""
    query = select(polling.c.source_id, polling.c.why_next, polling.c.detail)
    return {SourceId(row.source_id): (row.why_next, row.detail) for row in tx.execute(query)}


def _polling(row: Any) -> Polling:
    return Polling(SourceId(row.source_id), **{name: getattr(row, name) for name in _NAMES})
