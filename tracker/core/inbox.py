"""Decisions about resources: verbs to states, and every decision as data that can be turned round.

A decision never says "set this", it says "this stood so, now it stands so" for each resource it touched. Undo is the
same value read backwards, so it is exact across restarts and for any number of resources at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from tracker.core.model import NO_NODE, ActionId, InboxState, NodeId, ResourceId, ResourceKind


class Verb(StrEnum):
    """What a person can do with a resource."""

    FILE = "file"
    DONE = "done"
    SKIP = "skip"
    SHORTLIST = "shortlist"
    SNOOZE = "snooze"
    STAR = "star"
    UNSTAR = "unstar"
    INBOX = "inbox"
    TAG = "tag"  # one topic more, and it stays where it stands
    UNTAG = "untag"


STATE_AFTER: Mapping[Verb, InboxState] = {
    Verb.FILE: InboxState.FILED,
    Verb.DONE: InboxState.DONE,
    Verb.SKIP: InboxState.SKIPPED,
    Verb.SHORTLIST: InboxState.SHORTLIST,
    Verb.SNOOZE: InboxState.SNOOZED,
    Verb.INBOX: InboxState.INBOX,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one resource stands for one person: everything a decision may change. `sort_at` None = in no list yet."""

    state: InboxState = InboxState.INBOX
    starred: bool = False
    snoozed_until: datetime | None = None
    topics: frozenset[NodeId] = frozenset()
    decided_at: datetime | None = None
    why: str = ""
    sort_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One resource's part of a decision."""

    resource: ResourceId
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class Decision:
    """One undoable act on any number of resources. `topic` is a node id, 0 = none."""

    verb: Verb
    topic: NodeId = NO_NODE
    until: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; the next page starts behind it."""

    sort_at: datetime
    id: ResourceId


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: enough to show and to decide, no texts. `verdict` is the link's, "" = never checked."""

    id: ResourceId
    title: str
    url: str
    site: str
    kind: ResourceKind
    lang: str
    published: datetime | None
    first_seen: datetime
    minutes: int
    state: InboxState
    starred: bool
    sort_at: datetime
    snoozed_until: datetime | None = None
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    verdict: str = ""
    has_text: bool = False
    has_transcript: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; `after` leads to the next one and is None on the last. `total_hint` -1 = not counted."""

    items: tuple[Row, ...]
    after: Cursor | None
    total_hint: int = -1


@dataclass(frozen=True, slots=True)
class Done:
    """A decision that is on disk. `states` says where each changed resource stands now; `seq` only grows."""

    action: ActionId
    changed: tuple[ResourceId, ...]
    label: str
    seq: int
    verb: str = ""
    states: tuple[InboxState, ...] = ()
    items: tuple[str, ...] = ()  # other rows the decision is about: "node:12"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the history of decisions, newest first."""

    id: ActionId
    at: datetime
    verb: str
    label: str
    made_by: str
    undone: bool
    resources: int


def decide(standing: Standing, decision: Decision, now: datetime) -> Standing:
    """Where a resource stands after `decision`. Deciding the same again changes nothing, not even the time."""
    after = replace(_next(standing, decision), sort_at=standing.sort_at or now)
    if after == standing:
        return standing
    return replace(after, decided_at=now, why=decision.why)


def _next(standing: Standing, decision: Decision) -> Standing:
    if decision.verb in (Verb.STAR, Verb.UNSTAR):
        return replace(standing, starred=decision.verb is Verb.STAR)
    if decision.verb in (Verb.TAG, Verb.UNTAG):
        own = {decision.topic}
        return replace(standing, topics=standing.topics | own if decision.verb is Verb.TAG else standing.topics - own)
    topics = standing.topics | {decision.topic} if decision.topic else standing.topics
    until = decision.until if decision.verb is Verb.SNOOZE else None
    return replace(standing, state=STATE_AFTER[decision.verb], snoozed_until=until, topics=topics)


def steps_of(world: Mapping[ResourceId, Standing], decision: Decision, now: datetime) -> tuple[Step, ...]:
    """The steps that change something, in the order of `world`."""
    steps = (Step(id_, standing, decide(standing, decision, now)) for id_, standing in world.items())
    return tuple(step for step in steps if step.before != step.after)


def invert(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The same steps backwards."""
    return tuple(Step(step.resource, step.after, step.before) for step in steps)


def apply(standing: Standing, step: Step) -> Standing:
    """`standing` with what `step` changed; what it did not touch stays as others left it meanwhile."""
    before, after = step.before, step.after
    topics = (standing.topics - (before.topics - after.topics)) | (after.topics - before.topics)
    changed = {
        name: getattr(after, name)
        for name in ("state", "starred", "snoozed_until", "decided_at", "why", "sort_at")
        if getattr(before, name) != getattr(after, name)
    }
    return replace(standing, topics=topics, **changed)


def label_of(verb: Verb, count: int, topic: str = "", title: str = "", until: str = "") -> str:
    """The sentence a history shows: "filed 3 resources under 'KV cache'"."""
    what = f"'{title}'" if count == 1 and title else f"{count} resource{'' if count == 1 else 's'}"
    words = {
        Verb.FILE: f"filed {what} under '{topic}'" if topic else f"filed {what}",
        Verb.DONE: f"marked {what} done",
        Verb.SKIP: f"skipped {what}",
        Verb.SHORTLIST: f"put {what} on the shortlist",
        Verb.SNOOZE: f"snoozed {what} until {until}",
        Verb.STAR: f"starred {what}",
        Verb.UNSTAR: f"took the star off {what}",
        Verb.INBOX: f"put {what} back into the inbox",
        Verb.TAG: f"tagged {what} with '{topic}'",
        Verb.UNTAG: f"took '{topic}' off {what}",
    }
    return words[verb]


def to_json(steps: Iterable[Step]) -> list[list[Any]]:
    """Steps as plain data for the journal: `[id, before, after]` with only the fields that differ."""
    return [[int(step.resource), *_difference(step.before, step.after)] for step in steps]


def from_json(data: Iterable[Iterable[Any]]) -> tuple[Step, ...]:
    """What `to_json` wrote."""
    return tuple(Step(ResourceId(id_), _standing(before), _standing(after)) for id_, before, after in data)


def _difference(before: Standing, after: Standing) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = _plain(before), _plain(after)
    names = [name for name in old if old[name] != new[name]]
    out_old, out_new = {n: old[n] for n in names}, {n: new[n] for n in names}
    if "topics" in names:  # the difference only: what other documents tied to the resource is not ours to undo
        out_old["topics"] = sorted(before.topics - after.topics)
        out_new["topics"] = sorted(after.topics - before.topics)
    return out_old, out_new


def _plain(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state.value,
        "starred": standing.starred,
        "snoozed_until": _iso(standing.snoozed_until),
        "topics": sorted(standing.topics),
        "decided_at": _iso(standing.decided_at),
        "why": standing.why,
        "sort_at": _iso(standing.sort_at),
    }


def _standing(data: Mapping[str, Any]) -> Standing:
    return Standing(
        state=InboxState(data.get("state", InboxState.INBOX)),
        starred=bool(data.get("starred", False)),
        snoozed_until=_time(data.get("snoozed_until")),
        topics=frozenset(NodeId(n) for n in data.get("topics", ())),
        decided_at=_time(data.get("decided_at")),
        why=str(data.get("why", "")),
        sort_at=_time(data.get("sort_at")),
    )


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
