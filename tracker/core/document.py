"""A document as a reader understands it: what it mentions, its tree, its notes, and what is odd about it.

Every piece keeps its line (1-based) and a key that stays the same when the file is read again, so that a second
import changes only what was edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from tracker.core.model import ResourceKind
from tracker.core.plan import NodeState

INFO, WARNING, ERROR = "info", "warning", "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know about a document. Nothing is repaired on its account."""

    line: int
    level: str
    message: str
    what_to_do: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A document names a work. `url` is as written, "" for a work that is only named; `node` is the key of its node."""

    key: str
    line: int
    title: str
    url: str = ""
    section: tuple[str, ...] = ()
    label: str = ""
    publisher: str = ""
    note: str = ""
    kind: ResourceKind | None = None  # None = told from the address
    authors: tuple[str, ...] = ()
    start_seconds: int | None = None
    track: str = ""
    day_from: int | None = None
    day_to: int | None = None
    node: str = ""

    def __reduce__(self) -> tuple[type[Mention], tuple[object, ...]]:
        """Its values alone: a long list goes from process to process, and by itself each field is looked up anew."""
        return Mention, tuple([getattr(self, name) for name in self.__slots__])


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """One place of a document's tree. `parent` is a key, "" at the top."""

    key: str
    kind: str  # plan phase track week day topic task project deliverable section skill
    title: str
    line: int
    parent: str = ""
    plan: str = ""
    day_from: int | None = None
    day_to: int | None = None
    tracks: tuple[str, ...] = ()
    emphasis: Mapping[str, str] = field(default_factory=dict)
    target_depth: str = ""
    target_level: int | None = None
    practice: str = ""
    checked: bool = False
    remark: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentNote:
    """One dated entry, text kept byte for byte. `images` are (address, recognised text)."""

    key: str
    line: int
    day: date
    date_as_written: str
    title: str
    body: str
    part: str = ""
    url: str = ""
    start_seconds: int | None = None
    images: tuple[tuple[str, str], ...] = ()
    bullets: tuple[int, int, int] = (0, 0, 0)
    mention: str = ""  # key of the mention of the talk it is about


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader made of a text. `name` is the file's name; `header` holds where it came from.

    `encoding` is how the file's bytes are written; the text itself knows nothing of it.
    """

    name: str
    kind: str
    title: str
    text: str
    header: Mapping[str, str] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = ()
    nodes: tuple[DocumentNode, ...] = ()
    notes: tuple[DocumentNote, ...] = ()
    findings: tuple[Finding, ...] = ()
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Here:
    """What stands here of a document's pieces now, by their keys. A note that is None was taken out here.

    `disputed` are (key, field) with the base value of conflicts nobody has settled yet: they stay conflicts.
    """

    states: Mapping[str, NodeState] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)  # addresses by the keys of their mentions
    notes: Mapping[str, DocumentNote | None] = field(default_factory=dict)
    disputed: Mapping[tuple[str, str], object] = field(default_factory=dict)


class DocumentReader(Protocol):
    """The seam of the readers. Pure: text in, document out; never raises for what the text is."""

    name: str

    def likeness(self, text: str, name: str) -> float:
        """How much a text looks like this kind, 0 to 1; `name` is the file's name."""
        ...

    def read(self, text: str, name: str) -> Document:
        """What the text says."""
        ...
