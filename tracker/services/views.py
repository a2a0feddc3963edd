"""Saved views: questions to the library a person keeps under a name. Keeping and dropping one can be undone."""

from __future__ import annotations

from datetime import date, datetime

from db import library as rows
from db.store import Store
from tracker.core.errors import NotFound, UsageError, nearest
from tracker.core.inbox import Done
from tracker.core.model import PersonId
from tracker.core.query import parse
from tracker.core.text import clean_line
from tracker.services.actions import deciding

LONGEST = 60  # characters of a name


def views(store: Store, person: PersonId) -> list[tuple[str, str]]:
    """Name and query of each, in the order they were made."""
    with store.read() as tx:
        return rows.views(tx, person)


def keep(store: Store, person: PersonId, name: str, query: str, *, today: date, now: datetime, made_by: str) -> Done:
    """Keep `query` under `name`; one called so already gets the new query.

    Raises UsageError for an empty name or query, QueryError for one that cannot be read.
    """
    name, query = clean_line(name, LONGEST), clean_line(query, 1000)
    if not name or not query:
        raise UsageError("a view needs a name and a query", "Narrow the library first, then keep the view")
    parse(query, today)
    with deciding(store, person, "view", f"kept the view '{name}'", now=now, made_by=made_by) as changes:
        rows.keep_view(changes, person, name, query)
    return changes.done


def drop(store: Store, person: PersonId, name: str, *, now: datetime, made_by: str) -> Done:
    """Forget a view. Raises NotFound."""
    with deciding(store, person, "unview", f"dropped the view '{name}'", now=now, made_by=made_by) as changes:
        if not rows.drop_view(changes, person, name):
            known = [one for one, _ in rows.views(changes.tx, person)]
            raise NotFound("view", name, "the library shows them", nearest(name, known))
    return changes.done
