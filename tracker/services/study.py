"""The day of a learner: the running talk, reviews, rows of the plan, what is in focus, what is new; one to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db import followed, sessions
from db import inbox as filings
from db import plans as rows
from db import settings as kept
from db.store import Store, Tx
from tracker.config.settings import Study
from tracker.core.choices import conflicts
from tracker.core.day import Day, Focus, Pick, PlanDay
from tracker.core.inbox import Row
from tracker.core.matching import Matcher, Work
from tracker.core.model import InboxState, PersonId, ResourceId
from tracker.core.plan import JournalEntry, PlanNode
from tracker.core.session import Offer, session
from tracker.core.standing import in_focus, rests
from tracker.core.today import (
    Sitting,
    Talk,
    late_rows,
    lately,
    next_row,
    pressing,
    rows_of,
    running,
    sitting_of,
    streak,
)
from tracker.core.url_start import at_second
from tracker.services import review
from tracker.services.coverage import free_work
from tracker.services.schedule import choices_in, pace_in

NEW = 5
NEWEST = 200  # of the inbox, among which those of followed sources come first
SHORTLISTED = 3
LATE = 3  # rows of earlier days that are shown of each plan
FOCUSED = 3  # places in focus that are shown
LIBRARY = 1000  # works among which something for the focus is looked for
TALK_MINUTES = 30
ROW_MINUTES = 45
READ_MINUTES = 15  # of something whose length is not known
PLANS = ("plan",)


def today(store: Store, person: PersonId, settings: Study, zone: ZoneInfo, now: datetime, minutes: int = 0) -> Day:
    """The day of `now` in the person's zone; with `minutes` the session that fits into them."""
    day = now.astimezone(zone).date()
    reviews = review.today(store, person, settings, zone, now)
    with store.read() as tx:
        entries = rows.entries(tx, person)
        plans, unplanned = _plans(tx, person, day, now)
        focus, lifted = _focus(tx, person, now)
        shortlist = filings.page(tx, person, (InboxState.SHORTLIST,), limit=NEWEST).items
        new = filings.page(tx, person, (InboxState.INBOX,), limit=NEWEST).items
        used = followed.sources(tx, person)
        talk = _talk(tx, person, entries, day)
        sitting = sessions.running(tx, person)
    noted = tuple(one for one in entries if one.day == day)
    days = streak((one.day for one in entries), day)
    wanted = sorted(shortlist, key=lambda row: row.id not in lifted)[:SHORTLISTED]
    fresh = sorted(new, key=lambda row: (row.id not in lifted, -_used(row, used)))[:NEW]
    found = Day(
        day, talk, noted, reviews.cards, reviews.minutes, plans, focus, tuple(wanted), tuple(fresh), days, unplanned, sitting
    )  # fmt: skip
    found = replace(found, pick=_pick(found, now))
    return replace(found, chosen=tuple(session(_offers(found, now), minutes))) if minutes else found


def _used(row: Row, used: dict[str, int]) -> int:
    """How closely its sources are followed, in steps, so that among like ones the newest stay first."""
    return min(3, max((used.get(name, 0) for name in row.sources), default=0))


def _talk(tx: Tx, person: PersonId, entries: Sequence[JournalEntry], day: date) -> Talk | None:
    """What was noted or sat with last, unless it is done with."""
    noted = [found for one in sorted(entries, key=lambda one: (one.day, one.id)) if (found := sitting_of(one))]
    sat = [
        Sitting(one.resource, one.title, one.url, one.day, one.to_seconds or one.from_seconds)
        for one in reversed(sessions.newest(tx, person, 50))
        if one.resource
    ]
    sittings = [*noted, *sat]
    recent = list(dict.fromkeys(one.resource for one in lately(sittings, day)))
    done = {id_ for id_, one in filings.standings(tx, person, recent).items() if one.state is InboxState.DONE}
    return running(sittings, done, day)


def _plans(tx: Tx, person: PersonId, day: date, now: datetime) -> tuple[tuple[PlanDay, ...], tuple[str, ...]]:
    """The plans that run, and the names of those that have no start."""
    out, values = list[PlanDay](), kept.of_plans(tx, person)
    named = [name for name, kind, _ in rows.documents(tx, person) if kind in PLANS]
    for name in dict.fromkeys([*named, *values]):
        pace, choices = pace_in(values, name), choices_in(values.get(name, {}))
        if pace is None or not (number := pace.number(day)):
            continue
        nodes = rows.nodes(tx, person, name)
        found = [one for one in rows_of(nodes, number, pace.tracks, choices) if not rests(one, now)]
        late = late_rows(nodes, number, pace.tracks, choices, now)
        double = any(one.day == number and one.chosen is None for one in conflicts(found, pace.tracks, choices))
        rest = not pace.studies(day)
        ahead = next_row(nodes, number, pace.tracks, choices, now)
        out.append(PlanDay(name, number, rest, tuple(found), tuple(late[:LATE]), len(late), double, pace.tracks, ahead))
    return tuple(out), tuple(name for name in named if pace_in(values, name) is None)


def _focus(tx: Tx, person: PersonId, now: datetime) -> tuple[tuple[Focus, ...], set[ResourceId]]:
    """The places in focus with works for them, and all works that are lifted by them."""
    places = [one for one in rows.nodes(tx, person) if in_focus(one) and not one.checked and not rests(one, now)]
    if not places:
        return (), set()
    states = (InboxState.INBOX, InboxState.SHORTLIST, InboxState.FILED)
    known = {row.id: free_work(row) for row in filings.page(tx, person, states, limit=LIBRARY).items}
    match = Matcher(list(known.values()))
    found = [Focus(one, _works(one, known, match)) for one in places]
    return tuple(found[:FOCUSED]), {work.id for one in found for work in one.works}


def _works(place: PlanNode, known: dict[ResourceId, Work], match: Matcher) -> tuple[Work, ...]:
    """Those given to a place first, then those that share its words."""
    own = [known[id_] for id_ in place.resources if id_ in known]
    return tuple(dict.fromkeys([*own, *match.of(place, place.remark)]))


def _pick(found: Day, now: datetime) -> Pick | None:
    """What to begin with: the running talk, else the plan's next row, else what is due, in focus, wanted or new."""
    if found.talk:
        talk = found.talk
        where = at_second(talk.url, talk.seconds)
        return Pick(Offer("talk", talk.title, TALK_MINUTES, 0), f"it runs, day {len(talk.days)}", where, talk.resource)
    for plan in found.plans:
        if not plan.off and (offers := _row_offers(plan, now)):
            first = offers[0]
            late = any(f"row:{one.id}" == first.key for one in plan.late)
            return Pick(first, f"{plan.plan}, {'left open before ' if late else ''}day {plan.number}")
    if found.cards:
        return Pick(_review_offer(found), "they are due")
    for focus in found.focus:
        for work in focus.works:
            return Pick(
                Offer(f"read:{work.id}", work.title, READ_MINUTES, 0), f"in focus: {focus.place.title}", "", work.id
            )
    for plan in found.plans:
        if plan.ahead and not plan.off:
            why = f"{plan.plan}, ahead: day {plan.ahead.day_from}"
            return Pick(Offer(f"row:{plan.ahead.id}", plan.ahead.title, ROW_MINUTES, 0), why)
    for row, why in (*((one, "on the shortlist") for one in found.shortlist), *((one, "new") for one in found.new)):
        return Pick(Offer(f"read:{row.id}", row.title, row.minutes or READ_MINUTES, 0), why, row.url, row.id)
    return None


def _review_offer(found: Day) -> Offer:
    return Offer("reviews", f"{len(found.cards)} reviews", max(1, round(found.review_minutes)), 40)


def _row_offers(plan: PlanDay, now: datetime) -> list[Offer]:
    """Open rows, what was left open first; a row waits for those before it in its tracks."""
    out: list[Offer] = []
    last: dict[str, str] = {}
    open_rows = pressing((one for one in (*plan.late, *plan.rows) if not one.checked), now)
    for n, one in enumerate(open_rows):
        after = tuple(dict.fromkeys(last[track] for track in one.tracks or ("",) if track in last))
        out.append(Offer(f"row:{one.id}", one.title, ROW_MINUTES, 30 + len(open_rows) - n, after))
        last |= dict.fromkeys(one.tracks or ("",), out[-1].key)
    return out


def _offers(found: Day, now: datetime) -> list[Offer]:
    """Everything that could be done today, worth more the higher it stands on the screen."""
    out: list[Offer] = []
    if found.cards:
        out.append(_review_offer(found))
    if found.talk:
        out.append(Offer("talk", found.talk.title, TALK_MINUTES, 50))
    for plan in found.plans:
        out += [] if plan.off else _row_offers(plan, now)
    works = {work.id: work for focus in found.focus for work in focus.works}
    out += [Offer(f"read:{id_}", work.title, READ_MINUTES, 25) for id_, work in works.items()]
    for worth, some in ((20, found.shortlist), (10, found.new)):
        out += [
            Offer(f"read:{one.id}", one.title, one.minutes or READ_MINUTES, worth - n)
            for n, one in enumerate(some)
            if one.id not in works
        ]
    return out
