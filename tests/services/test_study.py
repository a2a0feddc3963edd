"""What a day asks for, on both engines; rows of the person's list named after it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db import arrivals
from db import sources as source_rows
from db.people import everybody
from db.store import Store
from tracker.config.settings import Study
from tracker.core.arrival import arrivals as arriving
from tracker.core.day import Day
from tracker.core.document import Document, DocumentNode, DocumentNote, Mention
from tracker.core.errors import NotFound, UsageError
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import Entry, Harvest, Source
from tracker.documents import reader_for
from tracker.services import actions, inbox, library, plans, review, study
from tracker.services import schedule as schedules
from tracker.services.documents import import_document

NOW = datetime(2026, 1, 12, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds of ../shared are not here")


def read_in(store: Store, number: str) -> None:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    text = path.read_text("utf-8")
    import_document(store, ME, reader_for(text, path.name).read(text, path.name), now=NOW)


def today(store: Store, minutes: int = 0, now: datetime = NOW) -> Day:
    return study.today(store, ME, Study(), SHANGHAI, now, minutes)


def schedule(store: Store, **wishes: object) -> None:
    schedules.schedule(store, ME, "plan.md", now=NOW, zone=SHANGHAI, made_by="test", **wishes)  # type: ignore[arg-type]


def bring(store: Store, name: str, *urls: str) -> None:
    """What a crawl brings from a source."""
    with store.write() as tx:
        listed = [*source_rows.watched(tx), Source(name, f"https://{name.lower()}.example/feed")]
        source_rows.sync(tx, listed, NOW)
        (source,) = (one for one in source_rows.watched(tx) if one.name == name)
        entries = tuple(Entry(url, url, url, published=NOW) for url in urls)
        arrivals.arrive(
            tx, source, arriving(source, Harvest(entries=entries), NOW), most=9, now=NOW, people=everybody(tx)
        )


@pytest.fixture
def small(store: Store) -> Store:
    nodes = (
        DocumentNode("d1", "day", "Iterators", 3, day_from=1, day_to=1, tracks=("app",)),
        DocumentNode("d2", "day", "Tensors", 4, day_from=2, day_to=3, tracks=("algo",)),
        DocumentNode("d3", "day", "Decorators", 5, day_from=2, day_to=2, tracks=("app",)),
    )
    import_document(store, ME, Document("plan.md", "plan", "P", "t", {}, (), nodes), now=NOW)
    talk = Mention("t", 1, "Agent memory", "https://www.youtube.com/watch?v=aaaaaaaaaaa")
    notes = (DocumentNote("n1", 2, date(2026, 1, 11), "20260111", "Agent memory", "+ one", mention="t",
                          url="https://www.youtube.com/watch?v=aaaaaaaaaaa", start_seconds=1231),)  # fmt: skip
    other = (Mention("u", 9, "Unread", "https://a.example/u"),)
    import_document(store, ME, Document("j.md", "journal", "J", "t", {}, (talk, *other), (), notes), now=NOW)
    ids = {r.title: int(r.id) for r in library.resources(store, ME)}
    inbox.act(store, ME, [ids["Unread"]], "inbox", now=NOW, made_by="test")
    return store


def test_row_1_and_3_the_running_talk_comes_first_at_its_second(small: Store) -> None:
    found = today(small)
    assert found.talk is not None
    assert (found.talk.title, found.talk.seconds, found.day) == ("Agent memory", 1231, date(2026, 1, 12))
    assert [row.title for row in found.new] == ["Unread"]
    inbox.act(small, ME, [int(found.talk.resource)], "done", now=NOW, made_by="test")
    assert today(small).talk is None


def test_row_8_a_day_begins_at_midnight_in_the_persons_zone(small: Store) -> None:
    assert today(small, now=datetime(2026, 1, 5, 23, 17, tzinfo=UTC)).day == date(2026, 1, 6)


def test_row_17_and_19_plan_days_follow_start_rest_shift_and_tracks(small: Store) -> None:
    assert today(small).plans == ()
    schedule(small, start=date(2026, 1, 10), rest=[6])
    (plan,) = today(small).plans
    assert (plan.number, plan.off, [row.title for row in plan.rows]) == (2, False, ["Tensors", "Decorators"])
    schedule(small, tracks=["app"])
    assert [row.title for row in today(small).plans[0].rows] == ["Decorators"]
    schedule(small, shift=3)
    (plan,) = today(small).plans
    assert (plan.number, plan.off) == (1, True)
    for _ in range(3):
        actions.undo(small, ME, NOW)
    assert today(small).plans == ()
    actions.redo(small, ME, NOW)
    assert schedules.pace_of(small, ME, "plan.md")[1] is not None


def test_shifts_of_one_day_add_up(small: Store) -> None:
    schedule(small, start=date(2026, 1, 10))
    schedule(small, shift=3)
    schedule(small, shift=2)
    _, pace = schedules.pace_of(small, ME, "plan.md")
    assert pace is not None
    assert pace.day(3) == date(2026, 1, 17)


def test_what_makes_no_schedule_is_said(small: Store) -> None:
    with pytest.raises(UsageError, match="no start yet"):
        schedule(small, shift=2)
    with pytest.raises(UsageError, match="no track 'fde'"):
        schedule(small, start=date(2026, 1, 1), tracks=["fde"])
    with pytest.raises(UsageError, match="not shifted by -1"):
        schedule(small, start=date(2026, 1, 1), shift=-1)
    with pytest.raises(UsageError, match="seven days of rest"):
        schedule(small, rest=range(7))
    with pytest.raises(NotFound, match="no document"):
        schedules.pace_of(small, ME, "nothing")
    assert schedules.pace_of(small, ME, "plan.md") == ("plan.md", None)


def test_a_session_fits_into_the_minutes(small: Store) -> None:
    schedule(small, start=date(2026, 1, 11))
    review.add(small, ME, place="Iterators", now=NOW, made_by="test")
    found = today(small, 45)
    assert [one.key for one in found.chosen] == ["reviews", "talk"]
    assert [one.key for one in today(small, 10).chosen] == ["reviews"]
    assert sum(one.minutes for one in today(small, 500).chosen) <= 500


def test_without_a_running_talk_the_plan_s_next_row_is_picked_and_its_order_kept(small: Store) -> None:
    talk = today(small).talk
    assert talk is not None
    pick = today(small).pick
    assert pick is not None
    assert (pick.offer.key, pick.url[-8:], pick.resource) == ("talk", "&t=1231s", talk.resource)
    inbox.act(small, ME, [int(talk.resource)], "done", now=NOW, made_by="test")
    pick = today(small).pick
    assert pick is not None
    assert (pick.offer.title, pick.why) == ("Unread", "new")
    assert today(small).unplanned == ("plan.md",)
    schedule(small, start=date(2026, 1, 11))
    found = today(small, 100)
    (plan,) = found.plans
    assert ([row.title for row in plan.late], plan.behind) == (["Iterators"], 1)
    assert found.pick is not None
    assert (found.pick.offer.title, found.pick.why) == ("Iterators", "plan.md, left open before day 2")
    assert [one.title for one in found.chosen] == ["Iterators", "Tensors"]
    schedule(small, tracks=["app"])
    inbox.act(small, ME, [int(row.id) for row in found.new], "done", now=NOW, made_by="test")
    assert [[one.title for one in today(small, minutes).chosen] for minutes in (44, 45, 90)] == [
        [], ["Iterators"], ["Iterators", "Decorators"],
    ]  # fmt: skip
    schedule(small, tracks=[])
    plans.tick(small, ME, ["Iterators", "Tensors", "Decorators"], on=True, now=NOW, made_by="test")
    assert today(small).pick is None  # nothing is left of this plan
    plans.tick(small, ME, ["Tensors"], on=False, now=NOW, made_by="test")
    schedule(small, start=date(2026, 1, 12))
    pick = today(small).pick
    assert pick is not None
    assert (pick.offer.title, pick.why) == ("Tensors", "plan.md, ahead: day 2")
    for _ in range(3):
        actions.undo(small, ME, NOW)
    plans.set_priority(small, ME, ["Tensors"], "high", now=NOW, made_by="test")
    assert [one.title for one in today(small, 45).chosen] == ["Tensors"]
    plans.set_standing(small, ME, ["Iterators"], "blocked", why="no laptop", now=NOW, made_by="test")
    assert today(small).plans[0].behind == 0


def test_works_for_what_is_in_focus_come_first(small: Store) -> None:
    talk = today(small).talk
    assert talk is not None
    inbox.act(small, ME, [int(talk.resource)], "done", now=NOW, made_by="test")
    titles = ("Tensor strides", "Tea", "Decorators in depth")
    works = tuple(Mention(f"m{n}", n, title, f"https://a.example/{n}") for n, title in enumerate(titles, 1))
    import_document(small, ME, Document("more.md", "list", "More", "t", {}, works), now=NOW)
    ids = {one.title: int(one.id) for one in library.resources(small, ME)}
    for title in ("Decorators in depth", "Tea", "Tensor strides"):
        inbox.act(small, ME, [ids[title]], "shortlist", now=NOW, made_by="test")
    before = [row.title for row in today(small).shortlist]
    plans.set_focus(small, ME, ["Decorators"], on=True, now=NOW, made_by="test")
    found = today(small)
    (focus,) = found.focus
    assert (focus.place.title, [work.title for work in focus.works]) == ("Decorators", [titles[2]])
    assert [row.title for row in found.shortlist] == [titles[2], *(title for title in before if title != titles[2])]
    assert found.pick is not None
    assert (found.pick.offer.title, found.pick.why) == ("Decorators in depth", "in focus: Decorators")
    assert "read:" in today(small, 15).chosen[0].key
    plans.set_focus(small, ME, ["Decorators"], on=False, now=NOW, made_by="test")
    assert today(small).focus == ()


def test_two_rows_for_one_track_are_said_until_one_is_chosen(small: Store) -> None:
    nodes = tuple(DocumentNode(n, "day", f"Row {n}", 1, day_from=1, day_to=1, tracks=("x",)) for n in "AB")
    import_document(small, ME, Document("two.md", "plan", "T", "t", {}, (), nodes), now=NOW)
    schedules.schedule(small, ME, "two.md", start=date(2026, 1, 12), now=NOW, zone=SHANGHAI, made_by="test")
    assert today(small).plans[-1].double
    schedules.choose(small, ME, ["Row B"], now=NOW, made_by="test")
    plan = today(small).plans[-1]
    assert (plan.double, [row.title for row in plan.rows]) == (False, ["Row B"])
    schedules.choose(small, ME, ["Row B"], off=True, now=NOW, made_by="test")
    assert today(small).plans[-1].double
    with pytest.raises(UsageError, match="nothing to choose"):
        schedules.choose(small, ME, ["Iterators"], now=NOW, made_by="test")


def test_new_works_of_sources_one_uses_come_first(store: Store) -> None:
    bring(store, "Rarely", "https://r.example/1", "https://r.example/2")
    bring(store, "Channel", "https://c.example/1", "https://c.example/2")
    ids = {one.url: int(one.id) for one in library.resources(store, ME)}
    inbox.act(store, ME, [ids["https://c.example/1"]], "star", now=NOW, made_by="test")
    inbox.act(store, ME, [ids["https://c.example/1"]], "done", now=NOW, made_by="test")
    found = [row.url for row in today(store).new]
    assert (found[0], sorted(found[1:])) == ("https://c.example/2", ["https://r.example/1", "https://r.example/2"])


@pytest.mark.shared
@seeds
def test_row_6_days_and_gaps_of_the_journal(store: Store) -> None:
    read_in(store, "004")
    found = study.today(store, ME, Study(), SHANGHAI, datetime(2026, 2, 1, tzinfo=UTC)).streak
    assert (found.days, found.longest) == (26, 16)
    assert [day.day for day in found.gaps] == [17, 21, 22, 24, 28]


@pytest.mark.shared
@seeds
def test_row_1_today_of_the_seed_shows_the_entry_of_the_day(store: Store) -> None:
    read_in(store, "004")
    found = today(store)
    assert [one.day for one in found.noted] == [date(2026, 1, 12)]
    assert found.talk is not None
    assert found.talk.title == found.noted[0].title
