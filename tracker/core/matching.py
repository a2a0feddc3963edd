"""Works that a place of a plan could be learned from, by the words their titles share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tracker.core.model import ResourceId
from tracker.core.plan import PlanNode
from tracker.core.search import SMALL, tokens

OFFERED = 3  # candidates for a place
LEAST = 2  # words (or pairs of characters) a candidate shares with its place
COMMON = 0.05  # a word that more than this share of the titles have says nothing


@dataclass(frozen=True, slots=True)
class Work:
    """What must be known of a resource to offer it. `sources` are who brought it: watched sources, else its host."""

    id: ResourceId
    title: str
    living: bool
    sources: tuple[str, ...]
    came: datetime | None
    kept: bool = False
    words: str = ""  # what else is said of it: the places it is filed under


class Matcher:
    """Works whose title shares telling words with the title of a place."""

    def __init__(self, free: Collection[Work]) -> None:
        self._holders: dict[str, list[Work]] = {}
        for one in free:
            if one.living:
                for word in {*tokens(f"{one.title} {one.words}")} - SMALL:
                    self._holders.setdefault(word, []).append(one)
        self._most = max(3, int(len(free) * COMMON))

    def of(self, place: PlanNode, more: str = "") -> tuple[Work, ...]:
        """The likeliest, those that share more and rarer words first; `more` are words beside the place's names."""
        score: Counter[ResourceId] = Counter()
        shared: Counter[ResourceId] = Counter()
        known: dict[ResourceId, Work] = {}
        for word in {*tokens(" ".join((place.title, *place.aliases, more)))} - SMALL:
            holders = self._holders.get(word, ())
            for one in holders if len(word) > 1 and len(holders) <= self._most else ():
                score[one.id] += round(1000 / len(holders))
                shared[one.id] += 1
                known[one.id] = one
        fit = [id_ for id_, n in shared.items() if n >= LEAST or len(place.title) <= n * 12]
        return tuple(known[id_] for id_ in sorted(fit, key=lambda id_: (-score[id_], id_))[:OFFERED])
