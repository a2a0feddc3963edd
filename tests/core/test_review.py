"""When things come back: FSRS's own intervals, days that never overflow, piles that drain."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import fsrs
import pytest

from tracker.core import review
from tracker.core.model import NodeId
from tracker.core.plan import PlanNode
from tracker.core.review import Card, graded, next_round, remembered, seconds_a_card

NOW = datetime(2026, 1, 12, tzinfo=UTC)


def card(id_: int = 1, due: datetime = NOW) -> Card:
    return Card(id_, "node", id_, f"Card {id_}", "", "", due, {})


@pytest.mark.parametrize("grades", [(3, 3, 3, 3, 3), (1, 3, 2, 3, 4), (4, 4, 1, 3, 3), (2, 2, 2, 2)])
def test_intervals_are_those_of_the_library(grades: tuple[int, ...]) -> None:
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    theirs, ours, now = fsrs.Card(card_id=1, due=NOW), card(), NOW
    for number in grades:
        theirs, _ = scheduler.review_card(theirs, fsrs.Rating(number), now)
        after = graded(ours, number, now, 0.9)
        ours = replace(ours, memory=after.memory, due_at=after.due_at)
        assert ours.due_at == max(theirs.due, now + timedelta(days=1))
        now = ours.due_at


def test_a_year_never_exceeds_the_minutes_of_a_day_and_grades_are_the_same_on_every_run() -> None:
    def year() -> list[int]:
        chance, cards, counts = random.Random(7), {i: card(i) for i in range(300)}, []
        for day in range(365):
            now = NOW + timedelta(days=day)
            due = [one for one in cards.values() if one.due_at <= now]
            chosen = review.today(due, 15, 60, now, 0.9)
            for one in chosen:
                after = graded(one, chance.choice((1, 2, 3, 3, 3, 3, 4)), now, 0.9)
                cards[one.id] = replace(one, memory=after.memory, due_at=after.due_at)
            counts.append(len(chosen))
        return counts

    first = year()
    assert max(first) <= 15
    assert first == year()


def test_a_backlog_of_300_drains_without_new_cards() -> None:
    cards, waiting = {i: card(i, NOW - timedelta(days=i)) for i in range(300)}, []
    for day in range(60):
        now = NOW + timedelta(days=day)
        due = [one for one in cards.values() if one.due_at <= now and not one.memory]
        waiting.append(len(due))
        for one in review.today(due, 15, 60, now, 0.9):
            after = graded(one, 3, now, 0.9)
            cards[one.id] = replace(one, memory=after.memory, due_at=after.due_at)
    assert waiting[0] == 300
    assert waiting == sorted(waiting, reverse=True)
    assert waiting[-1] == 0


def test_the_least_remembered_comes_first() -> None:
    old = replace(card(1), memory=graded(card(1), 4, NOW - timedelta(days=3), 0.9).memory)
    weak = replace(card(2), memory=graded(card(2), 1, NOW - timedelta(days=3), 0.9).memory)
    new = card(3)
    assert [one.id for one in review.today([old, weak, new], 60, 60, NOW, 0.9)] == [3, 2, 1]
    assert 1 > remembered(old, NOW, 0.9) > remembered(weak, NOW, 0.9) > remembered(new, NOW, 0.9) == 0
    assert review.today([old, weak, new], 1.9, 60, NOW, 0.9) == [new]
    assert review.today([old], 0, 60, NOW, 0.9) == []


def test_the_length_of_a_card_is_learned_from_timed_answers() -> None:
    assert seconds_a_card([5, 0, 20]) == 60
    assert seconds_a_card([0, *[20] * 9, 9999]) == (9 * 20 + 600) / 10


def test_a_round_takes_up_ticked_skills_the_lowest_first() -> None:
    def skill(line: int, level: int | None, checked: bool = True, kind: str = "skill") -> PlanNode:
        return PlanNode(NodeId(line), None, "", "r.md", kind, f"S{line}", line, checked=checked, level=level)

    found = next_round(
        [skill(1, 4), skill(2, 2), skill(3, None), skill(4, 1), skill(5, 1, False), skill(6, 1, kind="day")]
    )
    assert [one.line for one in found] == [3, 4, 2, 1]
