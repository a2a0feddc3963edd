"""How far one is under each place of a tree, and on each track: counted from the boxes below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.core.digest import UNTICKED
from tracker.core.model import NodeId
from tracker.core.plan import Branch, walk


@dataclass(frozen=True, slots=True)
class Tally:
    """`done` of `total`."""

    done: int = 0
    total: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.done + other.done, self.total + other.total)

    @property
    def share(self) -> float:
        """0 to 1; of nothing 0."""
        return self.done / self.total if self.total else 0.0


def counts(branch: Branch) -> bool:
    """Whether a place is something to do: headings are done when what stands under them is."""
    return branch.node.kind not in UNTICKED


def tallies(trees: Iterable[Branch]) -> dict[NodeId, Tally]:
    """The tally of what stands under each place, for those with something to do under them."""
    below: dict[NodeId, Tally] = {}
    for _, one in reversed(list(walk(trees))):  # children before parents
        found = sum((below.get(child.node.id, Tally()) + _own(child) for child in one.children), Tally())
        if found.total:
            below[one.node.id] = found
    return below


def tracks(trees: Iterable[Branch]) -> Mapping[str, Tally]:
    """The tally of each track; what belongs to several counts on each of them."""
    found: dict[str, Tally] = {}
    for _, one in walk(trees):
        for track in one.node.tracks:
            found[track] = found.get(track, Tally()) + _own(one)
    return {name: tally for name, tally in found.items() if tally.total}


def _own(branch: Branch) -> Tally:
    return Tally(int(branch.node.checked), 1) if counts(branch) else Tally()
