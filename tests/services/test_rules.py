"""Rules over a store: made, ordered, tried, asked about what comes in; every effect is taken back. On both engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db import arrivals
from db import sources as source_rows
from db.people import everybody, person_named
from db.store import Store
from tracker.core.arrival import arrivals as arriving
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import Entry, Harvest, PersonId, Resource, Source
from tracker.services import actions, inbox, library, rules, topics
from tracker.services.rules import Clock, greet

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Asia/Shanghai"))


def later(**span: float) -> Clock:
    return Clock(NOW + timedelta(**span), CLOCK.zone)


def come(store: Store, titles: Sequence[str], source: str = "arXiv", clock: Clock = CLOCK) -> list[str]:
    """What a crawl does with items of these titles; the sentences of the rules."""
    with store.write() as tx:
        known = {one.name: one for one in source_rows.watched(tx)}
        if source not in known:
            listed = [*known.values(), Source(source, f"https://{source.lower()}.example/feed")]
            source_rows.sync(tx, listed, clock.now)
            known = {one.name: one for one in source_rows.watched(tx)}
        entries = tuple(
            Entry(title, f"https://a.example/{source}/{n}{title}", title, published=clock.now - timedelta(minutes=n))
            for n, title in enumerate(titles)
        )
        found = arriving(known[source], Harvest(entries=entries), clock.now)
        came = arrivals.arrive(tx, known[source], found, most=99, now=clock.now, people=everybody(tx))
        return [said for person in everybody(tx) for said in greet(tx, person, came.new, clock)]


def stands(store: Store, person: PersonId = ME) -> dict[str, str]:
    return {one.title: one.state.value for one in library.resources(store, person)}


def named(store: Store, title: str) -> Resource:
    return next(one for one in library.resources(store, ME) if one.title == title)


def add(store: Store, name: str, when: str, do: str) -> None:
    rules.add(store, ME, name, when, do, CLOCK, "test")


def test_rules_meet_what_comes_in_in_their_order_and_say_why(store: Store) -> None:
    topics.add_topic(store, ME, "KV cache", NOW)
    add(store, "no diffusion", "title:diffusion", "skip")
    add(store, "kv", '前缀缓存 OR "kv cache"', "file kv cache, star")
    said = come(store, ["Diffusion at scale", "KV cache and diffusion", "新的前缀缓存", "Other"])
    assert said == [
        "rule 'no diffusion': skipped 2 resources",
        "rule 'kv': filed '新的前缀缓存' under 'KV cache', starred '新的前缀缓存'",
    ]
    assert stands(store) == {
        "Diffusion at scale": "skipped", "KV cache and diffusion": "skipped", "新的前缀缓存": "filed", "Other": "inbox"
    }  # fmt: skip
    assert (named(store, "新的前缀缓存").why, named(store, "新的前缀缓存").topics) == ("rule 'kv'", ("KV cache",))
    assert [one.hits for one in rules.rules(store, ME)] == [2, 1]
    last = actions.history(store, ME)[0]
    assert (last.made_by, last.label) == ("rule", said[1])
    actions.undo(store, ME, NOW)
    actions.undo(store, ME, NOW)
    assert set(stands(store).values()) == {"inbox"}
    assert [one.hits for one in rules.rules(store, ME)] == [0, 0]
    actions.redo(store, ME, NOW)
    actions.redo(store, ME, NOW)
    assert stands(store)["新的前缀缓存"] == "filed"
    assert [one.hits for one in rules.rules(store, ME)] == [2, 1]


def test_a_person_has_the_last_word_and_what_was_taken_back_is_left_alone(store: Store) -> None:
    come(store, ["ad one", "ad two", "ad three", "ad four"])
    inbox.act(store, ME, [named(store, "ad one").id], "shortlist", now=NOW, made_by="test")
    inbox.act(store, ME, [named(store, "ad two").id], "skip", now=NOW, made_by="test")
    inbox.act(store, ME, [named(store, "ad two").id], "inbox", now=NOW, made_by="test")
    add(store, "ads", "ad", "skip")
    assert [(one.count, one.label) for one in rules.run(store, ME, (), CLOCK, dry=True)] == [
        (2, "rule 'ads': skipped 2 resources")
    ]
    assert stands(store)["ad three"] == "inbox"
    rules.run(store, ME, (), CLOCK)
    assert stands(store) == {"ad one": "shortlist", "ad two": "inbox", "ad three": "skipped", "ad four": "skipped"}
    actions.undo(store, ME, NOW)
    assert rules.run(store, ME, (), CLOCK) == []
    assert come(store, ["ad one", "ad two", "ad three", "ad four"]) == []  # they are not new
    assert stands(store)["ad three"] == "inbox"


def test_a_cap_lets_so_many_a_day_through_over_several_looks(store: Store) -> None:
    add(store, "at most two", "source:arXiv", "cap 2")
    add(store, "ads", "ad", "skip")
    assert come(store, ["ad"]) == ["rule 'ads': skipped 'ad'"]
    come(store, ["a"])
    assert come(store, ["b", "c", "d"]) == ["rule 'at most two': skipped 2 resources, more than 2 a day"]
    assert {title for title, state in stands(store).items() if state == "inbox"} == {"a", "b"}  # the newest
    inbox.act(store, ME, [named(store, "a").id], "done", now=NOW, made_by="test")  # a decision frees no place
    come(store, ["e"])
    assert named(store, "e").why == "rule 'at most two': more than 2 a day"
    assert come(store, ["x"], "Blog") == []
    come(store, ["f"], clock=later(hours=9))  # the day of Shanghai is another one
    assert stands(store)["f"] == "inbox"


def test_keep_guards_against_rules_below_and_its_count_can_be_taken_back(store: Store) -> None:
    add(store, "vllm stays", "vllm", "keep")
    add(store, "no arXiv", "source:arXiv", "skip")
    assert come(store, ["vllm internals", "other"]) == [
        "rule 'vllm stays': kept 'vllm internals' in the inbox", "rule 'no arXiv': skipped 'other'"
    ]  # fmt: skip
    assert [one.hits for one in rules.rules(store, ME)] == [1, 1]
    assert [one.verb for one in actions.history(store, ME)] == ["rule"] * 4  # two were added, two acted
    while actions.undo(store, ME, NOW) is not None:
        pass
    while actions.redo(store, ME, NOW) is not None:
        pass
    assert [one.hits for one in rules.rules(store, ME)] == [1, 1]


def test_a_snooze_lasts_until_the_morning_and_a_tag_leaves_it_where_it_stands(store: Store) -> None:
    topics.add_topic(store, ME, "RAG", NOW)
    add(store, "later", "long", "snooze 3d, tag RAG")
    add(store, "tagged", "short", "tag RAG")
    come(store, ["long read", "short read"])
    long, short = named(store, "long read"), named(store, "short read")
    assert (long.state.value, long.snoozed_until) == ("snoozed", datetime(2026, 1, 14, 22, tzinfo=UTC))
    assert (short.state.value, short.topics, long.topics) == ("inbox", ("RAG",), ("RAG",))
    assert inbox.wake(store, ME, NOW + timedelta(days=3)) == 1
    assert stands(store)["long read"] == "inbox"


def test_a_rule_is_tried_on_what_came_before(store: Store) -> None:
    come(store, [f"diffusion {n}" for n in range(10)] + ["other"])
    kept = [named(store, f"diffusion {n}").id for n in (3, 5)]
    inbox.act(store, ME, kept, "shortlist", now=NOW, made_by="test")
    inbox.act(store, ME, [named(store, "diffusion 1").id], "skip", now=NOW, made_by="test")
    before = stands(store)
    _, found = rules.try_(store, ME, CLOCK, when="diffusion", do="skip")
    assert (found.matched, found.acts, set(found.kept), found.skipped, found.waiting) == (10, 10, set(kept), 1, 7)
    assert stands(store) == before
    add(store, "cap", "source:arXiv", "cap 4")
    assert rules.try_(store, ME, CLOCK, "cap")[1].acts == 7
    _, found = rules.try_(store, ME, CLOCK, when='"diffusion 9"', do="star")
    assert (found.acts, found.first) == (0, {"cap": 1})
    _, found = rules.try_(store, ME, CLOCK, "cap", do="cap 1")  # as it would be then
    assert found.acts == 10


def test_rules_are_changed_moved_switched_removed_and_all_of_it_taken_back(store: Store) -> None:
    for name in ("one", "two", "three"):
        add(store, name, f"title:{name}", "skip")
    start = rules.rules(store, ME)
    rules.move(store, ME, "three", 1, NOW, "test")
    rules.edit(store, ME, "2", CLOCK, "test", name="first", do="star")
    rules.switch(store, ME, "two", NOW, "test", on=False)
    rules.remove(store, ME, "three", NOW, "test")
    assert [(one.name, str(one.acts[0]), one.enabled) for one in rules.rules(store, ME)] == [
        ("first", "star", True), ("two", "skip", False)
    ]  # fmt: skip
    assert come(store, ["one two three"]) == ["rule 'first': starred 'one two three'"]
    for _ in range(5):
        actions.undo(store, ME, NOW)
    assert rules.rules(store, ME) == start
    assert rules.switch(store, ME, "one", NOW, "test", on=True).action == 0


def test_names_are_single_and_unknown_ones_are_answered(store: Store) -> None:
    add(store, "No ads", "ad", "skip")
    with pytest.raises(Conflict, match="no Ads"):
        add(store, "no Ads", "x", "skip")
    with pytest.raises(UsageError, match="needs a name"):
        add(store, " \t", "x", "skip")
    with pytest.raises(NotFound, match="Did you mean 'No ads'"):
        rules.remove(store, ME, "No adds", NOW, "test")
    with pytest.raises(UsageError, match="do, column 7: no topic 'Nowhere'"):
        add(store, "x", "x", "star, file Nowhere")
    assert len(rules.rules(store, ME)) == 1


def test_a_rule_whose_topic_is_gone_is_named_and_the_others_act(store: Store) -> None:
    topics.add_topic(store, ME, "RAG", NOW)
    add(store, "rag", "read", "file RAG")
    add(store, "star", "read", "star")
    for _ in range(3):
        actions.undo(store, ME, NOW)
    for _ in range(3):
        actions.redo(store, ME, NOW)
    with store.write() as tx:
        from db.tables import node

        tx.execute(node.update().values(gone_at=NOW))
    said = come(store, ["a read"])
    assert said[0] == "rule 'star': starred 'a read'"
    assert said[1].startswith("rule 'rag' is not asked: no topic 'RAG'")
    with pytest.raises(UsageError, match="is not asked"):
        rules.run(store, ME, (), CLOCK)


def test_everybody_has_their_own_rules(store: Store) -> None:
    with store.write() as tx:
        other = person_named(tx, "other", NOW)
    add(store, "mine", "ad", "skip")
    come(store, ["ad"])
    assert (stands(store)["ad"], stands(store, other)["ad"]) == ("skipped", "inbox")
    assert rules.rules(store, other) == []


def test_bulk_by_query_is_one_step_over_what_waits(store: Store) -> None:
    come(store, ["ad one", "ad two", "ad three", "other"])
    inbox.act(store, ME, [named(store, "ad three").id], "done", now=NOW, made_by="test")
    from tracker.core.query import parse

    waiting = inbox.found(store, ME, parse("ad", NOW.date()))
    assert {one.title for one in library.resources_by_id(store, ME, waiting)} == {"ad one", "ad two"}
    assert len(inbox.found(store, ME, parse("ad state:done", NOW.date()))) == 1
    assert len(inbox.found(store, ME, parse("(ad is:read) OR other", NOW.date()))) == 2


def test_tags_come_and_go_and_come_back_as_they_were(store: Store) -> None:
    first = topics.add_topic(store, ME, "RAG", NOW)
    come(store, ["a"])
    id_ = named(store, "a").id
    inbox.act(store, ME, [id_], "tag", topic="RAG", now=NOW, made_by="test")
    assert (named(store, "a").topics, named(store, "a").state.value) == (("RAG",), "inbox")
    tagged = _topic_rows(store)
    inbox.act(store, ME, [id_], "untag", topic="RAG", now=NOW + timedelta(hours=1), made_by="test")
    assert named(store, "a").topics == ()
    actions.undo(store, ME, NOW + timedelta(hours=2))
    assert _topic_rows(store) == tagged == [(ME, id_, first.id, "decision", NOW)]
    actions.redo(store, ME, NOW)
    assert _topic_rows(store) == []


def test_a_topic_that_a_rule_gave_comes_back_with_its_time(store: Store) -> None:
    topics.add_topic(store, ME, "RAG", NOW)
    add(store, "tagged", "short", "tag RAG")
    come(store, ["short read"])
    tagged = _topic_rows(store)
    actions.undo(store, ME, NOW + timedelta(hours=1))
    assert _topic_rows(store) == []
    actions.redo(store, ME, NOW + timedelta(hours=2))
    assert _topic_rows(store) == tagged != []


def _topic_rows(store: Store) -> list[tuple[object, ...]]:
    from sqlalchemy import select

    from db.tables import filing_topic

    with store.read() as tx:
        return [tuple(row) for row in tx.execute(select(filing_topic))]


def test_undo_of_a_decision_about_what_was_in_no_list_takes_it_out_again(store: Store) -> None:
    from sqlalchemy import select

    from db.tables import filing

    come(store, ["a"])
    id_ = named(store, "a").id
    with store.write() as tx:
        tx.execute(filing.delete())
    inbox.act(store, ME, [id_], "inbox", now=NOW, made_by="test")
    assert inbox.counts(store, ME)  # what was held back is taken in
    with store.read() as tx:
        there = tx.execute(select(filing)).all()
    actions.undo(store, ME, NOW + timedelta(hours=1))
    assert inbox.counts(store, ME) == {}
    actions.redo(store, ME, NOW + timedelta(hours=2))
    with store.read() as tx:
        assert tx.execute(select(filing)).all() == there
