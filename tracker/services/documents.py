"""Documents on their way in: one transaction a document, idempotent, nothing the person decided is touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db import documents as rows
from db import nodes as tree
from db.nodes import Counts
from db.store import Store
from tracker.core.document import Document, Finding
from tracker.core.model import PersonId


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
            reports.append(_report(document, counts + mentioned + noted, len(set(works.values()))))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return reports[0]


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
