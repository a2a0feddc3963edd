"""The queue of talks: what is known of asking for each, and what is remembered after an answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tracker.core.captions import Captions
from tracker.core.model import ResourceId
from tracker.core.outcome import Asked, Judgement, Outcome, next_try, rest_until
from tracker.core.talks import BILIBILI, SITE_NAMES
from tracker.core.transcript import Chapter, Paragraph, Segment, TrackOrigin

KEPT_SAMPLE = 64_000  # bytes of what could not be read, for whoever mends the reader
MOST_PARTS = 50
WORSE = 0.5  # share of the text below which a new version does not replace the one that is there


@dataclass(frozen=True, slots=True)
class Job:
    """One talk of the library in the queue of its site. `tries` counts answers of the same class in a row."""

    resource: ResourceId
    site: str
    talk: str  # the site's identifier with its part, or the address of a file
    outcome: Outcome | None = None  # None = never asked
    why: str = ""
    next_try: datetime | None = None
    tries: int = 0
    tool: str = ""
    asked_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)  # starts, parts, part, files, settings, sample
    title: str = ""  # of the resource, for people

    @property
    def starts(self) -> datetime | None:
        """When an announced talk begins."""
        text = self.facts.get("starts")
        return datetime.fromisoformat(text) if isinstance(text, str) else None


@dataclass(frozen=True, slots=True)
class Rest:
    """A site that refuses this machine is left alone until then; `step` counts refusals in a row."""

    site: str
    until: datetime
    reason: str
    step: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Transcript:
    """One stored track. `part` is 0 where a talk has none."""

    resource: ResourceId
    part: int
    lang: str
    origin: TrackOrigin
    key: str
    title: str
    fetched_at: datetime
    tool: str
    duration: float
    segments: tuple[Segment, ...]
    paragraphs: tuple[Paragraph, ...]
    chapters: tuple[Chapter, ...]
    doubt: bool = False

    @property
    def size(self) -> int:
        """Characters said."""
        return sum(len(one.text) for one in self.segments)


def answered(
    job: Job,
    asked: Asked,
    judgement: Judgement,
    read: Captions | None,
    now: datetime,
    settings: str,
    jitter: float = 0.0,
) -> Job:
    """The job after an answer. Facts of an announcement are kept; what could not be read is kept for a while."""
    again = job.tries + 1 if job.outcome is judgement.outcome else 1
    when = next_try(judgement.outcome, again, now, asked.facts, jitter)
    if judgement.outcome is Outcome.DOUBT and job.site != BILIBILI:
        when = None  # Bilibili has given other talks' subtitles; YouTube does not
    facts = {key: value for key, value in job.facts.items() if key in ("files", "parts", "part")}
    facts["settings"] = settings
    if asked.facts is not None and asked.facts.starts is not None and judgement.outcome is Outcome.PENDING:
        facts["starts"] = asked.facts.starts.isoformat()
    if judgement.outcome is Outcome.UNSURE and read is not None and asked.fetched:
        facts["sample"] = asked.fetched[0].body[:KEPT_SAMPLE].decode("utf-8", "replace").replace("\x00", "")
    changed = replace(job, outcome=judgement.outcome, why=judgement.why, tries=again, next_try=when, facts=facts)
    return replace(changed, tool=asked.tool or job.tool)


def with_parts(job: Job, parts: int, now: datetime) -> Job:
    """A Bilibili video of several parts asked as one: the next part is due at once, until all were asked."""
    if parts < 2:
        return job
    part = int(job.facts.get("part", 1)) + 1
    facts = dict(job.facts) | {"parts": min(parts, MOST_PARTS), "part": part}
    if part > min(parts, MOST_PARTS):
        return replace(job, facts=dict(facts) | {"part": 1})
    return replace(job, facts=facts, next_try=now)


def rest_after(site: str, before: Rest | None, judgement: Judgement, now: datetime) -> Rest | None:
    """The rest of a site after an answer: longer with each refusal, over with the first answer that is one.

    What could not be found out changes nothing; and sites of podcasts' files are many, one does not speak for all.
    """
    if site not in SITE_NAMES:
        return None
    if judgement.outcome is Outcome.BLOCKED:
        step = before.step + 1 if before else 1
        return Rest(site, rest_until(step, now), judgement.why, step, before.since if before else now)
    return before if judgement.outcome is Outcome.UNSURE else None


def stale(job: Job, tool: str, settings: str) -> bool:
    """Whether a job is due before its time: the tool that did not understand was renewed, or what locked it changed."""
    if job.outcome is Outcome.UNSURE and job.tool and tool and job.tool != tool:
        return job.why.startswith("not understood") or "could not be read" in job.why
    return job.outcome is Outcome.LOCKED and job.facts.get("settings", settings) != settings


def better(old: Transcript | None, new: Transcript) -> bool:
    """Whether `new` may take the place of `old`, a version of the same part, language and origin.

    A file a person gave stays; a doubtful version or one that lost half its words never replaces a sound one.
    """
    if old is None or old.tool == IMPORTED:
        return old is None
    if new.doubt and not old.doubt:
        return False
    return old.doubt or new.size >= WORSE * old.size


IMPORTED = "import"


def best(found: list[Transcript], wished: tuple[str, ...]) -> Transcript | None:
    """The version to show: sound before doubtful, hand-made before recognised, in the order of wishes."""

    def rank(one: Transcript) -> tuple[bool, int, bool, int]:
        order = next((i for i, wish in enumerate(wished) if one.lang.split("-")[0] == wish.split("-")[0]), len(wished))
        return one.doubt, one.part, one.origin is not TrackOrigin.MANUAL, order

    return min(found, key=rank, default=None)


def pause_left(asked_at: datetime | None, now: datetime, spacing: float) -> float:
    """Seconds to wait until the next talk of a site may be asked for; never more than the spacing."""
    if asked_at is None:
        return 0.0
    return min(max(0.0, spacing - (now - asked_at).total_seconds()), spacing)


def budget_left(asked: list[datetime], now: datetime, hourly: int, daily: int) -> tuple[int, datetime | None]:
    """How many talks of a site may still be asked for, and when the next one may be when that is none."""
    hour = sorted(at for at in asked if now - at < timedelta(hours=1))
    day = sorted(at for at in asked if now - at < timedelta(days=1))
    left = min(hourly - len(hour), daily - len(day))
    if left > 0:
        return left, None
    opens = [hour[len(hour) - hourly] + timedelta(hours=1)] if len(hour) >= hourly else []
    opens += [day[len(day) - daily] + timedelta(days=1)] if len(day) >= daily else []
    return 0, max(opens)
