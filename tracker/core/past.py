"""How things stood at a moment that has passed: today's state, taken back along the journal of decisions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.core.actions import Change, RowChange, invert
from tracker.core.inbox import Standing, Step, apply
from tracker.core.model import ResourceId


@dataclass(frozen=True, slots=True)
class Acted:
    """One decision of the journal: when it was made, what it changed, when it was taken back (None = it stands)."""

    at: datetime
    changes: tuple[Change, ...]
    undone_at: datetime | None = None


def way_back(decisions: Sequence[Acted], moment: datetime) -> tuple[Change, ...]:
    """The changes that lead from now back to `moment`. `decisions` are oldest first; older ones may be left out
    unless they were undone since: those stood then.
    """
    later = [one for one in decisions if one.at >= moment and one.undone_at is None]
    lifted = [one for one in decisions if one.at < moment and one.undone_at is not None and one.undone_at >= moment]
    back = [change for one in reversed(later) for change in invert(one.changes)]
    return (*back, *(change for one in lifted for change in one.changes))


def standings_then(now: Mapping[ResourceId, Standing], way: Iterable[Change]) -> dict[ResourceId, Standing]:
    """Where these resources stood; a decision about another one is left out."""
    then = dict(now)
    for step in way:
        if isinstance(step, Step) and step.resource in then:
            then[step.resource] = apply(then[step.resource], step)
    return then


def settings_then(
    now: Mapping[str, Mapping[str, Any]], way: Iterable[Change]
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """What was set about plans then, by plan and key."""
    then = {plan: dict(values) for plan, values in now.items()}
    for one in way:
        if isinstance(one, RowChange) and one.table == "plan_setting":
            values = then.setdefault(one.key["plan"], {})
            if one.after is None:
                values.pop(one.key["key"], None)
            else:
                values[one.key["key"]] = one.after["value"]
    return then


def fields_then(table: str, way: Iterable[Change]) -> dict[int, dict[str, Any]]:
    """What was otherwise about rows of `table` (by their `id`): the fields that differ from now, as plain data."""
    out: dict[int, dict[str, Any]] = {}
    for one in way:
        if isinstance(one, RowChange) and one.table == table and one.after is not None:
            out.setdefault(one.key["id"], {}).update(one.after)
    return out
