"""Forgetting: only what is done with, old and kept by nobody; it never comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from db import arrivals, sources
from db.store import Store
from tracker.core.arrival import arrivals as arrivals_of
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import Entry, Harvest, Source
from tracker.services import inbox, library, retention
from tracker.services.topics import add_topic

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=100)


def bring(store: Store, count: int = 7) -> list[int]:
    """One source brings so many items; the ids of those that waited."""
    entries = tuple(Entry(f"g{n}", f"https://a.example/{n}", f"Item {n}") for n in range(count))
    with store.write() as tx:
        sources.sync(tx, [Source("A", "https://a.example/feed", kind="feed")], NOW)
        (source,) = sources.watched(tx)
        found = arrivals_of(source, Harvest(entries=entries), NOW)
        return [int(i) for i in arrivals.arrive(tx, source, found, most=5000, now=NOW, people=[ME]).new]


def test_only_what_nobody_keeps_goes_and_it_stays_away(store: Store) -> None:
    ids = bring(store)
    add_topic(store, ME, "KV cache", now=NOW)
    for id_, verb in zip(ids[:4], ("done", "skip", "shortlist", "done"), strict=True):
        inbox.act(store, ME, [id_], verb, now=NOW, made_by="t")
    inbox.act(store, ME, [ids[3]], "star", now=NOW, made_by="t")
    inbox.act(store, ME, [ids[4]], "file", topic="KV cache", now=NOW, made_by="t")
    inbox.act(store, ME, [ids[5]], "done", now=LATER - timedelta(days=1), made_by="t")
    assert [one.id for one in retention.spent(store, 30, LATER)] == ids[:2]
    assert len(library.resources(store, ME)) == 7  # listing removes nothing
    assert [one.id for one in retention.prune(store, 30, LATER)] == ids[:2]
    assert retention.spent(store, 30, LATER) == []
    assert sorted(int(r.id) for r in library.resources(store, ME)) == sorted(ids[2:])
    assert bring(store) == []
    assert len(library.resources(store, ME)) == 5
    for _ in range(7):  # undoing older steps passes over what is gone
        inbox_undo(store)


def inbox_undo(store: Store) -> None:
    from tracker.services.actions import undo

    undo(store, ME, LATER)
