"""Documents on their way in: one transaction a document, idempotent, nothing the person decided is touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db import documents as rows
from db import nodes as tree
from db import standing
from db.nodes import Counts
from db.store import Store, Tx
from tracker.core.document import INFO, Document, Finding
from tracker.core.model import PersonId, ResourceId
from tracker.core.sameness import Offer
from tracker.documents import reader_for
from tracker.documents.merge import ReadAgain, read_again
from tracker.services.merging import offer


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import changed (or would change). Counts are of mentions, nodes and notes together."""

    kind: str
    created: int
    updated: int
    unchanged: int
    resources: int
    notes: int
    nodes: int
    findings: tuple[Finding, ...]


class _DryRun(Exception):
    """Leaves the transaction without keeping it."""


def import_document(
    store: Store, person: PersonId, document: Document, *, now: datetime, path: str = "", dry_run: bool = False,
    last: Document | None = None, step: Callable[[int], object] = lambda _: None,
) -> ImportReport:  # fmt: skip
    """Bring `document` in. With `dry_run` everything is tried and nothing kept. Raises StoreError.

    `last` is its last reading, where the caller has it; `step` is told how many pieces are stored, some at a time.

    What was changed here since the last reading stays, what was changed in the file comes in; where both changed one
    thing differently, what stands here stays and a finding says so.
    """
    reports: list[ImportReport] = []
    base = last or _base(store, person, document)
    try:
        with store.write() as tx:
            again, disputed = _meanwhile(tx, person, base, document)
            found = again.document
            owner, _ = rows.put(tx, person, found, path, now, disputed)
            standing.rename(tx, person, owner, again.names)
            ids, counts = tree.put(tx, person, owner, found.nodes, now)
            step(len(found.nodes))
            works, mentioned = rows.put_mentions(tx, person, owner, found.mentions, ids, now, step)
            noted = rows.put_notes(tx, person, owner, found.notes, works, now)
            step(len(found.notes))
            offered = offer(tx, person, set(works.values()), now)
            found = replace(found, findings=(*found.findings, *_offered(found, works, offered)))
            reports.append(_report(found, counts + mentioned + noted, len(set(works.values()))))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return reports[0]


def _offered(document: Document, works: Mapping[str, ResourceId], offered: Sequence[Offer]) -> list[Finding]:
    """A finding for each merge that is offered, on the line where the document names one of the two."""
    lines: dict[int, int] = {}
    for one in document.mentions:
        lines.setdefault(works[one.key], one.line)
    what_to_do = "'tracker proposals' shows both; accept or decline there."
    return [
        Finding(lines.get(one.other) or lines.get(one.keep, 0), INFO, f"perhaps one work: {one.why}", what_to_do)
        for one in offered
    ]


def _base(store: Store, person: PersonId, document: Document) -> Document | None:
    """The document as it was read last. A journal read for the first time shares entries with those read before."""
    with store.read() as tx:
        before = standing.kept(tx, person, document.name)
        others = standing.kept_of_kind(tx, person, "journal") if document.kind == "journal" and not before else []
    if before:
        return document if before.text == document.text else read_text(before.text, before.name, before.kind)
    notes = [note for other in others for note in read_text(other.text, other.name, other.kind).notes]
    return replace(document, text="", nodes=(), mentions=(), notes=tuple(notes)) if notes else None


def read_text(text: str, name: str, kind: str) -> Document:
    """A text read as `kind`."""
    return reader_for(text, name, kind).read(text, name)


def _meanwhile(tx: Tx, person: PersonId, base: Document | None, file: Document) -> tuple[ReadAgain, list[list[object]]]:
    """The file with what was changed here since `base`; [key, field, base value] of what both changed."""
    if base is None:
        return ReadAgain(file, {}, ()), []
    before = standing.kept(tx, person, file.name)
    keys = {note.key for note in base.notes} | {note.key for note in file.notes}
    here = standing.here(tx, person, before.id if before else None, keys, before.disputed if before else None)
    again = read_again(base, here, file)
    kept = "What stands here stays, and so does the file; make one say what the other does"
    findings = sorted([*file.findings, *(one.finding(kept) for one in again.clashes)], key=lambda one: one.line)
    found = replace(again, document=replace(again.document, findings=tuple(findings)))
    return found, [[one.key, one.field, one.base] for one in again.clashes if one.line]


def _report(document: Document, counts: Counts, works: int) -> ImportReport:
    return ImportReport(
        document.kind,
        counts.created,
        counts.updated,
        counts.unchanged,
        works,
        len(document.notes),
        len(document.nodes),
        document.findings,
    )
