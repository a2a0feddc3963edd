"""Noise control: what sources give back, how long the queue is, and rules that would help; nothing happens unasked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db import nodes
from db import rules as rows
from db import sources as source_rows
from db.store import Store, Tx
from tracker.core.errors import NotFound, UsageError, nearest
from tracker.core.inbox import Done
from tracker.core.mining import WISHED, mine
from tracker.core.model import PersonId
from tracker.core.noise import CAP, ENOUGH, MUTE, Advice, Debt, Item, Yield, debt, yields
from tracker.core.rules import Offer, Rule, Trial
from tracker.services import rules
from tracker.services.actions import deciding
from tracker.services.rules import Clock

DAYS = 28  # the window of the report


@dataclass(frozen=True, slots=True)
class Report:
    """The queue and the sources that fill it."""

    debt: Debt
    yields: tuple[Yield, ...]


def report(store: Store, person: PersonId, clock: Clock, days: int = DAYS) -> Report:
    """What each source gave back in the last `days`, and how long the queue is."""
    with store.read() as tx:
        items = [Item(one.past, one.sources, minutes) for one, minutes in rows.facts(tx, person)]
        names = {one.id: one.name for one in source_rows.watched(tx)}
        held = {names[id_]: held for id_, (_, held) in source_rows.item_counts(tx).items() if id_ in names}
    return Report(debt(items, clock.now, days), tuple(yields(items, held, clock.now, days)))


def mute(store: Store, person: PersonId, source: str, clock: Clock, made_by: str) -> Done:
    """Let nothing of a source wait in the inbox: a rule skips it, unless a rule before it wants it. Raises NotFound."""
    return _quiet(store, person, source, MUTE, "skip", clock, made_by)


def cap(store: Store, person: PersonId, source: str, most: int, clock: Clock, made_by: str) -> Done:
    """Let at most so many a day of a source wait in the inbox. Raises NotFound."""
    return _quiet(store, person, source, CAP, f"cap {most}", clock, made_by)


def unmute(store: Store, person: PersonId, source: str, clock: Clock, made_by: str) -> Done:
    """Take what mutes or caps a source away. Raises NotFound when nothing does."""
    with deciding(store, person, "rule", now=clock.now, made_by=made_by) as changes:
        name = _source(changes.tx, source)
        found = [one for one in rows.of(changes.tx, person) if one.name in (f"{MUTE} {name}", f"{CAP} {name}")]
        if not found:
            raise NotFound("rule that mutes or caps", name, "tracker rules list")
        for one in found:
            rows.remove(changes, one.id)
        changes.label = f"'{name}' comes to the inbox again"
    return changes.done


def _quiet(store: Store, person: PersonId, source: str, verb: str, do: str, clock: Clock, made_by: str) -> Done:
    with deciding(store, person, "rule", now=clock.now, made_by=made_by) as changes:
        name = _source(changes.tx, source)
        known = {one.name: one for one in rows.of(changes.tx, person)}
        if (old := known.get(f"{verb} {name}")) is None:
            rules.put(changes, person, f"{verb} {name}", _about(name), do, clock)
        else:
            rows.change(changes, old.id, acts=rules.read_acts(changes.tx, person, old.when, do, clock), enabled=True)
        changes.label = f"muted '{name}'" if verb == MUTE else f"{do} a day of '{name}'".replace("cap", "at most")
    return changes.done


def _source(tx: Tx, name: str) -> str:
    known = [one.name for one in source_rows.watched(tx)]
    if name not in known:
        raise NotFound("source", name, "tracker sources list", nearest(name, known))
    return name


def _about(name: str) -> str:
    if '"' in name:
        raise UsageError(f"the name {name} holds a quote, which no query can ask for", "Rename the source first")
    return f'source:"{name}"'


# ---- proposed --------------------------------------------------------------------------------------------------------


def propose(store: Store, person: PersonId, clock: Clock) -> list[tuple[int, Offer]]:
    """Look for rules in what was decided, and for sources that fill the queue for little; all that waits for an answer.

    Each was tried on history first; one that does little there, or would have taken what was kept, is not proposed.
    """
    with store.read() as tx:
        facts = [one for one, _ in rows.facts(tx, person, decided=True)]
        titles = {one.id: one.title for one in nodes.topics(tx, person)}
        known = rows.of(tx, person)
    # all that waits is looked at only where so much was decided that it could prove something of a source
    quiet = _quieting(report(store, person, clock).yields) if len(facts) >= ENOUGH else []
    mined = [
        Offer(f"{one.when} -> {one.do}", f"{one.when} -> {one.do}"[:100], one.when, one.do, one.why, one.right / one.decided)
        for one in mine(facts, titles)
        if (one.when, one.do) not in {(other.when, other.do) for other in quiet}
    ]  # fmt: skip
    offers = [one for one in (*quiet, *mined) if _helps(store, person, clock, one, known)]
    with store.write() as tx:
        rows.offer(tx, person, offers, clock.now)
    with store.read() as tx:
        return rows.offered(tx, person)


def _quieting(found: Iterable[Yield]) -> list[Offer]:
    """Rules that mute or cap what the report advises to."""
    return [_offer(one.source, one.advice) for one in found if one.advice is not None and '"' not in one.source]


def _offer(source: str, advice: Advice) -> Offer:
    verb = CAP if advice.verb == CAP else MUTE
    do = f"cap {advice.most}" if verb == CAP else "skip"
    return Offer(f"{verb} {source}", f"{verb} {source}", _about(source), do, advice.why, 0.9)


def _helps(store: Store, person: PersonId, clock: Clock, one: Offer, known: Sequence[Rule]) -> bool:
    """Whether the rule is new, and right on history in its place behind the others."""
    if any(rule.name == one.name or (rule.when, rules.told(rule.acts)) == (one.when, one.do) for rule in known):
        return False
    _, tried = rules.try_(store, person, clock, when=one.when, do=one.do)
    if one.do.startswith("cap"):
        return tried.acts > 0
    return tried.acts > 0 and _wrong(one, tried) <= (1 - WISHED) * (tried.acts - tried.waiting)


def _wrong(one: Offer, tried: Trial) -> int:
    return len(tried.kept) if one.do == "skip" else tried.acts - tried.waiting - tried.same
