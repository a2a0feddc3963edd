"""Digests before any format, and how things stood at a moment that has passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.core import digest as d
from tracker.core.actions import RowChange
from tracker.core.health import Verdict
from tracker.core.inbox import Standing, Step
from tracker.core.model import InboxState, NodeId, Origin, Resource, ResourceId, ResourceKind, Sighting, SightingId
from tracker.core.past import Acted, fields_then, settings_then, standings_then, way_back
from tracker.core.plan import PlanNode
from tracker.core.progress import Tally
from tracker.core.url_start import at_second, split_time

NOW = datetime(2026, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def one(id_: int, *topics: str, state: InboxState = InboxState.INBOX) -> Resource:
    return Resource(ResourceId(id_), "", "", ResourceKind.OTHER, str(id_), topics=topics, state=state)


def place(id_: int, kind: str = "task", document: str = "p.md", **more: object) -> PlanNode:
    return PlanNode(NodeId(id_), None, "", document, kind, f"t{id_}", id_, **more)  # type: ignore[arg-type]


def test_what_came_is_grouped_by_topic_and_what_was_decided_by_state() -> None:
    made = d.by_topic([one(1), one(2, "b"), one(3, "a", "b"), one(4, "b")])
    assert [(g.name, [r.title for r in g.items]) for g in made] == [("b", ["2", "4"]), ("a", ["3"]), ("", ["1"])]
    assert d.by_topic([one(2, "b")])[-1].name == "b"
    states = d.by_state([one(4, state=InboxState.DONE), one(5, state=InboxState.FILED), one(6)])
    assert [(g.name, len(g.items)) for g in states] == [("filed", 1), ("done", 1)]


def test_works_of_a_long_document_are_counted_and_those_of_a_short_one_listed() -> None:
    def seen(id_: int, *names: tuple[int, str, Origin]) -> Resource:
        mentions = tuple(Sighting(origin, name, id=SightingId(n)) for n, name, origin in names)
        return replace(one(id_), sightings=mentions)

    doc, feed = Origin.DOCUMENT, Origin.SOURCE
    long = [seen(n, (n, "long.md", doc)) for n in range(d.IMPORTED)]
    short = [seen(50, (50, "short.md", doc)), one(51)]
    assert d.without_imports([*long, *short]) == ([*long, *short], ())
    last = seen(60, (61, "Feed", feed), (60, "long.md", doc))  # a feed that has it too came later
    first = seen(70, (71, "long.md", doc), (70, "Feed", feed))
    listed, counted = d.without_imports([*short, *long, last, first])
    assert listed == [*short, first]
    assert counted == (d.Imported("long.md", d.IMPORTED + 1),)
    assert not d.Digest(d.period_of("daily", NOW.date()), imported=counted).is_empty


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    groups = [d.Group("a", (one(1), one(2))), d.Group("b", (one(3), one(4))), d.Group("c", (one(5),))]
    told, rest = d.first_of(groups, 3)
    assert [(g.name, len(g.items)) for g in told] == [("a", 2), ("b", 1)]
    assert rest == 2
    assert d.first_of(groups, 9) == (tuple(groups), 0)


def test_quotes_are_words_and_not_links_images_or_comments() -> None:
    body = (
        "+ [https://a.example](https://a.example)\n+ <!-- ocr\n+ hidden -->![](x.png)\n+ **one**\n    - below\n"
        "+ https://b.example/x\n+ two\n+ three\n+ four\n"
    )
    assert [q.text for q in d.quotes_of(body)] == ["**one**", "two", "three"]
    assert "hidden" not in str(d.quotes_of(body))
    assert d.quotes_of("") == ()


def test_only_a_new_loss_or_move_of_a_link_is_news() -> None:
    ok, gone, moved = Verdict.OK, Verdict.GONE, Verdict.MOVED
    assert d.link_news([ok, gone], ok) is gone
    assert d.link_news([gone], gone) is None
    assert d.link_news([moved], None) is moved
    assert d.link_news([gone, ok], gone) is None


def test_a_topic_is_learned_by_tick_or_level() -> None:
    learned = d.finished_topics(
        [place(1, checked=True, aliases=("KV 缓存",)), place(2, level=3), place(3, level=2), place(4)]
    )
    assert d.touched(["T1", "kv 缓存", "t2", "t3"], learned) == ("t1", "t2")


def test_progress_counts_what_can_be_ticked_and_next_names_what_is_open() -> None:
    then = [
        place(1, "phase", checked=True), place(2, checked=True), place(3, checked=True), place(4, day_from=9),
        place(5), place(6), place(7), place(8, document=""), place(9, document="q.md"),
    ]  # fmt: skip
    names = {"p.md": "Plan", "q.md": "Other"}
    begun, ended = Tally("plan", "p", 1, 6), Tally("plan", "p", 2, 6, boxes=3, boxes_done=1)
    assert d.progress_of("Plan", begun, ended) == d.Progress("Plan", 1, 2, 6, 0, 1, 3)
    assert d.progress_of("Plan", begun, Tally("plan", "p", 0, 6)) is None
    assert d.progress_of("Plan", begun, Tally("plan", "p", 0, 6, boxes=1, boxes_done=1)) is not None
    opens = d.open_places(then, names)
    assert [(o.plan, o.title) for o in opens] == [("Plan", "t4"), ("Plan", "t5"), ("Plan", "t6"), ("Other", "t9")]
    assert (opens[0].day, opens[0].date) == (9, None)
    mixed = [place(1, "deliverable"), place(2, day_from=8), place(3, day_from=7)]
    assert [o.title for o in d.open_places(mixed, names)] == ["t3", "t2", "t1"]
    dated = d.open_places(then, names, lambda document, number: date(2026, 1, number) if document == "p.md" else None)
    assert [o.date for o in dated] == [date(2026, 1, 9), None, None, None]


def test_plans_were_set_otherwise_then() -> None:
    way = (
        RowChange("plan_setting", {"person_id": 1, "plan": "p", "key": "start"}, {"value": "b"}, {"value": "a"}),
        RowChange("plan_setting", {"person_id": 1, "plan": "p", "key": "rest"}, {"value": [1]}, None),
        RowChange("plan_setting", {"person_id": 1, "plan": "q", "key": "start"}, None, {"value": "c"}),
        RowChange("node", {"id": 1}, None, {"value": "d"}),
    )
    now = {"p": {"start": "b", "rest": [1], "tracks": []}}
    assert settings_then(now, way) == {"p": {"start": "a", "tracks": []}, "q": {"start": "c"}}


def test_a_digest_is_empty_when_nothing_came_and_nothing_was_done() -> None:
    day = d.period_of("daily", NOW.date())
    assert d.Digest(day, waiting=3).is_empty
    assert not d.Digest(day, transcripts=(one(1),)).is_empty


def test_the_way_back_takes_later_decisions_off_and_puts_undone_ones_on() -> None:
    inbox, done, filed = Standing(), Standing(InboxState.DONE), Standing(InboxState.FILED)
    early = Acted(NOW - HOUR, (Step(ResourceId(1), inbox, filed),), undone_at=NOW + HOUR)
    before = Acted(NOW - HOUR, (Step(ResourceId(2), inbox, filed),))
    long_undone = Acted(NOW - 3 * HOUR, (Step(ResourceId(2), inbox, done),), undone_at=NOW - 2 * HOUR)
    later = Acted(NOW, (Step(ResourceId(1), inbox, done), RowChange("node", {"id": 4}, {"checked": 0}, {"checked": 1})))
    taken_back = Acted(NOW + HOUR, (Step(ResourceId(2), filed, done),), undone_at=NOW + 2 * HOUR)
    made = Acted(NOW + HOUR, (RowChange("node", {"id": 5}, None, {"id": 5}), RowChange("note", {"id": 4}, {}, {})))
    way = way_back([long_undone, early, before, later, taken_back, made], NOW)
    assert len(way) == 5
    stood = standings_then({ResourceId(1): done, ResourceId(3): inbox}, way)
    assert stood[ResourceId(1)].state is InboxState.FILED
    assert set(stood) == {1, 3}
    assert fields_then("node", way) == {4: {"checked": 0}}


def test_the_address_of_a_talk_at_a_second() -> None:
    assert at_second("https://www.youtube.com/watch?v=1", 83) == "https://www.youtube.com/watch?v=1&t=83s"
    assert at_second("https://youtu.be/1#x", 83) == "https://youtu.be/1?t=83s#x"
    assert at_second("https://a.example/w?v=1", 83) == "https://a.example/w?v=1#t=83"
    assert at_second("https://a.example/w#x", 83) == "https://a.example/w#x&t=83"
    assert at_second("https://a.example/w#", 83) == "https://a.example/w#t=83"
    assert at_second("https://a.example/w", 0) == "https://a.example/w"
    assert at_second("", 83) == ""
    assert at_second("x" * 17_000, 83).endswith("#t=83")


@pytest.mark.parametrize(
    "url", ["https://youtu.be/1", "https://a.example/e/12", "https://a.example/x.mp3?a=1", "https://a.example/w#x"]
)
def test_the_second_of_an_address_is_read_back_from_any_host(url: str) -> None:
    assert split_time(at_second(url, 83)) == (url, 83)
