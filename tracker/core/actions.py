"""Actions as data: what one decision changed, row by row, so that it can be taken back and done again.

A decision about resources is a list of `Step`s (where each stood and stands); any other decision (a tick, a note,
a merge, a grade) is a list of `RowChange`s. Both say "this stood so, now it stands so"; undo reads them backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.core import inbox
from tracker.core.inbox import Step


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a table: only the fields that differ. `before` None: it was not there; `after` None: it is gone.

    Values are plain JSON; the store knows from the column how a time or bytes are written.
    """

    table: str
    key: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


Change = Step | RowChange
_MOVED = frozenset(("line", "position", "key"))  # of a place in its document


def invert(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The same changes backwards, last first: a row made for another one goes before that one goes."""
    return tuple(_inverse(one) for one in reversed(changes))


def _inverse(one: Change) -> Change:
    if isinstance(one, Step):
        return inbox.invert([one])[0]
    return RowChange(one.table, one.key, one.after, one.before)


def to_json(changes: Iterable[Change]) -> list[Any]:
    """Changes as plain data for the table of actions: a list for a step, an object for a row."""
    return [inbox.to_json([one])[0] if isinstance(one, Step) else _row(one) for one in changes]


def _row(one: RowChange) -> dict[str, Any]:
    return {"table": one.table, "key": dict(one.key), "before": _dict(one.before), "after": _dict(one.after)}


def _dict(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)


def from_json(data: Iterable[Any]) -> tuple[Change, ...]:
    """What `to_json` wrote."""
    return tuple(RowChange(**one) if isinstance(one, Mapping) else inbox.from_json([one])[0] for one in data)


def items_of(changes: Iterable[Change]) -> tuple[str, ...]:
    """The rows a decision touched, as an acknowledgement names them: `node:12`, each once, resources left out.

    Places that only stand on another line by now, because one was put before them, are not touched.
    """
    rows = (one for one in changes if isinstance(one, RowChange) and not _only_moved(one))
    return tuple(dict.fromkeys(f"{one.table}:{'/'.join(str(v) for v in one.key.values())}" for one in rows))


def _only_moved(one: RowChange) -> bool:
    return one.table == "node" and bool(one.before) and bool(one.after) and set(one.after or ()) <= _MOVED
