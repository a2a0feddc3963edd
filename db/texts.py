"""Readable texts: which are to be fetched, how each stands, and every version that was kept.

Row 0 of a resource says how its text stands (asked when, what came, when again); rows from 1 on are versions, the
highest the newest. A text that is being fetched is leased by its own next try: moved ahead a little, so that nobody
else takes it, and due again by itself when the process dies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from db.store import Tx
from db.tables import content, filing, note, resource, sighting, source
from tracker.core.article import FAR, LEASE, Article, Standing
from tracker.core.model import InboxState, ResourceId, ResourceKind
from tracker.core.packing import pack, unpack

_UNREAD = (ResourceKind.VIDEO.value, ResourceKind.PODCAST.value)  # their words are transcripts


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource whose text is to be fetched. `select` is the CSS its source gives for the main text."""

    id: ResourceId
    url: str
    title: str
    standing: Standing
    select: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One kept text."""

    number: int
    fetched_at: datetime
    article: Article
    url: str
    sha256: str


# ---- what is to be fetched -------------------------------------------------------------------------------------------


def due(tx: Tx, automatic: str, now: datetime, limit: int, only: ResourceId | None = None) -> list[Wanted]:
    """What to fetch next, of what `automatic` (nothing, wanted, all) asks for: never asked first, then newest first.

    `only` asks of one resource whether it is due.
    """
    query = _due(tx, automatic, now).order_by(
        func.coalesce(content.c.tries, 0), content.c.id.is_not(None), resource.c.id.desc()
    )
    if only is not None:
        query = query.where(resource.c.id == only)
    rows = list(tx.execute(query.limit(limit)))
    selects = _selects(tx, [row.id for row in rows])
    return [Wanted(ResourceId(r.id), r.url, r.title, _standing(r), selects.get(r.id, "")) for r in rows]


def count_due(tx: Tx, automatic: str, now: datetime) -> int:
    """How many texts `due` would name without a limit."""
    return int(tx.execute(select(func.count()).select_from(_due(tx, automatic, now).subquery())).scalar_one())


def wanted(tx: Tx, id_: ResourceId) -> Wanted | None:
    """A resource as `due` would name it, whether it is due or not; None when it is unknown or has no address."""
    row = tx.execute(_resources().where(resource.c.id == id_, resource.c.url != "")).first()
    if row is None:
        return None
    return Wanted(id_, row.url, row.title, _standing(row), _selects(tx, [id_]).get(id_, ""))


def _resources() -> Select[Any]:
    joined = resource.outerjoin(content, and_(content.c.resource_id == resource.c.id, content.c.version == 0))
    return select(
        resource.c.id, resource.c.url, resource.c.title, resource.c.has_text, content.c.outcome, content.c.why,
        content.c.fetched_at, content.c.next_try, content.c.tries,
    ).select_from(joined)  # fmt: skip


def _due(tx: Tx, automatic: str, now: datetime) -> Select[Any]:
    its_time = or_(
        and_(content.c.id.is_(None), resource.c.has_text.is_(False)),
        content.c.next_try <= now,
        content.c.next_try > now + FAR,
    )
    return _resources().where(
        its_time,
        resource.c.merged_into.is_(None),
        resource.c.canonical_url.is_not(None),
        resource.c.url != "",
        resource.c.kind.not_in(_UNREAD),
        _asked_for(tx, automatic),
    )


def _asked_for(tx: Tx, automatic: str) -> ColumnElement[bool]:
    if automatic != "wanted":
        return true() if automatic == "all" else false()
    kept = select(filing.c.resource_id).where(or_(filing.c.state == InboxState.FILED.value, filing.c.starred.is_(True)))
    noted = select(note.c.resource_id).where(note.c.resource_id.is_not(None), note.c.gone_at.is_(None))
    which = [resource.c.id.in_(kept), resource.c.id.in_(noted)]
    if names := [id_ for id_, options in _options(tx) if options.get("texts") is True]:
        brought = select(sighting.c.resource_id).where(sighting.c.source_id.in_(names), sighting.c.gone_at.is_(None))
        which.append(resource.c.id.in_(brought))
    return or_(*which)


def _options(tx: Tx) -> list[tuple[int, Mapping[str, Any]]]:
    query = select(source.c.id, source.c.options).where(source.c.removed_at.is_(None), source.c.enabled.is_(True))
    return [(row.id, row.options or {}) for row in tx.execute(query)]


def _selects(tx: Tx, ids: Sequence[int]) -> dict[int, str]:
    """CSS of the main text, for the resources that come from a source which gives one."""
    given = {id_: css for id_, options in _options(tx) if (css := select_of(options))}
    if not given:
        return {}
    query = select(sighting.c.resource_id, sighting.c.source_id).where(
        sighting.c.resource_id.in_(ids), sighting.c.source_id.in_(list(given)), sighting.c.gone_at.is_(None)
    )
    return {row.resource_id: given[row.source_id] for row in tx.execute(query.order_by(sighting.c.id.desc()))}


def select_of(options: Mapping[str, Any]) -> str:
    """The CSS a source gives for the text of its items: `select: CSS`, or `text:` among the parts of a list page."""
    given = options.get("select")
    found = given.get("text") if isinstance(given, Mapping) else given
    return found if isinstance(found, str) else ""


def asked_since(tx: Tx, since: datetime, now: datetime) -> int:
    """How many texts were asked for between two times."""
    query = select(func.count()).where(
        content.c.version == 0, content.c.fetched_at > since, content.c.fetched_at <= now
    )
    return int(tx.execute(query).scalar_one())


# ---- how one stands --------------------------------------------------------------------------------------------------


def lease(tx: Tx, one: Wanted, now: datetime) -> bool:
    """Take a text for a while; False when another process took it since `one` was read."""
    row = {"fetched_at": now, "next_try": now + LEASE}
    if one.standing.asked_at is None:
        insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
        made = insert(content).values(resource_id=one.id, version=0, **row).on_conflict_do_nothing()
        return tx.execute(made.returning(content.c.id)).first() is not None
    old = one.standing.next_try
    same = content.c.next_try.is_(None) if old is None else content.c.next_try == old
    query = update(content).where(content.c.resource_id == one.id, content.c.version == 0, same)
    return bool(tx.execute(query.values(row)).rowcount)


def standing(tx: Tx, id_: ResourceId) -> Standing:
    """How the text of a resource stands."""
    row = tx.execute(_resources().where(resource.c.id == id_)).first()
    newest = tx.execute(select(func.max(content.c.version)).where(content.c.resource_id == id_)).scalar()
    found = _standing(row) if row is not None else Standing()
    return Standing(found.outcome, found.why, found.asked_at, found.next_try, found.tries, newest or 0)


def settle(tx: Tx, id_: ResourceId, now: Standing) -> None:
    """Write how the text of a resource stands; gives a lease back."""
    row = {
        "outcome": now.outcome, "why": now.why, "fetched_at": now.asked_at, "next_try": now.next_try,
        "tries": now.tries,
    }  # fmt: skip
    known = update(content).where(content.c.resource_id == id_, content.c.version == 0)
    if not tx.execute(known.values(row)).rowcount:
        tx.execute(content.insert().values(resource_id=id_, version=0, **row))


def _standing(row: Any) -> Standing:
    return Standing(row.outcome or "", row.why or "", row.fetched_at, row.next_try, row.tries or 0)


def counts(tx: Tx) -> dict[str, int]:
    """How many resources stand in which outcome."""
    query = select(content.c.outcome, func.count()).where(content.c.version == 0).group_by(content.c.outcome)
    return {row[0]: row[1] for row in tx.execute(query) if row[0]}


def count_kept(tx: Tx) -> int:
    """How many resources have a text."""
    return int(tx.execute(select(func.count()).where(content.c.version == 1)).scalar_one())


# ---- versions --------------------------------------------------------------------------------------------------------


def newest(tx: Tx, id_: ResourceId) -> Version | None:
    """The text of a resource as it was fetched last."""
    query = select(content).where(content.c.resource_id == id_, content.c.version > 0)
    row = tx.execute(query.order_by(content.c.version.desc()).limit(1)).first()
    return None if row is None else _version(row)


def versions(tx: Tx, id_: ResourceId) -> list[Version]:
    """Every version of a text, oldest first."""
    query = select(content).where(content.c.resource_id == id_, content.c.version > 0)
    return [_version(row) for row in tx.execute(query.order_by(content.c.version))]


def keep(tx: Tx, id_: ResourceId, number: int, new: Article, url: str, now: datetime) -> None:
    """Add a version, and fill what the library did not know of the resource; what it knows is never changed."""
    tx.execute(
        content.insert().values(
            resource_id=id_, version=number, fetched_at=now, url=url, title=new.title, authors=list(new.authors),
            lang=new.lang, published_at=new.published, outcome=new.outcome, why=new.why, words=new.words,
            minutes=new.minutes, sha256=new.sha256, text=pack(new.text), markdown=pack(new.markdown),
        )
    )  # fmt: skip
    row = tx.execute(select(resource).where(resource.c.id == id_)).one()
    known: dict[str, Any] = {"has_text": True}
    if new.title and row.title in ("", row.url):
        known["title"] = new.title
    for name, value in (("minutes", new.minutes), ("lang", new.lang), ("authors", list(new.authors))):
        if value and not getattr(row, name):
            known[name] = value
    if new.published and row.published_at is None and new.published < now + timedelta(days=1):
        known["published_at"] = new.published
    tx.execute(update(resource).where(resource.c.id == id_).values(known))


def _version(row: Any) -> Version:
    article = Article(
        row.outcome, row.why, row.title, tuple(row.authors), row.published_at, row.lang, "", unpack(row.text),
        unpack(row.markdown), row.words, row.minutes, partial=bool(row.why),
    )  # fmt: skip
    return Version(row.version, row.fetched_at, article, row.url, row.sha256)
