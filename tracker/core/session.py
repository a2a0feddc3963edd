"""What fits into the minutes one has: the most worthwhile choice, what must come before something in front of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_KEPT = 4000  # choices within one group of offers that wait for each other; a chain of n has n + 1


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that could be done today. `after` names offers that must be done before it."""

    key: str
    title: str
    minutes: int
    value: float
    after: tuple[str, ...] = ()


Choice = tuple[float, tuple[str, ...]]  # value and keys


def session(offers: Sequence[Offer], budget: int) -> list[Offer]:
    """The most worthwhile offers that fit into `budget` minutes together, each behind what it waits for.

    Exact: the best choice of every group of offers that wait for each other, put together minute by minute. Only a
    group with more than `MOST_KEPT` choices of its own is cut to the most worthwhile.
    """
    by_key = {one.key: one for one in offers}
    possible = [one for one in offers if _can_be_done(one, by_key)]
    best: dict[int, Choice] = {0: (0.0, ())}
    for group in _groups(possible):
        for minutes, (value, keys) in list(best.items()):
            for more, (worth, others) in _choices(group, budget).items():
                _keep(best, minutes + more, (value + worth, (*keys, *others)), budget)
    _, (_, chosen) = max(best.items(), key=lambda item: (item[1][0], -item[0]))
    return _in_turn([one for one in offers if one.key in chosen])


def _keep(best: dict[int, Choice], minutes: int, choice: Choice, budget: int) -> None:
    if minutes <= budget and choice[0] > best.get(minutes, (-1.0, ()))[0]:
        best[minutes] = choice


def _can_be_done(one: Offer, by_key: Mapping[str, Offer]) -> bool:
    """Whether all that must come before it is on offer too, and nothing waits in a ring."""
    found: set[str] = set()
    waiting = [one.key]
    while waiting:
        key = waiting.pop()
        if key not in by_key:
            return False
        if key not in found:
            found.add(key)
            waiting.extend(by_key[key].after)
    return len(_in_turn([by_key[key] for key in found])) == len(found)


def _groups(offers: Sequence[Offer]) -> list[list[Offer]]:
    """Offers that wait for each other, whole groups."""
    root = {one.key: one.key for one in offers}

    def top(key: str) -> str:
        while root[key] != key:
            key = root[key]
        return key

    for one in offers:
        for key in one.after:
            root[top(one.key)] = top(key)
    out: dict[str, list[Offer]] = {}
    for one in offers:
        out.setdefault(top(one.key), []).append(one)
    return list(out.values())


def _choices(group: Sequence[Offer], budget: int) -> dict[int, Choice]:
    """The best choice of a group for each number of minutes."""
    found: dict[frozenset[str], tuple[int, float]] = {frozenset(): (0, 0.0)}
    for one in _in_turn(sorted(group, key=lambda one: -one.value / one.minutes)):  # what is cut is worth least
        for keys, (minutes, value) in list(found.items()):
            if minutes + one.minutes <= budget and keys.issuperset(one.after):
                found[keys | {one.key}] = (minutes + one.minutes, value + one.value)
        if len(found) > MOST_KEPT:
            kept = sorted(found, key=lambda keys: (-found[keys][1], found[keys][0], sorted(keys)))[:MOST_KEPT]
            found = {keys: found[keys] for keys in kept}
    out: dict[int, Choice] = {}
    for keys, (minutes, value) in found.items():
        _keep(out, minutes, (value, tuple(sorted(keys))), budget)
    return out


def _in_turn(offers: Iterable[Offer]) -> list[Offer]:
    """Each behind what it waits for, else in the order given; those in a ring are left out."""
    waiting, out, done = list(offers), list[Offer](), set[str]()
    while ready := [one for one in waiting if done.issuperset(one.after)]:
        out += ready
        done |= {one.key for one in ready}
        waiting = [one for one in waiting if one.key not in done]
    return out
