"""What a plan has to learn from, and what it lacks: arithmetic over places and the works tied to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.core.choices import ROWS
from tracker.core.matching import Matcher, Work
from tracker.core.model import ResourceId
from tracker.core.plan import PlanNode

PLACES = (*ROWS, "skill", "topic", "section")
OFTEN = 3  # works kept from a source, before it is told that no plan uses it


@dataclass(frozen=True, slots=True)
class Lack:
    """A place with the works that could help it."""

    place: PlanNode
    offers: tuple[Work, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Each list in the order of the plan. A place stands in the first list that fits, and in `stale` besides.

    `bare`: rows and skills without any work; `dead`: all works gone; `lone`: several works, all of one source;
    `stale`: nothing new for long; `unplanned`: sources often kept from that no place of a plan uses.
    """

    places: int
    bare: tuple[Lack, ...]
    dead: tuple[Lack, ...]
    lone: tuple[Lack, ...]
    stale: tuple[Lack, ...]
    unplanned: tuple[tuple[str, int], ...]


def coverage(
    nodes: Sequence[PlanNode], works: Mapping[ResourceId, Work], free: Collection[Work], now: datetime, days: int
) -> Coverage:
    """`works` are those tied to places, by id; `free` those tied to none; `days` without anything new is long."""
    places = [one for one in nodes if one.kind in PLACES and (one.resources or one.kind in ROWS) and not one.checked]
    tied = {one.id: [works[id_] for id_ in one.resources if id_ in works] for one in places}
    offer = Matcher(free)
    bare = tuple(Lack(one, offer.of(one)) for one in places if not tied[one.id])
    dead = tuple(Lack(one, offer.of(one)) for one in places if tied[one.id] and not any(w.living for w in tied[one.id]))
    gone = {lack.place.id for lack in dead}
    lone = tuple(
        Lack(one, offer.of(one))
        for one in places
        if one.id not in gone and len(tied[one.id]) > 1 and len({s for w in tied[one.id] for s in w.sources}) == 1
    )
    stale = tuple(Lack(one) for one in places if _stale(tied[one.id], now, days))
    return Coverage(len(places), bare, dead, lone, stale, _unplanned(works.values(), free))


def _stale(works: Iterable[Work], now: datetime, days: int) -> bool:
    came = [one.came for one in works if one.came]
    return bool(came) and max(came) < now - timedelta(days=days)


def _unplanned(used: Iterable[Work], free: Iterable[Work]) -> tuple[tuple[str, int], ...]:
    """Sources of which much was kept and nothing is used, the most kept first."""
    known = {name for one in used for name in one.sources}
    found = Counter(name for one in free if one.kept for name in one.sources if name not in known)
    return tuple((name, n) for name, n in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])) if n >= OFTEN)
