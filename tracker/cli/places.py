"""What commands about places of plans share: their arguments, their JSON shape, and a decision said back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.acks import report
from tracker.cli.output import emit, iso, say

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.core.inbox import Done
    from tracker.core.plan import Branch
    from tracker.wiring import House

PLACES = click.argument("places", nargs=-1, required=True, metavar="PLACE...")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One object per place instead of ACK lines.")
NAME = click.argument("name", default="", metavar="[PLAN]")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def branch(one: Branch, now: datetime) -> dict[str, Any]:
    """The JSON shape of a place as it stands at `now`, with what hangs on it."""
    from tracker.core import standing

    node = one.node
    return {
        "id": node.id,
        "plan": node.plan or None,
        "document": node.document or None,
        "kind": node.kind,
        "title": node.title,
        "path": list(one.path),
        "line": node.line or None,
        "day_from": node.day_from,
        "day_to": node.day_to,
        "tracks": list(node.tracks),
        "emphasis": dict(node.emphasis),
        "target_depth": node.target_depth or None,
        "practice": node.practice or None,
        "checked": node.checked,
        "remark": node.remark or None,
        "level": node.level,
        "resources": list(node.resources),
        "target_level": node.target_level,
        "state": standing.state_of(node, now),
        "reason": standing.reason_of(node, now) or None,
        "wake": iso(node.wake),
        "priority": standing.PRIORITY_NAMES[standing.priority_of(node)],
        "focus": standing.in_focus(node),
        "touched": iso(node.touched),
        "results": list(node.results),
        "children": [branch(child, now) for child in one.children],
    }


def decide(flags: Mapping[str, str], as_json: bool, act: Callable[[House, dict[str, Any]], Done]) -> None:
    """Run one decision, then say it back: ACK lines, or the places as they stand."""
    from tracker.services.ack import acknowledge
    from tracker.services.plans import node
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done = act(house, {"now": house.clock(), "made_by": "cli"})
        if not as_json:
            report(done)
            say(done.label if done.action else "it stands so already")
            return
        acknowledge(done)
        places = dict.fromkeys(item for item in done.items if item.startswith(("node:", "node_resource:")))
        for item in places:
            emit(branch(node(house.store, house.person, item.split(":")[1].partition("/")[0])[0], house.clock()))


def words_of(text: str) -> list[str]:
    """The words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def weekdays_of(text: str) -> list[int]:
    """Days of the week by their names, Monday is 0. Raises UsageError."""
    from tracker.core.errors import UsageError

    words = [word.lower()[:3] for word in words_of(text)]
    if odd := next((word for word in words if word not in WEEKDAYS), ""):
        raise UsageError(f"'{odd}' is no weekday", f"There are {', '.join(WEEKDAYS)}")
    return [WEEKDAYS.index(word) for word in words]


def date_of(text: str) -> date:
    """A date as it is written. Raises UsageError."""
    from tracker.core.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date", "Write YYYY-MM-DD") from None
