"""Pages of the whole library, newest first, cut by key; and the views a person keeps of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_

from db.actions import Changes
from db.inbox import COLUMNS, dressed
from db.store import Tx
from db.tables import filing, link, resource, saved_view
from tracker.core.inbox import Cursor, Page, Row
from tracker.core.model import PersonId, ResourceId


def page(
    tx: Tx, person: PersonId, narrow: Sequence[ColumnElement[bool]], *, after: Cursor | None = None, limit: int = 100
) -> Page:
    """Resources that hold `narrow`, what came last first; a state nobody decided is the inbox."""
    query = _rows(tx, person).where(resource.c.merged_into.is_(None), *narrow)
    if after is not None:
        mark = tuple_(literal(after.sort_at, resource.c.first_seen_at.type), literal(after.id))
        query = query.where(tuple_(resource.c.first_seen_at, resource.c.id) < mark)
    order = (resource.c.first_seen_at.desc(), resource.c.id.desc())
    found = list(tx.execute(query.order_by(*order).limit(limit + 1)))
    items = dressed(tx, person, found[:limit])
    last = items[-1] if len(found) > limit else None
    return Page(items, Cursor(last.first_seen, last.id) if last else None)


def by_ids(tx: Tx, person: PersonId, ids: Sequence[ResourceId]) -> dict[ResourceId, Row]:
    """Lines of these resources."""
    found = dressed(tx, person, list(tx.execute(_rows(tx, person).where(resource.c.id.in_(ids)))))
    return {row.id: row for row in found}


def _rows(tx: Tx, person: PersonId) -> Select[tuple[object, ...]]:
    mine = and_(filing.c.resource_id == resource.c.id, filing.c.person_id == person)
    joined = resource.outerjoin(filing, mine).outerjoin(link, link.c.resource_id == resource.c.id)
    given = {
        "state": func.coalesce(filing.c.state, "inbox"), "starred": func.coalesce(filing.c.starred, literal(False)),
        "sort_at": func.coalesce(filing.c.sort_at, resource.c.first_seen_at), "why": func.coalesce(filing.c.why, ""),
    }  # fmt: skip
    columns = [given[one.name].label(one.name) if one.table is filing and one.name in given else one for one in COLUMNS]
    return select(*columns).select_from(joined)


# ---- saved views -----------------------------------------------------------------------------------------------------


def views(tx: Tx, person: PersonId) -> list[tuple[str, str]]:
    """Name and query of each saved view, in their order."""
    query = select(saved_view).where(saved_view.c.person_id == person)
    return [(row.name, row.query) for row in tx.execute(query.order_by(saved_view.c.position, saved_view.c.name))]


def keep_view(changes: Changes, person: PersonId, name: str, query: str) -> bool:
    """Keep a view under a name, in the place of one called so; a new one stands last. False: it is there already."""
    key = {"person_id": person, "name": name}
    known = dict(views(changes.tx, person))
    if name in known:
        return changes.update(saved_view, key, query=query)
    last = select(func.coalesce(func.max(saved_view.c.position), 0)).where(saved_view.c.person_id == person)
    changes.insert(saved_view, **key, query=query, position=changes.tx.execute(last).scalar_one() + 1)
    return True


def drop_view(changes: Changes, person: PersonId, name: str) -> bool:
    """Forget a view; False when there is none of that name."""
    return changes.delete(saved_view, {"person_id": person, "name": name})
