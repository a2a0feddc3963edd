"""The query language: one for the command line, the terminal interface, rules, digests and saved views. Pure.

    kv cache            both words, anywhere            "prefix cache"     these words side by side
    cach*               words that begin so             -vllm              not this
    topic:"KV cache"    a field                         a OR b, (a b)      either, groups

A mistake is a QueryError that points at its column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tracker.core.errors import UsageError, nearest
from tracker.core.model import InboxState, ResourceKind

VERDICTS = ("ok", "moved", "failing", "blocked", "gone", "soft404", "unknown", "refused", "unchecked")
HIT_KINDS = ("resource", "text", "transcript", "note", "plan")
HAS = ("text", "transcript", "note", "topic", "address", "date")
IS = ("starred", "backlog", "read", "waiting", "listed")
NUMBERS = ("minutes", "id")
DATES = ("before", "after", "on", "added")
CHOICES = {
    "state": tuple(state.value for state in InboxState),
    "kind": tuple(kind.value for kind in ResourceKind),
    "link": VERDICTS,
    "in": HIT_KINDS,
    "has": HAS,
    "is": IS,
}
WORDS = ("topic", "source", "document", "site", "author", "title", "lang", "section", "publisher")
FIELDS = (*CHOICES, *WORDS, *NUMBERS, *DATES)
MOST_PARTS = 200
MOST_DEPTH = 30

_FIELD = re.compile(r"([A-Za-z]+):(?!//)")
_WORD = re.compile(r'[^\s()"]+')
_AGO = re.compile(r"(\d{1,5})([dwmy])$")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_PLAIN = str.maketrans({"（": "(", "）": ")", "：": ":", "＂": '"', "“": '"', "”": '"', "－": "-", "＊": "*"})
_NUMBER = re.compile(r"(?:(\d{1,9})\.\.(\d{1,9})|(<=|>=|<|>)?(\d{1,9}))$")


class QueryError(UsageError):
    """A query that cannot be read. `column` counts characters from 1."""

    def __init__(self, message: str, column: int, hint: str = "") -> None:
        super().__init__(f"column {column}: {message}", hint)
        self.column = column


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side, as written; `prefix`: the last one may go on. `title`: in the title alone.

    `typed`: somebody is still typing it; of very many hits the newest are enough.
    """

    text: str
    prefix: bool = False
    title: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on a resource. `low` and `high` are set for numbers and days: low <= it < high."""

    name: str
    value: str
    low: int | date | None = None
    high: int | date | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: Query


@dataclass(frozen=True, slots=True)
class All:
    """Everything must hold; of nothing: always."""

    parts: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Any_:
    """One of these must hold."""

    parts: tuple[Query, ...]


Query = Words | Field | Not | All | Any_
EVERYTHING = All()


def parse(text: str, today: date, *, typing: bool = False, begun: bool = False) -> All:
    """Read a query. `today` gives `after:7d` its meaning; `begun`: the last word may go on, as it was typed so far.

    `typing`: somebody is still typing it. One Latin letter is no word then: it begins half of all that there is.

    Raises QueryError.
    """
    tokens = list(_tokens(text))
    if len(tokens) > MOST_PARTS:
        raise QueryError(f"more than {MOST_PARTS} parts", tokens[MOST_PARTS].column, "Ask for less at once")
    reader = _Reader(tokens, today)
    found = reader.either()
    if reader.at < len(tokens):
        raise QueryError("')' closes nothing", tokens[reader.at].column, "Take it out")
    parts = found if isinstance(found, All) else All((found,))
    return _open_ended(parts, typing) if (typing or begun) and not text[-1:].isspace() else parts


def fields_in(text: str) -> list[tuple[str, str, int]]:
    """The fields a query asks for: name, value and column of each, in their order. Raises QueryError."""
    tokens = list(_tokens(text))
    return [(one.text, value.text.strip(), one.column) for one, value in pairwise(tokens) if one.kind == "field"]


def with_field(text: str, name: str, change: Callable[[str], str]) -> str:
    """A query in which each field `name` is what `change` makes of its value; "" leaves it. Raises QueryError."""
    out = text
    for one, value in reversed(list(pairwise(_tokens(text)))):
        new = change(value.text.strip()) if one.kind == "field" and one.text == name else ""
        if new:
            end = value.column - 1 + len(value.text) + 2 * (value.kind == "phrase")
            out = out[: one.column - 1] + new + out[end:]
    return out


def walk(query: Query) -> Iterator[Query]:
    """A query and all that is in it."""
    yield query
    inside = (query.part,) if isinstance(query, Not) else query.parts if isinstance(query, All | Any_) else ()
    for part in inside:
        yield from walk(part)


def _open_ended(found: All, typed: bool) -> All:
    last = found.parts[-1] if found.parts else None
    if not isinstance(last, Words):
        return found
    if len(last.text) == 1 and last.text.isascii():
        return All(found.parts[:-1]) if typed else found
    return All((*found.parts[:-1], Words(last.text, True, last.title, typed)))


def is_typed(query: Query) -> bool:
    """Whether somebody is still typing it."""
    return any(isinstance(one, Words) and one.typed for one in walk(query))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # word, phrase, field, (, ), -, or
    text: str
    column: int


def _tokens(text: str) -> Iterator[_Token]:
    """The pieces of a query; full-width signs of an input method count as their plain forms."""
    text = text.translate(_PLAIN)
    at = 0
    while at < len(text):
        char, column = text[at], at + 1
        if char.isspace():
            at += 1
        elif char in "()":
            yield _Token(char, char, column)
            at += 1
        elif char == '"':
            end = text.find('"', at + 1)
            if end < 0:
                raise QueryError("this quote is not closed", column, 'Write a second "')
            yield _Token("phrase", text[at + 1 : end], column)
            at = end + 1
        elif char == "-" and at + 1 < len(text) and not text[at + 1].isspace():
            yield _Token("-", char, column)
            at += 1
        elif found := _FIELD.match(text, at):
            yield _Token("field", found[1].lower(), column)
            at = found.end()
        else:
            word = _WORD.match(text, at)
            assert word is not None
            yield _Token("or" if word[0] == "OR" else "word", word[0], column)
            at = word.end()


class _Reader:
    """Reads tokens by descent: either > all > one."""

    def __init__(self, tokens: list[_Token], today: date) -> None:
        self.tokens, self.today, self.at, self.depth = tokens, today, 0, 0

    def _next(self, *kinds: str) -> _Token | None:
        if self.at < len(self.tokens) and self.tokens[self.at].kind in kinds:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def either(self) -> Query:
        parts = [self.all()]
        while self._next("or"):
            parts.append(self.all())
        if len(parts) == 1:
            return parts[0]
        if any(part == All() for part in parts):
            column = next(token.column for token in self.tokens if token.kind == "or")
            raise QueryError("OR stands between two things", column, "Write 'a OR b', or quote it: \"OR\"")
        return Any_(tuple(parts))

    def all(self) -> All:
        parts: list[Query] = []
        while (part := self.one()) is not None:
            parts.append(part)
        return All(tuple(parts))

    def one(self) -> Query | None:
        if minus := self._next("-"):
            part = self.one()
            if part is None:
                raise QueryError("'-' excludes nothing", minus.column, "Write -word, or quote it")
            return Not(part)
        if opened := self._next("("):
            return self._group(opened)
        if phrase := self._next("phrase"):
            return Words(phrase.text)
        if name := self._next("field"):
            return self._field(name)
        word = self._next("word")
        return None if word is None else _words(word.text)

    def _group(self, opened: _Token) -> Query:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise QueryError("too many brackets in brackets", opened.column, "Take some out")
        inside = self.either()
        if not self._next(")"):
            raise QueryError("this bracket is not closed", opened.column, "Write a ')'")
        self.depth -= 1
        return inside

    def _field(self, name: _Token) -> Query:
        if name.text not in FIELDS:
            near = nearest(name.text, FIELDS)
            hint = f"Did you mean '{near}:'?" if near else f"There are {', '.join(FIELDS)}; quote it to find the word"
            raise QueryError(f"no field '{name.text}'", name.column, hint)
        value = self._next("word", "phrase")
        if value is None or not value.text.strip():
            raise QueryError(f"'{name.text}:' says nothing", name.column, f"Write {name.text}:VALUE")
        return _condition(name.text, value, self.today)


def _words(text: str) -> Words:
    return Words(text[:-1], True) if text.endswith("*") and len(text) > 1 else Words(text)


def _condition(name: str, value: _Token, today: date) -> Query:
    text = value.text.strip()
    if name == "title":
        found = Words(text) if value.kind == "phrase" else _words(text)
        return Words(found.text, found.prefix, True)
    if name in CHOICES:
        return Field(name, _choice(name, text, value.column))
    if name in NUMBERS:
        return _number(name, text, value.column)
    if name in DATES:
        return _day(name, text, value.column, today)
    return Field(name, text)


def _choice(name: str, text: str, column: int) -> str:
    wanted = {"skip": "skipped", "snooze": "snoozed", "file": "filed"}.get(text.lower(), text.lower())
    if wanted not in CHOICES[name]:
        near = nearest(wanted, CHOICES[name])
        hint = f"Did you mean '{near}'?" if near else f"There are {', '.join(CHOICES[name])}"
        raise QueryError(f"no {name} '{text}'", column, hint)
    return wanted


def _number(name: str, text: str, column: int) -> Field:
    found = _NUMBER.match(text)
    if found is None:
        raise QueryError(f"'{text}' is no number", column, f"Write {name}:30, {name}:<30, {name}:10..30")
    if found[1]:
        return Field(name, text, int(found[1]), int(found[2]) + 1)
    number = int(found[4])
    low, high = {"<": (None, number), "<=": (None, number + 1), ">": (number + 1, None), ">=": (number, None)}.get(
        found[3] or "", (number, number + 1)
    )
    return Field(name, text, low, high)


def _day(name: str, text: str, column: int, today: date) -> Field:
    low, high = _span(text, column, today)
    if name == "before":
        return Field("published", text, None, low)
    if name == "after":
        return Field("published", text, low, None)
    return Field("published" if name == "on" else "added", text, low, high)


def _span(text: str, column: int, today: date) -> tuple[date, date]:
    """The days `text` means, the second one not among them: a day, a month, a year, `7d` = since 7 days ago, a..b."""
    if ".." in text:
        first, _, last = text.partition("..")
        return _span(first, column, today)[0], _span(last, column, today)[1]
    if text in ("today", "yesterday"):
        day = today - timedelta(days=text == "yesterday")
        return day, day + timedelta(days=1)
    if ago := _AGO.match(text):
        days = min(int(ago[1]) * _DAYS[ago[2]], today.toordinal() - 1)
        return today - timedelta(days=days), today + timedelta(days=1)
    try:
        return _calendar(text)
    except (ValueError, OverflowError):
        raise QueryError(f"'{text}' is no day", column, "Write 2026-01-31, 2026-01, 2026, 7d, today or A..B") from None


def _calendar(text: str) -> tuple[date, date]:
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        first = date.fromisoformat(f"{text}-01")
        return first, (first + timedelta(days=31)).replace(day=1)
    day = date.fromisoformat(text)
    return day, day + timedelta(days=1)
