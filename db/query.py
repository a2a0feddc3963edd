"""A query as conditions on the table of resources, the same on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Select, String, and_, cast, false, func, not_, or_, select, true

from db.search import NUMBER, answers, at_least, expression, indexed
from db.store import Tx
from db.tables import (
    document,
    filing,
    filing_topic,
    link,
    node,
    note,
    resource,
    searchable,
    sighting,
    source,
    transcript,
)
from tracker.core.model import InboxState, PersonId
from tracker.core.query import All, Any_, Field, Not, Query, Words
from tracker.core.rules import meant_sources
from tracker.core.search import Wanted, wanted
from tracker.core.text import fold

Condition = ColumnElement[bool]
MANY = 20_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and in which zone a day begins."""

    tx: Tx
    person: PersonId
    zone: ZoneInfo
    about: Column[int] = resource.c.id  # the column that holds the resource's number where the words are asked
    kinds: tuple[str, ...] = ()  # where words may stand: in texts, notes, ...; () = anywhere


def part(asker: Asker, query: Query) -> Condition:
    """`query` as a condition on `resource`; words are looked up in the index."""
    match query:
        case All(parts):
            return and_(true(), *(part(asker, one) for one in parts))
        case Any_(parts):
            return or_(false(), *(part(asker, one) for one in parts))
        case Not(inner):
            return not_(part(asker, inner))
        case Words():
            return _says(asker, query)
        case Field():
            return _field(asker, query)


def split(query: All) -> tuple[list[tuple[Wanted, bool, bool]], list[Query]]:
    """Words that the index answers in one go (with title alone? unwanted?), and all the rest."""
    words: list[tuple[Wanted, bool, bool]] = []
    rest: list[Query] = []
    for one in query.parts:
        inner = one.part if isinstance(one, Not) else one
        if isinstance(inner, Words):
            words.append((wanted(inner.text, prefix=inner.prefix), inner.title, isinstance(one, Not)))
        elif isinstance(one, All):
            deeper, more = split(one)
            words, rest = words + deeper, rest + more
        else:
            rest.append(one)
    return words, rest


def narrow(asker: Asker, parts: Sequence[Query]) -> list[Condition]:
    """`parts` as conditions on `searchable`: the resource a hit is about must hold them; none for no parts."""
    if not parts:
        return []
    about = select(resource.c.id).where(resource.c.id == searchable.c.resource_id, resource.c.merged_into.is_(None))
    return [about.where(part(asker, All(tuple(parts)))).correlate(searchable).exists()]


def _says(asker: Asker, words: Words) -> Condition:
    """Hits that are not many are listed once; very many are looked up row by row, as a page needs few of them."""
    found = expression(asker.tx, [(wanted(words.text, prefix=words.prefix), words.title, False)])
    if not found:
        return true()
    kinds = (searchable.c.kind.in_(asker.kinds),) if asker.kinds else ()
    allowed = (mine(asker.person), searchable.c.resource_id.is_not(None), *kinds)
    if not words.prefix and at_least(asker.tx, found, MANY):  # a beginning is dear to look up
        here = select(searchable.c.id).where(searchable.c.resource_id == asker.about, *allowed)
        return here.where(answers(asker.tx, found)).correlate(asker.about.table).exists()
    hits = indexed(asker.tx, found).with_only_columns(searchable.c.resource_id).where(*allowed)
    return asker.about.in_(hits.order_by(NUMBER.desc()).limit(MANY) if words.typed else hits)


def mine(person: PersonId) -> Condition:
    """What a person may find: everybody's, and their own."""
    return or_(searchable.c.person_id.is_(None), searchable.c.person_id == person)


def _field(asker: Asker, one: Field) -> Condition:
    person, value = asker.person, one.value
    match one.name:
        case "topic":
            return _listed(filing_topic.c.resource_id, _mine(asker), filing_topic.c.node_id.in_(_nodes(asker, value)))
        case "source":
            return _seen().where(sighting.c.source_id.in_(_sources(asker, value))).exists()
        case "document":
            named = and_(_like(document.c.name, value), document.c.person_id == person)
            return _seen().join(document, document.c.id == sighting.c.document_id).where(named).exists()
        case "section":
            return _said(person).where(_like(cast(sighting.c.section, String), value)).exists()
        case "publisher":
            return _said(person).where(_like(sighting.c.publisher, value)).exists()
        case "site":
            below = f"%.{_escaped(value.lower())}"  # sites are kept in lower case: no row is folded to compare it
            return or_(resource.c.site == value.lower(), resource.c.site.like(below, escape="\\"))
        case "author":
            return _like(cast(resource.c.authors, String), value)
        case "lang":
            return resource.c.lang.ilike(f"{_escaped(value)}%", escape="\\")
        case "kind":
            return resource.c.kind == value
        case "state":
            return _stands(asker, value)
        case "link":
            return _link(value)
        case "has":
            return _has(asker, value)
        case "is":
            return _is(asker, value)
        case "minutes":
            return and_(resource.c.minutes > 0, _between(resource.c.minutes, one.low, one.high))
        case "id":
            return _between(resource.c.id, one.low, one.high)
        case "published":
            return _days(asker.zone, func.coalesce(resource.c.published_at, resource.c.first_seen_at), one)
        case "added":
            return _days(asker.zone, resource.c.first_seen_at, one)
    return true()  # in: is about kinds of hits, not about resources


def _said(person: PersonId) -> Select[tuple[int]]:
    """Mentions in a person's documents."""
    return _seen().join(document, document.c.id == sighting.c.document_id).where(document.c.person_id == person)


def _seen() -> Select[tuple[int]]:
    here = sighting.c.resource_id == resource.c.id
    return select(sighting.c.resource_id).where(here, sighting.c.gone_at.is_(None)).correlate(resource)


def _mine(asker: Asker) -> Condition:
    return filing_topic.c.person_id == asker.person


def _listed(column: Column[int], *conditions: Condition) -> Condition:
    """Those that a list names which is short beside the library: it is read once, not asked for each row."""
    return resource.c.id.in_(select(column).where(column.is_not(None), *conditions))


def _nodes(asker: Asker, words: str) -> Sequence[int]:
    """Topics meant by `words`: those of that title or alias, else those that hold it."""
    query = select(node.c.id, node.c.title, node.c.aliases).where(node.c.person_id == asker.person)
    known = [(row.id, [fold(name) for name in (row.title, *row.aliases)]) for row in asker.tx.execute(query)]
    meant = fold(words)
    return [id_ for id_, names in known if meant in names] or [
        id_ for id_, names in known if any(meant in name for name in names)
    ]


def _sources(asker: Asker, words: str) -> Sequence[int]:
    known = {row.name: row.id for row in asker.tx.execute(select(source.c.id, source.c.name).order_by(source.c.id))}
    return [known[name] for name in meant_sources(words, list(known))]


def _link(value: str) -> Condition:
    here = select(link.c.resource_id).where(link.c.resource_id == resource.c.id).correlate(resource)
    if value == "unchecked":
        return not_(here.where(link.c.verdict != "").exists())
    return here.where(link.c.verdict == value).exists()


def _has(asker: Asker, value: str) -> Condition:
    match value:
        case "text":
            return resource.c.has_text.is_(True)
        case "transcript":
            return _listed(transcript.c.resource_id)
        case "address":
            return resource.c.url != ""
        case "date":
            return resource.c.published_at.is_not(None)
        case "topic":
            return _listed(filing_topic.c.resource_id, _mine(asker))
    return _listed(note.c.resource_id, note.c.person_id == asker.person, note.c.gone_at.is_(None))


def _is(asker: Asker, value: str) -> Condition:
    match value:
        case "backlog":
            return _seen().where(sighting.c.backlog.is_(True)).exists()
        case "listed":
            return _said(asker.person).exists()
        case "starred":
            return _listed(filing.c.resource_id, filing.c.person_id == asker.person, filing.c.starred.is_(True))
    return _stands(asker, {"read": InboxState.DONE, "waiting": InboxState.INBOX}[value].value)


def _stands(asker: Asker, state: str) -> Condition:
    """Those in a state, listed once where they are not many; of very many a page needs few, so each row is asked."""
    here = select(filing.c.resource_id).where(filing.c.person_id == asker.person, filing.c.state == state)
    some = here.limit(MANY).subquery()
    if asker.tx.execute(select(func.count()).select_from(some)).scalar_one() < MANY:
        return resource.c.id.in_(here)
    return here.where(filing.c.resource_id == resource.c.id).correlate(resource).exists()


def _days(zone: ZoneInfo, column: ColumnElement[Any], one: Field) -> Condition:
    low, high = (datetime.combine(day, time(), zone) if isinstance(day, date) else None for day in (one.low, one.high))
    return _between(column, low, high)


def _between(column: ColumnElement[Any], low: object, high: object) -> Condition:
    found: list[Condition] = []
    if low is not None:
        found.append(column >= low)
    if high is not None:
        found.append(column < high)
    return and_(true(), *found)


def _like(column: ColumnElement[str], words: str) -> Condition:
    return column.ilike(f"%{_escaped(words)}%", escape="\\")


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
