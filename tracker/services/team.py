"""A team's workers: what is due becomes jobs, and what a job does, by the same functions as the single process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from db import links as link_rows
from db import polling, queue, turns
from db import sources as source_rows
from db.queue import Counts, Dead
from db.store import Store
from tracker.config.settings import Settings
from tracker.core.errors import NotFound
from tracker.core.turns import in_turn
from tracker.core.urls import host_key
from tracker.services import links, texts, transcripts
from tracker.services.search import catch_up
from tracker.services.waking import put_right

MOST_WAITING = 1000  # jobs of one queue that one plan makes
Subjects = list[str]


def due_sources(store: Store, now: datetime) -> Subjects:
    """The sources whose time has come and that nobody is at, hosts in turn."""
    with store.read() as tx:
        due = polling.due_and_free(tx, now, MOST_WAITING)
        urls = {one.id: one.url for one in source_rows.watched(tx)}
    return [str(id_) for id_ in in_turn((id_, host_key(urls[id_])) for id_ in due if id_ in urls)]


def due_links(store: Store, clock: Callable[[], datetime], settings: Settings) -> Subjects:
    """The links to look at within the day's budget, hosts in turn."""
    left = links.enlisted(store, clock, settings)
    if left <= 0:
        return []
    with store.read() as tx:
        return [str(id_) for id_ in in_turn(link_rows.waiting(tx, clock(), min(left, MOST_WAITING)))]


def due_texts(store: Store, now: datetime, settings: Settings) -> Subjects:
    """The resources whose texts are wanted, within the day's budget, hosts in turn."""
    found = texts.waiting(store, now, settings.texts, MOST_WAITING)
    return [str(id_) for id_ in in_turn((one.id, host_key(one.url)) for one in found)]


def due_talks(store: Store, now: datetime, settings: Settings) -> Subjects:
    """The sites with a talk to ask for."""
    return transcripts.due(store, now, settings.youtube)


def tidy(store: Store, now: datetime) -> None:
    """What the planner does beside planning: times a wrong clock wrote are put right, what came is made findable, quiet
    hosts are forgotten."""
    put_right(store, now)
    catch_up(store)
    with store.beside() as tx:
        turns.forget(tx)


@dataclass(frozen=True, slots=True)
class Team:
    """The workers as `status` shows them."""

    workers: int
    queues: Mapping[str, Counts]
    dead: tuple[Dead, ...]

    def as_json(self) -> dict[str, Any]:
        """The part of `status --json`."""
        return {
            "workers": self.workers,
            "queues": {name: asdict(one) for name, one in self.queues.items()},
            "dead": [asdict(one) for one in self.dead],
        }

    def lines(self, zone: ZoneInfo) -> list[str]:
        """The lines of `status`."""
        out = [f"workers: {self.workers} alive"]
        for name, one in self.queues.items():
            said = [f"{count} {word}" for word, count in asdict(one).items() if count]
            out += [f"  {name}: {', '.join(said)}"] if said else []
        out += [_given_up(one, zone) for one in self.dead]
        return out + (["'tracker worker retry' puts back what was given up"] if self.dead else [])


def _given_up(one: Dead, zone: ZoneInfo) -> str:
    at = f", {one.at.astimezone(zone):%m-%d %H:%M}" if one.at else ""
    return f"given up  job {one.id}, {one.key.split(' ')[0]} of {one.what}, {one.tries} tries{at}: {one.error}"


def team(store: Store) -> Team | None:
    """How the workers of this database and their queues stand; None when it never had any."""
    with store.read() as tx:
        if not queue.there(tx):
            return None
        return Team(queue.alive(tx), queue.counts(tx), tuple(queue.dead(tx)))


def put_back(store: Store, ids: list[int]) -> list[str]:
    """Take jobs (none named: all) out of those that were given up; the next plan queues what is still due of them.

    Returns their keys. Raises NotFound for a number that no such job has; nothing is changed then.
    """
    with store.write() as tx:
        known = [one.id for one in queue.dead(tx)] if queue.there(tx) else []
        for id_ in ids:
            if id_ not in known:
                raise NotFound("job that was given up", id_, "tracker status")
        return [key for id_ in ids or known if (key := queue.drop(tx, id_)) is not None]
