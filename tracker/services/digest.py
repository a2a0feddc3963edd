"""Choose and group what a period brought, and write it in a form. All as it stood when the period ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from db import digest as rows
from db import inbox as filings
from db import nodes, plans
from db import settings as kept
from db.resources import by_ids
from db.store import Store, Tx
from tracker.core import digest as core
from tracker.core.actions import Change
from tracker.core.choices import Choices, counts
from tracker.core.digest import JOURNAL, Changed, Digest, LinkNews, Noted, Period, Progress, Reviews
from tracker.core.inbox import Step
from tracker.core.model import InboxState, PersonId, Resource, ResourceId
from tracker.core.past import Acted, fields_then, settings_then, standings_then, way_back
from tracker.core.plan import JournalEntry, PlanNode
from tracker.core.progress import tallies
from tracker.core.standing import rests
from tracker.services.schedule import choices_in, pace_in, tracks_in
from tracker.services.templates import found_templates

FIELDS = {"checked": "checked", "level": "level", "remark": "remark", "state": "set_state", "wake_at": "wake"}
LEARNED_FROM = ("plan", "roadmap")  # kinds of documents whose places one works through


@dataclass(frozen=True, slots=True)
class _Era:
    """A period in one transaction: its moments, and the ways back to them."""

    tx: Tx
    person: PersonId
    period: Period
    start: datetime
    end: datetime
    decisions: Sequence[Acted]

    @property
    def way(self) -> tuple[Change, ...]:
        """From now back to the end of the period."""
        return way_back(self.decisions, self.end)


def make(store: Store, person: PersonId, period: Period, zone: ZoneInfo) -> Digest:
    """The digest of a period of days in `zone`; any past period can be made again."""
    start = datetime.combine(period.first, time(), tzinfo=zone)
    end = datetime.combine(period.last + timedelta(days=1), time(), tzinfo=zone)
    with store.read() as tx:
        era = _Era(tx, person, period, start, end, rows.acted(tx, person, start))
        then = _places(era, era.way)
        names = {name: title or name for name, kind, title in plans.documents(tx, person) if kind in LEARNED_FROM}
        known = [one for one in then if one.document in names]
        notes = [_noted(kind, one) for kind, one in rows.notes(tx, person, period.first, period.last)]
        came, imported = core.without_imports(_as_then(era, rows.came(tx, person, start, end)))
        new, more_new = core.first_of(core.by_topic(came), core.LISTED)
        decided, more_decided = core.first_of(core.by_state(_decided(era)), core.LISTED)
        return Digest(
            period,
            new=new,
            imported=imported,
            decided=decided,
            more_new=more_new,
            more_decided=more_decided,
            waiting=_waiting(era),
            troubles=tuple(rows.failing_sources(tx, end)),
            noted=tuple(one for one in notes if one.kind == JOURNAL),
            cards=tuple(one for one in notes if one.kind != JOURNAL),
            links=_links(era),
            changed=_changed(era, then),
            transcripts=tuple(_as_then(era, rows.transcribed(tx, start, end))),
            progress=_progress(era, known, names),
            reviews=_reviews(era),
            shortlist=tuple(_shortlist(era)),
            opens=core.open_places(_going_on(era, known), names, _dates(era)),
        )


def _as_then(era: _Era, ids: Sequence[ResourceId]) -> list[Resource]:
    """These resources as they stood at the end of the period, in this order, each once."""
    known = {one.id: one for one in by_ids(era.tx, era.person, list(dict.fromkeys(ids)))}
    stood = standings_then(filings.standings(era.tx, era.person, list(known)), era.way)
    titles = nodes.by_ids(era.tx, {topic for one in stood.values() for topic in one.topics})
    out = []
    for id_, one in known.items():
        topics = [title for title in one.topics if title in {titles.get(topic) for topic in stood[id_].topics}]
        topics += sorted(
            titles[topic] for topic in stood[id_].topics if topic in titles and titles[topic] not in topics
        )
        out.append(
            replace(one, state=stood[id_].state, starred=stood[id_].starred, topics=tuple(dict.fromkeys(topics)))
        )
    return out


def _touched(era: _Era) -> list[ResourceId]:
    return list(dict.fromkeys(step.resource for step in era.way if isinstance(step, Step)))


def _decided(era: _Era) -> Iterable[Resource]:
    """What was decided in the period and stood so at its end, in the order of the decisions."""
    ids = list(dict.fromkeys([*rows.decided_since(era.tx, era.person, era.start), *_touched(era)]))
    stood = standings_then(filings.standings(era.tx, era.person, ids), era.way)
    ours = [
        (one.decided_at, id_)
        for id_, one in stood.items()
        if one.state is not InboxState.INBOX and one.decided_at and era.start <= one.decided_at < era.end
    ]
    return _as_then(era, [id_ for _, id_ in sorted(ours)])


def _waiting(era: _Era) -> int:
    """How many waited at the end: those that wait now, without those put back since, with those decided since."""
    ids = [one.id for one in by_ids(era.tx, era.person, _touched(era)) if one.first_seen and one.first_seen < era.end]
    now = filings.standings(era.tx, era.person, ids)
    then = standings_then(now, era.way)
    inbox = InboxState.INBOX
    moved = sum((then[id_].state is inbox) - (now[id_].state is inbox) for id_ in ids)
    return rows.waiting(era.tx, era.person, era.end) + moved


def _shortlist(era: _Era) -> Iterable[Resource]:
    ids = sorted({*rows.shortlisted(era.tx, era.person), *_touched(era)})
    return (one for one in _as_then(era, ids) if one.state is InboxState.SHORTLIST)


def _noted(kind: str, one: JournalEntry) -> Noted:
    return Noted(one.day, kind, one.title, one.part, one.url, one.start_seconds, core.quotes_of(one.body))


def _links(era: _Era) -> tuple[LinkNews, ...]:
    found = {id_: (before, told, url, to) for id_, before, told, url, to in rows.looks(era.tx, era.start, era.end)}
    titles = {one.id: one.title for one in by_ids(era.tx, era.person, list(found))}
    news = []
    for id_, (before, told, url, to) in found.items():
        if verdict := core.link_news(told, before):
            news.append(LinkNews(titles[id_], url, verdict, to if to != url else ""))
    return tuple(news)


def _changed(era: _Era, then: Sequence[PlanNode]) -> tuple[Changed, ...]:
    learned = core.finished_topics(then)
    out = []
    for id_, title, topics in rows.changes_of_pages(era.tx, era.start, era.end):
        for one in _as_then(era, [id_]):
            out.append(Changed(replace(one, title=title), core.touched((*topics, *one.topics), learned)))
    return tuple(out)


def _places(era: _Era, way: Iterable[Change]) -> list[PlanNode]:
    """The places of all plans as they stood, in their order."""
    other = fields_then("node", way)
    return [replace(one, **_said(other.get(one.id, {}))) for one in plans.nodes(era.tx, era.person)]


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a place out of those of its row, as the history keeps them."""
    out = {FIELDS[name]: value for name, value in fields.items() if name in FIELDS}
    return out | ({"wake": datetime.fromisoformat(out["wake"])} if out.get("wake") else {})


def _going_on(era: _Era, then: Sequence[PlanNode]) -> list[PlanNode]:
    """Places that were part of the work then: of the tracks followed, as chosen, and not left alone."""
    set_ = _set(era)
    return [one for one in then if counts(one, *set_.get(one.document, ((), {}))) and not rests(one, era.end)]


def _progress(era: _Era, then: Sequence[PlanNode], names: dict[str, str]) -> tuple[Progress, ...]:
    """By the tracks followed and the rows chosen at the end of the period."""
    set_ = _set(era)
    before = _places(era, way_back(era.decisions, era.start))
    told = []
    for document, title in names.items():
        begun, ended = (
            tallies([one for one in places if one.document == document], *set_.get(document, ((), {})), at)[0]
            for places, at in ((before, era.start), (then, era.end))
        )
        told.append(core.progress_of(title, begun, ended))
    return tuple(one for one in told if one is not None)


def _set(era: _Era) -> dict[str, tuple[tuple[str, ...], Choices]]:
    """The tracks one followed and the rows one chose at the end of the period, by document."""
    values = settings_then(kept.of_plans(era.tx, era.person), era.way)
    return {name: (tracks_in(mine), choices_in(mine)) for name, mine in values.items()}


def _dates(era: _Era) -> Callable[[str, int], date | None]:
    """The date of a day of a plan, as the plans were set at the end of the period."""
    then = settings_then(kept.of_plans(era.tx, era.person), era.way)

    def date_of(document: str, number: int) -> date | None:
        pace = pace_in(then, document)
        return pace.day(number) if pace and number > 0 else None

    return date_of


def _reviews(era: _Era) -> Reviews | None:
    span = era.end - era.start
    grades = rows.grades(era.tx, era.person, era.start, era.end)
    due = sum(at < era.end + span for at in rows.due_dates(era.tx, era.person, era.end))
    return Reviews(grades, due) if grades or due else None


def render(made: Digest, form: str, language: str, home: Path, *, wiki: bool = False) -> str:
    """The digest in a form, with the person's own templates where there are some. Raises ConfigError."""
    from tracker.formats import digest as forms

    templates, places = found_templates(home, forms.TEMPLATES)
    return forms.render(made, form, language, templates, places, wiki=wiki)
