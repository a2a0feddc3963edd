"""The day of a learner: the running talk, reviews, rows of the plan, what is new; and when a plan runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db import inbox as filings
from db import plans as rows
from db import settings as kept
from db.store import Store, Tx
from tracker.config.settings import Study
from tracker.core.day import Day, PlanDay
from tracker.core.errors import UsageError
from tracker.core.inbox import Done
from tracker.core.model import InboxState, PersonId
from tracker.core.today import Offer, Pace, rows_of, running, session, streak
from tracker.services import review
from tracker.services.actions import deciding
from tracker.services.plans import document_named

NEW = 5
SHORTLISTED = 3
TALK_MINUTES = 30
ROW_MINUTES = 45
READ_MINUTES = 15  # of something whose length is not known


def today(store: Store, person: PersonId, settings: Study, zone: ZoneInfo, now: datetime, minutes: int = 0) -> Day:
    """The day of `now` in the person's zone; with `minutes` the session that fits into them."""
    day = now.astimezone(zone).date()
    reviews = review.today(store, person, settings, zone, now)
    with store.read() as tx:
        entries = rows.entries(tx, person)
        done = frozenset(
            one.id for one in filings.page(tx, person, (InboxState.DONE,), limit=1000).items
        )  # of talks noted lately: the newest are enough
        plans = _plans(tx, person, day)
        shortlist = filings.page(tx, person, (InboxState.SHORTLIST,), limit=SHORTLISTED).items
        new = filings.page(tx, person, (InboxState.INBOX,), limit=NEW).items
    talk = running(entries, done, day)
    noted = tuple(one for one in entries if one.day == day)
    days = streak((one.day for one in entries), day)
    found = Day(day, talk, noted, reviews.cards, reviews.minutes, plans, shortlist, new, days)
    return found if not minutes else _with_session(found, minutes)


def _plans(tx: Tx, person: PersonId, day: date) -> tuple[PlanDay, ...]:
    out = []
    for name, values in kept.of_plans(tx, person).items():
        pace = _pace(values)
        if pace is not None and (number := pace.number(day)):
            found = rows_of(rows.nodes(tx, person, name), number, pace.tracks)
            out.append(PlanDay(name, number, not pace.studies(day), tuple(found)))
    return tuple(out)


def _pace(values: dict[str, Any]) -> Pace | None:
    if "start" not in values:
        return None
    pauses = tuple((date.fromisoformat(begin), int(days)) for begin, days in values.get("pauses", ()))
    return Pace(
        date.fromisoformat(values["start"]), frozenset(values.get("rest", ())), pauses, tuple(values.get("tracks", ()))
    )


def _with_session(found: Day, minutes: int) -> Day:
    return replace(found, chosen=tuple(session(_offers(found), minutes)))


def _offers(found: Day) -> list[Offer]:
    """Everything that could be done today, worth more the higher it stands on the screen."""
    out: list[Offer] = []
    if found.cards:
        out.append(Offer("reviews", f"{len(found.cards)} reviews", max(1, round(found.review_minutes)), 40))
    if found.talk:
        out.append(Offer("talk", found.talk.title, TALK_MINUTES, 50))
    for plan in found.plans:
        if not plan.off:
            out += [
                Offer(f"row:{one.id}", one.title, ROW_MINUTES, 30 + len(plan.rows) - n)
                for n, one in enumerate(plan.rows)
                if not one.checked
            ]
    for worth, some in ((20, found.shortlist), (10, found.new)):
        out += [
            Offer(f"read:{one.id}", one.title, one.minutes or READ_MINUTES, worth - n) for n, one in enumerate(some)
        ]
    return out


def pace_of(store: Store, person: PersonId, name: str) -> tuple[str, Pace | None]:
    """The document meant by `name` and when it runs, None when no start is set. Raises NotFound."""
    with store.read() as tx:
        document = document_named(tx, person, name)
        return document, _pace(kept.of_plans(tx, person).get(document, {}))


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
            kept.put(changes, person, document, "tracks", _tracks(changes.tx, person, document, tracks))
        if shift < 0:
            raise UsageError(f"a plan is not shifted by {shift} days", "Take a shift back with 'tracker undo'")
        if shift:
            if "start" not in values and not start:
                raise UsageError("the plan has no start yet", "Set one with --start YYYY-MM-DD")
            begin = now.astimezone(zone).date()
            pauses = values.get("pauses", [])
            for first, days in sorted(pauses):  # a pause on top of another one begins where that one ends
                if date.fromisoformat(first) <= begin < date.fromisoformat(first) + timedelta(days=days):
                    begin = date.fromisoformat(first) + timedelta(days=days)
            kept.put(changes, person, document, "pauses", [*pauses, [begin.isoformat(), shift]])
        changes.label = f"set when '{document}' runs"
    return changes.done


def _tracks(tx: Tx, person: PersonId, document: str, wanted: Sequence[str]) -> list[str]:
    known = sorted({track for one in rows.nodes(tx, person, document) for track in one.tracks})
    if odd := [one for one in wanted if one not in known]:
        raise UsageError(f"the plan has no track '{odd[0]}'", f"There are {', '.join(known)}")
    return list(dict.fromkeys(wanted))
