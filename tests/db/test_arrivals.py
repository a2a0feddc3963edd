"""Merging what a look brought: nothing missed, nothing doubled, decisions stay. On both engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from db import arrivals, people, transcripts
from db import inbox as filings
from db import sources as rows
from db.store import Store
from db.tables import feed_text, resource, sighting, tombstone
from tracker.core.arrival import arrivals as arriving
from tracker.core.model import FIRST_PERSON, Enclosure, Entry, Harvest, InboxState, ResourceId, Source
from tracker.core.query import parse
from tracker.services import inbox, library, search

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


def watch(store: Store, *names: str) -> list[Source]:
    with store.write() as tx:
        rows.sync(tx, [Source(name, f"https://{name}.example/feed") for name in names], NOW)
        return rows.watched(tx)


def bring(
    store: Store, source: Source, entries: Sequence[Entry], most: int = 5000, at: datetime = NOW
) -> arrivals.Arrived:
    found = arriving(source, Harvest(entries=tuple(entries)), at)
    with store.write() as tx:
        return arrivals.arrive(tx, source, found, most=most, now=at, people=people.everybody(tx))


def entry(n: int | str, **changes: object) -> Entry:
    values = {"id": f"guid-{n}", "url": f"https://a.example/{n}", "title": f"Title {n}"} | changes
    return Entry(**values)  # type: ignore[arg-type]


def test_what_is_new_waits_in_the_order_of_the_source(store: Store) -> None:
    (source,) = watch(store, "a")
    arrived = bring(store, source, [entry(1), entry(2), entry(3)])
    assert (len(arrived.new), arrived.updated) == (3, 0)
    page = inbox.page(store, FIRST_PERSON)
    assert [row.title for row in page.items] == ["Title 1", "Title 2", "Title 3"]
    assert page.items[0].sources == ("a",)


def test_an_episode_that_names_transcript_files_waits_for_them_also_when_they_come_later(store: Store) -> None:
    (source,) = watch(store, "a")
    files = (Enclosure("https://a.example/1.vtt", "text/vtt"),)
    first, second = bring(store, source, [entry(1, transcripts=files), entry(2)]).new
    bring(store, source, [entry(1, transcripts=files), entry(2, transcripts=files)])
    with store.read() as tx:
        found = [transcripts.job_of(tx, id_) for id_ in (first, second)]
    assert [(job.site, job.facts["files"]) for job in found if job] == [
        ("files", [["https://a.example/1.vtt", "text/vtt"]])
    ] * 2


def test_the_same_again_is_nothing_new(store: Store) -> None:
    (source,) = watch(store, "a")
    bring(store, source, [entry(1), entry(2)])
    again = bring(store, source, [entry(2), entry(1)], at=NOW + timedelta(hours=1))
    assert (again.new, again.updated, again.seen) == ((), 0, 2)


def test_an_edited_item_is_updated_and_its_decision_stays(store: Store) -> None:
    (source,) = watch(store, "a")
    (id_,) = bring(store, source, [entry(1)]).new
    inbox.act(store, FIRST_PERSON, [id_], "done", now=NOW, made_by="test")
    edited = bring(store, source, [entry(1, title="Edited title")])
    assert (edited.new, edited.updated) == ((), 1)
    found = library.resource(store, FIRST_PERSON, id_)
    assert (found.title, found.state) == ("Edited title", InboxState.DONE)


def test_one_work_from_two_sources_is_one_resource(store: Store) -> None:
    first, second = watch(store, "a", "b")
    (id_,) = bring(store, first, [entry(1, url="https://arxiv.org/abs/2309.06180v1")]).new
    assert bring(store, second, [entry(9, url="http://arxiv.org/pdf/2309.06180?utm_source=x")]).new == ()
    assert library.resource(store, FIRST_PERSON, id_).sources == ("a", "b")


def test_backlog_is_kept_but_does_not_wait(store: Store) -> None:
    (source,) = watch(store, "a")
    dated = [entry(n, published=NOW - timedelta(days=n)) for n in range(5)]
    arrived = bring(store, source, dated, most=2)
    assert (len(arrived.new), arrived.held_back) == (2, 3)
    assert [row.title for row in inbox.page(store, FIRST_PERSON).items] == ["Title 0", "Title 1"]
    assert len(library.resources(store, FIRST_PERSON)) == 5


def test_backlog_that_another_source_brings_as_new_waits(store: Store) -> None:
    first, second = watch(store, "a", "b")
    bring(store, first, [entry(1), entry(2)], most=1)
    assert len(bring(store, second, [entry(2)]).new) == 1


@pytest.mark.parametrize(
    "entries",
    [
        [entry(1, id="same", url="https://a.example/1"), entry(2, id="same", url="https://a.example/2")],
        [entry(1, url="https://a.example/changes"), entry(2, url="https://a.example/changes")],
        [entry(1, url="https://a.example/"), entry(2, url="https://a.example/")],
        [entry(1, url=""), entry(2, url="")],
        [entry(1, id="", url=""), entry(2, id="", url="")],
    ],
    ids=["shared GUID", "shared address", "home page", "no address", "title only"],
)
def test_different_items_are_all_kept_and_stay_the_same(store: Store, entries: list[Entry]) -> None:
    (source,) = watch(store, "a")
    assert len(bring(store, source, entries).new) == 2
    assert bring(store, source, entries).new == ()


def test_a_later_item_at_the_address_of_another_is_not_missed(store: Store) -> None:
    (source,) = watch(store, "a")
    bring(store, source, [entry(1, url="https://a.example/changes")])
    assert len(bring(store, source, [entry(2, url="https://a.example/changes")]).new) == 1


def test_new_guids_for_the_same_items_bring_nothing(store: Store) -> None:
    (source,) = watch(store, "a")
    bring(store, source, [entry(1), entry(2)])
    assert bring(store, source, [entry(1, id="x1"), entry(2, id="x2")]).new == ()
    with store.read() as tx:
        assert rows.item_counts(tx)[source.id] == (2, 0)  # two works, however often their ids change


def test_what_was_deleted_stays_away(store: Store) -> None:
    (source,) = watch(store, "a")
    with store.write() as tx:
        tx.execute(tombstone.insert().values(canonical_url="https://a.example/1", item_key="", deleted_at=NOW))
        tx.execute(tombstone.insert().values(source_id=source.id, item_key="guid-2", deleted_at=NOW))
    assert [library.resource(store, FIRST_PERSON, id_).title for id_ in bring(store, source, [entry(1), entry(2), entry(3)]).new] == ["Title 3"]  # fmt: skip # noqa: E501


def test_thousands_of_items_come_at_once(store: Store) -> None:
    (source,) = watch(store, "a")
    assert len(bring(store, source, [entry(n) for n in range(1700)]).new) == 1700
    with store.read() as tx:
        assert len(list(tx.execute(sighting.select()))) == len(list(tx.execute(resource.select()))) == 1700
        assert filings.counts(tx, FIRST_PERSON) == {InboxState.INBOX: 1700}


def test_every_person_has_an_inbox(store: Store) -> None:
    (source,) = watch(store, "a")
    with store.write() as tx:
        other = people.person_named(tx, "ada", NOW)
        assert people.person_named(tx, "ada", NOW) == other
    (id_,) = bring(store, source, [entry(1)]).new
    inbox.act(store, FIRST_PERSON, [id_], "skip", now=NOW, made_by="test")
    assert [row.id for row in inbox.page(store, other).items] == [id_]


def test_the_list_of_sources_is_followed(store: Store) -> None:
    first, second = watch(store, "a", "b")
    (id_,) = bring(store, first, [entry(1)]).new
    with store.write() as tx:
        renamed = Source("A!", first.url)
        changed = rows.sync(tx, [renamed, Source("c", "https://c.example/")], NOW)
        assert (changed.added, changed.changed, changed.removed) == (("c",), ("A!",), ("b",))
        assert rows.watched(tx)[0].id == first.id
        assert rows.agrees(tx, [renamed, Source("c", "https://c.example/")])
        assert not rows.agrees(tx, [renamed])
        assert rows.item_counts(tx) == {first.id: (1, 0)}
        again = rows.sync(tx, [renamed, Source("b", second.url)], NOW)
        assert (again.added, again.changed, again.removed) == ((), ("b",), ("c",))
    assert library.resource(store, FIRST_PERSON, id_).sources == ("A!",)


WHOLE = "<p>The teaser says little.</p><p>Deeper down: backpropagation, <b>反向</b>传播.</p>"


def kept(store: Store) -> list[str]:
    """What is kept of each resource beyond its teaser."""
    with store.read() as tx:
        ids = [ResourceId(row.id) for row in tx.execute(select(resource.c.id).order_by(resource.c.id))]
    return [library.resource(store, FIRST_PERSON, id_).content for id_ in ids]


def test_the_whole_an_entry_gives_is_kept_beside_its_teaser_and_found(store: Store) -> None:
    (source,) = watch(store, "a")
    teaser = {"summary": "The teaser says little."}
    bring(
        store,
        source,
        [entry(1, **teaser, content=WHOLE), entry(2, content=WHOLE), entry(3, **teaser, content="<i>says</i>")],
    )
    assert kept(store) == [WHOLE, "", ""]  # the others say all in their teaser
    for words in ("backpropagation", "反向传播", '"says little"'):
        found = search.search(store, FIRST_PERSON, parse(words, NOW.date()), zone=UTC_ZONE, now=NOW)
        assert {hit.resource for hit in found.hits} >= {1, 2}, words


def test_a_whole_text_follows_its_own_source_alone(store: Store) -> None:
    first, second = watch(store, "a", "b")
    bring(store, first, [entry(1, summary="A teaser.", content=WHOLE)])
    bring(store, second, [entry(1, summary="Another.", content="<p>Of the second.</p>")])
    assert kept(store) == [WHOLE]
    bring(store, second, [entry(1, summary="Another.", content="<p>Edited by the second.</p>")])
    assert kept(store) == [WHOLE]
    bring(store, first, [entry(1, summary="A teaser.", content="<p>Edited zebra.</p>")])
    assert kept(store) == ["<p>Edited zebra.</p>"]
    assert len(search.search(store, FIRST_PERSON, parse("zebra", NOW.date()), zone=UTC_ZONE, now=NOW).hits) == 1
    bring(store, first, [entry(1, summary="A teaser.")])
    assert kept(store) == [""]
    assert not search.search(store, FIRST_PERSON, parse("zebra", NOW.date()), zone=UTC_ZONE, now=NOW).hits


def test_entries_kept_without_their_text_get_it_with_the_next_answer(store: Store) -> None:
    (source,) = watch(store, "a")
    items = [entry(n, summary="A teaser.", content=f"{WHOLE}{n}") for n in (1, 2)]
    bring(store, source, items)
    with store.write() as tx:  # as an older version left it
        tx.execute(feed_text.delete())
    assert kept(store) == ["", ""]
    assert bring(store, source, items).updated == 0
    assert kept(store) == [f"{WHOLE}{n}" for n in (1, 2)]


def test_a_merged_resource_lends_its_text(store: Store) -> None:
    (source,) = watch(store, "a")
    bring(store, source, [entry(1), entry(2, summary="A teaser.", content=WHOLE)])
    with store.write() as tx:
        tx.execute(update(resource).where(resource.c.id == 2).values(merged_into=1))
    assert library.resource(store, FIRST_PERSON, ResourceId(1)).content == WHOLE
