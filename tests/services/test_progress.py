"""Progress, gaps, coverage and forecasts over a store, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db import links
from db.store import Store
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.errors import NotFound, UsageError
from tracker.core.health import Health, Verdict
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.outlook import Outlook
from tracker.services import coverage, inbox, library, plans, progress, schedule, sessions
from tracker.services.documents import import_document

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday, 08:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def studied(store: Store) -> Store:
    """Forty rows of two tracks, one ticked a day for twelve days; a work for the first rows of each."""
    wanted: dict[str, Any] = {"target_depth": "掌握", "target_level": 3}
    rows = tuple(
        DocumentNode(f"d{n}", "day", f"Row {n}" if n != 7 else "Decoding ahead", n, day_from=n, day_to=n,
                     tracks=("app" if n % 2 else "algo",), **wanted)
        for n in range(1, 41)
    )  # fmt: skip
    works = (
        Mention("a", 1, "First", "https://a.example/1", node="d1"),
        Mention("b", 2, "Second", "https://a.example/2", node="d2"),
        Mention("c", 3, "Decoding ahead in depth", "https://b.example/3"),
    )  # fmt: skip
    import_document(store, ME, Document("p.md", "plan", "P", "t", {}, works, rows), now=START)
    for n in range(12):
        plans.tick(store, ME, [f"Row {n + 13}"], on=True, now=START + timedelta(days=n, hours=12), made_by="test")
    return store


def look(store: Store, day: int = 12, **more: Any) -> list[Outlook]:
    now = START + timedelta(days=day)
    (found,) = progress.outlook(store, ME, "p.md", now=now, zone=SHANGHAI, minutes=60, **more)
    return list(found.outlooks)


def likely(one: Outlook) -> date:
    assert one.finish is not None
    assert one.finish.likely is not None
    return one.finish.likely


def test_a_forecast_counts_what_was_ticked_whatever_row_it_was(studied: Store) -> None:
    whole, app, algo = look(studied)
    assert (whole.left, app.left, algo.left) == (28, 14, 14)
    assert abs((likely(whole) - date(2026, 1, 17)).days - 28) <= 6
    assert [one.name for one in look(studied, tracks=["app"])][1:] == ["app"]
    with pytest.raises(UsageError, match="no track 'x'"):
        look(studied, tracks=["x"])
    with pytest.raises(NotFound, match="no document"):
        progress.outlook(studied, ME, "zzz", now=START, zone=SHANGHAI, minutes=60)


def test_hours_are_compared_with_those_of_sessions_else_with_the_setting(studied: Store) -> None:
    now = likely(look(studied)[0])
    assert likely(look(studied, hours=14)[0]) < now  # twice the 7 hours of 60 minutes a day
    for n in range(4):
        begun = START + timedelta(days=8 + n)
        sessions.start(studied, ME, "Row 1", zone=SHANGHAI, now=begun, made_by="test")
        sessions.stop(studied, ME, minutes=210, now=begun, made_by="test")
    assert abs((likely(look(studied, hours=14)[0]) - now).days) <= 2  # 14 hours in the week that is known


def test_a_holiday_to_come_moves_the_date_by_as_much(studied: Store) -> None:
    schedule.schedule(studied, ME, "p.md", start=date(2026, 1, 5), now=START, zone=SHANGHAI, made_by="test")
    before = likely(look(studied)[0])
    schedule.set_holiday(studied, ME, date(2026, 1, 20), date(2026, 1, 24), now=START, made_by="test")
    assert likely(look(studied)[0]) == before + timedelta(days=5)


def test_progress_and_gaps_follow_ticks_and_levels(studied: Store) -> None:
    ((name, tallies),) = progress.progress(studied, ME, "", START)
    assert (name, [(one.kind, one.done, one.total) for one in tallies]) == (
        "p.md", [("plan", 12, 40), ("track", 6, 20), ("track", 6, 20)],
    )  # fmt: skip
    assert progress.short_of_depth(studied, ME, "p.md", START) == ([], 12)
    plans.set_level(studied, ME, ["Row 13"], 1, now=START, made_by="test")
    plans.set_level(studied, ME, ["Row 14"], 2, now=START, made_by="test")
    found, unsaid = progress.short_of_depth(studied, ME, "p.md", START)
    assert ([(gap.place.title, gap.wanted, gap.reached) for gap in found], unsaid) == (
        [("Row 13", 3, 1), ("Row 14", 3, 2)], 10,
    )  # fmt: skip


def test_coverage_knows_dead_links_and_offers_what_the_library_has(studied: Store) -> None:
    ids = {one.title: one.id for one in library.resources(studied, ME)}
    gone = Health("https://a.example/1", Verdict.GONE, checked_at=START)
    with studied.write() as tx:
        links.enlist(tx, links.unlisted(tx, 100))
        links.save(tx, [(ids["First"], gone, None)])
    ((_, found),) = coverage.report(studied, ME, "p.md", START, 90)
    assert [lack.place.title for lack in found.dead] == ["Row 1"]
    assert (found.places, len(found.bare)) == (28, 26)
    offers = {lack.place.title: [work.title for work in lack.offers] for lack in found.bare}
    assert (offers["Decoding ahead"], offers["Row 9"]) == (["Decoding ahead in depth"], [])
    inbox.act(studied, ME, [int(ids["Decoding ahead in depth"])], "done", now=START, made_by="test")
    ((_, found),) = coverage.report(studied, ME, "p.md", START + timedelta(days=200), 90)
    assert not any(lack.offers for lack in found.bare)
    assert [lack.place.title for lack in found.stale] == ["Row 1", "Row 2"]


def test_a_list_is_no_plan(studied: Store) -> None:
    import_document(studied, ME, Document("l.md", "list", "L", "t"), now=START)
    with pytest.raises(UsageError, match="is a list"):
        progress.progress(studied, ME, "l.md", START)


def test_without_a_plan_there_is_nothing_to_tell(store: Store) -> None:
    with pytest.raises(NotFound, match="no plan"):
        progress.progress(store, ME, "", START)
    with pytest.raises(NotFound, match="abilities by role"):
        progress.role_profiles(store, ME)
