"""Decisions about resources: lists to decide from, one step for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from db import actions as journal
from db import counters, sources
from db import inbox as rows
from db import query as conditions
from db.actions import Changes
from db.resources import ids_where
from db.store import Store, Tx
from tracker.core.drill import pass_point
from tracker.core.errors import NotFound, UsageError
from tracker.core.inbox import (
    Cursor,
    Decision,
    Done,
    Page,
    Standing,
    Step,
    Verb,
    label_of,
    steps_of,
)
from tracker.core.model import NO_NODE, ActionId, InboxState, NodeId, PersonId, ResourceId
from tracker.core.query import EVERYTHING, All, Field, is_typed, walk
from tracker.services import search
from tracker.services.actions import ACKS

UTC = ZoneInfo("UTC")
MOST_AT_ONCE = 100_000


def page(
    store: Store,
    person: PersonId,
    *,
    states: Sequence[InboxState] = (InboxState.INBOX,),
    asked: All = EVERYTHING,
    zone: ZoneInfo = UTC,
    topic: str = "",
    source: str = "",
    after: Cursor | None = None,
    limit: int = 100,
    newest_first: bool = True,
) -> Page:
    """One page of what stands in `states` and answers `asked`. Pages are cut by key: what comes in moves no row."""
    if asked != EVERYTHING:
        search.catch_up(store, typing=is_typed(asked))
    with store.read() as tx:
        asker = conditions.Asker(tx, person, zone, rows.ABOUT)
        narrow = [conditions.part(asker, asked)] if asked != EVERYTHING else []
        return rows.page(
            tx, person, states, narrow=narrow, topic=topic, source=source, after=after, limit=limit,
            newest_first=newest_first,
        )  # fmt: skip


def found(store: Store, person: PersonId, asked: All, zone: ZoneInfo = UTC) -> list[ResourceId]:
    """What answers `asked`: of what waits in the inbox, or of the whole library when it asks for a state."""
    search.catch_up(store)
    anywhere = any(isinstance(one, Field) and one.name in ("state", "is") for one in walk(asked))
    waits = () if anywhere else (Field("state", InboxState.INBOX.value),)
    with store.read() as tx:
        narrow = conditions.part(conditions.Asker(tx, person, zone), All((*waits, asked)))
        return ids_where(tx, person, narrow=[narrow])


def counts(store: Store, person: PersonId) -> dict[InboxState, int]:
    """How many stand where; a state without any is left out."""
    with store.read() as tx:
        return rows.counts(tx, person)


def act(
    store: Store,
    person: PersonId,
    ids: Iterable[int],
    verb: str | Verb,
    *,
    topic: str | None = None,
    until: datetime | None = None,
    now: datetime,
    made_by: str,
    why: str = "",
) -> Done:
    """Decide about `ids` in one undoable step. On disk when this returns.

    Raises NotFound for an id or topic that is not there (nothing is changed then), UsageError for too many at once.
    Deciding the same again changes nothing and makes no step.
    """
    wanted = list(dict.fromkeys(ResourceId(id_) for id_ in ids))
    if len(wanted) > MOST_AT_ONCE:
        raise UsageError(f"{len(wanted)} resources at once", f"Decide about {MOST_AT_ONCE} at most")
    from tracker.services.topics import find_topic

    with store.write() as tx:
        world = rows.standings(tx, person, wanted)
        if missing := [id_ for id_ in wanted if id_ not in world]:
            raise NotFound("resource", str(missing[0]), "tracker inbox, tracker resources")
        node = find_topic(tx, person, topic) if topic else None
        decision = Decision(Verb(verb), node.id if node else NO_NODE, until, why)
        done = _decide(tx, person, world, decision, node.title if node else "", now, made_by)
        pass_point("decision.before_commit")
    pass_point("decision.after_commit")
    return done


def file_each(
    store: Store, person: PersonId, topics: Mapping[ResourceId, NodeId], *, now: datetime, made_by: str
) -> Done:
    """File each resource under a topic of its own, all in one undoable step. On disk when this returns.

    Raises NotFound for a resource that is not there (nothing is changed then).
    """
    with store.write() as tx:
        world = rows.standings(tx, person, list(topics))
        if missing := [id_ for id_ in topics if id_ not in world]:
            raise NotFound("resource", str(missing[0]), "tracker inbox, tracker resources")
        steps = tuple(
            step for id_, node in topics.items() for step in steps_of({id_: world[id_]}, Decision(Verb.FILE, node), now)
        )
        label = label_of(Verb.FILE, len(steps), "", _title(tx, steps))
        done = _keep(tx, person, world, steps, Verb.FILE, label, now, made_by)
        pass_point("decision.before_commit")
    pass_point("decision.after_commit")
    return done


def _decide(
    tx: Tx,
    person: PersonId,
    world: dict[ResourceId, Standing],
    decision: Decision,
    topic: str,
    now: datetime,
    made_by: str,
) -> Done:
    steps = steps_of(world, decision, now)
    label = label_of(decision.verb, len(steps), topic, _title(tx, steps), f"{decision.until:%Y-%m-%d}"
                     if decision.until else "")  # fmt: skip
    return _keep(tx, person, world, steps, decision.verb, label, now, made_by)


def _keep(
    tx: Tx,
    person: PersonId,
    world: dict[ResourceId, Standing],
    steps: tuple[Step, ...],
    verb: Verb,
    label: str,
    now: datetime,
    made_by: str,
) -> Done:
    """Write the steps and their action. What was decided again is acknowledged again, and makes no action."""
    action = ActionId(0)
    if steps:
        made = Changes(tx)
        made.steps(person, steps, now)
        action = journal.record(tx, person, verb=verb.value, label=label, made_by=made_by, changes=made.made, now=now)
    seq = counters.advance(tx, ACKS)
    states = {step.resource: step.after.state for step in steps}
    changed = tuple(states) or tuple(world)
    where = tuple(states.get(id_, world[id_].state) for id_ in changed)
    return Done(action, changed, label, seq, verb.value, where)


def _title(tx: Tx, steps: Sequence[Step]) -> str:
    if len(steps) != 1:
        return ""
    from db.resources import title_of  # and no more than the title: everybody else who decides waits

    return title_of(tx, steps[0].resource)


def held_back(store: Store) -> int:
    """How many works went to the library alone, as their source had brought enough."""
    with store.read() as tx:
        return sum(held for _, held in sources.item_counts(tx).values())


def wake(store: Store, person: PersonId, now: datetime) -> int:
    """Put snoozed resources whose time has come back into the inbox; returns how many."""
    with store.read() as tx:
        if not rows.due_to_wake(tx, person, now):
            return 0
    with store.write() as tx:
        ids = rows.due_to_wake(tx, person, now)
        rows.wake(tx, person, ids)
    return len(ids)
