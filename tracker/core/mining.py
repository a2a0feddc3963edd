"""Rules that a person's decisions suggest: conditions under which nearly all went one way, and not by chance. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.core.model import InboxState, NodeId, ResourceId
from tracker.core.rules import Past, by_rule
from tracker.core.search import SMALL, tokens

LEAST = 8  # decisions of one way
WISHED = 0.9  # share of one way that is enough, a little doubt (Laplace) taken off
CHANCE = 0.05  # how likely one of all conditions may look so by mere chance
COVERED = 0.8  # a rule that finds little beside what a better one finds is no further rule
MOST = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that came in with what was known of it then."""

    past: Past
    title: str
    sources: tuple[str, ...] = ()
    site: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mined:
    """A rule worth proposing: of `decided` that answer `when`, `right` went the way of `do`; of all others `others`."""

    when: str
    do: str
    right: int
    decided: int
    others: float

    @property
    def why(self) -> str:
        """The evidence as a sentence."""
        did = "you skipped" if self.do == "skip" else f"you filed under '{self.do.removeprefix('file ')}'"
        return f"{did} {self.right} of {self.decided} with {self.when}, of the others {self.others:.0%}"


def mine(facts: Sequence[Fact], topics: Mapping[NodeId, str]) -> list[Mined]:
    """Rules the decisions suggest, the best proved first; what rules did is no evidence."""
    decided = {one.past.id: one for one in facts if _is_decided(one.past)}
    answers = {id_: _answer(one.past, topics) for id_, one in decided.items()}
    answering: dict[str, list[ResourceId]] = {}
    for id_, one in decided.items():
        for when in set(_conditions(one)):
            answering.setdefault(when, []).append(id_)
    tried = {when: ids for when, ids in answering.items() if len(ids) >= LEAST}
    base, found = Counter(word for words in answers.values() for word in words), list[tuple[float, Mined]]()
    for when, ids in tried.items():
        for do, right in Counter(word for id_ in ids for word in answers[id_]).items():
            rest = len(decided) - len(ids)
            if rest < LEAST:  # who skips everything says nothing of one word
                continue
            others = (base[do] - right) / rest
            luck = _luck(right, len(ids), (base[do] - right + 1) / (rest + 2)) * len(tried)
            if right >= LEAST and (right + 1) / (len(ids) + 2) >= WISHED and luck <= CHANCE:
                found.append((luck, Mined(when, do, right, len(ids), others)))
    found.sort(key=lambda one: (-one[1].right, one[1].when.count(" "), len(one[1].when), one[1].when))
    return _apart([one for _, one in found], answering)


def _apart(found: Sequence[Mined], answering: Mapping[str, Sequence[ResourceId]]) -> list[Mined]:
    """Those that find much that no better one finds."""
    out: list[Mined] = []
    had: dict[str, set[ResourceId]] = {}
    for one in found:
        ids, mine_ = set(answering[one.when]), had.setdefault(one.do, set())
        if len(ids & mine_) < COVERED * len(ids):
            out.append(one)
            mine_ |= ids
    return out[:MOST]


def _is_decided(past: Past) -> bool:
    standing = past.standing
    waits = standing.state in (InboxState.INBOX, InboxState.SNOOZED)
    return not waits and not by_rule(standing.why)


def _answer(past: Past, topics: Mapping[NodeId, str]) -> list[str]:
    """What a rule would have had to do."""
    if past.standing.state is InboxState.SKIPPED:
        return ["skip"]
    if past.standing.state is InboxState.FILED:
        return sorted({f"file {topics[node]}" for node in past.standing.topics if node in topics})
    return []


def _conditions(one: Fact) -> Iterator[str]:
    words = [f"title:{word}" for word in tokens(one.title) if len(word) > 1 and word not in SMALL]
    sources = [f'source:"{name}"' for name in one.sources if '"' not in name]
    yield from sources
    yield from words
    yield from (f"{source} {word}" for source in sources for word in words)
    yield from (f'author:"{name}"' for name in one.authors[:5] if '"' not in name)
    if one.site:
        yield f"site:{one.site}"


def _luck(right: int, count: int, rate: float) -> float:
    """How likely `right` or more of `count` go one way when each does so at `rate`."""
    return min(1.0, math.fsum(_exactly(n, count, rate) for n in range(right, count + 1)))


def _exactly(n: int, count: int, rate: float) -> float:
    ways = math.lgamma(count + 1) - math.lgamma(n + 1) - math.lgamma(count - n + 1)
    return math.exp(ways + n * math.log(rate) + (count - n) * math.log1p(-rate))
