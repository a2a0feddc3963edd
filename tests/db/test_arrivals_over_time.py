"""Merging any sequence of snapshots: nothing doubled, nothing lost, whatever the order; what was deleted stays away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db import arrivals, people
from db import sources as rows
from db.store import Store, open_store
from db.tables import resource, sighting, tombstone
from tests.db.test_arrivals import bring, entry, watch
from tracker.core.arrival import arrivals as arriving
from tracker.core.model import FIRST_PERSON, Entry, Harvest, Source
from tracker.services import library

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
_numbers = count()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples; each has sources of its own."""
    found = open_store(str(Path(tmp_path_factory.mktemp("lasting")) / "t.db"), synchronous="OFF")
    yield found
    found.close()


def dated(n: int, site: str, **more: object) -> Entry:
    day = NOW - timedelta(days=n, minutes=n)
    return Entry(**{"id": f"g{n}", "url": f"{site}/{n}", "title": f"Item {n}", "published": day} | more)  # type: ignore[arg-type]


HABITS: dict[str, Callable[[int, str], Entry]] = {
    "ids": dated,
    "addresses as ids": lambda n, site: dated(n, site, id=f"{site}/{n}"),
    "no ids": lambda n, site: dated(n, site, id=""),
    "no ids, no dates": lambda n, site: dated(n, site, id="", published=None),
    "titles alone": lambda n, site: dated(n, site, id="", url=""),
    "one id for two": lambda n, site: dated(n, site, id=f"g{n // 2}"),
    "one id for all, no address": lambda n, site: dated(n, site, id="same", url=""),
    "one page": lambda n, site: dated(n, site, url=f"{site}/changes"),
    "anchors of one page": lambda n, site: dated(n, site, id=f"{site}/changes#{n}", url=f"{site}/changes#{n}"),
    "one page, no ids": lambda n, site: dated(n, site, id="", url=f"{site}/changes"),
}
SNAPSHOTS = st.lists(st.lists(st.integers(0, 7), max_size=8), min_size=1, max_size=6)


@pytest.mark.parametrize("habit", HABITS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=SNAPSHOTS, deleted=st.integers(0, 7))
def test_every_item_comes_once_and_stays(lasting: Store, habit: str, snapshots: list[list[int]], deleted: int) -> None:
    source, site = _source(lasting)
    seen: set[int] = set()
    came = 0
    for day, numbers in enumerate(snapshots):
        entries = [HABITS[habit](n, site) for n in numbers]
        arrived = bring(lasting, source, entries, at=NOW + timedelta(days=day))
        came += len(arrived.new)
        seen |= set(numbers)
        assert came == len(seen)
        assert _titles(lasting, source) == sorted(f"Item {n}" for n in seen)
    if deleted in seen:
        _delete(lasting, source, f"Item {deleted}")
        seen.discard(deleted)
    for numbers in snapshots:
        assert bring(lasting, source, [HABITS[habit](n, site) for n in numbers]).new == ()
    assert _titles(lasting, source) == sorted(f"Item {n}" for n in seen)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["title", "id", "address", "text", "date", "gone", "order"]), max_size=6))
def test_an_edit_of_any_one_thing_a_day_is_never_new_again(lasting: Store, steps: list[str]) -> None:
    source, site = _source(lasting)
    items = [dated(n, site) for n in range(3)]
    assert len(bring(lasting, source, items).new) == 3
    for day, step in enumerate(steps):
        items = [_edited(one, step, f"{n}-{day}", site) for n, one in enumerate(items)]
        given_ = items[::-1] if step == "order" else items[:1] if step == "gone" else items
        assert bring(lasting, source, given_, at=NOW + timedelta(days=day)).new == ()


def _edited(one: Entry, step: str, mark: str, site: str) -> Entry:
    changes = {
        "title": {"title": f"Edited {mark}"},
        "id": {"id": f"new-{mark}"},
        "address": {"url": f"{site}/moved/{mark}"},
        "text": {"summary": f"Text {mark}"},
        "date": {"published": NOW - timedelta(hours=int(mark.split("-")[0]), seconds=int(mark.split("-")[1]))},
    }
    return Entry(**{f: getattr(one, f) for f in ("id", "url", "title", "published", "summary")} | changes.get(step, {}))


def _source(store: Store) -> tuple[Source, str]:
    name = f"s{next(_numbers)}"
    with store.write() as tx:
        rows.sync(tx, [Source(name, f"https://{name}.example/feed")], NOW)
        return rows.watched(tx)[-1], f"https://{name}.example"


def _titles(store: Store, source: Source) -> list[str]:
    """Titles of the works this source brought, a line a work."""
    query = select(resource.c.id, resource.c.title).join(sighting, sighting.c.resource_id == resource.c.id)
    with store.read() as tx:
        return sorted(row.title for row in set(tx.execute(query.where(sighting.c.source_id == source.id))))


def _delete(store: Store, source: Source, title: str) -> None:
    """As a purge does it: every mention leaves a stone by its key and address."""
    query = select(sighting.c.id, sighting.c.item_key, sighting.c.resource_id, resource.c.canonical_url)
    query = query.join(resource, resource.c.id == sighting.c.resource_id)
    with store.write() as tx:
        for row in list(tx.execute(query.where(sighting.c.source_id == source.id, resource.c.title == title))):
            stone = {"source_id": source.id, "item_key": row.item_key, "canonical_url": row.canonical_url}
            tx.execute(tombstone.insert().values(**stone, deleted_at=NOW))
            tx.execute(sighting.delete().where(sighting.c.id == row.id))


def test_an_id_used_again_for_another_item_brings_it(store: Store) -> None:
    (source,) = watch(store, "a")
    (first,) = bring(store, source, [entry(1, id="latest", published=NOW)]).new
    (second,) = bring(store, source, [entry(2, id="latest", published=NOW + timedelta(days=1))]).new
    assert bring(store, source, [entry(1, id="latest", published=NOW)]).new == ()
    assert [library.resource(store, FIRST_PERSON, id_).title for id_ in (first, second)] == ["Title 1", "Title 2"]


def test_ids_and_addresses_that_change_for_all_items_bring_nothing(store: Store) -> None:
    (source,) = watch(store, "a")
    days = [NOW - timedelta(days=n) for n in range(3)]
    bring(store, source, [entry(n, published=day) for n, day in enumerate(days)])
    moved = [
        entry(n, id=f"https://b.example/{n}", url=f"https://b.example/{n}", published=d) for n, d in enumerate(days)
    ]
    assert bring(store, source, moved).new == ()
    assert len(bring(store, source, [*moved, entry(9, title="Title 0", published=days[0])]).new) == 1


def test_a_page_spelled_in_two_ways_is_one_work_whatever_its_titles(store: Store) -> None:
    (source,) = watch(store, "a")
    one, other = "https://a.example/x", "https://www.a.example/x/"
    assert len(bring(store, source, [entry(1, id=one, url=one), entry(2, id=other, url=other)]).new) == 1
    assert bring(store, source, [entry(3, id="http://a.example/x", url=one)]).new == ()


def test_a_date_that_is_corrected_is_kept_and_names_of_others_stay(store: Store) -> None:
    first, second = watch(store, "a", "b")
    (id_,) = bring(store, first, [entry(1)]).new
    bring(store, second, [entry(1, title="As b calls it")])
    assert bring(store, second, [entry(1, title="As b calls it now")]).updated == 1
    assert library.resource(store, FIRST_PERSON, id_).title == "Title 1"
    assert bring(store, first, [entry(1, title="New", published=NOW)]).updated == 1
    found = library.resource(store, FIRST_PERSON, id_)
    assert (found.title, found.published) == ("New", NOW)


def test_future_and_absent_dates_keep_nothing_out(store: Store) -> None:
    (source,) = watch(store, "a")
    found = arriving(source, Harvest(entries=(entry(1, published=NOW + timedelta(days=400)), entry(2))), NOW)
    assert [one.published for one in found] == [None, None]
    with store.write() as tx:
        arrived = arrivals.arrive(tx, source, found, most=9, now=NOW, people=people.everybody(tx))
    assert len(arrived.new) == 2
