"""Decisions of every kind as data: there, back, and named."""

from __future__ import annotations

from tracker.core.actions import RowChange, from_json, invert, items_of, to_json
from tracker.core.inbox import Standing, Step
from tracker.core.model import InboxState, ResourceId

TICK = RowChange("node", {"id": 3}, {"checked": False}, {"checked": True})
MADE = RowChange("note", {"id": 9}, None, {"id": 9, "body": "甲"})
FILED = Step(ResourceId(5), Standing(), Standing(state=InboxState.FILED))


def test_changes_of_both_kinds_survive_the_journal() -> None:
    data = to_json([TICK, FILED, MADE])
    assert data[1] == [5, {"state": "inbox"}, {"state": "filed"}]
    assert from_json(data)[0] == TICK
    assert from_json(data)[2] == MADE
    assert to_json(from_json(data)) == data


def test_backwards_is_last_first_with_before_and_after_swapped() -> None:
    back = invert([TICK, FILED, MADE])
    assert back[0] == RowChange("note", {"id": 9}, {"id": 9, "body": "甲"}, None)
    assert back[1] == Step(ResourceId(5), FILED.after, FILED.before)
    assert back[2] == RowChange("node", {"id": 3}, {"checked": True}, {"checked": False})
    assert invert(back) == (TICK, FILED, MADE)


def test_acknowledgements_name_each_row_once_and_leave_resources_to_their_states() -> None:
    again = RowChange("node", {"id": 3}, {"level": None}, {"level": 2})
    setting = RowChange("plan_setting", {"person_id": 1, "plan": "p", "key": "start"}, None, {"value": "x"})
    assert items_of([TICK, FILED, again, setting]) == ("node:3", "plan_setting:1/p/start")


def test_a_place_that_only_stands_elsewhere_by_now_is_not_named() -> None:
    lower = RowChange("node", {"id": 4}, {"line": 3, "position": 1}, {"line": 4, "position": 2})
    other = RowChange("note", {"id": 4}, {"line": 3}, {"line": 4})
    assert items_of([lower, other, TICK]) == ("note:4", "node:3")
