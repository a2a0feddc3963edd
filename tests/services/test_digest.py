"""What a digest finds in a store, on both engines: links, transcripts, changed pages, reviews, all of their time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.store import Store
from db.tables import (
    document,
    link,
    look,
    node,
    polling,
    resource,
    review,
    review_log,
    sighting,
    source,
    transcript,
)
from tracker.core.digest import Digest, Period
from tracker.core.health import Verdict
from tracker.core.model import FIRST_PERSON
from tracker.services.digest import make

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def put(store: Store, table: Any, **values: Any) -> None:
    with store.write() as tx:
        tx.execute(table.insert().values(**values))


def a_week(store: Store, monday: date = date(2026, 1, 5)) -> Digest:
    return make(store, FIRST_PERSON, Period(monday, monday + timedelta(days=6), "weekly"), ZoneInfo("UTC"))


def a_resource(store: Store, id_: int) -> None:
    url = f"https://a.example/{id_}"
    put(store, resource, id=id_, canonical_url=url, url=url, kind="docs", title=f"r{id_}", first_seen_at=NOW - 99 * DAY)


def test_a_link_is_news_in_the_week_it_was_lost_and_in_no_other(store: Store) -> None:
    a_resource(store, 1)
    put(store, link, resource_id=1, url="https://a.example/1", host="a.example", verdict="gone")
    for days, verdict in ((-9, "ok"), (-1, "failing"), (0, "gone"), (8, "gone"), (15, "moved")):
        put(store, look, resource_id=1, at=NOW + days * DAY, method="GET", status=404, final_url="https://b.example/",
            evidence={"verdict": verdict})  # fmt: skip
    (news,) = a_week(store).links
    assert (news.title, news.verdict, news.to) == ("r1", Verdict.GONE, "https://b.example/")
    assert a_week(store, date(2026, 1, 12)).links == ()
    assert [one.verdict for one in a_week(store, date(2026, 1, 19)).links] == [Verdict.MOVED]
    assert a_week(store, date(2025, 12, 29)).links == ()


def test_the_first_transcript_of_a_talk_is_told_once(store: Store) -> None:
    a_resource(store, 1)
    for n, at in enumerate((NOW, NOW + 8 * DAY)):
        put(store, transcript, resource_id=1, part=n, lang="en", origin="auto", fetched_at=at)
    assert [one.title for one in a_week(store).transcripts] == ["r1"]
    assert a_week(store, date(2026, 1, 12)).transcripts == ()


def test_a_changed_page_names_the_topics_that_are_learned(store: Store) -> None:
    a_resource(store, 1)
    put(store, source, id=1, name="docs", kind="docs", url="https://a.example/1", topics=["KV cache", "Evals"],
        created_at=NOW)  # fmt: skip
    put(store, node, person_id=FIRST_PERSON, key="a", kind="topic", title="KV cache", level=4)
    put(store, node, person_id=FIRST_PERSON, key="b", kind="topic", title="Evals", level=1)
    for guid in ("https://a.example/1", "change:1:x"):
        put(store, sighting, resource_id=1, origin="source", source_id=1, item_key=guid, guid=guid, seen_at=NOW,
            title="Changed: r1")  # fmt: skip
    (changed,) = a_week(store).changed
    assert (changed.item.title, changed.topics) == ("Changed: r1", ("KV cache",))


def test_reviews_are_counted_and_due_as_they_were_then(store: Store) -> None:
    for id_ in (1, 2, 3):
        put(store, review, id=id_, person_id=FIRST_PERSON, subject="resource", subject_id=id_, question=f"q{id_}",
            made_at=NOW, due_at=NOW + 90 * DAY, card={})  # fmt: skip
    put(store, review_log, review_id=1, at=NOW, grade=3, card={})
    before = {"due": (NOW + 8 * DAY).isoformat()}
    put(store, review_log, review_id=1, at=NOW + 9 * DAY, grade=1, card=before)  # it was due in the next week
    put(store, review_log, review_id=2, at=NOW + 9 * DAY, grade=4, card={})  # new, so due since it was made
    found = a_week(store).reviews
    assert found is not None
    assert (dict(found.grades), found.due) == ({3: 1}, 2)
    assert a_week(store, date(2025, 12, 29)).reviews is None


def test_a_source_that_began_to_fail_later_was_no_trouble_then(store: Store) -> None:
    put(store, source, id=1, name="s", kind="feed", url="https://a.example/f", created_at=NOW)
    put(store, polling, source_id=1, failures=5, failing_since=NOW + 9 * DAY, reason="status")
    assert a_week(store).troubles == ()
    assert [one.why for one in a_week(store, date(2026, 1, 12)).troubles] == ["status"]


def test_progress_counts_documents_one_works_through(store: Store) -> None:
    for id_, kind in ((1, "plan"), (2, "list")):
        put(store, document, id=id_, person_id=FIRST_PERSON, name=f"{kind}.md", kind=kind, title=kind, text="",
            base_text="", imported_at=NOW)  # fmt: skip
        put(store, node, person_id=FIRST_PERSON, document_id=id_, key="a", kind="task", title="t", checked=True)
    (one,) = a_week(store).progress
    assert (one.name, one.done, one.total) == ("plan", 1, 1)
