"""Rules: what comes in is asked about in order, `when` (a query) it is so, something is done with it. Pure.

    when  source:arXiv title:diffusion      do  skip
    when  "KV cache" OR 前缀缓存             do  file KV cache, star
    when  source:arXiv                      do  cap 5

The first rule that says where something goes (MOVES) is the last one asked about it; star and tag add up before that.
`keep` leaves it in the inbox whatever stands below; `cap N` lets N a day through and skips the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tracker.core.errors import UsageError, nearest
from tracker.core.inbox import Decision, Standing, Verb, decide
from tracker.core.model import NO_NODE, InboxState, NodeId, ResourceId
from tracker.core.query import QueryError, fields_in, parse, with_field
from tracker.core.text import fold

KEEP, CAP = "keep", "cap"
VERBS = ("file", "tag", "skip", "done", "shortlist", "snooze", "star", KEEP, CAP)
MOVES = frozenset(("file", "skip", "done", "shortlist", "snooze", KEEP))
WITH = {"file": "a topic", "tag": "a topic", "snooze": "a span: tomorrow, 3d, 2w", CAP: "a number: cap 5"}
KNOWN = ("title", "source", "site", "author", "lang", "kind", "minutes", "before", "after", "on", "added")
MOST_CAP = 10_000

_PART = re.compile(r'(?:[^,，"]|"[^"]*")+')
_SPAN = re.compile(r"(\d{1,4})([dw])$")
_DAYS = {"tomorrow": 1, "明天": 1, "week": 7}


class RuleError(UsageError):
    """A rule that cannot be read. `part` is "when" or "do"; `column` counts its characters from 1."""

    def __init__(self, part: str, error: QueryError) -> None:
        super().__init__(f"{part}, {error.message}", error.hint)
        self.part, self.column = part, error.column


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a rule does. `what`: the topic of file and tag, the span of snooze, the number of cap."""

    verb: str
    what: str = ""

    def __str__(self) -> str:
        what = f'"{self.what}"' if re.search("[,，]", self.what) else self.what
        return f"{self.verb} {what}".strip()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a person. `position` orders; `hits` counts what it acted on and nobody took back."""

    id: int
    name: str
    when: str
    acts: tuple[Act, ...]
    enabled: bool = True
    position: int = 0
    hits: int = 0
    made_at: datetime | None = None

    @property
    def cap(self) -> int | None:
        """How many a day it lets through; None when it sets no cap."""
        return next((int(act.what) for act in self.acts if act.verb == CAP), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule the program proposes. `subject` is what it is about: answered once, it is not asked again."""

    subject: str
    name: str
    when: str
    do: str
    why: str
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule about to be asked: its topics found, its spans made times. `room`: places left today under its cap."""

    rule: Rule
    matched: AbstractSet[ResourceId]
    topics: Mapping[str, NodeId] = field(default_factory=dict)
    mornings: Mapping[str, datetime] = field(default_factory=dict)
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one rule does with one resource; `ends`: no later rule is asked. `keep` changes nothing."""

    rule: Rule
    resource: ResourceId
    before: Standing
    after: Standing
    ends: bool


def acts_of(text: str) -> tuple[tuple[Act, int], ...]:
    """Read what a rule does, `file KV cache, star`, with the column of each. Raises QueryError."""
    found: list[tuple[Act, int]] = []
    for part in _PART.finditer(text):
        column = part.start() + 1 + len(part[0]) - len(part[0].lstrip())
        if words := part[0].split(maxsplit=1):
            found.append((_act(words[0].lower(), words[1].strip(' "') if len(words) > 1 else "", column), column))
    if not found:
        raise QueryError("nothing is done", 1, f"Write one of {', '.join(VERBS)}")
    moves = [(act, column) for act, column in found if act.verb in MOVES]
    for act, column in moves[1:]:
        if {act.verb, moves[0][0].verb} != {"file"}:
            raise QueryError(
                f"'{moves[0][0]}' and '{act}' both say where it goes", column, "Take one out; 'tag TOPIC' adds a topic"
            )
    if len(found) > 1 and (cap := next((column for act, column in found if act.verb == CAP), 0)):
        raise QueryError("'cap' goes with nothing else", cap, "Make two rules of it")
    first: dict[Act, int] = {}
    for act, column in found:
        first.setdefault(act, column)
    return tuple(first.items())


def _act(verb: str, what: str, column: int) -> Act:
    if verb not in VERBS:
        near = nearest(verb, VERBS)
        raise QueryError(
            f"no action '{verb}'", column, f"Did you mean '{near}'?" if near else f"There are {', '.join(VERBS)}"
        )
    if verb in WITH and not what:
        raise QueryError(f"'{verb}' wants {WITH[verb]}", column, f"Write {verb} and behind it {WITH[verb]}")
    if verb not in WITH and what:
        raise QueryError(f"'{verb}' takes nothing behind it, but '{what}' stands there", column, "Put a comma between")
    if verb == "snooze" and days_of(what) is None:
        raise QueryError(f"'{what}' is no span", column, "Write tomorrow, 3d or 2w")
    if verb == CAP and not (what.isascii() and what.isdigit() and 0 < int(what) <= MOST_CAP):
        raise QueryError(f"'{what}' is no number a day", column, "Write cap 5")
    return Act(verb, what)


def days_of(span: str) -> int | None:
    """How many days `tomorrow`, `3d` or `2w` are; None for what is no span."""
    found = _SPAN.match(span)
    days = int(found[1]) * (7 if found[2] == "w" else 1) if found else _DAYS.get(span, 0)
    return days or None


def check(when: str, do: str, today: date) -> tuple[tuple[Act, int], ...]:
    """See that a rule can be read, and asks only for what is known when something comes in; what it does, by column.

    Raises RuleError.
    """
    try:
        if not parse(when, today).parts:
            raise QueryError("it says nothing, so it would be so for everything", 1, "Write e.g. source:NAME")
        for name, value, column in fields_in(when):
            if name not in KNOWN and (name, value) not in (("has", "date"), ("has", "address")):
                hint = f"Ask for words, or for {', '.join(KNOWN)}"
                raise QueryError(f"'{name}:{value}' is not known yet when something comes in", column, hint)
    except QueryError as error:
        raise RuleError("when", error) from None
    try:
        return acts_of(do)
    except QueryError as error:
        raise RuleError("do", error) from None


def reason(rule: Rule) -> str:
    """Why something stands where a rule put it."""
    return f"rule '{rule.name}'"


def by_rule(why: str) -> bool:
    """Whether a reason is that of a rule: no person decided."""
    return why.startswith("rule '")


def is_fresh(standing: Standing) -> bool:
    """Whether nobody decided anything yet; a rule never touches what a person decided."""
    return standing.state is InboxState.INBOX and standing.decided_at is None and not standing.topics


def following(when: str, names: Sequence[str], old: str, new: str) -> str:
    """The query of a rule after the source `old` of `names` was renamed `new`: it asks for the same sources as before.

    Words that meant `old` alone become its new name; words that meant others too ask for it beside them. A name with a
    quote in it can be asked for by no query: nothing changes then.
    """
    after = [new if name == old else name for name in names]

    def change(words: str) -> str:
        meant, means = meant_sources(words, names), meant_sources(words, after)
        by_name = fold(words) == fold(old)
        if old not in meant or (new in means and not by_name) or '"' in new:
            return ""
        return f'source:"{new}"' if len(meant) == 1 else f'(source:"{words}" OR source:"{new}")'

    return with_field(when, "source", change)


def meant_sources(words: str, names: Sequence[str]) -> list[str]:
    """The sources meant by `words`: the one of that name, else those that hold it in theirs."""
    meant = fold(words)
    return [name for name in names if fold(name) == meant] or [name for name in names if meant in fold(name)]


def effects(rules: Sequence[Ready], world: Mapping[ResourceId, Standing], now: datetime) -> tuple[Effect, ...]:
    """What the rules do with the resources of `world`, in its order (a cap lets the first through)."""
    room = {one.rule.id: one.room for one in rules if one.room is not None}
    out: list[Effect] = []
    for id_, standing in world.items():
        if not is_fresh(standing):
            continue
        passed: list[int] = []  # caps that let it through: it takes a place if it waits in the end
        for one in rules:
            if id_ not in one.matched:
                continue
            full = one.rule.id in room and room[one.rule.id] <= 0
            after = _skipped(standing, one, now) if full else _after(standing, one, now)
            ends = full or any(act.verb in MOVES for act in one.rule.acts)
            if ends or after != standing:
                out.append(Effect(one.rule, id_, standing, after, ends))
            standing = after
            if ends:
                break
            passed += [one.rule.id] if one.room is not None else []
        if standing.state is InboxState.INBOX:
            for id_of_rule in passed:
                room[id_of_rule] -= 1
    return tuple(out)


def _skipped(standing: Standing, one: Ready, now: datetime) -> Standing:
    why = f"{reason(one.rule)}: more than {one.rule.cap} a day"
    return decide(standing, Decision(Verb.SKIP, why=why), now)


def _after(standing: Standing, one: Ready, now: datetime) -> Standing:
    """Where it stands after all a rule does. What only got a star or a tag still waits for a decision."""
    after = standing
    for act in one.rule.acts:
        if act.verb not in (KEEP, CAP):
            decision = Decision(
                Verb(act.verb), one.topics.get(act.what, NO_NODE), one.mornings.get(act.what), reason(one.rule)
            )
            after = decide(after, decision, now)
    if after.state is standing.state:
        return replace(after, decided_at=standing.decided_at, sort_at=standing.sort_at)
    return after


# ---- tried on history ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Past:
    """What came in once: when, and what became of it. `kept` and `skipped` are a person's word, not a rule's."""

    id: ResourceId
    at: datetime
    standing: Standing

    @property
    def kept(self) -> bool:
        """Whether the person wanted it: filed, on the shortlist, done, or starred."""
        wanted = self.standing.state in (InboxState.FILED, InboxState.SHORTLIST, InboxState.DONE)
        starred = self.standing.starred and self.standing.state is not InboxState.SKIPPED
        return not by_rule(self.standing.why) and (wanted or starred)

    @property
    def skipped(self) -> bool:
        """Whether the person did not want it."""
        return not by_rule(self.standing.why) and self.standing.state is InboxState.SKIPPED

    @property
    def passed(self) -> bool:
        """Whether it came to the person: no rule had put it elsewhere."""
        return self.standing.state is InboxState.INBOX or not by_rule(self.standing.why)


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule tried on all that came in so far. `acts` on some of what `matched`: earlier rules had the rest.

    `same`: the person did just that; `first`: how many an earlier rule had, by its name; `takes`: how many it takes
    from a later one.
    """

    matched: int
    acts: int
    kept: tuple[ResourceId, ...]
    skipped: int
    waiting: int
    same: int
    first: Mapping[str, int]
    takes: Mapping[str, int]


def trial(rules: Sequence[Ready], tried: int, past: Sequence[Past], days: Mapping[ResourceId, date]) -> Trial:
    """What rule `tried` (an id among `rules`, in their order) would have done with `past`, day by day."""
    mine = next(one for one in rules if one.rule.id == tried)
    known = {one.id: one for one in past}
    with_it, without = _replay(rules, past, days), _replay([one for one in rules if one is not mine], past, days)
    hit = {one.resource: known[one.resource] for one in with_it if one.rule.id == tried}
    after = {one.resource: one.after for one in with_it if one.rule.id == tried}
    still = {(one.rule.id, one.resource) for one in with_it}
    earlier = [one.rule.id for one in rules[: rules.index(mine)]]
    left = mine.matched - hit.keys()
    return Trial(
        matched=len(mine.matched & known.keys()),
        acts=len(hit),
        kept=tuple(one.id for one in hit.values() if one.kept),
        skipped=sum(one.skipped for one in hit.values()),
        waiting=sum(one.standing.state is InboxState.INBOX for one in hit.values()),
        same=sum(_same(after[one.id], one.standing) for one in hit.values()),
        first=_counted(one for one in with_it if one.ends and one.resource in left and one.rule.id in earlier),
        takes=_counted(o for o in without if o.resource in hit and (o.rule.id, o.resource) not in still),
    )


def _replay(rules: Sequence[Ready], past: Sequence[Past], days: Mapping[ResourceId, date]) -> list[Effect]:
    """All effects as if the rules had stood from the beginning; caps begin anew each day."""
    by_day: dict[date, list[Past]] = {}
    for one in past:
        by_day.setdefault(days[one.id], []).append(one)
    fresh = [replace(one, room=one.rule.cap) for one in rules]
    return [
        effect
        for day in sorted(by_day)
        for effect in effects(fresh, {one.id: Standing(sort_at=one.at) for one in by_day[day]}, by_day[day][0].at)
    ]


def _counted(found: Iterable[Effect]) -> dict[str, int]:
    return dict(sorted(Counter(one.rule.name for one in found).items()))


def _same(rule: Standing, person: Standing) -> bool:
    """Whether the person did just what the rule would have done."""
    alike = rule.state is person.state and rule.topics <= person.topics and rule.starred <= person.starred
    return alike and not by_rule(person.why)


def morning(today: date, span: str) -> date:
    """The day a snooze of `span` ends."""
    return today + timedelta(days=days_of(span) or 1)
