"""Days of a plan with two rows for one track, and the row a person chose for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.core.model import NodeId
from tracker.core.plan import PlanNode

ROWS = ("day", "project", "task")  # kinds of places that stand in a table of days
Choices = Mapping[tuple[str, int], NodeId]  # by track and day


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rows of one day and track. `chosen` is the one that counts; None = nobody has chosen yet."""

    day: int
    track: str
    rows: tuple[PlanNode, ...]
    chosen: NodeId | None = None


def dated(nodes: Iterable[PlanNode]) -> list[PlanNode]:
    """The rows that have days, in the order given."""
    return [one for one in nodes if one.kind in ROWS and one.day_from is not None]


def days_of(one: PlanNode) -> range:
    """The numbers of the days of a row."""
    assert one.day_from is not None
    return range(one.day_from, (one.day_to or one.day_from) + 1)


def conflicts(nodes: Iterable[PlanNode], tracks: Sequence[str], choices: Choices) -> list[Conflict]:
    """Days that have several rows for one of `tracks` (of all when none is named), by track and day."""
    found: dict[tuple[str, int], list[PlanNode]] = {}
    for one in dated(nodes):
        for track in one.tracks or ("",):
            for day in days_of(one):
                if not tracks or track in tracks:
                    found.setdefault((track, day), []).append(one)
    several = ((key, rows) for key, rows in sorted(found.items()) if len(rows) > 1)
    return [Conflict(day, track, tuple(rows), choices.get((track, day))) for (track, day), rows in several]


def wins(one: PlanNode, day: int, tracks: Sequence[str], choices: Choices) -> bool:
    """Whether a row counts on a day for one of the followed tracks: none of them chose another row there."""
    mine = [track for track in one.tracks or ("",) if not tracks or not one.tracks or track in tracks]
    return any(choices.get((track, day), one.id) == one.id for track in mine)


def counts(one: PlanNode, tracks: Sequence[str], choices: Choices) -> bool:
    """Whether a place is part of the work of someone who follows `tracks` and chose so."""
    if one.day_from is None:
        return not tracks or not one.tracks or bool(set(tracks) & set(one.tracks))
    return any(wins(one, day, tracks, choices) for day in days_of(one))
