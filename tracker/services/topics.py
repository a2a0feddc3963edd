"""Topics: what resources are filed under. The vocabulary is the person's own and closed: nothing is made by a typo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db import nodes, plans
from db.nodes import Topic
from db.resources import by_ids
from db.store import Store, Tx
from tracker.core.errors import Conflict, NotFound, UsageError, nearest
from tracker.core.inbox import Done
from tracker.core.model import PersonId, Resource, Source
from tracker.core.plan import Branch, PlanNode, grow, walk
from tracker.core.text import clean_line, fold
from tracker.core.tools import watching
from tracker.services.ack import acknowledge
from tracker.services.actions import deciding


def topics(store: Store, person: PersonId) -> list[Topic]:
    """All topics, in the order of the documents they come from."""
    with store.read() as tx:
        return nodes.topics(tx, person)


def add_topic(store: Store, person: PersonId, title: str, now: datetime, made_by: str = "cli") -> Topic:
    """A new topic of the person's own, acknowledged. Raises UsageError for an empty title, Conflict for a known one."""
    title = clean_line(title, 200)
    if not title:
        raise UsageError("a topic needs a title", "Write 'tracker topics add TITLE'")
    with deciding(store, person, "topic", f"added the topic '{title}'", now=now, made_by=made_by) as changes:
        _must_be_new(changes.tx, person, title)
        topic = Topic(nodes.add_topic(changes, person, title, now), title, "topic")
    acknowledge(changes.done)
    return topic


def _must_be_new(tx: Tx, person: PersonId, title: str) -> None:
    for one in nodes.topics(tx, person):
        if fold(title) in map(fold, (one.title, *one.aliases)):
            raise Conflict(f"there is a topic '{one.title}' already", "File under it, or choose another title")


def set_aliases(
    store: Store, person: PersonId, words: str, names: Sequence[str], now: datetime, made_by: str, *, drop: bool = False
) -> tuple[Topic, Done]:
    """Give the topic meant by `words` other names (or with `drop` take them away); all its namesakes get them.

    Raises NotFound for the topic, Conflict for a name that is another topic's.
    """
    names = [name for one in names if (name := clean_line(one, 200))]
    with deciding(store, person, "alias", now=now, made_by=made_by) as changes:
        topic = find_topic(changes.tx, person, words)
        known = nodes.topics(changes.tx, person)
        mine = [one for one in known if fold(one.title) == fold(topic.title)]
        for name in names if not drop else ():
            other = next((o for o in known if o not in mine and fold(name) in map(fold, (o.title, *o.aliases))), None)
            if other:
                raise Conflict(f"'{name}' is a name of the topic '{other.title}'", "Choose another name")
        for one in mine:
            kept = [name for name in one.aliases if fold(name) not in map(fold, names)]
            nodes.set_aliases(changes, one.id, kept if drop else [*kept, *names])
        said = ", ".join(f"'{name}'" for name in names)
        changes.label = f"took the names {said} off '{topic.title}'" if drop else f"'{topic.title}' is also {said}"
    return topic, changes.done


def find_topic(tx: Tx, person: PersonId, words: str) -> Topic:
    """The topic meant by `words`: its number (`#12`), its title or alias, or the only one that holds the words.

    Raises NotFound with the nearest title, UsageError when several could be meant.
    """
    known = nodes.topics(tx, person)
    wanted = fold(words)
    if words.startswith("#") and words[1:].isdigit():
        found = [one for one in known if one.id == int(words[1:])]
    else:
        found = [one for one in known if wanted in map(fold, (one.title, *one.aliases))]
        found = found or [one for one in known if wanted and wanted in fold(one.title)]
    if len({fold(one.title) for one in found}) > 1:
        titles = ", ".join(f"'{one.title}'" for one in found[:4])
        raise UsageError(f"'{words}' could mean {titles}", "Write more of the title")
    if found:
        return found[0]
    raise NotFound("topic", words, "tracker topics", nearest(words, [one.title for one in known]))


@dataclass(frozen=True, slots=True)
class Under:
    """What there is of a topic: places of all documents, their works, and the sources (watched or off) about it."""

    places: tuple[Branch, ...]
    works: tuple[Resource, ...]
    sources: tuple[Source, ...]


def under(store: Store, person: PersonId, words: str, sources: Sequence[Source] = ()) -> Under:
    """Everything under a topic, whatever document says so: places called so by any of its names, and their resources.

    With those of `sources` that are about it. Raises NotFound when no place is called so.
    """
    with store.read() as tx:
        known = plans.nodes(tx, person)
        found = _called(known, words)
        if not found:
            raise NotFound("topic", words, "tracker topics", nearest(words, [one.title for one in known]))
        ids = {one.id for one in found}
        places = [branch for _, branch in walk(grow(known)) if branch.node.id in ids]
        resources = dict.fromkeys(id_ for place in places for _, one in walk([place]) for id_ in one.node.resources)
        works = by_ids(tx, person, list(resources))
        names = [words, *(name for one in found for name in (one.title, *one.aliases))]
        about = watching(names, [one.url for one in works], sources)
    return Under(tuple(places), tuple(works), tuple(about))


def _called(known: Sequence[PlanNode], words: str) -> list[PlanNode]:
    """Places whose title holds the words, or another name of what is called exactly so."""
    wanted = {fold(words)}
    for one in known:
        names = {fold(name) for name in (one.title, *one.aliases)}
        if fold(words) in names and one.aliases:
            wanted |= names
    return [
        one for one in known if any(word in fold(name) for word in wanted if word for name in (one.title, *one.aliases))
    ]
