"""Which topic a resource belongs to, told from what was filed before: small, explainable, the same on every run.

A naive Bayes over weighted words (complement form: Rennie and others, 2003, which unequal topics do not mislead), in
the person's own vocabulary. What is known of a resource becomes features: words, pairs of words and pieces of words of
its title and remark (Chinese as pairs of characters), its host and the first step of its path, its source, publisher,
authors. Each filing is one example; a decision changes the counts at once. Below a threshold nothing is said.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from urllib.parse import urlsplit

from tracker.core.search import SMALL, tokens

LEAST = 0.7  # nothing below is said aloud, however right the guesses have been
RIVALS = 5  # topics a guess is weighed against: many unlikely ones together must not make it look unsure
ENOUGH = 40  # guesses that must have been tried
WISHED = 0.92  # share of right guesses proved by those tried; a little above the nine of ten that are promised
CALM = 0.5  # words are not independent: raw shares claim too much (this and the next measured on 11 curated lists)
SMOOTH = 0.2
PIECE = 4  # letters of a piece of a word: "caching" and "cached" share some
PIECES_OF = 5  # letters a word needs to be taken to pieces
LIGHT = 0.3  # weight of a piece; a word said once weighs 1
PRIOR = 0.3  # how much it counts that a topic is filed into often
_PLAIN = frozenset("www com org net io html htm index http https the and for".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a resource before it is filed. Everything may be empty."""

    title: str
    url: str = ""
    words: str = ""  # remark, label, beginning of its text
    sources: tuple[str, ...] = ()
    publisher: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic with what speaks for it. `score` 0 to 1; `why` is a sentence of facts."""

    topic: int
    score: float
    why: str


def features(known: Known) -> dict[str, float]:
    """What the model sees: `w:` words, `b:` two side by side, `g:` pieces, `h:` host, `p:` its first step, ..."""
    out: Counter[str] = Counter()
    title = [word for word in tokens(known.title) if word not in SMALL]
    words = [word for word in tokens(known.words) if word not in SMALL]
    for word in title:
        out[f"w:{word}"] += 2
    for word in words:
        out[f"w:{word}"] += 1
    for one, two in (*pairwise(title), *pairwise(words)):
        out[f"b:{one} {two}"] = 1
    _address(known.url, out)
    for name in known.sources:
        out[f"s:{name}"] = 3
    for author in known.authors[:5]:
        out[f"a:{author}"] = 1
    if known.publisher:
        out[f"n:{known.publisher}"] = 2
    pieces = dict.fromkeys((piece for word in (*title, *words) for piece in _pieces(word)), LIGHT)
    return pieces | {name: 1 + math.log(count) for name, count in out.items()}


def _pieces(word: str) -> Iterator[str]:
    """The pieces of a longer word in Latin letters, its beginning and end marked."""
    if len(word) >= PIECES_OF and word.isascii():
        marked = f"^{word}$"
        for start in range(len(marked) - PIECE + 1):
            yield f"g:{marked[start : start + PIECE]}"


def _address(url: str, out: Counter[str]) -> None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return
    if not host:
        return
    steps = [step for step in parts.path.lower().split("/") if step]
    out[f"h:{host}"] = 1
    if steps:
        out[f"p:{host}/{steps[0]}"] = 1
    for word in tokens(f"{host} {' '.join(steps)}"):
        if len(word) > 2 and word not in _PLAIN and not word.isdigit():
            out[f"u:{word}"] += 1


@dataclass(slots=True)
class Model:
    """Counts of what was filed where. A topic's own name counts as one example of it."""

    titles: dict[int, str] = field(default_factory=dict)
    examples: Counter[int] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)  # examples a feature stood in
    where: dict[str, dict[int, float]] = field(default_factory=dict)  # per feature: how much of it in which topic
    sums: dict[int, float] = field(default_factory=dict)
    total: dict[str, float] = field(default_factory=dict)

    def name(self, topic: int, title: str, aliases: Sequence[str] = ()) -> None:
        """Let a topic be guessed; once for each topic, before its examples."""
        self.titles[topic] = title
        self.learn(features(Known(title, words=" . ".join(aliases))), topic)

    def learn(self, found: Mapping[str, float], topic: int, times: int = 1) -> None:
        """One more example, or with `times=-1` one less: a filing taken back."""
        self.examples[topic] += times
        for name, weight in found.items():
            self.seen[name] += times
            if not self.seen[name]:  # nobody says it any more
                del self.seen[name], self.where[name], self.total[name]
                continue
            mine = self.where.setdefault(name, {})
            mine[topic] = mine.get(topic, 0.0) + weight * times
            self.total[name] = self.total.get(name, 0.0) + weight * times
        self.sums[topic] = self.sums.get(topic, 0.0) + sum(found.values()) * times

    def guesses(self, found: Mapping[str, float], most: int = 3) -> list[Guess]:
        """The likeliest topics, best first, whatever their score; none before anything was filed."""
        count = sum(self.examples.values())
        if count < 1:
            return []
        weights = self._weighed(found, count)
        scores = self._scores(weights, count)
        best = sorted(scores, key=lambda topic: (-scores[topic], topic))[:most]
        return [Guess(topic, round(scores[topic], 4), self._why(topic, weights)) for topic in best]

    def _weighed(self, found: Mapping[str, float], count: int) -> dict[str, float]:
        """TF-IDF of length one; features never seen say nothing."""
        raw = {
            name: weight * math.log(1 + count / (1 + self.seen[name]))
            for name, weight in found.items()
            if self.seen.get(name)
        }
        norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {name: value / norm for name, value in raw.items()}

    def _scores(self, weights: Mapping[str, float], count: int) -> dict[int, float]:
        """A share for each topic, those of the best RIVALS together 1; topics without a feature differ by a sum."""
        whole, kinds, all_ = sum(self.sums.values()), len(self.total), sum(weights.values())
        logs: dict[int, float] = {}
        for topic, number in self.examples.items():
            if number > 0:
                own = self.sums[topic]
                ratio = (whole - own + SMOOTH * kinds) / (own + SMOOTH * kinds)
                logs[topic] = PRIOR * math.log(number / count) + all_ * math.log(ratio)
        for name, weight in weights.items():
            total = self.total[name] + SMOOTH
            nowhere = math.log(SMOOTH / total)
            for topic, mine in self.where[name].items():
                if mine > 0 and topic in logs:
                    others = max(total - mine, SMOOTH)  # sums of fractions may end a hair below
                    logs[topic] += weight * (math.log((mine + SMOOTH) / others) - nowhere)
        top = max(logs.values())
        shares = {topic: math.exp(CALM * (value - top)) for topic, value in logs.items()}
        norm = sum(sorted(shares.values())[-RIVALS:])
        return {topic: share / norm for topic, share in shares.items()}

    def _why(self, topic: int, weights: Mapping[str, float]) -> str:
        """The facts that speak for `topic`: how often its source and host went there, and the words that tell."""
        said = [fact for name in weights if (fact := self._share(name, topic))][:2]
        telling = sorted(
            (name for name in weights if name[0] in "wb" and self.where[name].get(topic)),
            key=lambda name: (-self._tells(name, topic) * weights[name], name),
        )
        words = [name[2:] for name in telling if self._tells(name, topic) > 0][:3]
        return "; ".join([*said, f"words: {', '.join(words)}"] if words else said) or "its name alone"

    def _share(self, name: str, topic: int) -> str:
        """ "5 of 6 from Source went here", for a source or a host that was seen at least twice."""
        if name[:2] not in ("s:", "h:") or self.seen[name] < 2:
            return ""
        went = round(self.where[name].get(topic, 0.0) * self.seen[name] / self.total[name])
        return f"{went} of {self.seen[name]} from {name[2:]} went here" if went else ""

    def _tells(self, name: str, topic: int) -> float:
        mine, own = self.where[name][topic], self.sums[topic]
        others, rest = max(0.0, self.total[name] - mine), sum(self.sums.values()) - own
        return math.log((mine + SMOOTH) / (own + 1)) - math.log((others + SMOOTH) / (rest + 1))


def threshold(model: Model, examples: Sequence[tuple[Mapping[str, float], frozenset[int]]]) -> float:
    """The least score at which guesses may be said aloud, so that WISHED of them are right.

    Found by taking each example out of `model`, guessing it, and putting it back. 1.1, which no score reaches, when
    nothing is right often enough, or when there is too little to tell.
    """
    tried = sorted(one for found, topics in examples if (one := _tried(model, found, topics))[0] >= LEAST)
    right, best, count = 0, 1.1, 0
    for score, alike in groupby(reversed(tried), key=lambda one: one[0]):
        answers = [was_right for _, was_right in alike]
        right, count = right + sum(answers), count + len(answers)
        if count >= ENOUGH and _proved(right, count) >= WISHED:
            best = score if count < len(tried) else LEAST
    return best


def _proved(right: int, count: int) -> float:
    """The share of right guesses less what chance may have added (one standard error): few examples prove little."""
    share = (right + 1) / (count + 2)
    return share - math.sqrt(share * (1 - share) / (count + 2))


def _tried(model: Model, found: Mapping[str, float], topics: frozenset[int]) -> tuple[float, bool]:
    for topic in sorted(topics):
        model.learn(found, topic, -1)
    guess = next(iter(model.guesses(found, 1)), None)
    for topic in sorted(topics):
        model.learn(found, topic)
    return (guess.score, guess.topic in topics) if guess else (0.0, False)
