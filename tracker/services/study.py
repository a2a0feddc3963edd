"""The day of a learner: the running talk, reviews, rows of the plan, what is new; and when a plan runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db import inbox as filings
from db import plans as rows
from db import settings as kept
from db.store import Store, Tx
from tracker.config.settings import Study
from tracker.core.day import Day, PlanDay
from tracker.core.model import InboxState, PersonId
from tracker.core.today import Offer, rows_of, running, session, streak
from tracker.services import review
from tracker.services.schedule import choices_in, pace_in

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
        pace = pace_in(values)
        if pace is not None and (number := pace.number(day)):
            found = rows_of(rows.nodes(tx, person, name), number, pace.tracks, choices_in(values))
            out.append(PlanDay(name, number, not pace.studies(day), tuple(found)))
    return tuple(out)


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
