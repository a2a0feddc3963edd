"""What the library holds of talks: the transcript kept, the sentence about its job, the queue as `status` shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from db import transcripts as rows
from db.store import Store
from tracker.config.settings import Youtube
from tracker.core import jobs
from tracker.core.captions import Captions
from tracker.core.jobs import Transcript
from tracker.core.model import ResourceId
from tracker.core.outcome import Outcome, doubt_of, sentence
from tracker.core.talks import FILES, Talk, talk_of
from tracker.core.transcript import paragraphs
from tracker.services.transcripts import Answer


def stored(store: Store, url: str, settings: Youtube) -> Answer | None:
    """What the library keeps for an address, None when it keeps nothing."""
    talk = talk_of(url)
    with store.read() as tx:
        id_ = rows.resource_of(tx, talk or Talk("", ""), url)
        found = jobs.best(rows.of_resource(tx, id_), settings.languages) if id_ else None
    return answer_of(url, found, talk.site if talk else FILES) if found else None


def answer_of(url: str, found: Transcript, site: str = FILES) -> Answer:
    """A stored transcript as an answer."""
    outcome = Outcome.DOUBT if found.doubt else Outcome.OK
    why = doubt_of(found.segments[-1].end, found.duration) if found.doubt else ""
    return Answer(url, site, outcome, why, transcript=found, tool=found.tool)


def answer_of_file(name: str, read: Captions) -> Answer:
    """A file that was read, kept nowhere, as an answer."""
    said = paragraphs(read.segments, origin=read.origin)
    length = max(one.end for one in read.segments)
    now = datetime.fromtimestamp(0, UTC)
    made = Transcript(ResourceId(0), 0, read.lang, read.origin, read.form, "", now, "", length, read.segments, said, ())
    return Answer(name, FILES, Outcome.OK, transcript=made)


def told(
    site: str,
    outcome: Outcome,
    why: str,
    tool: str,
    when: datetime | None,
    starts: datetime | None,
    zone: ZoneInfo,
    now: datetime,
) -> str:
    """The sentence for a person, times in their zone: the hour alone where it is today."""
    return sentence(site, outcome, why, tool, _spoken(when, zone, now), _spoken(starts, zone, now, day=True))


def _spoken(at: datetime | None, zone: ZoneInfo, now: datetime, *, day: bool = False) -> str:
    if at is None:
        return ""
    here = at.astimezone(zone)
    today = here.date() == now.astimezone(zone).date()
    return f"{here:%H:%M}" if today and not day else f"{here.day} {here:%b %H:%M}"


def standing(
    store: Store, id_: ResourceId, settings: Youtube, zone: ZoneInfo, now: datetime
) -> tuple[Transcript | None, str]:
    """What is kept of a resource's transcript, and the sentence about its job ("" without one)."""
    with store.read() as tx:
        kept = jobs.best(rows.of_resource(tx, id_), settings.languages)
        job, rests = rows.job_of(tx, id_), rows.rests(tx)
    if job is None:
        return kept, ""
    rest = rests.get(job.site)
    if rest is not None and rest.until > now and job.next_try is not None:
        return kept, told(job.site, Outcome.BLOCKED, rest.reason, "", rest.until, None, zone, now)
    if job.outcome is None:
        return kept, "in the queue"
    return kept, told(job.site, job.outcome, job.why, job.tool, job.next_try, job.starts, zone, now)


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of talks as `status` shows it: counts by class, sentences about sites that rest or want attention."""

    counts: Mapping[str, int]
    sentences: tuple[str, ...]
    attention: int

    def as_json(self) -> dict[str, object]:
        """The part of `status --json`."""
        return {**self.counts, "attention": self.attention, "said": list(self.sentences)}

    def lines(self) -> list[str]:
        """The lines of `status`."""
        counted = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        return [f"talks: {counted}", *(f"talks  {said}" for said in self.sentences)] if counted else []


def queue(store: Store, zone: ZoneInfo, now: datetime) -> Queue:
    """How the talks stand."""
    with store.read() as tx:
        counts, rests, stuck = rows.counts(tx), rows.rests(tx), rows.stuck(tx)
    resting = [
        told(rest.site, Outcome.BLOCKED, rest.reason, "", rest.until, None, zone, now)
        for rest in rests.values()
        if rest.until > now
    ]
    lost = [
        f"{job.title or job.talk}: {told(job.site, Outcome.UNSURE, job.why, job.tool, None, None, zone, now)}"
        for job in stuck[:5]
    ]
    named = {name or "queued": count for name, count in counts.items()}
    return Queue(named, tuple(resting + lost), len(stuck))
