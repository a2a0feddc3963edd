"""Rules that name a source go on asking for it when it is renamed: a decision of its own, which undo takes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from db import rules as rows
from db.actions import Changes
from db.store import Tx
from tracker.core.errors import UsageError
from tracker.core.model import PersonId
from tracker.core.rules import Rule, following
from tracker.services.actions import keep

QUIET = ("mute", "cap")  # `sources mute NAME` makes a rule that is called so
BY = "sources"


def follow(tx: Tx, renamed: Sequence[tuple[str, str]], names: Sequence[str], now: datetime) -> list[str]:
    """Let the rules of everybody follow sources that were renamed (from, to); `names` are those there are by now.

    Returns what was done, a sentence a person and source.
    """
    back = {new: old for old, new in renamed}
    before, said = [back.get(name, name) for name in names], list[str]()
    for old, new in renamed:
        for person in rows.people(tx):
            said += _followed(tx, person, before, old, new, now)
        before = [new if name == old else name for name in before]
    return said


def _followed(tx: Tx, person: PersonId, names: Sequence[str], old: str, new: str, now: datetime) -> list[str]:
    changes, told = Changes(tx), list[str]()
    known = rows.of(tx, person)
    if '"' in new:
        vain = [f"'{rule.name}'" for rule in known if _when(rule, names, old, "") != rule.when]
        return (
            [f"'{old}' is called '{new}' now, which no query can ask for: {', '.join(vain)} find nothing"]
            if vain
            else []
        )
    for rule in known:
        when = _when(rule, names, old, new)
        name = _name(rule, known, old, new)
        if rows.change(changes, rule.id, when=when, name=name):
            told.append(f"'{name}'")
    if not told:
        return []
    changes.label = f"'{old}' is called '{new}' now: the rules {', '.join(told)} follow"
    keep(tx, person, "rule", changes, now, BY)
    return [changes.label]


def _when(rule: Rule, names: Sequence[str], old: str, new: str) -> str:
    try:
        return following(rule.when, names, old, new)
    except UsageError:  # a rule that no longer can be read is told by the crawl
        return rule.when


def _name(rule: Rule, known: Sequence[Rule], old: str, new: str) -> str:
    wanted = next((f"{verb} {new}" for verb in QUIET if rule.name == f"{verb} {old}"), rule.name)
    return rule.name if any(one.name == wanted for one in known) else wanted
