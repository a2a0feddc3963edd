"""One thing in three places: as it was when file and tracker last agreed (base), as it stands here, as the file has it.

Whoever changed it alone is followed. Where both did, differently, it is a conflict: a person decides, nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from operator import eq
from typing import TypeVar

from tracker.core.text import fold

T = TypeVar("T")
LIKE_ENOUGH = 0.6  # of 1: two titles that share this much are the same one, edited
LONG_ENOUGH = 300  # characters that are compared
MOST_PAIRS = 40_000  # comparisons of titles; beyond this only equal ones are found


class Side(StrEnum):
    """Whose value holds."""

    BOTH = "both"  # they say the same
    HERE = "here"
    FILE = "file"
    NEITHER = "neither"  # a conflict


def settle(base: T, here: T, file: T, same: Callable[[T, T], bool] = eq) -> Side:
    """Whose value holds, by who changed it since they agreed."""
    if same(here, file):
        return Side.BOTH
    if same(base, here):
        return Side.FILE
    return Side.HERE if same(base, file) else Side.NEITHER


@dataclass(frozen=True, slots=True)
class Named:
    """What pairing needs of a piece: its key, what it hangs on (a key or an address), its words."""

    key: str
    group: str
    text: str


def renamed(old: Sequence[Named], new: Sequence[Named]) -> dict[str, str]:
    """Old keys to new ones, for pieces whose words were edited: alike enough, and hanging on the same place.

    A piece that hangs on a renamed one is found under the new name. Parents come before their children.
    """
    there, known = {one.key for one in new}, {one.key for one in old}
    fresh: dict[str, list[Named]] = {}
    for one in new:
        if one.key not in known:
            fresh.setdefault(one.group, []).append(one)
    lost = [one for one in old if one.key not in there]
    exact_only = len(lost) * sum(map(len, fresh.values())) > MOST_PAIRS
    out: dict[str, str] = {}
    words = {id(one): fold(one.text)[:LONG_ENOUGH] for one in (*lost, *(n for some in fresh.values() for n in some))}
    for one in lost:
        candidates = fresh.get(out.get(one.group, one.group), [])
        if found := _nearest(one, candidates, words, exact_only):
            candidates.remove(found)
            out[one.key] = found.key
    return out


def _nearest(one: Named, candidates: Iterable[Named], words: Mapping[int, str], exact_only: bool) -> Named | None:
    best, found = 0.0, None
    for other in candidates:
        mine, theirs = words[id(one)], words[id(other)]
        likeness = 1.0 if mine == theirs else 0.0 if exact_only else _likeness(mine, theirs)
        if likeness >= LIKE_ENOUGH and likeness > best:
            best, found = likeness, other
    return found


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LIKE_ENOUGH else 0.0
