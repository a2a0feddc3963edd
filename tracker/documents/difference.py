"""What a new reading of a document says otherwise than the last one, piece by piece, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tracker.core.document import INFO, Document, DocumentNode, DocumentNote, Finding, Mention


class _Piece(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines for people: what is new, what reads otherwise, what is gone, each with its place."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def difference(before: Document | None, after: Document) -> Difference:
    """From `before` (None: never read) to `after`. Moving to another line is no change."""
    new, changed, gone = list[str](), list[str](), list[str]()
    for noun, was, now in (
        ("", before.mentions if before else (), after.mentions),
        ("", before.nodes if before else (), after.nodes),
        ("entry ", before.notes if before else (), after.notes),
    ):
        old, here = _by_key(was), _by_key(now)
        new += [f"line {one.line}: {noun}'{one.title}'" for key, one in here.items() if key not in old]
        gone += [f"{noun}'{one.title}' (was on line {one.line})" for key, one in old.items() if key not in here]
        for key, one in here.items():
            fields = _fields(old[key], one) if key in old else ()
            if fields:
                changed.append(f"line {one.line}: {noun}'{one.title}': {', '.join(fields)}")
    return Difference(tuple(new), tuple(changed), tuple(gone))


def _by_key(pieces: Iterable[_Piece]) -> dict[str, _Piece]:
    return {one.key: one for one in pieces}


def _fields(was: _Piece, now: _Piece) -> tuple[str, ...]:
    names = {Mention: ("title", "url", "section", "label", "publisher", "note", "start_seconds", "day_from", "day_to"),
             DocumentNode: ("title", "checked", "remark", "emphasis", "target_depth", "practice", "day_from", "day_to"),
             DocumentNote: ("title", "body", "url", "part", "start_seconds")}[type(now)]  # fmt: skip
    return tuple(name.replace("_", " ") for name in names if getattr(was, name) != getattr(now, name))


def left(found: Difference) -> tuple[Finding, ...]:
    """A finding for what left the file: it is not taken out of the library on that account."""
    what_to_do = "What was decided about it stays; nothing is deleted."
    return tuple(Finding(1, INFO, f"no longer in the file: {one}", what_to_do) for one in found.gone)
