"""What a person may decide, by chance: each deed is one call of a service with whatever happens to be there."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db import reviews
from db.store import Store
from tracker.core.errors import TrackerError
from tracker.core.inbox import Done
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import ResourceId
from tracker.core.plan import walk
from tracker.core.query import parse
from tracker.services import (
    actions,
    inbox,
    library,
    merging,
    notes,
    plans,
    review,
    rules,
    schedule,
    topics,
    views,
)
from tracker.services.rules import Clock
from tracker.services.suggest import Adviser

ZONE = ZoneInfo("Asia/Shanghai")
QUERIES = ("cache", "source:arXiv", "title:late", "diffusion OR ad", "前缀缓存", "-cache", "source:Blog -ad")
DOINGS = ("skip", "star", "shortlist", "done", "snooze 3d", "keep", "cap 2", "file KV cache", "tag Retrieval, star")
BY = "sequence"


class Hand:
    """Decides by chance. `did` counts what was really decided, by kind."""

    def __init__(self, store: Store, seed: int, now: datetime) -> None:
        self.store, self.chance, self.now = store, random.Random(seed), now
        self.did: Counter[str] = Counter()

    def deed(self) -> str:
        """One decision; what is refused changes nothing and is no deed. Returns its kind."""
        self.now += timedelta(minutes=self.chance.randint(0, 90))
        kind = self.chance.choice(tuple(DEEDS))
        try:
            done = DEEDS[kind](self)
        except TrackerError:
            return kind
        if done is not None and done.action:
            self.did[kind] += 1
        return kind

    # ---- what there is to decide about

    def resource(self) -> ResourceId:
        return self.chance.choice([one.id for one in library.resources(self.store, ME)])

    def place(self) -> str:
        trees = plans.plan(self.store, ME)
        return f"#{self.chance.choice([branch.node.id for _, branch in walk(trees)])}"

    def note(self) -> int:
        known = plans.journal(self.store, ME)
        return int(self.chance.choice(known).id) if known else 0

    def topic(self) -> str:
        return f"#{self.chance.choice(topics.topics(self.store, ME)).id}"

    def rule(self) -> str:
        known = rules.rules(self.store, ME)
        return self.chance.choice(known).name if known else "none"

    def word(self) -> str:
        return f"Name {self.chance.randint(1, 30)}"

    @property
    def clock(self) -> Clock:
        return Clock(self.now, ZONE)


def triage(hand: Hand) -> Done:
    verb = hand.chance.choice(
        ("file", "tag", "untag", "done", "skip", "shortlist", "snooze", "star", "unstar", "inbox")
    )
    ids = [hand.resource() for _ in range(hand.chance.randint(1, 4))]
    until = hand.now + timedelta(days=hand.chance.randint(1, 9)) if verb == "snooze" else None
    topic = hand.topic() if verb in ("file", "tag", "untag") else None
    return inbox.act(hand.store, ME, ids, verb, topic=topic, until=until, now=hand.now, made_by=BY)


def bulk(hand: Hand) -> Done | None:
    query = hand.chance.choice((*QUERIES, "state:filed", "is:backlog", "is:starred OR state:skipped"))
    ids = inbox.found(hand.store, ME, parse(query, hand.now.date()), ZONE)
    if not ids:
        return None
    return inbox.act(
        hand.store, ME, ids, hand.chance.choice(("skip", "done", "star", "inbox")), now=hand.now, made_by=BY
    )


def suggestion(hand: Hand) -> Done | None:
    id_ = hand.resource()
    found = Adviser(hand.store, ME).suggestions([id_]).get(id_)
    if not found:
        return None
    return inbox.act(hand.store, ME, [id_], "file", topic=f"#{found[0].topic}", now=hand.now, made_by=BY)


def rule(hand: Hand) -> Done | None:
    store, chance = hand.store, hand.chance
    match chance.randint(0, 5):
        case 0 | 1:
            when, do = chance.choice(QUERIES), chance.choice(DOINGS)
            return rules.add(store, ME, hand.word(), when, do, hand.clock, BY)[1]
        case 2:
            wish = {"when": chance.choice(QUERIES), "do": chance.choice(DOINGS)}
            return rules.edit(store, ME, hand.rule(), hand.clock, BY, **wish)[1]
        case 3:
            return rules.move(store, ME, hand.rule(), chance.randint(1, 4), hand.now, BY)
        case 4:
            return rules.switch(store, ME, hand.rule(), hand.now, BY, on=chance.random() < 0.5)
        case _:
            return rules.remove(store, ME, hand.rule(), hand.now, BY)


def rules_run(hand: Hand) -> Done | None:
    if rules.run(hand.store, ME, (), hand.clock):
        hand.did["rules_run"] += 1
    return None


def topic(hand: Hand) -> Done | None:
    if hand.chance.random() < 0.4:
        topics.add_topic(hand.store, ME, hand.word(), hand.now, BY)
        hand.did["topic"] += 1
        return None
    drop = hand.chance.random() < 0.4
    return topics.set_aliases(hand.store, ME, hand.topic(), [hand.word()], hand.now, BY, drop=drop)[1]


def place(hand: Hand) -> Done:
    store, chance, now = hand.store, hand.chance, hand.now
    where = [hand.place() for _ in range(chance.randint(1, 3))]
    match chance.randint(0, 8):
        case 0 | 1:
            return plans.tick(store, ME, where, on=chance.random() < 0.6, now=now, made_by=BY)
        case 2:
            level = chance.choice((None, 1, 2, 3, 4))
            return plans.set_level(store, ME, where, level, now=now, made_by=BY)
        case 3:
            return plans.set_remark(store, ME, where, hand.word(), now=now, made_by=BY)
        case 4:
            state = chance.choice(("paused", "blocked", ""))
            wake = now + timedelta(days=3) if state else None
            return plans.set_standing(store, ME, where, state, why=hand.word(), wake=wake, now=now, made_by=BY)
        case 5:
            return plans.set_priority(store, ME, where, chance.choice(("low", "normal", "high")), now=now, made_by=BY)
        case 6:
            return plans.set_focus(store, ME, where, on=chance.random() < 0.6, now=now, made_by=BY)
        case 7:
            off = chance.random() < 0.3
            return plans.set_results(store, ME, where[0], [f"r{chance.randint(1, 3)}.md"], off=off, now=now, made_by=BY)
        case _:
            return plans.attach(store, ME, where[0], [hand.resource()], off=chance.random() < 0.3, now=now, made_by=BY)


def note(hand: Hand) -> Done:
    store, chance, now = hand.store, hand.chance, hand.now
    about = chance.choice((str(int(hand.resource())), hand.place()))
    match chance.randint(0, 4):
        case 0 | 1:
            at = chance.choice((None, 61))
            text = f"+ {hand.word()}\n    - **bold**"
            return notes.write(store, ME, about, text, day=now.date(), at=at, now=now, made_by=BY)
        case 2:
            question = chance.choice(("", "What is it?"))
            kind = "question" if question else "explain"
            return notes.write_card(
                store, ME, about, kind, f"+ {hand.word()}", question, day=now.date(), now=now, made_by=BY
            )
        case 3:
            return notes.edit(store, ME, hand.note(), f"+ {hand.word()} changed", now=now, made_by=BY)
        case _:
            return notes.remove(store, ME, hand.note(), now=now, made_by=BY)


def card(hand: Hand) -> Done | None:
    store, chance, now = hand.store, hand.chance, hand.now
    with store.read() as tx:
        known = reviews.every(tx, ME)
    if known and chance.random() < 0.6:
        one = chance.choice(known)
        return review.grade(store, ME, one.id, chance.randint(1, 4), retention=0.9, now=now, made_by=BY)[1]
    if chance.random() < 0.3:
        return review.begin_round(store, ME, review.next_round(store, ME), now=now, made_by=BY)
    if chance.random() < 0.5:
        return review.add(store, ME, place=hand.place(), now=now, made_by=BY)
    return review.add(store, ME, resource=int(hand.resource()), question=hand.word(), now=now, made_by=BY)


def merge(hand: Hand) -> Done:
    if hand.chance.random() < 0.6:
        return merging.merge(hand.store, ME, hand.resource(), [hand.resource()], now=hand.now, made_by=BY)
    return merging.split(hand.store, ME, hand.resource(), now=hand.now, made_by=BY)[0]


def proposal(hand: Hand) -> Done | None:
    waiting = merging.proposals(hand.store, ME)
    if not waiting:
        return None
    act = hand.chance.choice((merging.accept, merging.decline))
    return act(hand.store, ME, [hand.chance.choice(waiting).id], now=hand.now, made_by=BY)


def plan(hand: Hand) -> Done:
    wish = hand.chance.choice(({"start": hand.now.date()}, {"rest": [5, 6]}, {"rest": []}, {"shift": 2}))
    return schedule.schedule(hand.store, ME, "roadmap.md", now=hand.now, zone=ZONE, made_by=BY, **wish)


def view(hand: Hand) -> Done:
    if hand.chance.random() < 0.7:
        query = hand.chance.choice(QUERIES)
        return views.keep(hand.store, ME, hand.word(), query, today=hand.now.date(), now=hand.now, made_by=BY)
    return views.drop(hand.store, ME, hand.word(), now=hand.now, made_by=BY)


def turn(hand: Hand) -> Done | None:
    """Back by some steps, and perhaps on again: the next decision then cuts off what was undone."""
    for _ in range(hand.chance.randint(1, 3)):
        actions.undo(hand.store, ME, hand.now)
    for _ in range(hand.chance.randint(0, 2)):
        actions.redo(hand.store, ME, hand.now)
    hand.did["turn"] += 1
    return None


DEEDS: dict[str, Callable[[Hand], Done | None]] = {
    one.__name__: one
    for one in (
        triage, bulk, suggestion, rule, rules_run, topic, place, note, card, merge, proposal, plan, view, turn
    )
}  # fmt: skip
