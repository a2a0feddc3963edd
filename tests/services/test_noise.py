"""Noise control over a store: the report, muting and capping a source, rules that are proposed. On both engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db import arrivals
from db import rules as rule_rows
from db import sources as source_rows
from db.people import everybody
from db.store import Store
from tracker.core.arrival import arrivals as arriving
from tracker.core.errors import NotFound
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import Entry, Harvest, Source
from tracker.services import actions, inbox, library, merging, noise, rules, topics
from tracker.services.rules import Clock, greet

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Asia/Shanghai"))
SOURCES = [Source(name, f"https://{name.lower()}.example/feed") for name in ("Blog", "Blog 2", "arXiv")]


def come(store: Store, source: str, titles: Sequence[str], most: int = 99) -> list[str]:
    with store.write() as tx:
        source_rows.sync(tx, SOURCES, NOW)
        one = next(known for known in source_rows.watched(tx) if known.name == source)
        entries = tuple(
            Entry(
                f"{source}{title}", f"https://a.example/{source}/{title}", title, published=NOW - timedelta(minutes=n)
            )
            for n, title in enumerate(titles)
        )
        found = arriving(one, Harvest(entries=entries), NOW)
        came = arrivals.arrive(tx, one, found, most=most, now=NOW, people=everybody(tx))
        return [said for person in everybody(tx) for said in greet(tx, person, came.new, CLOCK)]


def decide(store: Store, word: str, verb: str, topic: str | None = None) -> None:
    ids = [one.id for one in library.resources(store, ME) if word in one.title]
    inbox.act(store, ME, ids, verb, topic=topic, now=NOW, made_by="test")


def stands(store: Store, word: str) -> set[str]:
    return {one.state.value for one in library.resources(store, ME) if word in one.title}


def test_the_report_counts_what_each_source_gave_back(store: Store) -> None:
    come(store, "Blog", [f"good {n}" for n in range(4)] + ["bad"])
    come(store, "arXiv", [f"paper {n}" for n in range(30)], most=25)
    decide(store, "good", "shortlist")
    decide(store, "bad", "skip")
    found = noise.report(store, ME, CLOCK)
    figures = {one.source: (one.seen, one.kept, one.skipped, one.waiting, one.held) for one in found.yields}
    assert figures == {"Blog": (5, 4, 1, 0, 0), "arXiv": (25, 0, 0, 25, 5)}
    assert [one.rate for one in found.yields] == [0.8, None]
    assert (found.debt.waiting, found.debt.decided, found.debt.clear) == (25, 5.0, 5.0)


def test_a_source_is_muted_and_capped_and_heard_again(store: Store) -> None:
    come(store, "Blog", ["first"])
    done = noise.mute(store, ME, "Blog", CLOCK, "test")
    assert done.label == "muted 'Blog'"
    assert noise.mute(store, ME, "Blog", CLOCK, "test").action == 0
    assert come(store, "Blog", ["second"]) == ["rule 'mute Blog': skipped 'second'"]
    assert come(store, "Blog 2", ["other"]) == []  # a name that only begins alike is another source
    assert (stands(store, "first"), stands(store, "second")) == ({"inbox"}, {"skipped"})
    actions.undo(store, ME, NOW)
    assert stands(store, "second") == {"inbox"}
    noise.unmute(store, ME, "Blog", CLOCK, "test")
    assert rules.rules(store, ME) == []
    noise.cap(store, ME, "arXiv", 2, CLOCK, "test")
    assert noise.cap(store, ME, "arXiv", 3, CLOCK, "test").label == "at most 3 a day of 'arXiv'"
    come(store, "arXiv", [f"paper {n}" for n in range(8)])
    assert len([one for one in library.resources(store, ME, source="arXiv") if one.state.value == "inbox"]) == 3
    assert {one.source: one.ruled for one in noise.report(store, ME, CLOCK).yields}["arXiv"] == 5
    with pytest.raises(NotFound, match="Did you mean 'arXiv'"):
        noise.mute(store, ME, "arXive", CLOCK, "test")
    with pytest.raises(NotFound, match="no rule that mutes or caps 'Blog'"):
        noise.unmute(store, ME, "Blog", CLOCK, "test")


def test_rules_are_proposed_with_evidence_and_never_applied_unasked(store: Store) -> None:
    topics.add_topic(store, ME, "KV cache", NOW)
    come(store, "arXiv", [f"diffusion {n}" for n in range(14)] + [f"caching {n}" for n in range(14)])
    come(store, "Blog", [f"post {n}" for n in range(10)])
    decide(store, "diffusion", "skip")
    decide(store, "caching", "file", "KV cache")
    decide(store, "post", "done")
    found = {one.when: (id_, one) for id_, one in noise.propose(store, ME, CLOCK)}
    assert set(found) == {"title:diffusion", "title:caching"}
    assert found["title:diffusion"][1].why == "you skipped 14 of 14 with title:diffusion, of the others 0%"
    assert rules.rules(store, ME) == []
    assert {one.kind for one in merging.proposals(store, ME)} == {"rule"}
    assert [id_ for id_, _ in noise.propose(store, ME, CLOCK)] == [id_ for id_, _ in found.values()]  # once
    merging.decline(store, ME, [found["title:caching"][0]], now=NOW, made_by="test")
    assert merging.accept(store, ME, [found["title:diffusion"][0]], now=NOW, made_by="test").label == (
        "added the rule 'title:diffusion -> skip'"
    )
    assert come(store, "arXiv", ["diffusion again"]) == ["rule 'title:diffusion -> skip': skipped 'diffusion again'"]
    assert noise.propose(store, ME, CLOCK) == []
    actions.undo(store, ME, NOW)
    actions.undo(store, ME, NOW)
    assert rules.rules(store, ME) == []
    assert [one.when for _, one in noise.propose(store, ME, CLOCK)] == ["title:diffusion"]


def test_looking_for_rules_reads_nothing_of_what_waits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    come(store, "arXiv", [f"paper{n}" for n in range(30)])
    come(store, "Blog", [f"post{n}" for n in range(3)])
    decide(store, "post", "done")
    read: list[int] = []
    brought = rule_rows._brought
    monkeypatch.setattr(rule_rows, "_brought", lambda tx, ids: read.extend(ids) or brought(tx, ids))
    assert noise.propose(store, ME, CLOCK) == []
    assert len(read) == 3
    assert noise.report(store, ME, CLOCK).debt.waiting == 30
    assert len(read) == 36, "the report looks at all"


def test_a_source_of_which_nothing_is_kept_is_proposed_to_be_muted_in_one_step(store: Store) -> None:
    come(store, "arXiv", [f"paper{n}" for n in range(25)])
    come(store, "Blog", [f"post{n}" for n in range(25)])
    decide(store, "paper", "skip")
    decide(store, "post", "done")
    ((id_, one),) = noise.propose(store, ME, CLOCK)
    assert (one.name, one.when, one.do) == ("mute arXiv", 'source:"arXiv"', "skip")
    assert one.why == "kept 0 of 25 in 1 day, 25.0 a day"
    decide(store, "paper", "inbox")  # another mind: it no longer holds
    assert noise.propose(store, ME, CLOCK) == []
    decide(store, "paper", "skip")
    ((id_, one),) = noise.propose(store, ME, CLOCK)
    merging.accept(store, ME, [id_], now=NOW, made_by="test")
    come(store, "arXiv", ["paper new"])
    assert stands(store, "paper new") == {"skipped"}
    actions.undo(store, ME, NOW)
    actions.undo(store, ME, NOW)
    assert rules.rules(store, ME) == []
