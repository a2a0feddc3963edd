"""Topics: what resources are filed under. The vocabulary is the person's own and closed: nothing is made by a typo."""

from __future__ import annotations

from datetime import datetime

from db import nodes
from db.nodes import Topic
from db.store import Store, Tx
from tracker.core.errors import Conflict, NotFound, UsageError, nearest
from tracker.core.model import PersonId
from tracker.core.text import clean_line, fold


def topics(store: Store, person: PersonId) -> list[Topic]:
    """All topics, in the order of the documents they come from."""
    with store.read() as tx:
        return nodes.topics(tx, person)


def add_topic(store: Store, person: PersonId, title: str, now: datetime) -> Topic:
    """A new topic of the person's own. Raises UsageError for an empty title, Conflict for one that is there."""
    title = clean_line(title, 200)
    if not title:
        raise UsageError("a topic needs a title", "Write 'tracker topics add TITLE'")
    with store.write() as tx:
        if any(fold(one.title) == fold(title) for one in nodes.topics(tx, person)):
            raise Conflict(f"there is a topic '{title}' already", "File under it, or choose another title")
        return Topic(nodes.add_topic(tx, person, title, now), title, "topic")


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
