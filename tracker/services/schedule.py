"""When a plan runs and what of it one follows: start, days off, pauses, tracks, and the rows chosen for double days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db import plans as rows
from db import settings as kept
from db.store import Store, Tx
from tracker.core.choices import Choices, Conflict, conflicts, counts, dated, days_of, wins
from tracker.core.errors import UsageError
from tracker.core.inbox import Done
from tracker.core.model import NodeId, PersonId
from tracker.core.plan import PlanNode
from tracker.core.progress import below
from tracker.core.today import Pace
from tracker.services.actions import Deciding, deciding
from tracker.services.plans import document_named, find_node

Values = dict[str, Any]


def pace_in(known: Mapping[str, Values], name: str) -> Pace | None:
    """When the plan `name` runs, by what was set; holidays are pauses of every plan. None when it has no start."""
    values = known.get(name, {})
    if "start" not in values:
        return None
    off = [*values.get("pauses", ()), *kept.holidays(known)]
    pauses = tuple((date.fromisoformat(begin), int(days)) for begin, days in off)
    return Pace(date.fromisoformat(values["start"]), frozenset(values.get("rest", ())), pauses, tracks_in(values))


def tracks_in(values: Values) -> tuple[str, ...]:
    """The tracks one follows; none = all."""
    return tuple(values.get("tracks", ()))


def choices_in(values: Values) -> Choices:
    """The rows chosen for days that have several."""
    return {(track, int(day)): NodeId(int(id_)) for track, day, id_ in values.get("choices", ())}


def pace_of(store: Store, person: PersonId, name: str) -> tuple[str, Pace | None]:
    """The document meant by `name` and when it runs, None when no start is set. Raises NotFound."""
    with store.read() as tx:
        document = document_named(tx, person, name)
        return document, pace_in(kept.of_plans(tx, person), document)


def last_day(store: Store, person: PersonId, document: str) -> int:
    """The last day of a plan for somebody who follows the tracks, and chose the rows, that were set; 0 = no days."""
    with store.read() as tx:
        values = kept.of_plans(tx, person).get(document, {})
        known = rows.nodes(tx, person, document)
    return max(
        (days_of(one)[-1] for one in dated(known) if counts(one, tracks_in(values), choices_in(values))), default=0
    )


def dates(store: Store, person: PersonId, start: date | None = None) -> Callable[[PlanNode, int], date | None]:
    """The date of a row's day: as its plan is scheduled, or from `start` on. None where another row was chosen, for
    tracks one does not follow, and for plans without a start.
    """
    with store.read() as tx:
        known = kept.of_plans(tx, person)

    def date_of(one: PlanNode, number: int) -> date | None:
        values = known.get(one.document, {})
        pace = pace_in(known if start is None else {one.document: values | {"start": start.isoformat()}}, one.document)
        if pace is None or number < 1 or not wins(one, number, tracks_in(values), choices_in(values)):
            return None
        return pace.day(number)

    return date_of


def holidays(store: Store, person: PersonId) -> list[tuple[date, date]]:
    """The holidays, first and last day, the earliest first."""
    with store.read() as tx:
        found = kept.holidays(kept.of_plans(tx, person))
    spans = [(date.fromisoformat(first), int(days)) for first, days in found]
    return sorted((first, first + timedelta(days=days - 1)) for first, days in spans)


def set_holiday(
    store: Store, person: PersonId, first: date, last: date, *, off: bool = False, now: datetime, made_by: str
) -> Done:
    """Days without plan and reviews: the days of every plan move on, and no card is shown. With `off` they are taken back.

    Raises UsageError for a span that ends before it begins, or that was not there.
    """
    if last < first:
        raise UsageError(f"{first}..{last} ends before it begins", "Turn the two dates round")
    with deciding(store, person, "holiday", now=now, made_by=made_by) as changes:
        span = [first.isoformat(), (last - first).days + 1]
        stood = kept.holidays(kept.of_plans(changes.tx, person))
        if off and span not in stood:
            raise UsageError(f"there is no holiday {first}..{last}", "'tracker plan holiday' lists them")
        others = [one for one in stood if one != span]
        kept.put(changes, person, kept.PERSON, "holidays", others if off else [*others, span])
        changes.label = f"{'took back' if off else 'kept free'} {first}..{last}"
    return changes.done


def schedule(
    store: Store, person: PersonId, name: str, *, start: date | None = None, rest: Sequence[int] | None = None,
    shift: int = 0, tracks: Sequence[str] | None = None, now: datetime, zone: ZoneInfo, made_by: str,
) -> Done:  # fmt: skip
    """Say when a plan runs, in one undoable step. `shift` pauses it for so many days from today: later days move.

    Raises NotFound, UsageError for a shift without a start, seven days of rest, or tracks the plan does not have.
    """
    with deciding(store, person, "schedule", now=now, made_by=made_by) as changes:
        document = document_named(changes.tx, person, name)
        values = kept.of_plans(changes.tx, person).get(document, {})
        if start:
            kept.put(changes, person, document, "start", start.isoformat())
        if rest is not None:
            if len(set(rest)) > 6:
                raise UsageError("seven days of rest leave none for study", "Keep one day at least")
            kept.put(changes, person, document, "rest", sorted(set(rest)))
        if tracks is not None:
            kept.put(changes, person, document, "tracks", known_tracks(changes.tx, person, document, tracks))
        if shift < 0:
            raise UsageError(f"a plan is not shifted by {shift} days", "Take a shift back with 'tracker undo'")
        if shift:
            if "start" not in values and not start:
                raise UsageError("the plan has no start yet", "Set one with --start YYYY-MM-DD")
            pauses = _with_pause(values.get("pauses", []), now.astimezone(zone).date(), shift)
            kept.put(changes, person, document, "pauses", pauses)
        changes.label = f"set when '{document}' runs"
    return changes.done


def _with_pause(pauses: list[list[Any]], begin: date, days: int) -> list[list[Any]]:
    """A pause on top of another one begins where that one ends."""
    for first, length in sorted(pauses):
        if date.fromisoformat(first) <= begin < date.fromisoformat(first) + timedelta(days=length):
            begin = date.fromisoformat(first) + timedelta(days=length)
    return [*pauses, [begin.isoformat(), days]]


def known_tracks(tx: Tx, person: PersonId, document: str, wanted: Sequence[str]) -> list[str]:
    """`wanted`, each once. Raises UsageError for a track the plan does not have."""
    known = sorted({track for one in rows.nodes(tx, person, document) for track in one.tracks})
    if odd := [one for one in wanted if one not in known]:
        raise UsageError(f"the plan has no track '{odd[0]}'", f"There are {', '.join(known) or 'none'}")
    return list(dict.fromkeys(wanted))


def conflict_days(store: Store, person: PersonId, name: str) -> list[Conflict]:
    """Days of the plan `name` with several rows for a track one follows, and what was chosen. Raises NotFound."""
    with store.read() as tx:
        document = document_named(tx, person, name)
        values = kept.of_plans(tx, person).get(document, {})
        return conflicts(rows.nodes(tx, person, document), tracks_in(values), choices_in(values))


def choose(
    store: Store, person: PersonId, places: Sequence[str], *, off: bool = False, now: datetime, made_by: str
) -> Done:
    """Let places count on the days that have several rows; a heading stands for all rows under it. Kept until chosen
    otherwise. With `off` the choice is forgotten. Raises NotFound, UsageError when there is nothing to choose.
    """
    with deciding(store, person, "choose", now=now, made_by=made_by) as changes:
        count = 0
        for place in places:
            one = find_node(changes.tx, person, place)
            count += _choose(changes, person, one, rows.nodes(changes.tx, person, one.document), off=off)
        if not count:
            raise UsageError("there is nothing to choose there", "'tracker plan conflicts' shows the days")
        changes.label = f"{'forgot the choice for' if off else 'chose for'} {count} day{'s' if count > 1 else ''}"
    return changes.done


def _choose(changes: Deciding, person: PersonId, place: PlanNode, nodes: Sequence[PlanNode], *, off: bool) -> int:
    mine = {one.id for one in below(nodes, place.id)}
    values = kept.of_plans(changes.tx, person).get(place.document, {})
    chosen = dict(choices_in(values))
    count = 0
    for day in conflicts(nodes, (), chosen):
        rows_ = [one.id for one in day.rows if one.id in mine]
        if not rows_:
            continue
        if off:
            chosen.pop((day.track, day.day), None)
        else:
            chosen[day.track, day.day] = rows_[0]
        count += 1
    kept.put(
        changes, person, place.document, "choices", [[track, day, int(id_)] for (track, day), id_ in chosen.items()]
    )
    return count
