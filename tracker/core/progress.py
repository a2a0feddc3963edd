"""How far one is: what of a plan is work, how much of it is done, and where the depth reached falls short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.core.choices import Choices, counts, dated
from tracker.core.model import NodeId
from tracker.core.plan import PlanNode
from tracker.core.standing import ONGOING, closed, rests, state_of

BOXED = ("skill", "task", "deliverable")  # what there is to tick in a document without days
LONGEST = 60  # days a single row may count for; a longer range is a phase


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a plan, a phase or a track is. A row of several days counts once; `size` says how much work it is.

    `ongoing` are places that never end: neither in `done` nor in `total`. `resting` are paused or blocked: in `total`.
    `boxes` are deliverables, counted apart.
    """

    kind: str  # plan, phase, track
    name: str
    done: int
    total: int
    ongoing: int = 0
    resting: int = 0
    boxes: int = 0
    boxes_done: int = 0

    @property
    def percent(self) -> int:
        """Of the rows, rounded down; 0 when there are none."""
        return self.done * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where the level reached is below the depth wanted. `days` since it was ticked or touched."""

    place: PlanNode
    wanted: int
    reached: int
    days: int | None


def work_of(nodes: Sequence[PlanNode], tracks: Sequence[str], choices: Choices) -> list[PlanNode]:
    """What is worked through: the rows with days, where there are none the boxes; of the followed tracks, as chosen."""
    rows = dated(nodes) or [one for one in nodes if one.kind in BOXED]
    return [one for one in rows if counts(one, tracks, choices)]


def size(one: PlanNode) -> int:
    """How much work a row is: the days it is planned for; 1 for a box."""
    if one.day_from is None:
        return 1
    return min(LONGEST, max(1, (one.day_to or one.day_from) - one.day_from + 1))


def tallies(nodes: Sequence[PlanNode], tracks: Sequence[str], choices: Choices, now: datetime) -> list[Tally]:
    """The whole plan first, then its phases, then its tracks. Headings without anything to tick are left out."""
    work = work_of(nodes, tracks, choices)
    listed = {one.id for one in work}
    boxes = [one for one in nodes if one.kind == "deliverable" and one.id not in listed and counts(one, tracks, {})]
    above = ancestors(nodes)
    roots = [one for one in nodes if one.kind == "plan"] or list(nodes[:1])
    name = roots[0].title if roots else ""
    out = [_tally("plan", name, work, boxes, now)]
    for phase in _phases(nodes, {id_ for one in (*work, *boxes) for id_ in above[one.id]}):
        mine, its = ([one for one in some if phase.id in above[one.id]] for some in (work, boxes))
        out.append(_tally("phase", phase.title, mine, its, now))
    every = dict.fromkeys(track for one in work for track in one.tracks if not tracks or track in tracks)
    for track in every:
        mine, its = ([one for one in some if track in one.tracks] for some in (work, boxes))
        out.append(_tally("track", track, mine, its, now))
    return out


def _tally(kind: str, name: str, work: Sequence[PlanNode], boxes: Sequence[PlanNode], now: datetime) -> Tally:
    ongoing = sum(state_of(one, now) == ONGOING for one in work)
    done = sum(closed(one, now) for one in work)
    resting = sum(rests(one, now) and not one.checked for one in work)
    ticked = sum(one.checked for one in boxes)
    return Tally(kind, name, done, len(work) - ongoing, ongoing, resting, len(boxes), ticked)


def _phases(nodes: Sequence[PlanNode], used: set[NodeId]) -> list[PlanNode]:
    """The headings called phases; where there are none, those right below the title."""
    headings = [one for one in nodes if one.id in used and one.kind not in ("plan", "project")]
    top = {one.id for one in nodes if one.kind == "plan"}
    return [one for one in headings if one.kind == "phase"] or [
        one for one in headings if one.parent is None or one.parent in top
    ]


def below(nodes: Sequence[PlanNode], top: NodeId) -> list[PlanNode]:
    """A place and all that stands under it."""
    above = ancestors(nodes)
    return [one for one in nodes if one.id == top or top in above[one.id]]


def ancestors(nodes: Iterable[PlanNode]) -> dict[NodeId, set[NodeId]]:
    """The places above each place."""
    parents = {one.id: one.parent for one in nodes}
    out: dict[NodeId, set[NodeId]] = {}
    for id_ in parents:
        found, above = set[NodeId](), parents[id_]
        while above is not None and above in parents and above not in found:
            found.add(above)
            above = parents[above]
        out[id_] = found
    return out


def gaps(nodes: Iterable[PlanNode], now: datetime) -> list[Gap]:
    """Where one fell short: the widest gap first, then what was left alone longest, as they stand.

    A place that is ticked without a word of how far one came tells nothing and is left out; see `unsaid`.
    """
    found = [
        Gap(one, one.target_level, one.level, (now - at).days if (at := one.checked_at or one.touched) else None)
        for one in nodes
        if one.target_level is not None and one.level is not None and one.level < one.target_level
    ]
    return sorted(found, key=lambda gap: (gap.reached - gap.wanted, -(gap.days or 0), gap.place.line))


def unsaid(nodes: Iterable[PlanNode]) -> int:
    """How many places that want a depth are ticked without a level."""
    return sum(one.checked and one.level is None and one.target_level is not None for one in nodes)
