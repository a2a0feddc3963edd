"""Works without an address, or with that of a front page, and what is proposed for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from db import links
from db.actions import Changes
from db.store import Tx
from db.tables import document, filing, filing_topic, node_resource, proposal, resource, sighting
from tracker.core.html import host_of
from tracker.core.model import PersonId, ResourceId, ResourceKind
from tracker.core.text import guess_language
from tracker.core.urls import canonical, work_id

PAPER, BESIDE, PAGE = "paper", "beside", "page"  # an address for a work; a work beside it; a better page
FOUND = (PAPER, BESIDE, PAGE)


def unaddressed(tx: Tx) -> list[ResourceId]:
    """Papers that are only named."""
    query = select(resource.c.id).where(
        resource.c.kind == ResourceKind.PAPER.value,
        resource.c.canonical_url.is_(None),
        resource.c.merged_into.is_(None),
    )
    return [ResourceId(row[0]) for row in tx.execute(query.order_by(resource.c.id))]


def on_days(tx: Tx, person: PersonId) -> list[ResourceId]:
    """Works with an address that stand on a day of a plan: there a page is meant, not a site."""
    query = (
        select(resource.c.id)
        .join(sighting, sighting.c.resource_id == resource.c.id)
        .join(document, document.c.id == sighting.c.document_id)
        .where(document.c.person_id == person, sighting.c.gone_at.is_(None), sighting.c.day_from.is_not(None))
        .where(resource.c.canonical_url.is_not(None), resource.c.merged_into.is_(None))
    )
    return [ResourceId(row[0]) for row in tx.execute(query.distinct().order_by(resource.c.id))]


def addressed(tx: Tx, hosts: Collection[str]) -> list[tuple[str, str]]:
    """Address and title of everything at these hosts that has both."""
    query = select(resource.c.url, resource.c.title).where(
        resource.c.canonical_url.is_not(None), resource.c.merged_into.is_(None), resource.c.title != ""
    )
    return [(url, title) for url, title in tx.execute(query.order_by(resource.c.id)) if host_of(url) in hosts]


def answered(tx: Tx) -> set[tuple[int, str]]:
    """Works and the names they were found by, where a person has said yes or no."""
    query = select(proposal.c.resource_id, proposal.c.subject)
    query = query.where(proposal.c.kind.in_((PAPER, BESIDE)), proposal.c.state.in_(("taken", "declined")))
    return {(id_, subject) for id_, subject in tx.execute(query)}


def close_rivals(changes: Changes, row: Any, state: str, now: datetime) -> None:
    """Other candidates for what a proposal was about: one was taken."""
    rivals = select(proposal.c.id).where(
        proposal.c.resource_id == row.resource_id, proposal.c.kind == row.kind, proposal.c.subject == row.subject,
        proposal.c.state == "open", proposal.c.id != row.id,
    )  # fmt: skip
    for (id_,) in changes.tx.execute(rivals).all():
        changes.update(proposal, id_, state=state, decided_at=now)


def add_beside(changes: Changes, person: PersonId, beside: int, title: str, url: str, now: datetime) -> int:
    """A work with its address where another one stands: known already or new, filed and tied as that one is."""
    id_ = links.holder(changes.tx, url)
    if id_ is None:
        values = {
            "canonical_url": canonical(url), "url": url, "work": work_id(url) or None, "title": title,
            "kind": ResourceKind.PAPER.value, "site": host_of(url), "lang": guess_language(title), "first_seen_at": now,
        }  # fmt: skip
        id_ = int(changes.insert(resource, **values)["id"])
    for table in (filing, filing_topic, node_resource):
        _as_that_one(changes, table, person, beside, id_)
    return id_


def _as_that_one(changes: Changes, table: Table, person: PersonId, beside: int, id_: int) -> None:
    """Rows about `beside`, made for `id_` too where it has none."""
    mine = [table.c.person_id == person] if "person_id" in table.c else []
    for row in changes.tx.execute(select(table).where(table.c.resource_id == beside, *mine)).all():
        key = {column.name: getattr(row, column.name) for column in table.primary_key} | {"resource_id": id_}
        same = [table.c[name] == value for name, value in key.items()]
        if changes.tx.execute(select(table.c.resource_id).where(*same)).first() is None:
            changes.insert(table, **dict(row._mapping) | {"resource_id": id_})
