"""Small decisions that no other test of this floor asks for."""

from __future__ import annotations

from datetime import UTC, datetime

from tracker.core.errors import StoreError
from tracker.core.inbox import Decision, Standing, Verb, decide
from tracker.core.journal import next_part
from tracker.core.model import NodeId
from tracker.core.plan import NodeState, PlanNode


def test_a_database_error_says_what_to_do_where_there_is_something() -> None:
    assert StoreError("t.db", "it is read-only").sentence() == "database t.db: it is read-only"
    assert StoreError("t.db", "full", "Make room.").sentence() == "database t.db: full. Make room."


def test_a_star_moves_nothing_else() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    starred = decide(Standing(), Decision(Verb.STAR), now)
    assert (starred.starred, starred.state) == (True, Standing().state)
    assert not decide(starred, Decision(Verb.UNSTAR), now).starred


def test_the_first_entry_of_a_talk_has_no_mark() -> None:
    assert next_part([]) == ""


def test_a_place_knows_its_state() -> None:
    place = PlanNode(NodeId(1), None, "p", "", "skill", "t", 1, checked=True, remark="r", level=2)
    assert place.state == NodeState(True, "r", 2)
