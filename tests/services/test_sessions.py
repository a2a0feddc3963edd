"""Sessions on both engines: begun, ended with a position, undone; the next one goes on where the last stopped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.store import Store
from tracker.config.settings import Study
from tracker.core.document import Document, DocumentNode, DocumentNote, Mention
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.sessions import Session
from tracker.services import actions, inbox, library, sessions, study
from tracker.services.documents import import_document

NOW = datetime(2026, 1, 12, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def talks(store: Store) -> Store:
    talk = Mention("a", 1, "Agent memory", "https://www.youtube.com/watch?v=aaaaaaaaaaa")
    works = (talk, Mention("b", 2, "Other", "https://b.example/"))
    node = DocumentNode("d", "day", "Tensors", 3, day_from=1, day_to=1)
    note = DocumentNote("n", 9, date(2026, 1, 3), "20260103", "Agent memory", "+ x", mention="a", start_seconds=600,
                        url="https://www.youtube.com/watch?v=aaaaaaaaaaa")  # fmt: skip
    import_document(store, ME, Document("l.md", "journal", "L", "t", {}, works, (node,), (note,)), now=NOW)
    return store


def work(store: Store, title: str) -> str:
    return next(str(one.id) for one in library.resources(store, ME) if one.title == title)


def start(store: Store, about: str, now: datetime = NOW, **more: Any) -> Session:
    return sessions.start(store, ME, about, zone=SHANGHAI, now=now, made_by="test", **more)[0]


def stop(store: Store, minutes_later: int, **more: Any) -> Session:
    return sessions.stop(store, ME, now=NOW + timedelta(minutes=minutes_later), made_by="test", **more)[0]


def talk_today(store: Store, now: datetime = NOW) -> tuple[str, int | None] | None:
    found = study.today(store, ME, Study(), SHANGHAI, now)
    return found.talk and (found.talk.title, found.talk.seconds)


def test_a_session_goes_on_where_the_last_one_stopped(talks: Store) -> None:
    assert talk_today(talks) is None
    talk = work(talks, "Agent memory")
    first = start(talks, talk)
    assert (first.title, first.from_seconds, first.day, first.ended) == ("Agent memory", 600, date(2026, 1, 12), None)
    assert study.today(talks, ME, Study(), SHANGHAI, NOW).sitting == first
    ended = stop(talks, 31, at=1231)
    assert (ended.minutes, ended.to_seconds) == (31, 1231)
    assert talk_today(talks) == ("Agent memory", 1231)
    assert start(talks, talk, NOW + timedelta(days=1)).from_seconds == 1231
    assert start_over(talks, talk).from_seconds == 5


def start_over(store: Store, talk: str) -> Session:
    actions.undo(store, ME, NOW)
    return start(store, talk, NOW + timedelta(days=1), at=5)


def test_what_is_done_with_runs_no_longer_however_much_was_done_since(talks: Store) -> None:
    talk = work(talks, "Agent memory")
    start(talks, talk)
    stop(talks, 5)
    inbox.act(talks, ME, [int(talk)], "done", now=NOW, made_by="test")
    assert talk_today(talks) is None


def test_sessions_of_places_and_everything_undone(talks: Store) -> None:
    one = start(talks, "Tensors")
    assert (one.title, one.resource, one.from_seconds, one.url) == ("Tensors", None, None, "")
    stop(talks, 20)
    before = sessions.newest(talks, ME)
    actions.undo(talks, ME, NOW)
    assert sessions.newest(talks, ME)[0].ended is None
    actions.undo(talks, ME, NOW)
    assert sessions.newest(talks, ME) == []
    actions.redo(talks, ME, NOW)
    actions.redo(talks, ME, NOW)
    assert sessions.newest(talks, ME) == before


def test_what_cannot_be_begun_or_ended_is_said(talks: Store) -> None:
    with pytest.raises(UsageError, match="no session runs"):
        stop(talks, 1)
    with pytest.raises(NotFound, match="no resource"):
        start(talks, "999")
    start(talks, work(talks, "Other"))
    with pytest.raises(Conflict, match="'Other' runs"):
        start(talks, "Tensors")
    with pytest.raises(UsageError, match="8 hours ago"):
        stop(talks, 480)
    assert stop(talks, 480, minutes=25).minutes == 25
