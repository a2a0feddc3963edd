"""The queue of a team's workers as its tables stand (the engine's own, of `db.fleet`), read without the engine.

A job's key is its queue and its subject, "crawl 12"; it is the engine's queueing lock, so that nothing waits twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from db.store import Tx
from db.tables import job_trouble, resource, source
from tracker.core.model import ResourceId, SourceId

LEASE_SECONDS = 20.0  # without a sign of life for so long, a worker's jobs are taken over
QUEUES = ("crawl", "links", "transcripts", "texts")
_KEYS = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')")
_COUNTS = text(
    "SELECT queue_name AS queue, count(*) FILTER (WHERE status = 'todo' AND attempts = 0) AS waiting, "
    "count(*) FILTER (WHERE status = 'doing') AS running, "
    "count(*) FILTER (WHERE status = 'todo' AND attempts > 0) AS again, "
    "count(*) FILTER (WHERE status = 'failed') AS dead FROM procrastinate_jobs GROUP BY queue_name"
)
_DEAD = text(
    "SELECT id, queueing_lock AS key, attempts, "
    "(SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id) AS at "
    "FROM procrastinate_jobs j WHERE status = 'failed' ORDER BY id"
)
_ALIVE = text(
    "SELECT count(*) FROM procrastinate_workers "
    "WHERE last_heartbeat > now() - make_interval(secs => cast(:seconds AS double precision))"
)
_DROP = text("DELETE FROM procrastinate_jobs WHERE status = 'failed' AND id = :id RETURNING queueing_lock")


@dataclass(frozen=True, slots=True)
class Counts:
    """One queue: jobs that wait, that run, that are tried again after a failure, that were given up."""

    waiting: int = 0
    running: int = 0
    again: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Dead:
    """A job that was given up. `what` names its subject for people."""

    id: int
    key: str
    what: str
    tries: int
    error: str
    at: datetime | None


def there(tx: Tx) -> bool:
    """Whether this database ever had workers."""
    if tx.dialect.name == "sqlite":
        return False
    return tx.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None


def keys(tx: Tx) -> set[str]:
    """The keys of all jobs that wait, run or were given up: they are not queued again."""
    return set(tx.execute(_KEYS).scalars())


def counts(tx: Tx) -> dict[str, Counts]:
    """How each queue stands."""
    found = {row.queue: Counts(row.waiting, row.running, row.again, row.dead) for row in tx.execute(_COUNTS)}
    return {name: found.get(name, Counts()) for name in QUEUES}


def alive(tx: Tx) -> int:
    """How many workers gave a sign of life."""
    return int(tx.execute(_ALIVE, {"seconds": LEASE_SECONDS}).scalar_one())


def dead(tx: Tx) -> list[Dead]:
    """The jobs that were given up, oldest first."""
    found = tx.execute(_DEAD).all()
    errors = {row.key: row.error for row in tx.execute(select(job_trouble))}
    names = subjects(tx, [row.key for row in found])
    return [Dead(row.id, row.key, names[row.key], row.attempts, errors.get(row.key, ""), row.at) for row in found]


def subjects(tx: Tx, wanted: Iterable[str]) -> dict[str, str]:
    """What jobs are about, for people, by their keys: a source's name, an address, a site."""
    return {key: _subject(tx, *key.split(" ", 1)) or key for key in wanted}


def _subject(tx: Tx, queue: str, subject: str) -> str | None:
    if not subject.isdigit():
        return subject
    if queue == "crawl":
        return tx.execute(select(source.c.name).where(source.c.id == SourceId(int(subject)))).scalar()
    return tx.execute(select(resource.c.url).where(resource.c.id == ResourceId(int(subject)))).scalar()


def drop(tx: Tx, id_: int) -> str | None:
    """Forget that a job was given up, and why; returns its key, None when no such job was."""
    key = tx.execute(_DROP, {"id": id_}).scalar()
    if key is not None:
        went_well(tx, str(key))
    return key


def went_wrong(tx: Tx, key: str, error: str, now: datetime) -> None:
    """Remember why a job failed."""
    row = {"error": error, "at": now}
    made = insert(job_trouble).values(key=key, **row)
    tx.execute(made.on_conflict_do_update(index_elements=["key"], set_=row))


def went_well(tx: Tx, key: str) -> None:
    """Forget what went wrong with a job."""
    tx.execute(delete(job_trouble).where(job_trouble.c.key == key))
