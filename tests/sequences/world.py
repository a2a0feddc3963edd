"""A small library to decide about, and a picture of everything a database says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from db import arrivals
from db import sources as source_rows
from db.people import everybody
from db.store import Store
from db.tables import metadata
from tracker.core.arrival import arrivals as arriving
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import Entry, Harvest, Source
from tracker.documents import reader_for
from tracker.services import actions
from tracker.services.documents import import_document

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
NOT_DECIDED = ("action", "meta", "searchable", "search_dirty")  # the journal itself, counters, the index

LIST = """# Papers
## KV cache
- [QLoRA: Efficient Finetuning](https://openreview.net/pdf?id=OUIFPHEgJU) - the paper
- [Paged attention](https://arxiv.org/abs/2309.06180) - blocks of a cache
## Retrieval
- [QLoRA](https://arxiv.org/abs/2305.14314v2) - at arXiv
- [Late chunking](https://a.example/late) - 检索
"""
CASES = Path(__file__).parents[1] / "cases" / "documents"
TITLES = (
    "KV cache reuse",
    "Prefix cache 前缀缓存",
    "Diffusion at scale",
    "Vector search",
    "An ad",
    "Late chunking, late",
)


def furnish(store: Store) -> None:
    """Four documents, two sources with items that wait, a merge that is offered."""
    texts = {name: (CASES / name).read_text("utf-8") for name in ("roadmap.md", "journal.md", "plan.md")}
    for name, text in {"papers.md": LIST, **texts}.items():
        import_document(store, ME, reader_for(text, name).read(text, name), now=NOW)
    listed = [Source("arXiv", "https://export.example/feed"), Source("Blog", "https://blog.example/feed")]
    with store.write() as tx:
        source_rows.sync(tx, listed, NOW)
        for one in source_rows.watched(tx):
            entries = tuple(
                Entry(f"{one.name}{n}", f"https://{one.name.lower()}.example/{n}", title, published=NOW - timedelta(n))
                for n, title in enumerate(TITLES)
            )
            found = arriving(one, Harvest(entries=entries), NOW)
            arrivals.arrive(tx, one, found, most=len(TITLES) - 1, now=NOW, people=everybody(tx))


def picture(store: Store) -> dict[str, list[str]]:
    """Every row of every table a decision may change.

    A note taken out stays as a row that is gone (its file may have to lose it yet): it counts as not there.
    """
    with store.read() as tx:
        return {
            table.name: sorted(str(tuple(row)) for row in tx.execute(select(table)) if not _is_gone(table.name, row))
            for table in metadata.sorted_tables
            if table.name not in NOT_DECIDED
        }


def _is_gone(table: str, row: Any) -> bool:
    return table == "note" and row.gone_at is not None


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    """Rows that are in one picture alone, marked - and +; nothing when both are alike."""
    out = {}
    for name, rows in before.items():
        gone, came = set(rows) - set(after[name]), set(after[name]) - set(rows)
        if gone or came:
            out[name] = [*(f"- {row}" for row in sorted(gone)), *(f"+ {row}" for row in sorted(came))]
    return out


def undo_all(store: Store, now: datetime) -> int:
    """Take back everything; how many steps that were."""
    count = 0
    while actions.undo(store, ME, now) is not None:
        count += 1
    return count


def redo_all(store: Store, now: datetime) -> int:
    """Do everything again; how many steps that were."""
    count = 0
    while actions.redo(store, ME, now) is not None:
        count += 1
    return count
