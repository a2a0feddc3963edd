"""What the reader shows of a resource, and the notes one takes beside it."""

from __future__ import annotations

import asyncio
import difflib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.core.html import host_of, to_text
from tracker.core.inbox import Done
from tracker.core.jobs import Transcript
from tracker.core.model import Resource, ResourceId
from tracker.core.plan import JournalEntry
from tracker.core.text import clock
from tracker.core.transcript import Segment
from tracker.services import ack, library, notes, plans, talk_standing, texts
from tui.passage import Passage, Tone, of_changes, of_markdown, plain

if TYPE_CHECKING:
    from tracker.wiring import House

RECOGNISED = 16  # characters that tell where in a paragraph a line was said
CONTEXT = 2  # lines around a change


class Form(StrEnum):
    """What of a resource is read."""

    TRANSCRIPT = "transcript"
    TEXT = "text"
    CHANGES = "changes"
    ENTRY = "entry"
    TEASER = "teaser"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of what is read; `line` is the passage it begins with."""

    title: str
    line: int
    second: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One form of a resource, ready to be shown. `said` is how its transcript stands, "" for nothing to say."""

    resource: Resource
    form: Form
    forms: tuple[Form, ...]
    passages: tuple[Passage, ...]
    chapters: tuple[Chapter, ...] = ()
    said: str = ""

    @property
    def host(self) -> str:
        """Where its address leads."""
        return host_of(self.resource.url)


class ReadingDesk:
    """Reads and notes. Methods raise TrackerError."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def read(self, id_: ResourceId, form: Form | None = None) -> Reading:
        """A resource in the form asked for, else the best there is: transcript, text, changes, its source's words."""
        return await asyncio.to_thread(self._read, id_, form)

    def _read(self, id_: ResourceId, form: Form | None) -> Reading:
        house = self._house
        found = library.resource(house.store, house.person, id_)
        talk, said = talk_standing.standing(house.store, id_, house.settings.youtube, house.zone, house.clock())
        text = texts.newest(house.store, id_) if found.has_text else None
        forms = tuple(_forms(found, talk is not None, text is not None, text.number if text else 0))
        chosen = form if form in forms else forms[0]
        if chosen is Form.TRANSCRIPT and talk is not None:
            passages = tuple(_spoken(talk))
        elif chosen is Form.CHANGES:
            passages = self._changes(found)
        elif chosen is Form.TEXT and text is not None:
            passages = of_markdown(text.article.markdown or text.article.text)
        else:
            passages = plain(to_text(found.content or found.summary).splitlines())
        return Reading(found, chosen, forms, passages, tuple(chapters(passages)), said if talk is None else "")

    def _changes(self, found: Resource) -> tuple[Passage, ...]:
        versions = texts.versions(self._house.store, found.id)[-2:] if found.has_text else []
        if len(versions) == 2:
            before, after = (one.article.markdown.splitlines() for one in versions)
            first, last = (f"{one.fetched_at.astimezone(self._house.zone):%Y-%m-%d}" for one in versions)
            lines = difflib.unified_diff(before, after, first, last, n=CONTEXT, lineterm="")
            return of_changes("\n".join(lines))
        marked = found.summary.replace("<del>", "<del>- ").replace("<ins>", "<ins>+ ")
        return of_changes(to_text(marked.replace("<h4>", "<h4>@@ ")))

    async def notes(self, id_: ResourceId) -> list[JournalEntry]:
        """The notes about a resource, the newest first."""
        found = await asyncio.to_thread(plans.journal, self._house.store, self._house.person)
        return [one for one in found if one.resource == id_]

    async def note(self, id_: ResourceId, text: str, second: float | None) -> Done:
        """An entry of today, from that second of a talk on; on disk when this returns."""
        return await asyncio.to_thread(self._note, id_, text, second)

    def _note(self, id_: ResourceId, text: str, second: float | None) -> Done:
        house = self._house
        day = house.clock().astimezone(house.zone).date()
        at = None if second is None else int(second)
        done = notes.write(
            house.store, house.person, str(int(id_)), text, day=day, at=at, now=house.clock(), made_by="tui"
        )
        ack.acknowledge(done)
        return done


def _forms(found: Resource, spoken: bool, written: bool, version: int) -> Iterator[Form]:
    changed = "<ins>" in found.summary or "<del>" in found.summary
    if spoken:
        yield Form.TRANSCRIPT
    if changed:
        yield Form.CHANGES
    if written:
        yield Form.TEXT
    if version > 1 and not changed:
        yield Form.CHANGES
    if found.content:
        yield Form.ENTRY
    elif not spoken and not written and not changed:
        yield Form.TEASER


def _spoken(talk: Transcript) -> Iterator[Passage]:
    """A transcript to read: chapters as headings, paragraphs with their time, empty lines between."""
    starts = [one.start for one in talk.segments]
    waiting = list(talk.chapters)
    for n, paragraph in enumerate(talk.paragraphs):
        while waiting and waiting[0].start <= paragraph.start + 0.5:
            chapter = waiting.pop(0)
            yield Passage(chapter.title, clock(chapter.start), Tone.HEAD, chapter.start)
            yield Passage()
        timed = any(one.end for one in talk.segments[:1]) or paragraph.start > 0
        ends = talk.paragraphs[n + 1].start if n + 1 < len(talk.paragraphs) else float("inf")
        inside = talk.segments[bisect_left(starts, paragraph.start) : bisect_left(starts, ends)]
        yield Passage(
            paragraph.text, clock(paragraph.start) if timed else "", second=paragraph.start if timed else None,
            marks=tuple(_marks(paragraph.text, inside)) if timed else (),
        )  # fmt: skip
        yield Passage()


def _marks(text: str, segments: Sequence[Segment]) -> Iterator[tuple[int, float]]:
    """Where in a paragraph its lines begin, and when they are said."""
    at = 0
    for segment in segments:
        found = text.find(segment.text.strip()[:RECOGNISED], at)
        if found >= 0:
            yield found, segment.start
            at = found + 1


def chapters(passages: Sequence[Passage]) -> Iterator[Chapter]:
    """The headings of a text, with the seconds of a talk."""
    for line, one in enumerate(passages):
        if one.tone is Tone.HEAD and one.text:
            yield Chapter(one.text, line, one.second)
