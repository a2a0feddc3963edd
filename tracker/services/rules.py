"""Rules: kept in order, tried on what came in before, asked by the crawl about what comes in. Each effect is a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from db import actions as journal
from db import inbox as filings
from db import rules as rows
from db.actions import Changes
from db.query import Asker
from db.resources import title_of
from db.store import Store, Tx
from tracker.core.errors import Conflict, NotFound, TrackerError, UsageError, nearest
from tracker.core.inbox import Done, Step, Verb, label_of
from tracker.core.model import PersonId, ResourceId
from tracker.core.query import QueryError, Words, parse, walk
from tracker.core.rules import (
    CAP,
    KEEP,
    Act,
    Effect,
    Past,
    Ready,
    Rule,
    RuleError,
    Trial,
    check,
    effects,
    is_fresh,
    morning,
    reason,
    trial,
)
from tracker.core.text import clean_line, fold
from tracker.services import search
from tracker.services.actions import deciding, keep
from tracker.services.topics import find_topic

BY = "rule"
MORNING = time(6)
_ON_TRIAL = 0  # the number of a rule that is tried before it is made


@dataclass(frozen=True, slots=True)
class Clock:
    """When rules are asked, and where the person's days begin."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The person's day."""
        return self.day(self.now)

    def day(self, at: datetime) -> date:
        """The person's day of a moment."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule did: a sentence and how many it was about."""

    rule: Rule
    label: str
    count: int


def rules(store: Store, person: PersonId) -> list[Rule]:
    """All rules in the order they are asked."""
    with store.read() as tx:
        return rows.of(tx, person)


# ---- made and changed ------------------------------------------------------------------------------------------------


def add(store: Store, person: PersonId, name: str, when: str, do: str, clock: Clock, made_by: str) -> tuple[Rule, Done]:
    """A new rule behind the others. Raises RuleError with the column, Conflict for a name that is taken."""
    with deciding(store, person, "rule", now=clock.now, made_by=made_by) as changes:
        made = put(changes, person, name, when, do, clock)
        changes.label = f"added the rule '{made.name}': {made.when} -> {told(made.acts)}"
    return made, changes.done


def put(changes: Changes, person: PersonId, name: str, when: str, do: str, clock: Clock) -> Rule:
    """The same as part of another decision."""
    known = rows.of(changes.tx, person)
    made = Rule(0, _new_name(name, known), when.strip(), read_acts(changes.tx, person, when, do, clock))
    return replace(made, id=rows.add(changes, person, made, clock.now))


def edit(
    store: Store, person: PersonId, which: str, clock: Clock, made_by: str,
    *, name: str = "", when: str = "", do: str = "",
) -> tuple[Rule, Done]:  # fmt: skip
    """Change what is given. Raises NotFound, RuleError, Conflict."""
    with deciding(store, person, "rule", now=clock.now, made_by=made_by) as changes:
        known = rows.of(changes.tx, person)
        old = _named(known, which)
        acts = read_acts(changes.tx, person, when or old.when, do or told(old.acts), clock)
        name = _new_name(name, [one for one in known if one is not old]) if name else old.name
        new = replace(old, name=name, when=when.strip() or old.when, acts=acts)
        rows.change(changes, old.id, name=new.name, when=new.when, acts=new.acts)
        changes.label = f"changed the rule '{new.name}': {new.when} -> {told(new.acts)}"
    return new, changes.done


def remove(store: Store, person: PersonId, which: str, now: datetime, made_by: str) -> Done:
    """Take a rule out; what it did stays. Raises NotFound."""
    with deciding(store, person, "rule", now=now, made_by=made_by) as changes:
        old = _named(rows.of(changes.tx, person), which)
        rows.remove(changes, old.id)
        changes.label = f"removed the rule '{old.name}'"
    return changes.done


def switch(store: Store, person: PersonId, which: str, now: datetime, made_by: str, *, on: bool) -> Done:
    """Let a rule be asked, or not. Raises NotFound."""
    with deciding(store, person, "rule", now=now, made_by=made_by) as changes:
        old = _named(rows.of(changes.tx, person), which)
        rows.change(changes, old.id, enabled=on)
        changes.label = f"turned the rule '{old.name}' {'on' if on else 'off'}"
    return changes.done


def move(store: Store, person: PersonId, which: str, place: int, now: datetime, made_by: str) -> Done:
    """Put a rule at `place`, from 1. Raises NotFound."""
    with deciding(store, person, "rule", now=now, made_by=made_by) as changes:
        known = rows.of(changes.tx, person)
        old = _named(known, which)
        others = [one for one in known if one is not old]
        at = min(max(place, 1), len(known)) - 1
        for position, one in enumerate([*others[:at], old, *others[at:]], 1):
            rows.change(changes, one.id, position=position)
        changes.label = f"moved the rule '{old.name}' to place {at + 1}"
    return changes.done


def read_acts(tx: Tx, person: PersonId, when: str, do: str, clock: Clock) -> tuple[Act, ...]:
    """What a rule does, its topics by their whole titles. Raises RuleError."""
    out = []
    for act, column in check(when, do, clock.today):
        if act.verb in (Verb.FILE, Verb.TAG):
            try:
                act = replace(act, what=find_topic(tx, person, act.what).title)
            except (NotFound, UsageError) as error:
                raise RuleError("do", QueryError(error.sentence(), column)) from None
        out.append(act)
    return tuple(out)


def _new_name(name: str, known: Sequence[Rule]) -> str:
    name = clean_line(name, 100)
    if not name:
        raise UsageError("a rule needs a name", "Write 'tracker rules add NAME --when QUERY --do ACTION'")
    if any(fold(one.name) == fold(name) for one in known):
        raise Conflict(f"there is a rule '{name}' already", "Choose another name, or use 'tracker rules edit'")
    return name


def _named(known: Sequence[Rule], which: str) -> Rule:
    """The rule of that name, or at that place of the list. Raises NotFound."""
    found = next((one for one in known if fold(one.name) == fold(which)), None)
    if found is None and which.isascii() and which.isdigit() and 0 < int(which) <= len(known):
        found = known[int(which) - 1]
    if found is None:
        raise NotFound("rule", which, "tracker rules list", nearest(which, [one.name for one in known]))
    return found


def told(acts: Iterable[Act]) -> str:
    """What a rule does, as it is written."""
    return ", ".join(map(str, acts))


# ---- asked -----------------------------------------------------------------------------------------------------------


def greet(tx: Tx, person: PersonId, ids: Sequence[ResourceId], clock: Clock) -> list[str]:
    """Ask the rules about what just came in, within the crawl's transaction; sentences of what they did.

    A rule that cannot be asked (its topic is gone) is named, never a reason to stop.
    """
    known = [one for one in rows.of(tx, person) if one.enabled]
    order = list(rows.arrived(tx, person, ids)) if known else []
    if not order:
        return []
    if any(_has_words(one.when, clock.today) for one in known):
        search.catch_up_with(tx, order)
    before = []
    if any(one.cap is not None for one in known):
        midnight = datetime.combine(clock.today, time(), clock.zone)
        new = set(order)
        before = [one for one in rows.came(tx, person, midnight) if one.id not in new]
    ready, troubles = _ready(tx, person, known, order, clock, before)
    world = filings.standings(tx, person, order)
    done = _carry_out(tx, person, known, effects(ready, world, clock.now), clock.now)
    return [*(one.label for one in done), *troubles]


def run(store: Store, person: PersonId, names: Sequence[str], clock: Clock, *, dry: bool = False) -> list[Told]:
    """Ask the rules (or those named) about all that waits undecided in the inbox. One step a rule; `dry` changes nothing.

    What a person took back from a rule is left alone. Raises NotFound.
    """
    search.catch_up(store)
    with store.read() if dry else store.write() as tx:
        known = rows.of(tx, person)
        asked = [_named(known, name) for name in names] if names else [one for one in known if one.enabled]
        asked.sort(key=known.index)
        past, spared = rows.came(tx, person), journal.taken_back(tx, person, BY)
        waiting = [one for one in past if is_fresh(one.standing) and one.id not in spared]
        found: list[Effect] = []
        for day, some in _by_day(waiting, clock).items():
            new = {one.id for one in some}
            before = [one for one in past if one.id not in new and clock.day(one.at) == day]
            ready, troubles = _ready(tx, person, asked, [one.id for one in some], clock, before)
            if troubles:
                raise UsageError(troubles[0])
            found += effects(ready, {one.id: one.standing for one in some}, clock.now)
        return _counts(tx, asked, found) if dry else _carry_out(tx, person, asked, found, clock.now)


def try_(
    store: Store, person: PersonId, clock: Clock, which: str = "", when: str = "", do: str = ""
) -> tuple[Rule, Trial]:
    """A rule tried on all that came in so far, in its place among the others: one that is there, or one not made yet.

    With `which` and `when` or `do`: that rule as it would be then. Raises NotFound, RuleError.
    """
    search.catch_up(store)
    with store.read() as tx:
        known = rows.of(tx, person)
        old = _named(known, which) if which else Rule(_ON_TRIAL, "this rule", "", ())
        acts = read_acts(tx, person, when or old.when, do or told(old.acts), clock)
        tried = replace(old, when=when or old.when, acts=acts, enabled=True)
        asked = [tried if one is old else one for one in known if one.enabled or one is old]
        asked += [] if which else [tried]
        past = rows.came(tx, person)
        ready, _ = _ready(tx, person, asked, [one.id for one in past], clock, ())
        return tried, trial(ready, tried.id, past, {one.id: clock.day(one.at) for one in past})


def _by_day(past: Sequence[Past], clock: Clock) -> dict[date, list[Past]]:
    out: dict[date, list[Past]] = {}
    for one in past:
        out.setdefault(clock.day(one.at), []).append(one)
    return out


def _has_words(when: str, today: date) -> bool:
    return any(isinstance(part, Words) for part in walk(parse(when, today)))


def _ready(
    tx: Tx, person: PersonId, asked: Sequence[Rule], ids: Sequence[ResourceId], clock: Clock, before: Sequence[Past]
) -> tuple[list[Ready], list[str]]:
    """Rules with what they match of `ids`; `before` came on the same day and takes places under caps."""
    asker = Asker(tx, person, clock.zone, kinds=("resource",))
    ready, troubles = [], []
    for one in asked:
        try:
            topics = {act.what: find_topic(tx, person, act.what).id for act in one.acts if act.verb in ("file", "tag")}
            when = parse(one.when, clock.today)
        except TrackerError as error:
            troubles.append(f"{reason(one)} is not asked: {error.sentence()}")
            continue
        room = None
        if one.cap is not None:
            had = rows.matching(asker, when, [past.id for past in before if past.passed])
            room = one.cap - len(had)
        ready.append(Ready(one, rows.matching(asker, when, ids), topics, _mornings(one, clock), room))
    return ready, troubles


def _mornings(one: Rule, clock: Clock) -> Mapping[str, datetime]:
    spans = [act.what for act in one.acts if act.verb == Verb.SNOOZE]
    return {span: datetime.combine(morning(clock.today, span), MORNING, clock.zone) for span in spans}


def _carry_out(tx: Tx, person: PersonId, asked: Sequence[Rule], found: Sequence[Effect], now: datetime) -> list[Told]:
    """Write what rules do, an action a rule, in their order.

    A rule that only keeps moves nothing, and is an action as well: a count that no action holds is lost when the
    making of its rule is taken back and done again.
    """
    done = _counts(tx, asked, found)
    for told_ in done:
        mine = [one for one in found if one.rule.id == told_.rule.id]
        steps = [Step(one.resource, one.before, one.after) for one in mine if one.before != one.after]
        changes = Changes(tx)
        changes.label = told_.label
        changes.steps(person, steps, now)
        rows.change(changes, told_.rule.id, hits=told_.rule.hits + told_.count)
        keep(tx, person, BY, changes, now, BY)
    return done


def _counts(tx: Tx, asked: Sequence[Rule], found: Sequence[Effect]) -> list[Told]:
    out = []
    for rule in asked:
        mine = [one.resource for one in found if one.rule.id == rule.id]
        if mine:
            out.append(Told(rule, f"{reason(rule)}: {_label(rule, mine, _title(tx, mine))}", len(mine)))
    return out


def _title(tx: Tx, ids: Sequence[ResourceId]) -> str:
    return title_of(tx, ids[0]) if len(ids) == 1 else ""


def _label(rule: Rule, ids: Sequence[ResourceId], title: str) -> str:
    """The sentence of the history: "skipped 41 resources"."""
    said = []
    for act in rule.acts:
        if act.verb == KEEP:
            said.append(f"kept '{title}' in the inbox" if title else f"kept {len(ids)} resources in the inbox")
        elif act.verb == CAP:
            said.append(f"{label_of(Verb.SKIP, len(ids), title=title)}, more than {act.what} a day")
        else:
            said.append(label_of(Verb(act.verb), len(ids), act.what, title, act.what))
    return ", ".join(said)
