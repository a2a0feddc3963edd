"""Small decisions of the core: identity of items, pace, digests, errors, drill points."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.core import drill
from tracker.core.arrival import arrivals
from tracker.core.digest import Period, period_of
from tracker.core.errors import (
    ConfigError,
    ConfigErrors,
    Conflict,
    DocumentError,
    NotFound,
    StoreError,
    TrackerError,
    UsageError,
    nearest,
)
from tracker.core.inbox import Decision, Standing, Verb, apply, decide, from_json, invert, label_of, steps_of, to_json
from tracker.core.model import (
    Entry,
    Harvest,
    InboxState,
    NodeId,
    ResourceId,
    ResourceKind,
    Source,
    SourceId,
)

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
A = Source("A", "https://a.example/feed", id=SourceId(7))


def arrive(*entries: Entry, source: Source = A) -> list[str]:
    return [one.key for one in arrivals(source, Harvest(entries=entries), NOW)]


def test_items_are_known_by_guid_address_or_title() -> None:
    assert arrive(Entry("g", "https://a.example/1")) == ["g"]
    assert arrive(Entry("https://www.a.example/1#x", "")) == ["https://www.a.example/1#x"]
    assert arrive(Entry("", "https://a.example/1?utm_source=x")) == ["https://a.example/1"]
    assert arrive(Entry("", "", "A  Title")) == ["a title"]
    (long,) = arrive(Entry("x" * 2000, ""))
    assert len(long) == 500
    assert arrive(Entry("x" * 2000 + "y", "")) != [long]
    assert arrive(Entry("g", "https://a.example/1"), Entry("g", "https://a.example/1")) == ["g"]


def test_what_an_arrival_says() -> None:
    entry = Entry("g", "https://a.example/x", "", summary="<p>" + "word " * 30 + "</p>", duration=90)
    untitled = Entry("h", "https://a.example/y", content="<p>" + "word " * 900 + "</p>")
    bare = Entry("i", "https://a.example/z")
    one, two, three = arrivals(A, Harvest(entries=(entry, untitled, bare), language="EN-us"), NOW)
    assert one.title.startswith("word word")
    assert (one.minutes, two.minutes > 1, three.minutes) == (2, True, 0)
    assert (three.title, three.lang, three.site) == ("a.example/z", "en", "a.example")
    assert two.summary.startswith("<p>word")
    podcast = Source("P", "https://p.example/", kind="podcast")
    assert arrivals(podcast, Harvest(entries=(bare,)), NOW)[0].kind is ResourceKind.PODCAST


def test_periods_have_names_and_stems() -> None:
    today = date(2026, 1, 14)
    assert period_of("daily", today) == Period(today, today, "daily")
    assert period_of("weekly", today).stem == "2026-W03"
    assert period_of("2026-01-05", today).stem == "2026-01-05"
    assert period_of("2026-01-05..2026-01-11", today).name == "weekly"
    assert period_of("2026-01-05..2026-01-08", today).stem == "2026-01-05..2026-01-08"
    assert period_of("2026-01-05..2026-01-05", today).name == "daily"
    for words in ("montly", "2026-01-09..2026-01-05"):
        with pytest.raises(UsageError):
            period_of(words, today)


def test_errors_say_what_where_why_and_what_next() -> None:
    one = ConfigError("s.yaml", 3, "ulr", "unknown key", "url")
    assert one.sentence() == "s.yaml:3: ulr: unknown key. Did you mean 'url'?"
    assert ConfigError("s.yaml", 0, "", "is empty").sentence() == "s.yaml: is empty"
    assert ConfigErrors((one, one)).sentence().count("\n") == 1
    assert "f.md:2" in DocumentError("f.md", 2, "is odd", "Look").sentence()
    assert "f.md" in DocumentError("f.md", 0, "is odd").sentence()
    assert NotFound("topic", "x", "tracker topics").sentence() == "no topic 'x'; see 'tracker topics'"
    assert "Did you mean 'xy'" in NotFound("topic", "x", "tracker topics", "xy").sentence()
    assert StoreError("t.db", "is full").exit_code == 3
    assert UsageError("a").sentence() == "a"
    assert Conflict("a", "b").sentence().startswith("a")
    assert str(TrackerError()) == "TrackerError"
    assert nearest("kilm", ["kiln", "x"]) == "kiln"
    assert nearest("zzzz", ["kiln"]) == ""


def test_drill_points_end_on_the_pass_named() -> None:
    ended: list[str] = []
    drill.arm("store.begin", 2, lambda: ended.append("x"))
    for _ in range(3):
        drill.pass_point("store.begin")
        drill.pass_point("store.item")
    drill.disarm()
    drill.pass_point("store.begin")
    assert ended == ["x"]
    for point, passes in (("nowhere", 1), ("store.begin", 0)):
        with pytest.raises(ValueError, match="no crash point"):
            drill.arm(point, passes, lambda: None)


def test_undo_is_the_decision_backwards_and_leaves_what_others_changed() -> None:
    start = Standing(topics=frozenset({NodeId(1)}), sort_at=NOW)
    world = {ResourceId(1): start, ResourceId(2): Standing(state=InboxState.DONE, sort_at=NOW)}
    decision = Decision(Verb.FILE, NodeId(2), why="rule")
    steps = steps_of(world, decision, NOW)
    assert from_json(to_json(steps)) == tuple(
        type(s)(s.resource, Standing(s.before.state, topics=s.before.topics - s.after.topics),
                Standing(s.after.state, topics=s.after.topics - s.before.topics, decided_at=NOW, why="rule"))
        for s in steps
    )  # fmt: skip
    after = apply(start, steps[0])
    others = Standing(after.state, True, None, after.topics | {NodeId(9)}, after.decided_at, after.why)
    back = apply(others, invert(steps)[0])
    assert (back.state, back.starred, back.topics) == (InboxState.INBOX, True, frozenset({NodeId(1), NodeId(9)}))
    snoozed = decide(start, Decision(Verb.SNOOZE, until=NOW), NOW)
    assert from_json(to_json([type(steps[0])(ResourceId(1), start, snoozed)]))[0].after.snoozed_until == NOW
    assert decide(snoozed, Decision(Verb.SNOOZE, until=NOW), NOW + timedelta(1)) is snoozed
    assert label_of(Verb.SNOOZE, 2, until="x") == "snoozed 2 resources until x"
    assert label_of(Verb.FILE, 1, title="T") == "filed 'T'"


def test_a_tree_grows_from_its_roots() -> None:
    from tracker.core.plan import PlanNode, grow, walk

    def node(id_: int, parent: int | None) -> PlanNode:
        return PlanNode(NodeId(id_), NodeId(parent) if parent else None, "", "", "day", str(id_), 1)

    trees = grow([node(1, None), node(2, 1), node(3, 2), node(4, 99)])
    assert [(depth, one.path) for depth, one in walk(trees)] == [
        (0, ("1",)),
        (1, ("1", "2")),
        (2, ("1", "2", "3")),
        (0, ("4",)),
    ]
