"""Actions: decisions of every kind kept with their inverse, taken back and done again to any depth, by any process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from db import actions as journal
from db import counters
from db.actions import Changes
from db.store import Store, Tx
from tracker.core.actions import Change, invert, items_of
from tracker.core.drill import pass_point
from tracker.core.inbox import Done, HistoryEntry, Step
from tracker.core.model import ActionId, PersonId

ACKS = "ack"


class Deciding(Changes):
    """Changes being made; `done` is there once the block has ended and everything is on disk."""

    done: Done = Done(ActionId(0), (), "", 0)


@contextmanager
def deciding(
    store: Store, person: PersonId, verb: str, label: str = "", *, now: datetime, made_by: str
) -> Iterator[Deciding]:
    """One undoable step over rows of any table: `with deciding(...) as changes: changes.update(node, 12, checked=True)`.

    On disk when the block has ended, or not at all when it raises. A block that changed nothing makes no step.
    """
    with store.write() as tx:
        changes = Deciding(tx)
        changes.label = label
        yield changes
        changes.done = keep(tx, person, verb, changes, now, made_by)
        pass_point("decision.before_commit")
    pass_point("decision.after_commit")


def keep(tx: Tx, person: PersonId, verb: str, changes: Changes, now: datetime, made_by: str) -> Done:
    """Put what was changed into the journal of actions, within the caller's transaction."""
    action = ActionId(0)
    if changes.made:
        action = journal.record(
            tx, person, verb=verb, label=changes.label, made_by=made_by, changes=changes.made, now=now
        )
    return _done(tx, action, verb, changes.label, changes.made, tuple(s for s in changes.made if isinstance(s, Step)))


def _done(
    tx: Tx, action: ActionId, verb: str, label: str, changes: list[Change] | tuple[Change, ...], steps: tuple[Step, ...]
) -> Done:
    states = {step.resource: step.after.state for step in steps}
    seq = counters.advance(tx, ACKS)
    return Done(action, tuple(states), label, seq, verb, tuple(states.values()), items_of(changes))


def undo(store: Store, person: PersonId, now: datetime) -> Done | None:
    """Take back the last decision that stands, whoever made it where; None when there is none."""
    return _turn(store, person, now, back=True)


def redo(store: Store, person: PersonId, now: datetime) -> Done | None:
    """Do again what was undone last, unless something was decided since; None when there is none."""
    return _turn(store, person, now, back=False)


def _turn(store: Store, person: PersonId, now: datetime, *, back: bool) -> Done | None:
    with store.write() as tx:
        found = journal.last(tx, person, undone=not back)
        if found is None:
            return None
        action, verb, label, forward = found
        changes = invert(forward) if back else forward
        steps = journal.put(tx, person, changes, now)
        journal.mark(tx, action, undone=back, now=now)
        done = _done(tx, action, verb, label, forward, steps)
        pass_point("decision.before_commit")
    pass_point("decision.after_commit")
    return done


def history(store: Store, person: PersonId, limit: int = 50) -> list[HistoryEntry]:
    """What was decided, newest first."""
    with store.read() as tx:
        return journal.history(tx, person, limit)
