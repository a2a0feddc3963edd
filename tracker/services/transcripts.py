"""Transcripts: the queue of talks worked off, one talk of a site at a time, and what came of it kept.

A site that refuses is left alone for hours (a rest, which survives restarts); what is stored is never replaced by a
failure or by something worse. Talks are asked through `net.ytdlp`, files of podcasts through the fetcher; strangers'
caption files are read in the reading room.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

from db import transcripts as rows
from db.actions import Changes
from db.clock import RESTS, TALKS
from db.store import Store
from tracker.config.settings import Youtube
from tracker.core import jobs
from tracker.core.captions import Captions
from tracker.core.jobs import Job, Rest, Transcript
from tracker.core.model import ResourceId
from tracker.core.outcome import HAS_TEXT, Asked, Judgement, Outcome, judge
from tracker.core.talks import BILIBILI, FILES, Facts, Talk, Track, is_short_link, talk_of
from tracker.core.transcript import paragraphs
from tracker.core.web import Fetcher, Request
from tracker.services import caption_files, leases
from tracker.services.caption_files import Reading
from tracker.services.leases import Holder
from tracker.services.waking import put_right

JITTER = 0.3  # of the spacing between two talks
_VERSION = re.compile(r"^__version__ = ['\"]([^'\"]+)", re.M)


class Asker(Protocol):
    """Who asks the sites; `net.ytdlp.Ytdlp` does."""

    async def ask(self, talk: Talk) -> Asked:
        """All that came of asking for `talk`; never raises for what a site does."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What asking for transcripts needs."""

    asker: Asker
    fetcher: Fetcher
    reading: Reading
    clock: Callable[[], datetime]
    settings: Youtube


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one talk. `transcript` is None where no words came; `next_try` None = not by itself."""

    url: str
    site: str
    outcome: Outcome
    why: str = ""
    next_try: datetime | None = None
    transcript: Transcript | None = None
    facts: Facts | None = None
    tool: str = ""
    requests: int = 0


# ---- the queue -------------------------------------------------------------------------------------------------


def due(store: Store, now: datetime, settings: Youtube) -> list[str]:
    """The sites with a talk to ask for now. New talks of the library are put into their queue first."""
    tool, print_ = installed(), _fingerprint(settings)
    put_right(store, now, (TALKS, RESTS))
    with store.write() as tx:
        rows.queue_talks(tx, now)
        ready = [job.resource for job in rows.waiting_elsewhere(tx, now) if jobs.stale(job, tool, print_)]
        if ready:
            rows.make_due(tx, ready, now)
        resting = {site for site, rest in rows.rests(tx).items() if rest.until > now}
        return [site for site in rows.sites_due(tx, now) if site not in resting]


async def work(
    store: Store,
    tools: Tools,
    *,
    most: int | None = None,
    on_answer: Callable[[Job, Answer], None] = lambda job, answer: None,
) -> int:
    """Ask for what is due, the sites side by side, one talk of a site after the other; how many were asked for.

    Ends where a site refuses, its budget of the hour or day is used up, or `most` talks a site were asked for.
    """
    sites = await asyncio.to_thread(due, store, tools.clock(), tools.settings)
    owner = leases.new_owner()
    try:
        done = await asyncio.gather(*(_work_site(store, tools, site, owner, most, on_answer) for site in sites))
    finally:
        leases.end(owner)
    return sum(done)


async def work_site(store: Store, tools: Tools, site: str, most: int, holder: Holder) -> int:
    """Ask for up to `most` talks of one site: a job of a worker; how many were asked for."""

    def take_over() -> None:
        with store.write() as tx:
            rows.release(tx, holder.before)

    await asyncio.to_thread(take_over)
    return await _work_site(store, tools, site, holder.word, most, lambda job, answer: None)


async def _work_site(
    store: Store, tools: Tools, site: str, owner: str, most: int | None, on_answer: Callable[[Job, Answer], None]
) -> int:
    asked, seen = 0, set[ResourceId]()
    last = await asyncio.to_thread(_last_asked, store, site, tools.clock())
    started: float | None = None
    while most is None or asked < most:
        job = await asyncio.to_thread(_take, store, tools, site, owner, seen)
        if job is None:
            break
        spacing = tools.settings.spacing * (1 + JITTER * random.random()) if site != FILES else 0.0
        wait = jobs.pause_left(last, tools.clock(), spacing)
        if started is not None:
            wait = max(wait if tools.settings.spacing else 0.0, spacing - (time.monotonic() - started))
        await asyncio.sleep(max(0.0, wait))
        started, last = time.monotonic(), None
        asked += 1
        seen.add(job.resource)
        answer = await _one_job(store, tools, job)
        if answer.next_try is not None and answer.next_try <= tools.clock():  # another part of the same video
            seen.discard(job.resource)
        on_answer(job, answer)
    return asked


def _last_asked(store: Store, site: str, now: datetime) -> datetime | None:
    with store.read() as tx:
        return max(rows.asked_since(tx, site, now - timedelta(days=1)), default=None)


def _take(store: Store, tools: Tools, site: str, owner: str, seen: set[ResourceId]) -> Job | None:
    """The next job of a site, leased; None when there is none, the site rests, or its budget is used up."""
    now, settings = tools.clock(), tools.settings
    with store.write() as tx:
        rest = rows.rests(tx).get(site)
        if rest is not None and rest.until > now:
            return None
        asked = rows.asked_since(tx, site, now - timedelta(days=1))
        if not jobs.budget_left(asked, now, settings.hourly, settings.daily)[0]:
            return None
        job = rows.next_due(tx, site, now, seen)
        return job if job is not None and rows.lease(tx, job, owner, now) else None


async def _one_job(store: Store, tools: Tools, job: Job) -> Answer:
    if job.site == FILES:
        asked = await caption_files.of_episode(
            tools.fetcher, [(str(one[0]), str(one[1])) for one in job.facts.get("files", ())]
        )
        return await settle(store, tools, job, job.talk, asked)
    talk = await _talk_of_job(tools, job)
    if talk is None:
        asked = Asked(job.site, ended="not reached: the short link leads to no talk we know")
        return await settle(store, tools, job, job.talk, asked)
    return await settle(store, tools, job, talk.url, await tools.asker.ask(talk), talk)


async def _talk_of_job(tools: Tools, job: Job) -> Talk | None:
    """The talk of a job; the next part of a video of several. A short link is followed once."""
    if job.talk.startswith("http"):
        return await resolved(tools.fetcher, job.talk)
    name, _, part = job.talk.partition(":")
    if not part:
        return Talk(job.site, name)
    return Talk(job.site, name, int(job.facts.get("part", 1)) if int(part) == 1 else int(part))


async def resolved(fetcher: Fetcher, url: str) -> Talk | None:
    """The talk at an address, asking the network only for short links."""
    if (talk := talk_of(url)) is not None or not is_short_link(url):
        return talk
    answer = await fetcher.fetch(Request(url, method="HEAD", purpose="transcript"))
    for address in (answer.url, *(hop.location for hop in answer.hops)):
        if (talk := talk_of(address)) is not None:
            return talk
    return None


# ---- what came -------------------------------------------------------------------------------------------------


async def settle(store: Store, tools: Tools, job: Job, url: str, asked: Asked, talk: Talk | None = None) -> Answer:
    """Judge what came for a job of the library, and keep it: the words, the class, the rest of the site."""
    answer, read = await _judged(tools, url, asked, talk, job.resource)
    return await asyncio.to_thread(_keep, store, tools, job, asked, answer, read, talk)


async def _judged(
    tools: Tools, url: str, asked: Asked, talk: Talk | None, resource: ResourceId
) -> tuple[Answer, list[Captions]]:
    read = [await caption_files.read(tools.reading, one, asked.site) for one in asked.fetched]
    now = tools.clock()
    judgement = judge(asked, read[0] if read and not asked.fetched[0].error else None, now)
    answer = Answer(
        url, asked.site, judgement.outcome, judgement.why, None, None, asked.facts, asked.tool, asked.requests
    )
    if judgement.outcome in HAS_TEXT:
        doubt = judgement.outcome is Outcome.DOUBT
        made = transcript_of(resource, talk, asked, asked.fetched[0].track, read[0], now, doubt)
        answer = replace(answer, transcript=made)
    return answer, read


def transcript_of(
    resource: ResourceId,
    talk: Talk | None,
    asked: Asked,
    track: Track,
    read: Captions,
    now: datetime,
    doubt: bool = False,
) -> Transcript:
    """The stored form of a caption file that was read. Who wrote it is what its site says."""
    facts = asked.facts or Facts()
    origin = track.origin
    return Transcript(
        resource, talk.part if talk else 0, track.lang or read.lang, origin, track.key, facts.title, now, asked.tool,
        facts.duration, read.segments, paragraphs(read.segments, origin=origin, chapters=facts.chapters), facts.chapters,
        doubt,
    )  # fmt: skip


def _keep(
    store: Store, tools: Tools, job: Job, asked: Asked, answer: Answer, read: Sequence[Captions], talk: Talk | None
) -> Answer:
    now, judgement = tools.clock(), Judgement(answer.outcome, answer.why)
    with store.write() as tx:
        rest = jobs.rest_after(job.site, rows.rests(tx).get(job.site), judgement, now)
        rows.keep_rest(tx, job.site, rest)
        if answer.transcript is not None and answer.transcript.paragraphs:
            changes = Changes(tx)
            for new in (answer.transcript, *_second(job, asked, read, talk, now)):
                if jobs.better(rows.version(tx, new), new):
                    rows.keep(changes, new)
        if asked.facts is not None:
            rows.complete(tx, job.resource, asked.facts)
        after = jobs.answered(
            job, asked, judgement, read[0] if read else None, now, _fingerprint(tools.settings), random.random()
        )
        if rest is not None and after.next_try is not None and judgement.outcome is Outcome.BLOCKED:
            after = replace(after, next_try=max(after.next_try, rest.until))
        if asked.facts is not None and talk is not None and job.talk.endswith(":1"):
            after = jobs.with_parts(after, asked.facts.parts, now)
        rows.save(tx, after, now, done=answer.transcript is not None)
    return replace(answer, next_try=after.next_try)


def _second(job: Job, asked: Asked, read: Sequence[Captions], talk: Talk | None, now: datetime) -> list[Transcript]:
    """The second track the settings ask for, where it came well."""
    pairs = list(zip(asked.fetched, read, strict=True))[1:]
    return [
        transcript_of(job.resource, talk, asked, one.track, found, now) for one, found in pairs if not found.problem
    ]


# ---- one talk, asked for by a person ---------------------------------------------------------------------------


async def one(store: Store, tools: Tools, url: str) -> Answer:
    """The transcript at one address as the library would keep it: a talk, a caption file, a document about a talk.

    Kept where the library knows the talk. A site that rests is not asked, whoever wants to know.
    """
    talk = await resolved(tools.fetcher, url)
    if talk is None and not is_short_link(url):
        return await _at_address(store, tools, url)
    if talk is None:
        return Answer(url, BILIBILI, Outcome.UNSURE, "not reached: the short link leads to no talk we know")
    rest, job = await asyncio.to_thread(_standing, store, talk, url)
    if rest is not None and rest.until > tools.clock():
        return Answer(url, talk.site, Outcome.BLOCKED, rest.reason, rest.until)
    asked = await tools.asker.ask(talk)
    if job is not None:
        return replace(await settle(store, tools, job, url, asked, talk), url=url)
    answer, _ = await _judged(tools, url, asked, talk, ResourceId(0))
    return await asyncio.to_thread(_note_rest, store, tools, talk, answer)


def _standing(store: Store, talk: Talk, url: str) -> tuple[Rest | None, Job | None]:
    with store.read() as tx:
        rest, known = rows.rests(tx).get(talk.site), rows.resource_of(tx, talk, url)
        return rest, (rows.job_of(tx, known) or Job(known, talk.site, talk.key)) if known else None


def _note_rest(store: Store, tools: Tools, talk: Talk, answer: Answer) -> Answer:
    """A talk the library does not know leaves no trace but the rest of its site."""
    now, judgement = tools.clock(), Judgement(answer.outcome, answer.why)
    with store.write() as tx:
        rest = jobs.rest_after(talk.site, rows.rests(tx).get(talk.site), judgement, now)
        rows.keep_rest(tx, talk.site, rest)
    job = jobs.answered(
        Job(ResourceId(0), talk.site, talk.key), Asked(talk.site, answer.facts), judgement, None, now, ""
    )
    return replace(answer, next_try=job.next_try)


async def _at_address(store: Store, tools: Tools, url: str) -> Answer:
    """What lies at an address that is no talk, kept where the library knows the address."""
    asked = await caption_files.at_address(tools.fetcher, tools.reading, tools.settings, url)
    with store.read() as tx:
        id_ = rows.resource_of(tx, Talk("", ""), url)
        job = rows.job_of(tx, id_) if id_ else None
    if id_ is None:
        return (await _judged(tools, url, asked, None, ResourceId(0)))[0]
    return await settle(store, tools, job or Job(id_, FILES, url), url, asked)


def installed() -> str:
    """The version of yt-dlp that is installed, told without importing it; "" when it is not.

    From the file that says it: taking the description apart needs 2.5 MB, each time, in a daemon that asks often.
    """
    try:
        said = Path(str(distribution("yt-dlp").locate_file("yt_dlp/version.py"))).read_text("utf-8")
    except (PackageNotFoundError, OSError):
        return ""
    found = _VERSION.search(said)
    return found[1] if found else ""


def _fingerprint(settings: Youtube) -> str:
    """What a locked talk waits for: other cookies. Changes with the file's name, size and time, not with its words."""
    try:
        stat = os.stat(os.path.expanduser(settings.cookies_file)) if settings.cookies_file else None
    except OSError:
        stat = None
    seen = (settings.cookies_file, stat.st_size, stat.st_mtime_ns) if stat else (settings.cookies_file,)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:12]
