"""The nouns every floor speaks: sources, resources, sightings, and what a look at a source brings.

Documents, plans, notes, links and reviews have files of their own beside this one. All values are frozen;
times are aware UTC datetimes; "" and () mean "not said".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", int)
SourceId = NewType("SourceId", int)
ResourceId = NewType("ResourceId", int)
SightingId = NewType("SightingId", int)
DocumentId = NewType("DocumentId", int)
NodeId = NewType("NodeId", int)
NO_NODE = NodeId(0)
NoteId = NewType("NoteId", int)
ActionId = NewType("ActionId", int)
CanonicalUrl = NewType("CanonicalUrl", str)
HostKey = NewType("HostKey", str)

FIRST_PERSON = PersonId(1)  # the one person of a private home


class ResourceKind(StrEnum):
    """What a resource is, to a reader."""

    ARTICLE = "article"
    PAPER = "paper"
    DOCS = "docs"
    VIDEO = "video"
    PODCAST = "podcast"
    COURSE = "course"
    REPO = "repo"
    BOOK = "book"
    BLOG = "blog"
    TOOL = "tool"
    OTHER = "other"


class InboxState(StrEnum):
    """Where a resource stands for one person."""

    INBOX = "inbox"
    FILED = "filed"
    SHORTLIST = "shortlist"
    SNOOZED = "snoozed"
    DONE = "done"
    SKIPPED = "skipped"


class Origin(StrEnum):
    """What mentioned a resource."""

    SOURCE = "source"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Source:
    """Something we keep watching, as sources.yaml says it. `interval` is seconds, None = auto."""

    name: str
    url: str
    kind: str = "feed"
    topics: tuple[str, ...] = ()
    lang: str = ""
    why: str = ""
    enabled: bool = True
    expect_title: str = ""
    interval: int | None = None
    max_items_first_fetch: int = 20
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)  # select:, match:, watch:, path: of the kind
    id: SourceId = SourceId(0)  # 0 = not stored yet


@dataclass(frozen=True, slots=True)
class Polling:
    """What is remembered of a source between looks. All times UTC; failures count since the last success."""

    source: SourceId
    next_poll_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""  # sha256 hex of the last body that was read well
    title: str = ""  # the source's own title
    site: str = ""  # the page the source belongs to
    polled_at: datetime | None = None
    ok_at: datetime | None = None
    changed_at: datetime | None = None  # last time something new came
    failures: int = 0
    failing_since: datetime | None = None
    reason: str = ""  # last failure, "" when the last look was fine
    status: int = 0  # last HTTP status, 0 = none
    moved_to: str = ""  # permanent target seen, not yet adopted
    moved_seen: int = 0
    moved_since: datetime | None = None
    stopped: str = ""  # reason polling stopped for good (410), "" = active
    baseline: bool = False  # True once a first look was read well
    memory: Mapping[str, object] = field(default_factory=dict)  # the kind's own notes (docs: learned noise, ...)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file beside an entry. `length` is bytes, 0 when not said."""

    url: str
    type: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a source gives it, cleaned: titles plain text, summary/content sanitised HTML, URLs absolute."""

    id: str  # as given; "" when the source gives none
    url: str  # as written, absolute; "" when there is none
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    content: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    tags: tuple[str, ...] = ()
    lang: str = ""
    kind: ResourceKind | None = None  # None = told from the URL
    duration: int = 0  # seconds of a talk or episode, 0 = not said
    transcripts: tuple[Enclosure, ...] = ()  # podcast:transcript files
    text: str = ""  # extracted plain text when the kind already has it (docs watch diff, ...)
    original: str = ""  # the address behind a redirector link, as the feed itself says it; identity uses it first


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one look at a source brought. `entries` in the source's own order; `problems` are one-line sentences."""

    title: str = ""
    link: str = ""  # the site's page
    language: str = ""
    id: str = ""
    summary: str = ""  # what the source says of itself, sanitised HTML
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    ttl: int = 0  # seconds the source asks us to wait, 0 = not said
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[str] = frozenset()
    follow: tuple[
        str, ...
    ] = ()  # further addresses the same look needs (sitemap index, next page); capped by the crawl
    is_source: bool = True  # False: the bytes were not this kind at all (an HTML page where a feed should be)
    error: str = ""  # why is_source is False: not_a_feed, login, empty, parse
    memory: Mapping[str, object] = field(default_factory=dict)  # to be kept in Polling.memory
    moved_to: str = ""  # where the source itself says that it lives from now on


@dataclass(frozen=True, slots=True)
class Sighting:
    """ "This source, or this line of this document, mentioned this resource." `section` is outermost first."""

    origin: Origin
    name: str  # source name or document name
    line: int = 0
    section: tuple[str, ...] = ()
    label: str = ""
    publisher: str = ""
    note: str = ""
    title: str = ""
    url: str = ""  # as written
    start_seconds: int | None = None
    track: str = ""
    day_from: int | None = None
    day_to: int | None = None
    published: datetime | None = None  # as this source dates it; None when it does not, or not believably
    seen_at: datetime | None = None
    id: SightingId = SightingId(0)


@dataclass(frozen=True, slots=True)
class Resource:
    """One work worth reading or watching. `canonical_url` is "" for a work that is only named."""

    id: ResourceId
    url: str
    canonical_url: str
    kind: ResourceKind
    title: str
    authors: tuple[str, ...] = ()
    site: str = ""
    lang: str = ""
    published: datetime | None = None
    first_seen: datetime | None = None
    minutes: int = 0  # to read or watch; 0 = not known
    summary: str = ""  # sanitised HTML from the newest sighting
    content: str = ""  # the whole that its source gave beyond that, sanitised HTML; read for one resource at a time
    state: InboxState = InboxState.INBOX
    starred: bool = False
    snoozed_until: datetime | None = None
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    has_text: bool = False
    has_transcript: bool = False
    why: str = ""  # why it stands where it stands: the rule that put it there; "" = a person's word
