"""Transcripts, the queue of talks, and the rests of their sites."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from db.actions import Changes
from db.store import Tx
from db.tables import cooldown, filing, resource, transcript, transcript_job
from tracker.core.html import host_of
from tracker.core.jobs import Job, Rest, Transcript
from tracker.core.model import InboxState, PersonId, ResourceId, ResourceKind
from tracker.core.outcome import Outcome
from tracker.core.talks import Facts, Talk, talk_of
from tracker.core.text import fold
from tracker.core.transcript import Chapter, Segment, TrackOrigin, paragraphs, plain_text
from tracker.core.urls import canonical, work_id

LEASE = timedelta(minutes=5)  # of a job at work; a killed process gives it back after that
_REST = "{} captions"  # what a site's rest is called beside the rests of hosts
_LEVEL = 6


# ---- the queue -------------------------------------------------------------------------------------------------


def queue_talks(tx: Tx, now: datetime, limit: int = 5000) -> int:
    """Put the library's YouTube and Bilibili talks that are in no queue into theirs, due now; how many."""
    seen = or_(*(_begins(tx, column, prefix) for column, prefix in (
        (resource.c.work, "youtube:"), (resource.c.work, "bilibili:"),
        (resource.c.canonical_url, "https://bilibili.com/video/"), (resource.c.canonical_url, "https://b23.tv/"),
    )))  # fmt: skip
    joined = resource.outerjoin(transcript_job, transcript_job.c.resource_id == resource.c.id)
    query = (
        select(resource.c.id, resource.c.canonical_url, resource.c.url)
        .select_from(joined)
        .where(
            transcript_job.c.resource_id.is_(None),
            resource.c.merged_into.is_(None),
            resource.c.has_transcript.is_(False),
            seen,
        )
        .limit(limit)
    )
    rows = []
    for row in tx.execute(query).all():
        talk = talk_of(row.canonical_url or "") or talk_of(row.url)
        site, name = (talk.site, talk.key) if talk else ("bilibili", row.url)
        rows.append({"resource_id": row.id, "site": site, "talk": name, "next_try": now})
    if rows:
        tx.execute(transcript_job.insert(), rows)
    return len(rows)


def _begins(tx: Tx, column: Any, prefix: str) -> ColumnElement[bool]:
    """A prefix by the index: SQLite's LIKE would walk the table, PostgreSQL's ranges follow a language's order."""
    if tx.dialect.name == "sqlite":
        return and_(column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1))
    return cast(ColumnElement[bool], column.startswith(prefix, autoescape=True))


def queue_files(tx: Tx, files: Mapping[ResourceId, Sequence[tuple[str, str]]], now: datetime) -> None:
    """Episodes with transcript files of their own (address, type): due now, unless they are in a queue already."""
    known = set(
        tx.execute(select(transcript_job.c.resource_id).where(transcript_job.c.resource_id.in_(list(files)))).scalars()
    )
    rows = [
        {"resource_id": id_, "site": "files", "talk": listed[0][0], "next_try": now,
         "talk_facts": {"files": [list(one) for one in listed]}}
        for id_, listed in files.items() if listed and id_ not in known
    ]  # fmt: skip
    if rows:
        tx.execute(transcript_job.insert(), rows)


def sites_due(tx: Tx, now: datetime) -> list[str]:
    """Sites with a talk whose time has come."""
    query = select(transcript_job.c.site).where(transcript_job.c.next_try <= now).distinct()
    return sorted(tx.execute(query).scalars())


def next_due(tx: Tx, site: str, now: datetime, but: Iterable[ResourceId] = ()) -> Job | None:
    """The job of `site` to do next: those that failed less often lead, so that one bad talk stops nobody."""
    query = (
        _jobs()
        .where(
            transcript_job.c.site == site,
            transcript_job.c.next_try <= now,
            or_(transcript_job.c.lease_until.is_(None), transcript_job.c.lease_until <= now),
            transcript_job.c.resource_id.not_in(list(but)),
        )
        .order_by(
            transcript_job.c.priority.desc(), transcript_job.c.tries, transcript_job.c.next_try, resource.c.id.desc()
        )
        .limit(1)
    )
    row = tx.execute(query).first()
    return None if row is None else _job(row)


def waiting_elsewhere(tx: Tx, now: datetime) -> list[Job]:
    """Jobs that may be due before their time, should yt-dlp or the settings have changed."""
    names = [Outcome.UNSURE.value, Outcome.LOCKED.value]
    query = _jobs().where(
        transcript_job.c.outcome.in_(names), or_(transcript_job.c.next_try.is_(None), transcript_job.c.next_try > now)
    )
    return [_job(row) for row in tx.execute(query)]


def without_text(tx: Tx, limit: int) -> list[Job]:
    """Jobs that brought no text yet, those tried next first; what was proved to have none is left out."""
    done = [Outcome.OK.value, Outcome.DOUBT.value, Outcome.NONE.value]
    query = _jobs().where(transcript_job.c.outcome.not_in(done), resource.c.merged_into.is_(None))
    order = (transcript_job.c.next_try.is_(None), transcript_job.c.next_try, transcript_job.c.resource_id)
    return [_job(row) for row in tx.execute(query.order_by(*order).limit(limit))]


def make_due(tx: Tx, ids: Sequence[ResourceId], now: datetime) -> None:
    """Ask for these talks at the next turn."""
    tx.execute(update(transcript_job).where(transcript_job.c.resource_id.in_(ids)).values(next_try=now))


def _jobs() -> Any:
    joined = transcript_job.join(resource, resource.c.id == transcript_job.c.resource_id)
    return select(transcript_job, resource.c.title).select_from(joined)


def job_of(tx: Tx, id_: ResourceId) -> Job | None:
    """The job of a resource."""
    row = tx.execute(_jobs().where(transcript_job.c.resource_id == id_)).first()
    return None if row is None else _job(row)


def resource_of(tx: Tx, talk: Talk, url: str) -> ResourceId | None:
    """The work of the library that is this talk."""
    work = f"{talk.site}:{talk.id}:{talk.part}" if talk.part else f"{talk.site}:{talk.id}"
    known = or_(resource.c.work == work, resource.c.canonical_url == canonical(url))
    found = tx.execute(
        select(resource.c.id, resource.c.merged_into).where(known).order_by(resource.c.id).limit(1)
    ).first()
    return ResourceId(found.merged_into or found.id) if found else None


def _job(row: Any) -> Job:
    outcome = Outcome(row.outcome) if row.outcome else None
    return Job(
        ResourceId(row.resource_id), row.site, row.talk, outcome, row.why, row.next_try, row.tries, row.tool_version,
        row.asked_at, row.talk_facts, row.title,
    )  # fmt: skip


def lease(tx: Tx, job: Job, owner: str, now: datetime) -> bool:
    """Take a job for a while; False when another process has it, or any job of its site."""
    busy = select(func.count()).where(
        transcript_job.c.site == job.site, transcript_job.c.lease_until > now, transcript_job.c.lease_owner != owner
    )
    if tx.execute(busy).scalar_one():
        return False
    taken = tx.execute(
        update(transcript_job)
        .where(
            transcript_job.c.resource_id == job.resource,
            or_(
                transcript_job.c.lease_until.is_(None),
                transcript_job.c.lease_until <= now,
                transcript_job.c.lease_owner == owner,
            ),
        )
        .values(lease_owner=owner, lease_until=now + LEASE, asked_at=now)
    )  # fmt: skip
    return bool(taken.rowcount)


def release(tx: Tx, before: str) -> None:
    """Give back what those whose word begins with `before` hold: they are gone."""
    gone = transcript_job.c.lease_owner.startswith(before, autoescape=True)
    tx.execute(update(transcript_job).where(gone).values(lease_owner="", lease_until=None))


def save(tx: Tx, job: Job, now: datetime, *, done: bool) -> None:
    """What came of a job; gives it back."""
    row = {
        "outcome": job.outcome.value if job.outcome else "", "why": job.why, "next_try": job.next_try,
        "tries": job.tries,
        "tool_version": job.tool, "talk_facts": dict(job.facts), "talk": job.talk, "site": job.site,
        "lease_owner": "", "lease_until": None,
    }  # fmt: skip
    if done:
        row["done_at"] = now
    tx.execute(update(transcript_job).where(transcript_job.c.resource_id == job.resource).values(row))


def asked_since(tx: Tx, site: str, since: datetime) -> list[datetime]:
    """When talks of `site` were asked for."""
    query = select(transcript_job.c.asked_at).where(transcript_job.c.site == site, transcript_job.c.asked_at > since)
    return list(tx.execute(query).scalars())


def counts(tx: Tx) -> dict[str, int]:
    """How many jobs stand in which class; "" = never asked."""
    query = select(transcript_job.c.outcome, func.count()).group_by(transcript_job.c.outcome)
    return {row[0]: row[1] for row in tx.execute(query)}


def stuck(tx: Tx, limit: int = 20) -> list[Job]:
    """Jobs that could not be found out and are not tried again by themselves."""
    query = _jobs().where(transcript_job.c.outcome == Outcome.UNSURE.value, transcript_job.c.next_try.is_(None))
    return [_job(row) for row in tx.execute(query.limit(limit))]


# ---- rests -----------------------------------------------------------------------------------------------------


def rests(tx: Tx) -> dict[str, Rest]:
    """The sites that refuse this machine, by name; over ones too, until an answer comes that is one."""
    out = {}
    for row in tx.execute(select(cooldown).where(cooldown.c.host.like("% captions"))):
        site = row.host.removesuffix(" captions")
        out[site] = Rest(site, row.until, row.reason, row.step, row.since or row.until)
    return out


def keep_rest(tx: Tx, site: str, rest: Rest | None) -> None:
    """Write the rest of a site, or take it off."""
    name = _REST.format(site)
    tx.execute(delete(cooldown).where(cooldown.c.host == name))
    if rest is not None:
        tx.execute(
            cooldown.insert().values(host=name, until=rest.until, reason=rest.reason, step=rest.step, since=rest.since)
        )


# ---- transcripts -----------------------------------------------------------------------------------------------


def of_resource(tx: Tx, id_: ResourceId) -> list[Transcript]:
    """Every version of a resource's transcripts."""
    query = select(transcript).where(transcript.c.resource_id == id_).order_by(transcript.c.part, transcript.c.id)
    return [_transcript(row) for row in tx.execute(query)]


def version(tx: Tx, new: Transcript) -> Transcript | None:
    """The stored version of the same part, language and origin."""
    row = tx.execute(select(transcript).where(*_same(new))).first()
    return None if row is None else _transcript(row)


def keep(changes: Changes, new: Transcript) -> None:
    """Write a transcript in the place of its version, and note at the resource that it has one."""
    found = changes.tx.execute(select(transcript.c.id).where(*_same(new))).scalar()
    if found is None:
        changes.insert(transcript, **_row(new))
    else:
        changes.update(transcript, int(found), **_row(new))
    changes.update(resource, int(new.resource), has_transcript=True)


def make_work(
    changes: Changes, person: PersonId, url: str, canonical_url: str, title: str, now: datetime
) -> ResourceId:
    """A work the library did not know, in the inbox; only named when `url` is ""."""
    values = {
        "canonical_url": canonical_url or None, "url": url, "kind": ResourceKind.VIDEO.value, "title": title,
        "work": (work_id(url) if url else f"name:{fold(title)}") or None, "site": host_of(url) if url else "",
        "first_seen_at": now,
    }  # fmt: skip
    if not url:
        found = changes.tx.execute(select(resource.c.id).where(resource.c.work == values["work"])).scalar()
        if found is not None:
            return ResourceId(found)
    id_ = int(changes.insert(resource, **values)["id"])
    changes.insert(
        filing, person_id=person, resource_id=id_, state=InboxState.INBOX.value, sort_at=now, why="given a transcript"
    )
    return ResourceId(id_)


def complete(tx: Tx, id_: ResourceId, facts: Facts) -> None:
    """Fill what the library did not know of a talk; what it knows is never changed."""
    row = tx.execute(select(resource).where(resource.c.id == id_)).first()
    if row is None:
        return
    known: dict[str, Any] = {}
    if facts.title and row.title in ("", row.url):
        known["title"] = facts.title
    if facts.duration and not row.duration:
        known["duration"] = int(facts.duration)
        known["minutes"] = row.minutes or max(1, round(facts.duration / 60))
    if facts.published and row.published_at is None:
        known["published_at"] = facts.published
    if facts.channel and not row.authors:
        known["authors"] = [facts.channel]
    if known:
        tx.execute(update(resource).where(resource.c.id == id_).values(known))


def _same(new: Transcript) -> tuple[ColumnElement[bool], ...]:
    return (
        transcript.c.resource_id == new.resource, transcript.c.part == new.part, transcript.c.lang == new.lang,
        transcript.c.origin == new.origin.value,
    )  # fmt: skip


def _row(new: Transcript) -> dict[str, Any]:
    segments = json.dumps(
        [[round(one.start * 1000), round(one.end * 1000), one.text] for one in new.segments], ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "replace")  # fmt: skip
    return {
        "resource_id": new.resource, "part": new.part, "lang": new.lang, "origin": new.origin.value,
        "track_key": new.key, "title": new.title, "fetched_at": new.fetched_at, "tool_version": new.tool,
        "duration": new.duration or None, "segments": zlib.compress(segments, _LEVEL),
        "text": zlib.compress(plain_text(new.paragraphs).encode("utf-8", "replace"), _LEVEL),
        "chapters": [[one.start, one.title] for one in new.chapters],
        "sha256": hashlib.sha256(segments).hexdigest(), "doubt": new.doubt,
    }  # fmt: skip


def _transcript(row: Any) -> Transcript:
    """A stored track. Paragraphs are made anew from the segments: one source, no second copy to fall behind."""
    rows = json.loads(zlib.decompress(row.segments)) if row.segments else []
    segments = tuple(Segment(start / 1000, end / 1000, words) for start, end, words in rows)
    chapters = tuple(Chapter(start, title) for start, title in row.chapters)
    origin = TrackOrigin(row.origin)
    return Transcript(
        ResourceId(row.resource_id), row.part, row.lang, origin, row.track_key, row.title, row.fetched_at,
        row.tool_version, row.duration or 0.0, segments, paragraphs(segments, origin=origin, chapters=chapters),
        chapters, row.doubt,
    )  # fmt: skip
