"""Counters of what a person does beside reading: off unless named in the settings, kept here, sent nowhere."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from datetime import date, datetime

from db import plans, sessions
from db import settings as kept
from db.store import Store
from tracker.core.counters import Counter, counter
from tracker.core.errors import UsageError, nearest
from tracker.core.inbox import Done
from tracker.core.model import PersonId
from tracker.core.text import fold
from tracker.services.actions import deciding

OFF = "no counter is kept"
HOW = 'Name those you want in config.toml: [study] counters = ["github", "community"]'
_KEY = "counted"  # a value for each day, under the person: `counted 2026-01-12 github`


def count(
    store: Store, person: PersonId, names: Sequence[str], name: str, by: int, day: date, now: datetime, made_by: str
) -> Done:
    """Add `by` (less than 0 takes off) to a counter on a day; no day goes below 0. Raises UsageError for one that is
    not among `names`, those the settings turn on."""
    if not names:
        raise UsageError(OFF, HOW)
    found = next((one for one in names if fold(one) == fold(name)), None)
    if found is None:
        near = nearest(name, names)
        raise UsageError(f"'{name}' is not counted", f"Did you mean '{near}'?" if near else HOW)
    with deciding(store, person, "count", now=now, made_by=made_by) as changes:
        key = f"{_KEY} {day} {fold(found)}"
        before = int(kept.of_plans(changes.tx, person).get(kept.PERSON, {}).get(key, 0))
        after = max(0, before + by)
        kept.put(changes, person, kept.PERSON, key, after)
        changes.label = f"{found}: {after} on {day}"
    return changes.done


def counters(store: Store, person: PersonId, names: Sequence[str], today: date) -> list[Counter]:
    """The counters that are on, then what is known of notes and sessions; none when none is on."""
    if not names:
        return []
    days: dict[str, dict[date, int]] = {fold(name): {} for name in names}
    with store.read() as tx:
        for key, value in kept.of_plans(tx, person).get(kept.PERSON, {}).items():
            word, _, rest = key.partition(" ")
            day, _, name = rest.partition(" ")
            if word == _KEY and name in days:
                days[name][date.fromisoformat(day)] = int(value)
        noted = Tally(one.day for one in plans.entries(tx, person))
        sat = sessions.minutes(tx, person, date.min, date.max)
    own = [counter(name, days[fold(name)], today) for name in names]
    return [*own, counter("notes", noted, today, own=False), counter("minutes", sat, today, own=False)]
