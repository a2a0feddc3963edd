"""The library: resources with everything known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from db import feed_texts
from db import library as pages
from db import query as conditions
from db import resources as rows
from db.store import Store
from tracker.core.errors import NotFound, UsageError, nearest
from tracker.core.inbox import Cursor, Page, Row
from tracker.core.model import InboxState, PersonId, Resource, ResourceId, ResourceKind
from tracker.core.query import EVERYTHING, All, Field
from tracker.services import search

UTC = ZoneInfo("UTC")


def resource(store: Store, person: PersonId, id_: ResourceId) -> Resource:
    """One resource, with the whole text its source gave. Raises NotFound."""
    with store.read() as tx:
        found = rows.by_ids(tx, person, [id_])
        if not found:
            raise NotFound("resource", str(id_), "tracker resources")
        return replace(found[0], content=feed_texts.of(tx, found[0].id))


def resources_by_id(store: Store, person: PersonId, ids: Sequence[ResourceId]) -> list[Resource]:
    """These resources, in this order; unknown ids are left out."""
    with store.read() as tx:
        return rows.by_ids(tx, person, ids)


def resources(
    store: Store,
    person: PersonId,
    *,
    topic: str = "",
    source: str = "",
    document: str = "",
    kind: str = "",
    state: str = "",
    asked: All = EVERYTHING,
    zone: ZoneInfo = UTC,
    limit: int = 0,
) -> list[Resource]:
    """The library in the order things came in, narrowed by what is given. Raises UsageError for an unknown kind or state."""
    _known("kind", kind, [k.value for k in ResourceKind])
    _known("state", state, [s.value for s in InboxState])
    if asked != EVERYTHING:
        search.catch_up(store)
    with store.read() as tx:
        narrow = [conditions.part(conditions.Asker(tx, person, zone), asked)] if asked != EVERYTHING else []
        ids = rows.ids_where(
            tx, person, topic=topic, source_name=source, document_name=document, kind=kind, state=state,
            narrow=narrow, limit=limit,
        )  # fmt: skip
        return rows.by_ids(tx, person, ids)


def _known(what: str, word: str, words: Sequence[str]) -> None:
    if word and word not in words:
        near = nearest(word, words)
        raise UsageError(f"no {what} '{word}'", f"Did you mean '{near}'?" if near else f"There are {', '.join(words)}")


def is_about_words(asked: All) -> bool:
    """Whether a question is for the search (words, kinds of hits); else it is a condition on the list."""
    words, rest = conditions.split(asked)
    return any(one.words and not unwanted for one, _, unwanted in words) or any(
        isinstance(one, Field) and one.name == "in" for one in rest
    )


def page(
    store: Store, person: PersonId, *, asked: All = EVERYTHING, zone: ZoneInfo = UTC, after: Cursor | None = None,
    limit: int = 100,
) -> Page:  # fmt: skip
    """One page of the whole library, what came last first. Pages are cut by key: what comes in moves no row."""
    if asked != EVERYTHING:
        search.catch_up(store)
    with store.read() as tx:
        narrow = [conditions.part(conditions.Asker(tx, person, zone), asked)] if asked != EVERYTHING else []
        return pages.page(tx, person, narrow, after=after, limit=limit)


def lines(store: Store, person: PersonId, ids: Sequence[ResourceId]) -> dict[ResourceId, Row]:
    """Lines of a list for these resources; unknown ids are left out."""
    with store.read() as tx:
        return pages.by_ids(tx, person, ids)
