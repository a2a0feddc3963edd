"""Noise as figures: yields, the queue's debt, advice by its thresholds; and rules mined from decisions."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from tracker.core.inbox import Standing
from tracker.core.mining import Fact, mine
from tracker.core.model import InboxState, NodeId, ResourceId
from tracker.core.noise import Item, debt, yields
from tracker.core.rules import Past

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)


def past(id_: int, state: str, ago: float = 1, why: str = "", topics: frozenset[NodeId] = frozenset()) -> Past:
    at = NOW - timedelta(days=ago)
    decided = at + timedelta(hours=1) if state != "inbox" else None
    return Past(
        ResourceId(id_), at, Standing(InboxState(state), decided_at=decided, why=why, topics=topics, sort_at=at)
    )


def items(state: str, count: int, source: str = "A", ago: float = 1, minutes: int = 10, why: str = "") -> list[Item]:
    return [Item(past(n, state, ago, why), (source,), minutes) for n in range(count)]


def test_the_debt_is_what_waits_against_the_pace() -> None:
    some = [*items("inbox", 12, ago=20), *items("inbox", 2, minutes=0), *items("done", 10), *items("filed", 4, ago=19.5),
            *items("skipped", 5, why="rule 'x'"), *items("snoozed", 1)]  # fmt: skip
    found = debt(some, NOW, 28)
    assert (found.days, found.waiting, found.minutes) == (21, 14, 12 * 10 + 2 * 15)
    assert (found.decided, found.came) == (14 / 21, 29 / 21)
    assert found.clear == 14 / (14 / 21)
    assert found.settled is None  # more comes than is decided


def test_a_pace_above_what_comes_settles_the_queue() -> None:
    found = debt([*items("inbox", 6, ago=9), *items("done", 18, ago=8.5)], NOW, 9)
    assert (found.came, found.decided, found.clear, found.settled) == (18 / 9, 18 / 9, 3.0, None)
    found = debt([*items("inbox", 6, ago=9.5), *[Item(past(n, "done", 9.01), ("A",)) for n in range(18)]], NOW, 9)
    assert (found.came, found.settled) == (0.0, 3.0)  # they came before the window and were decided in it


def test_nothing_waiting_is_cleared_and_nothing_decided_is_said() -> None:
    assert debt([], NOW, 28).clear == debt([], NOW, 28).settled == 0.0
    assert debt(items("inbox", 3), NOW, 28).clear is None


def test_yields_equal_a_slow_recount() -> None:
    chance = random.Random(3)
    some = [
        Item(
            past(n, chance.choice(("inbox", "filed", "skipped", "done")), chance.uniform(0, 40),
                 chance.choice(("", "", "rule 'x'"))),
            tuple(chance.sample(("A", "B", "C"), chance.randint(1, 2))), chance.randint(0, 30),
        )
        for n in range(400)
    ]  # fmt: skip
    for one in yields(some, {"A": 7}, NOW, 28):
        mine_ = [i for i in some if one.source in i.sources]
        recent = [i.past for i in mine_ if (NOW - i.past.at).total_seconds() < 28 * 86400]
        own = [p for p in recent if not p.standing.why]
        kept = sum(p.standing.state.value in ("filed", "done") for p in own)
        skipped = sum(p.standing.state.value == "skipped" for p in own)
        waiting = [i for i in mine_ if i.past.standing.state.value == "inbox"]
        ruled = sum(bool(p.standing.why) and p.standing.state.value != "inbox" for p in recent)
        assert (one.seen, one.kept, one.skipped, one.ruled) == (len(recent), kept, skipped, ruled)
        assert (one.waiting, one.minutes) == (len(waiting), sum(i.minutes or 15 for i in waiting))
        assert one.rate == pytest.approx(kept / (kept + skipped))
        assert one.a_day == pytest.approx((len(recent) - ruled) / 28)
        assert one.held == (7 if one.source == "A" else 0)


def mixed(kept: int, skipped: int, ago: float = 3) -> list[Item]:
    return [*items("filed", kept, ago=ago), *items("skipped", skipped, ago=ago)]


@pytest.mark.parametrize(
    ("some", "advice"),
    [
        (mixed(0, 19), None),  # too few decisions
        (mixed(0, 20), ("mute", 0)),
        ([*mixed(0, 20), *items("skipped", 1, ago=70)], ("drop", 0)),
        ([*mixed(0, 20), *items("filed", 1, ago=70)], ("mute", 0)),  # it was worth something once
        (mixed(3, 20), ("cap", 2)),  # 13 % of 6 a day
        (mixed(4, 20), None),  # 17 %
        (mixed(3, 20, ago=27), None),  # less than 3 a day
    ],
)
def test_advice_obeys_its_thresholds(some: list[Item], advice: tuple[str, int] | None) -> None:
    (found,) = yields(some, {}, NOW, 28)
    assert (found.advice and (found.advice.verb, found.advice.most)) == advice


def test_what_a_rule_sees_to_needs_no_advice() -> None:
    some = [*mixed(0, 30, ago=40), *items("skipped", 30, why="rule 'mute A'")]
    (found,) = yields(some, {}, NOW, 28)
    assert (found.advice, found.rate, found.ruled) == (None, None, 30)


# ---- mined -----------------------------------------------------------------------------------------------------------


def fact(id_: int, title: str, state: str, source: str = "A", why: str = "", topic: int = 0) -> Fact:
    topics = frozenset({NodeId(topic)}) if topic else frozenset()
    return Fact(past(id_, state, why=why, topics=topics), title, (source,), f"{source.lower()}.example", ("Ann",))


def test_a_word_that_is_always_skipped_and_a_source_that_is_always_filed_are_found() -> None:
    facts = [fact(n, f"Diffusion number{n}", "skipped") for n in range(15)]
    facts += [fact(100 + n, f"Caching number{n + 50}", "filed", "B", topic=1) for n in range(15)]
    facts += [fact(200 + n, f"Thing {n}x", ("skipped", "filed", "done")[n % 3], "A") for n in range(30)]
    found = mine(facts, {NodeId(1): "KV cache"})
    assert [(one.when, one.do, one.right, one.decided) for one in found] == [
        ('source:"B"', "file KV cache", 15, 15), ("title:diffusion", "skip", 15, 15)
    ]  # fmt: skip
    assert found[1].why == "you skipped 15 of 15 with title:diffusion, of the others 22%"
    assert found[0].why.startswith("you filed under 'KV cache' 15 of 15")


def test_chance_few_decisions_and_what_rules_did_prove_nothing() -> None:
    chance = random.Random(5)
    noise = [fact(n, f"w{chance.randint(1, 30)} v{chance.randint(1, 30)}", chance.choice(("skipped", "done"))) for n in range(300)]  # fmt: skip
    assert mine(noise, {}) == []
    few = [fact(n, "Diffusion", "skipped") for n in range(7)] + [fact(50 + n, "x", "done", "B") for n in range(50)]
    assert mine(few, {}) == []
    ruled = [fact(n, "Diffusion", "skipped", why="rule 'd'") for n in range(30)]
    assert mine([*ruled, *(fact(50 + n, "x", "done", "B") for n in range(50))], {}) == []
    everything = [fact(n, f"Diffusion {n}", "skipped") for n in range(200)]
    assert mine(everything, {}) == []  # who skips everything says nothing of diffusion


def test_a_source_and_a_word_are_told_together() -> None:
    facts = [fact(n, "ad of the day", "skipped", "A") for n in range(20)]
    facts += [fact(100 + n, "ad of the day", "done", "B") for n in range(20)]
    facts += [fact(200 + n, "other news", "done", "A") for n in range(20)]
    assert [one.when for one in mine(facts, {})] == ['source:"A" title:ad']
    nowhere = [Fact(one.past, one.title) for one in facts]
    assert mine(nowhere, {}) == []
    quoted = [fact(n, "ad", "skipped", 'A "x"') for n in range(20)] + [fact(99 + n, "b", "done") for n in range(20)]
    assert all('"x"' not in one.when for one in mine(quoted, {}))
