"""One question over everything: resources, texts, transcripts, notes and plans, best first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from db import inbox as filings
from db import pieces as texts
from db import query as conditions
from db import search as index
from db.search import Match, Piece
from db.store import Store, Tx
from tracker.core.model import PersonId
from tracker.core.query import All, Any_, Field, Query, Words, is_typed
from tracker.core.search import Standing, excerpt, pattern, relevance, weigh

MOST_RANKED = 1000  # of the newest that hold the words; with very common words older ones count only by title
MOST_TITLES = 200
MOST_READ = 50  # whose texts are read to tell how much they are about it
IN_ONE_GO = 500
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. `id` is that of the note, node or transcript, the resource's for a resource or its text.

    `start` is the second of a talk where the words are said; hits in `excerpt` stand between `**`.
    """

    kind: str
    id: int
    resource: int | None
    title: str
    excerpt: str
    start: float | None
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a question. `total` counts what holds the words, to about MOST_RANKED; of a list, what is shown."""

    hits: tuple[Hit, ...]
    total: int

    @property
    def more(self) -> bool:
        """Whether there may be more than were counted."""
        return self.total >= MOST_RANKED


def behind(store: Store) -> int:
    """How many rows changed since the index was brought up to date."""
    with store.read() as tx:
        return index.waiting(tx)


def catch_up(store: Store, on_step: Callable[[int], None] = lambda n: None, *, typing: bool = False) -> int:
    """Cut into words what changed since the last time; returns how many rows. Short transactions, one a 500 rows.

    `typing`: an answer is wanted at once; when more than one such transaction is needed, none is made.
    """
    done = 0
    if typing:
        with store.read() as tx:
            if len(index.dirty(tx, IN_ONE_GO + 1)) > IN_ONE_GO:
                return 0
    while True:
        with store.read() as tx:
            if not index.dirty(tx, 1):
                return done
        with store.write(durable=False) as tx:
            refs = index.dirty(tx, IN_ONE_GO)
            index.replace(tx, refs, texts.pieces(tx, refs))
        done += len(refs)
        on_step(len(refs))


def catch_up_with(tx: Tx, ids: Sequence[int]) -> None:
    """Cut the words of these resources within the caller's transaction: they are asked about before it ends."""
    refs = [("resource", id_) for id_ in index.dirty_among(tx, "resource", ids)]
    index.replace(tx, refs, texts.pieces(tx, refs))


def rebuild(store: Store, on_step: Callable[[int], None] = lambda n: None) -> int:
    """Make the index again from the tables; returns how many rows it holds."""
    with store.write() as tx:
        index.forget_all(tx)
    return catch_up(store, on_step)


def tidy(store: Store) -> bool:
    """Make the index again when too much of it stands for nothing any more; tells whether it did."""
    with store.read() as tx:
        if index.stale(tx) < index.STALE_SHARE:
            return False
    rebuild(store)
    return True


def search(
    store: Store,
    person: PersonId,
    asked: All,
    *,
    zone: ZoneInfo,
    now: datetime,
    limit: int = 20,
    newest: bool = False,
) -> Found:
    """What answers `asked` (see core/query.py), best or newest first; nothing for an empty question."""
    catch_up(store, typing=is_typed(asked))
    with store.read() as tx:
        question = _Question(tx, person, zone, asked)
        matched, titled = question.matches(limit)
        ranked = _ranked(tx, person, matched, titled, now, newest)
        return Found(_hits(tx, ranked, question.marks, limit, newest), len(matched))


class _Question:
    """A query taken apart: words for the index, conditions for the tables, kinds of hits that are wanted."""

    def __init__(self, tx: Tx, person: PersonId, zone: ZoneInfo, asked: All) -> None:
        self._tx, self._person = tx, person
        words, rest = conditions.split(asked)
        if not any(one.words for one, _, unwanted in words if not unwanted):
            # an index cannot list what lacks a word; signs alone are no words
            words, rest = [], [one for one in asked.parts if not isinstance(one, Words)]
        self._words = words
        self.kinds = tuple(one.value for one in rest if isinstance(one, Field) and one.name == "in")
        self._rest = [one for one in rest if not (isinstance(one, Field) and one.name == "in")]
        self._asker = conditions.Asker(tx, person, zone)
        self.marks = pattern(_positive(asked))

    def matches(self, limit: int) -> tuple[list[Match], frozenset[int]]:
        """Rows that answer, newest first, and the numbers of those whose title alone does."""
        narrow = conditions.narrow(self._asker, self._rest)
        if not self._words:
            return (index.newest(self._tx, narrow, most=limit, kinds=self.kinds) if narrow else []), frozenset()
        narrow = [conditions.mine(self._person), *narrow]
        found = index.matches(self._tx, self._expression(), narrow, most=MOST_RANKED, kinds=self.kinds)
        titles = self._expression(title=True)
        if len(found) < MOST_RANKED:  # that is all: nothing else can answer with its title
            return found, index.among(self._tx, titles, [one.number for one in found])
        heads = index.matches(self._tx, titles, narrow, most=MOST_TITLES, kinds=self.kinds)
        return list({one.number: one for one in (*found, *heads)}.values()), frozenset(one.number for one in heads)

    def _expression(self, *, title: bool = False) -> str:
        parts = [(one, title or own, unwanted) for one, own, unwanted in self._words]
        return index.expression(self._tx, parts)


def _positive(asked: Query) -> list[tuple[str, bool]]:
    """The words a hit may be marked for."""
    if isinstance(asked, Words):
        return [(asked.text, asked.prefix)]
    if isinstance(asked, All | Any_):
        return [one for part in asked.parts for one in _positive(part)]
    return []


def _ranked(
    tx: Tx, person: PersonId, found: Sequence[Match], titled: frozenset[int], now: datetime, newest: bool
) -> list[tuple[float, Match]]:
    """The matches with what speaks for them before their texts are read, best first."""
    if newest:
        return [(0.0, one) for one in sorted(found, key=lambda one: (one.at or _NEVER, one.number), reverse=True)]
    stands = filings.where_they_stand(tx, person, {one.resource for one in found if one.resource})
    weighed = [(weigh(_standing(one, one.number in titled, stands, now)), one) for one in found]
    return sorted(weighed, key=lambda pair: (-pair[0], -pair[1].number))


def _standing(one: Match, in_title: bool, stands: Mapping[int, tuple[str, bool]], now: datetime) -> Standing:
    state, starred = stands.get(one.resource or 0, ("", False))
    age = (now - one.at).total_seconds() / 86_400 if one.at else None
    return Standing(in_title, age, one.kind, state, starred)


def _hits(
    tx: Tx, ranked: Sequence[tuple[float, Match]], marks: re.Pattern[str] | None, limit: int, newest: bool
) -> tuple[Hit, ...]:
    read = ranked[: max(limit, 0 if newest else MOST_READ)]
    told = {(one.kind, one.ref): one for one in texts.pieces(tx, [(match.kind, match.ref) for _, match in read])}
    scored = [
        (weight + (0.0 if newest else relevance(piece.body, marks)), match, piece)
        for weight, match in read
        if (piece := told.get((match.kind, match.ref))) is not None
    ]
    if not newest:
        scored.sort(key=lambda one: (-one[0], -one[1].number))
    return tuple(_hit(tx, score, match, piece, marks) for score, match, piece in scored[:limit])


def _hit(tx: Tx, score: float, match: Match, piece: Piece, marks: re.Pattern[str] | None) -> Hit:
    start, body = None, piece.body
    if match.kind == "transcript" and marks:
        start, body = _said_at(texts.lines(tx, match.ref), marks, body)
    return Hit(match.kind, match.ref, match.resource, piece.title, excerpt(body, marks), start, round(score, 3))


def _said_at(lines: Sequence[tuple[float, str]], marks: re.Pattern[str], body: str) -> tuple[float | None, str]:
    """The second where the words are first said, and the text around it; segments are looked at two by two."""
    for i, (start, words) in enumerate(lines):
        if marks.search(words):
            return start, " ".join(text for _, text in lines[max(0, i - 2) : i + 4])
    for (start, words), (_, more) in pairwise(lines):
        if marks.search(f"{words} {more}"):
            return start, f"{words} {more}"
    return None, body
