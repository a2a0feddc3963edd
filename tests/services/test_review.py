"""Reviews on both engines: a day's cards, grades that can be undone, rounds over a roadmap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db.store import Store
from tracker.config.settings import Study
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.errors import NotFound, UsageError
from tracker.core.model import FIRST_PERSON as ME
from tracker.documents import reader_for
from tracker.services import actions, library, notes, plans, review, schedule
from tracker.services.documents import import_document

NOW = datetime(2026, 1, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


@pytest.fixture
def roadmap(store: Store) -> Store:
    nodes = tuple(
        DocumentNode(f"s{n}", "skill", f"Skill {n}", n, checked=n < 4, level=n if n < 4 else None) for n in range(1, 6)
    )
    works = (Mention("w", 9, "A talk", "https://a.example/talk"),)
    import_document(store, ME, Document("r.md", "roadmap", "R", "t", {}, works, nodes), now=NOW)
    return store


def grade(store: Store, id_: int, number: int, now: datetime = NOW, seconds: int = 0) -> datetime:
    card, _ = review.grade(store, ME, id_, number, seconds=seconds, retention=0.9, now=now, made_by="test")
    return card.due_at


def day(store: Store, now: datetime = NOW, minutes: int = 2) -> review.Today:
    return review.today(store, ME, Study(review_minutes=minutes), SHANGHAI, now)


def test_a_day_holds_what_fits_and_counts_what_was_answered(roadmap: Store) -> None:
    done = review.begin_round(roadmap, ME, review.next_round(roadmap, ME), now=NOW, made_by="test")
    assert done.label == "began a round with 3 skills"
    found = day(roadmap)
    assert ([card.title for card in found.cards], found.waiting, found.minutes) == (["Skill 1", "Skill 2"], 1, 2.0)
    due = grade(roadmap, found.cards[0].id, 3)
    assert due >= NOW + timedelta(days=1)
    assert [card.title for card in day(roadmap).cards] == ["Skill 2"]
    assert [card.title for card in day(roadmap, NOW + timedelta(days=1)).cards] == ["Skill 2", "Skill 3"]
    assert len(review.every(roadmap, ME)) == 3


def test_grades_and_cards_are_undone_and_redone(roadmap: Store) -> None:
    review.add(roadmap, ME, place="Skill 5", question="What is 5?", answer="five", now=NOW, made_by="test")
    before = review.every(roadmap, ME)
    grade(roadmap, before[0].id, 1, seconds=30)
    after = review.every(roadmap, ME)
    assert after[0].memory != {} == before[0].memory
    actions.undo(roadmap, ME, NOW)
    assert review.every(roadmap, ME) == before
    actions.redo(roadmap, ME, NOW)
    assert review.every(roadmap, ME) == after
    actions.undo(roadmap, ME, NOW)
    actions.undo(roadmap, ME, NOW)
    assert review.every(roadmap, ME) == []


def test_cards_of_resources_and_the_same_card_again(roadmap: Store) -> None:
    work = int(library.resources(roadmap, ME)[0].id)
    for _ in range(2):
        review.add(roadmap, ME, resource=work, now=NOW, made_by="test")
    assert [(card.subject, card.title) for card in review.every(roadmap, ME)] == [("resource", "A talk")]
    assert review.begin_round(roadmap, ME, [], now=NOW, made_by="test").action == 0


def test_no_card_is_asked_for_on_a_holiday_and_the_pile_keeps_to_the_minutes_afterwards(roadmap: Store) -> None:
    review.begin_round(roadmap, ME, review.next_round(roadmap, ME), now=NOW, made_by="test")
    first, last = date(2026, 1, 12), date(2026, 1, 14)
    schedule.set_holiday(roadmap, ME, first, last, now=NOW, made_by="test")
    assert schedule.holidays(roadmap, ME) == [(first, last)]
    for days in range(3):
        found = day(roadmap, NOW + timedelta(days=days))
        assert (found.cards, found.waiting, found.minutes, found.holiday) == ((), 3, 0.0, True)
    after = day(roadmap, NOW + timedelta(days=3))
    assert (len(after.cards), after.waiting, after.holiday) == (2, 1, False)
    actions.undo(roadmap, ME, NOW)
    assert len(day(roadmap).cards) == 2
    actions.redo(roadmap, ME, NOW)
    schedule.set_holiday(roadmap, ME, first, last, off=True, now=NOW, made_by="test")
    assert schedule.holidays(roadmap, ME) == []
    with pytest.raises(UsageError, match="there is no holiday"):
        schedule.set_holiday(roadmap, ME, first, last, off=True, now=NOW, made_by="test")
    with pytest.raises(UsageError, match="ends before it begins"):
        schedule.set_holiday(roadmap, ME, last, first, now=NOW, made_by="test")


def test_a_year_of_days_never_exceeds_the_minutes_with_holidays_and_new_cards(roadmap: Store) -> None:
    review.begin_round(roadmap, ME, review.next_round(roadmap, ME), now=NOW, made_by="test")
    schedule.set_holiday(roadmap, ME, date(2026, 2, 1), date(2026, 2, 9), now=NOW, made_by="test")
    for days in range(0, 365, 5):
        now = NOW + timedelta(days=days)
        if days % 50 == 0:
            review.add(roadmap, ME, place="Skill 5", question=f"Asked on {now:%j}?", now=now, made_by="test")
        answered = 0
        while cards := day(roadmap, now).cards:
            grade(roadmap, cards[0].id, 1 + days // 5 % 4, now)
            answered += 1
        assert answered <= 2
    assert len(review.every(roadmap, ME)) == 3 + 8


def test_notes_come_back_by_their_first_words_and_questions_by_their_answers(roadmap: Store) -> None:
    work = str(library.resources(roadmap, ME)[0].id)
    text = "+ 为什么要缓存？\n    - 前缀共享\n    - 省钱\n+ plain\n+ and?\n"
    notes.write(roadmap, ME, work, text, day=NOW.date(), now=NOW, made_by="test")
    (entry,) = plans.journal(roadmap, ME)
    (asked,) = review.questions(roadmap, ME)
    assert (asked.note, asked.question, asked.answer) == (entry.id, "为什么要缓存？", "前缀共享 省钱")
    review.ask(roadmap, ME, [asked, asked], now=NOW, made_by="test")
    assert review.questions(roadmap, ME) == []
    review.add(roadmap, ME, note=int(entry.id), now=NOW, made_by="test")
    cards = {card.question: card for card in review.every(roadmap, ME)}
    assert (cards[""].title, cards[""].answer) == ("A talk", "为什么要缓存？ / plain / and?")
    assert cards["为什么要缓存？"].answer == "前缀共享 省钱"
    actions.undo(roadmap, ME, NOW)
    actions.undo(roadmap, ME, NOW)
    assert review.every(roadmap, ME) == []
    with pytest.raises(NotFound, match="no note"):
        review.add(roadmap, ME, note=999, now=NOW, made_by="test")


def test_a_card_shows_what_was_explained_graded_and_reached(roadmap: Store) -> None:
    work = str(library.resources(roadmap, ME)[0].id)
    notes.write_card(roadmap, ME, work, notes.EXPLAIN, "one\ntwo", day=NOW.date(), now=NOW, made_by="test")
    notes.write_card(roadmap, ME, "Skill 1", notes.EXPLAIN, "skill", day=NOW.date(), now=NOW, made_by="test")
    notes.write(roadmap, ME, work, "+ word", day=NOW.date(), now=NOW, made_by="test")
    (entry,) = plans.journal(roadmap, ME)
    for wish in ({"resource": int(work)}, {"place": "Skill 1"}, {"note": int(entry.id)}):
        review.add(roadmap, ME, **wish, now=NOW, made_by="test")  # type: ignore[arg-type]
    plans.set_level(roadmap, ME, ["Skill 1"], 4, now=NOW, made_by="test")
    cards = {card.subject: card.id for card in review.every(roadmap, ME)}
    grade(roadmap, cards["node"], 2)
    found = {subject: review.about(roadmap, ME, id_) for subject, id_ in cards.items()}
    assert {subject: one.explained for subject, one in found.items()} == {
        "resource": ("one", "two"), "node": ("skill",), "note": ("one", "two"),
    }  # fmt: skip
    assert [grade for _, grade in found["node"].answers] == [2]
    assert [(old, new) for _, old, new in found["node"].levels] == [(1, 4)]
    assert found["resource"].levels == ()
    with pytest.raises(NotFound, match="no card 99"):
        review.about(roadmap, ME, 99)


def test_rounds_are_counted_and_tell_what_they_moved(roadmap: Store) -> None:
    assert review.current_round(roadmap, ME, "r.md") == review.Round(1, None)
    review.begin_round(roadmap, ME, review.next_round(roadmap, ME, "r.md"), "r.md", now=NOW, made_by="test")
    later = NOW + timedelta(days=1)
    plans.set_level(roadmap, ME, ["Skill 1"], 3, now=later, made_by="test")
    plans.set_level(roadmap, ME, ["Skill 2"], 4, now=later, made_by="test")
    plans.set_level(roadmap, ME, ["Skill 2"], 2, now=later, made_by="test")
    found = review.current_round(roadmap, ME, "r.md")
    assert (found.number, found.began) == (2, NOW)
    assert [(place.title, old, new) for place, old, new in found.moved] == [("Skill 1", 1, 3)]
    review.begin_round(roadmap, ME, [], "r.md", now=later + timedelta(days=1), made_by="test")
    assert review.current_round(roadmap, ME, "r.md").number == 3
    assert review.current_round(roadmap, ME, "r.md").moved == ()


def test_what_is_not_there_is_said(roadmap: Store) -> None:
    with pytest.raises(NotFound, match="no card 7"):
        grade(roadmap, 7, 3)
    with pytest.raises(UsageError, match="5 is no grade"):
        grade(roadmap, 7, 5)
    with pytest.raises(UsageError, match="a place, a resource or a note"):
        review.add(roadmap, ME, now=NOW, made_by="test")
    with pytest.raises(NotFound, match="no resource"):
        review.add(roadmap, ME, resource=999, now=NOW, made_by="test")


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds of ../shared are not here")
def test_row_13_a_second_round_over_the_roadmap_begins_with_the_weak_ones(store: Store) -> None:
    path = next(SEEDS.glob("001_*.txt"))
    text = path.read_text("utf-8")
    import_document(store, ME, reader_for(text, path.name).read(text, path.name), now=NOW)
    skills = review.next_round(store, ME)
    weak = [(one.level or 0) <= 2 for one in skills]
    assert len(skills) == 83
    assert weak == sorted(weak, reverse=True)
