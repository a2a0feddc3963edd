"""Reviews on both engines: a day's cards, grades that can be undone, rounds over a roadmap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db.store import Store
from tracker.config.settings import Study
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.errors import NotFound, UsageError
from tracker.core.model import FIRST_PERSON as ME
from tracker.documents import reader_for
from tracker.services import actions, library, review
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


def test_what_is_not_there_is_said(roadmap: Store) -> None:
    with pytest.raises(NotFound, match="no card 7"):
        grade(roadmap, 7, 3)
    with pytest.raises(UsageError, match="5 is no grade"):
        grade(roadmap, 7, 5)
    with pytest.raises(UsageError, match="a place or a resource"):
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
