"""Suggested topics: learned from the newest filings of a person, at once from each decision, with the reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db import nodes
from db import suggest as rows
from db.nodes import Topic
from db.store import Store, Tx
from tracker.core.model import NodeId, PersonId, ResourceId
from tracker.core.suggest import Guess, Known, Model, features, threshold
from tracker.core.text import fold

TRIED = 300  # filings tried to find the threshold
MOST_EXAMPLES = 3000  # the newest filings; older ones say what one wanted then
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic with its reason; `sure`: worth saying unasked, as nine of ten such guesses are right."""

    topic: NodeId
    title: str
    score: float
    why: str
    sure: bool


class Adviser:
    """Knows what was filed where. Keep one while an interface runs; it notices filings made elsewhere."""

    def __init__(self, store: Store, person: PersonId) -> None:
        self._store, self._person = store, person
        self._seen: tuple[object, ...] = ()
        self._learned = _Learned(Model(), 1.1)
        self._labels: Mapping[NodeId, NodeId] = {}

    def suggestions(self, ids: Sequence[int], most: int = 3) -> dict[ResourceId, list[Suggestion]]:
        """The likeliest topics of resources, best first, sure or not; topics they are under already are left out."""
        with self._store.read() as tx:
            self._catch_up(tx)
            known = rows.known(tx, ids)
            filed = rows.topics_of(tx, self._person, ids)
        out: dict[ResourceId, list[Suggestion]] = {}
        for id_, one in known.items():
            mine = {self._labels.get(node) for node in filed.get(id_, ())}
            guesses = self._learned.model.guesses(features(one), most + len(mine))
            out[id_] = [self._said(guess) for guess in guesses if guess.topic not in mine][:most]
        return out

    def sure(self, ids: Sequence[int]) -> dict[ResourceId, Suggestion]:
        """The best topic of each resource, only where it is sure."""
        found = self.suggestions(ids, 1)
        return {id_: best[0] for id_, best in found.items() if best and best[0].sure}

    def _said(self, guess: Guess) -> Suggestion:
        title = self._learned.model.titles[guess.topic]
        sure = guess.score >= self._learned.threshold
        return Suggestion(NodeId(guess.topic), title, guess.score, guess.why, sure)

    def _catch_up(self, tx: Tx) -> None:
        now = rows.fingerprint(tx, self._person)
        if now == self._seen:
            return
        self._seen = now
        topics = nodes.topics(tx, self._person)
        self._labels = _labels(topics)
        examples = rows.filings(tx, self._person, MOST_EXAMPLES)
        known = rows.known(tx, (id_ for id_, _ in examples))
        items = [(known[id_], self._labels[node]) for id_, node in examples if id_ in known and node in self._labels]
        self._learned = _learn(topics, self._labels, items)


def _labels(topics: Sequence[Topic]) -> dict[NodeId, NodeId]:
    """Topics of one title in several documents are one: the first stands for all."""
    first: dict[str, NodeId] = {}
    return {one.id: first.setdefault(fold(one.title), one.id) for one in topics}


@dataclass(frozen=True, slots=True)
class _Learned:
    model: Model
    threshold: float


def _learn(
    topics: Sequence[Topic], labels: Mapping[NodeId, NodeId], examples: Sequence[tuple[Known, NodeId]]
) -> _Learned:
    model, found = Model(), dict[Known, dict[str, float]]()
    for one in topics:
        if labels[one.id] == one.id:
            model.name(one.id, one.title, one.aliases)
    under: dict[Known, set[int]] = {}
    for known, node in examples:
        found.setdefault(known, features(known))
        model.learn(found[known], node)
        under.setdefault(known, set()).add(node)
    tried = list(under)[:: max(1, len(under) // TRIED)]
    return _Learned(model, threshold(model, [(found[one], frozenset(under[one])) for one in tried]))


@dataclass(frozen=True, slots=True)
class Score:
    """How one way of guessing fares: shares of items whose topic came first, and among the first three."""

    name: str
    first: float
    three: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Suggestions tried on the person's own filings. `said`: share with a sure one; `right`: share of those right."""

    items: int
    topics: int
    said: float
    right: float
    scores: tuple[Score, ...]


def evaluate(store: Store, person: PersonId) -> Evaluation:
    """Five-fold: each fifth of the filings is guessed from the other four. Topics with one filing cannot be guessed."""
    with store.read() as tx:
        topics = nodes.topics(tx, person)
        labels = _labels(topics)
        examples = [(id_, labels[node]) for id_, node in rows.filings(tx, person, MOST_EXAMPLES) if node in labels]
        known = rows.known(tx, (id_ for id_, _ in examples))
    counts = Counter(node for _, node in examples)
    items = [(known[id_], node, _fold(id_)) for id_, node in examples if id_ in known and counts[node] > 1]
    return _tried(topics, labels, items)


def _fold(id_: ResourceId) -> int:
    return hashlib.sha256(str(int(id_)).encode()).digest()[0] % FOLDS


def _tried(
    topics: Sequence[Topic], labels: Mapping[NodeId, NodeId], items: list[tuple[Known, NodeId, int]]
) -> Evaluation:
    firsts: Counter[str] = Counter()
    threes: Counter[str] = Counter()
    said = right = 0
    under: dict[Known, set[int]] = {}
    for known, node, _ in items:
        under.setdefault(known, set()).add(node)
    for fold_ in range(FOLDS):
        train = [(known, node) for known, node, where in items if where != fold_]
        learned = _learn(topics, labels, train)
        ways: dict[str, Callable[[Known], list[int]]] = {
            "majority": _majority(train), "source": _by_source(train), "keyword": _by_keyword(topics, labels)
        }  # fmt: skip
        for known, node, where in items:
            if where != fold_:
                continue
            guesses = learned.model.guesses(features(known))
            if guesses and guesses[0].score >= learned.threshold:
                said, right = said + 1, right + (guesses[0].topic in under[known])
            found = {name: way(known) for name, way in ways.items()} | {"suggested": [one.topic for one in guesses]}
            for name, order in found.items():
                firsts[name] += order[:1] == [node]
                threes[name] += node in order[:3]
    count = max(1, len(items))
    scores = tuple(
        Score(name, firsts[name] / count, threes[name] / count)
        for name in ("suggested", "keyword", "source", "majority")
    )
    return Evaluation(len(items), len({node for _, node, _ in items}), said / count, right / max(1, said), scores)


def _majority(train: Sequence[tuple[Known, NodeId]]) -> Callable[[Known], list[int]]:
    order = [int(node) for node, _ in Counter(node for _, node in train).most_common(3)]
    return lambda known: order


def _by_source(train: Sequence[tuple[Known, NodeId]]) -> Callable[[Known], list[int]]:
    """Where most of the same source, publisher or host went; else where most went."""
    went: dict[str, Counter[int]] = {}
    for known, node in train:
        for name in _origins(known):
            went.setdefault(name, Counter())[int(node)] += 1
    most = _majority(train)

    def order(known: Known) -> list[int]:
        found: Counter[int] = Counter()
        for name in _origins(known):
            found.update(went.get(name, {}))
        best = [node for node, _ in found.most_common(3)]
        return [*best, *(node for node in most(known) if node not in best)][:3]

    return order


def _origins(known: Known) -> list[str]:
    return [name for name in features(known) if name[:2] in ("s:", "n:", "h:")]


def _by_keyword(topics: Sequence[Topic], labels: Mapping[NodeId, NodeId]) -> Callable[[Known], list[int]]:
    """Topics whose own words stand in the title or remark, most words first."""
    names = {int(one.id): _words(Known(one.title)) for one in topics if labels[one.id] == one.id}

    def order(known: Known) -> list[int]:
        here = _words(known)
        shares = {node: len(words & here) / len(words) for node, words in names.items() if words & here}
        return sorted(shares, key=lambda node: (-shares[node], node))[:3]

    return order


def _words(known: Known) -> frozenset[str]:
    return frozenset(name for name in features(known) if name.startswith("w:"))
