"""Documents on their way in: one transaction a document, idempotent, nothing the person decided is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db import documents as rows
from db import nodes as tree
from db.nodes import Counts
from db.store import Store
from tracker.core.document import INFO, Document, Finding
from tracker.core.model import PersonId, ResourceId
from tracker.core.sameness import Offer
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
    store: Store, person: PersonId, document: Document, *, now: datetime, path: str = "", dry_run: bool = False
) -> ImportReport:
    """Bring `document` in. With `dry_run` everything is tried and nothing kept. Raises StoreError."""
    reports: list[ImportReport] = []
    try:
        with store.write() as tx:
            owner, _ = rows.put(tx, person, document, path, now)
            ids, counts = tree.put(tx, person, owner, document.nodes, now)
            works, mentioned = rows.put_mentions(tx, person, owner, document.mentions, ids, now)
            noted = rows.put_notes(tx, person, owner, document.notes, works, now)
            offered = offer(tx, person, set(works.values()), now)
            document = replace(document, findings=(*document.findings, *_offered(document, works, offered)))
            reports.append(_report(document, counts + mentioned + noted, len(set(works.values()))))
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
