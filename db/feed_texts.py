"""What a source itself gives of an entry beyond its teaser, packed.

The text of a work is that of the source which gave one first, and follows this source alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, delete, or_, select, update

from db import bulk
from db.store import Tx
from db.tables import feed_text, resource
from tracker.core.model import ResourceId, Source
from tracker.core.packing import unpack

CHUNK = 500
_COLUMNS = ("resource_id", "source_id", "html")
_OWNERS = select(feed_text.c.resource_id, feed_text.c.source_id).where(
    feed_text.c.resource_id.in_(bindparam("ids", expanding=True))
)
_EDIT = update(feed_text).where(feed_text.c.resource_id == bindparam("of")).values(html=bindparam("new_html"))
_DROP = delete(feed_text).where(feed_text.c.resource_id == bindparam("of"))


def keep(
    tx: Tx,
    source: Source,
    gives: Mapping[ResourceId, bytes],
    *,
    same: Collection[ResourceId],
    made: Collection[ResourceId],
) -> None:
    """Keep what `source` gives of resources now (b"" = a teaser alone).

    Those that are the `same` as before get their text only when older versions kept them without one; what was `made`
    in this transaction has none yet.
    """
    owners = _owners(tx, [id_ for id_ in gives if id_ not in made])
    new = ((id_, source.id, html) for id_, html in gives.items() if html and id_ not in owners)
    bulk.insert(tx, feed_text, _COLUMNS, new)
    mine = {id_: html for id_, html in gives.items() if owners.get(id_) == source.id and id_ not in same}
    if edited := [{"of": id_, "new_html": html} for id_, html in mine.items() if html]:
        tx.execute(_EDIT, edited)
    if bare := [{"of": id_} for id_, html in mine.items() if not html]:
        tx.execute(_DROP, bare)


def _owners(tx: Tx, ids: list[ResourceId]) -> dict[int, int]:
    """Which source's text is kept of these resources."""
    out: dict[int, int] = {}
    for start in range(0, len(ids), CHUNK):
        rows = tx.execute(_OWNERS, {"ids": ids[start : start + CHUNK]})
        out |= {row.resource_id: row.source_id for row in rows}
    return out


def of(tx: Tx, id_: ResourceId) -> str:
    """What a source gave of this resource, or of one that was merged into it, beyond its teaser: sanitised HTML."""
    same = or_(resource.c.id == id_, resource.c.merged_into == id_)
    query = select(feed_text.c.html).join(resource).where(same).order_by(resource.c.id != id_, resource.c.id).limit(1)
    found = tx.execute(query).scalar()
    return unpack(found) if found else ""
