"""The learning side as values: places of a plan or roadmap, entries of a journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.core.model import NodeId, NoteId, ResourceId

DEEPEST = 5  # the highest level: 0 nothing, 1 the idea, 2 a demo, 3 in use, 4 mastered, 5 could teach it


@dataclass(frozen=True, slots=True)
class NodeState:
    """What a person changes about a place of a tree, apart from what it is. `remark` is in their own words."""

    checked: bool = False
    remark: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One place of a tree as it stands now. `level` is how far one is, apart from `checked`; None = not said."""

    id: NodeId
    parent: NodeId | None
    plan: str
    document: str
    kind: str
    title: str
    line: int
    day_from: int | None = None
    day_to: int | None = None
    tracks: tuple[str, ...] = ()
    emphasis: Mapping[str, str] = field(default_factory=dict)
    target_depth: str = ""
    practice: str = ""
    checked: bool = False
    remark: str = ""
    level: int | None = None
    resources: tuple[ResourceId, ...] = ()
    aliases: tuple[str, ...] = ()
    target_level: int | None = None  # the depth wanted, as a level
    checked_at: datetime | None = None  # None also for what was ticked in a file before it was read
    touched: datetime | None = None
    set_state: str = ""  # as decided; see `core.standing` for how it stands
    reason: str = ""
    wake: datetime | None = None
    priority: int = 0
    focus: bool = False
    results: tuple[str, ...] = ()  # where what came of it lies: addresses or files

    @property
    def state(self) -> NodeState:
        """What a person may change about it."""
        return NodeState(self.checked, self.remark, self.level)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One dated note. `body` is byte for byte as written; `bullets` counts levels one to three."""

    id: NoteId
    document: str
    day: date
    date_as_written: str
    title: str
    part: str
    url: str
    start_seconds: int | None
    resource: ResourceId | None
    body: str
    bullets: Mapping[str, int]
    images: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with what hangs on it. `path` are the titles from the root to it."""

    node: PlanNode
    path: tuple[str, ...]
    children: tuple[Branch, ...] = ()


def grow(nodes: Iterable[PlanNode]) -> tuple[Branch, ...]:
    """The trees of `nodes`, each level in the order given."""
    below: dict[NodeId | None, list[PlanNode]] = {}
    listed = list(nodes)
    known = {node.id for node in listed}
    for node in listed:
        below.setdefault(node.parent if node.parent in known else None, []).append(node)

    def branch(node: PlanNode, path: tuple[str, ...]) -> Branch:
        here = (*path, node.title)
        return Branch(node, here, tuple(branch(child, here) for child in below.get(node.id, ())))

    return tuple(branch(node, ()) for node in below.get(None, ()))


def walk(branches: Iterable[Branch], depth: int = 0) -> Iterator[tuple[int, Branch]]:
    """Every branch with its depth, parents first."""
    for one in branches:
        yield depth, one
        yield from walk(one.children, depth + 1)
