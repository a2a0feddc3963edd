"""`tracker import`: read documents in."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, progress, say, tell
from tracker.core.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from tracker.core.document import Document
    from tracker.documents.difference import Difference

KINDS = ("auto", "list", "roadmap", "journal", "plan", "opml", "bookmarks", "urls", "csv", "json")
MAX_SHOWN = 200  # findings; more do not help a reader
MAX_BYTES = 32 * 1024 * 1024  # of a document: some 300,000 links; what is read lies in memory whole
MAX_DIFFERENCES = 40  # lines of each kind that --dry-run shows


@click.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--as", "kind", type=click.Choice(KINDS), default="auto", help="What the files are (default: told by looking)."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, change nothing.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(flags: Mapping[str, str], files: tuple[str, ...], kind: str, dry_run: bool, as_json: bool) -> int:
    """Read documents in: curated lists, roadmaps, journals, plans, OPML, bookmarks, URL lists, CSV.

    Reading one again changes only what was edited in it; decisions, notes and levels stay.
    """
    from tracker.services import dump
    from tracker.wiring import house_of

    with house_of(flags) as house:
        if len(files) == 1 and dump.is_dump(Path(files[0])):
            if dry_run:
                raise UsageError("a dump is restored whole or not at all", "Leave --dry-run out")
            say(f"restored: {dump.restore(house.store, Path(files[0]))} rows")
            return 0
        from tracker.services.readings import read_documents

        texts = [(name, *_read(name)) for name in files]
        with progress(None, f"reading {', '.join(files)}"):
            found = read_documents([(name, text) for name, text, _ in texts], kind)
        documents = [replace(one, encoding=codec) for one, (_, _, codec) in zip(found, texts, strict=True)]
        del texts, found
        gc.freeze()  # a long list stays to the end; looking through it again and again would take a tenth of the time
        return max(_one(house, name, one, dry_run, as_json) for name, one in zip(files, documents, strict=True))


def _one(house: Any, name: str, document: Document, dry_run: bool, as_json: bool) -> int:
    from tracker.documents.difference import difference, left
    from tracker.services.documents import import_document
    from tracker.services.readings import last_reading

    with progress(len(document.mentions) + len(document.notes) + len(document.nodes), f"storing {name}") as step:
        last = last_reading(house.store, house.person, document)
        changes = difference(last, document)
        document = replace(document, findings=(*document.findings, *left(changes)))
        report = import_document(
            house.store, house.person, document, now=house.clock(), path=str(Path(name).absolute()), dry_run=dry_run,
            last=last, step=step,
        )  # fmt: skip
    if as_json:
        emit(
            {
                "file": name,
                "as": report.kind,
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "resources": report.resources,
                "notes": report.notes,
                "nodes": report.nodes,
                "findings": [
                    {"line": f.line, "level": f.level, "message": f.message, "what_to_do": f.what_to_do or None}
                    for f in report.findings
                ],
            }
        )
        return 0
    would = "would be " if dry_run else ""
    tell(
        f"{name}: read as {report.kind}: {report.created} {would}new, {report.updated} {would}changed, "
        f"{report.unchanged} as they were ({report.resources} resources, {report.notes} notes, {report.nodes} nodes)"
    )
    if dry_run:
        _tell_differences(changes)
    for f in report.findings[:MAX_SHOWN]:
        say(f"{name}:{f.line}: {f.level}: {f.message}" + (f". {f.what_to_do}" if f.what_to_do else ""))
    if len(report.findings) > MAX_SHOWN:
        say(f"{name}: {len(report.findings) - MAX_SHOWN} findings more; --json shows them all")
    return 0


def _tell_differences(changes: Difference) -> None:
    """What would be new, otherwise or gone, the first lines of each."""
    for sign, lines in (("+", changes.new), ("~", changes.changed), ("-", changes.gone)):
        for line in lines[:MAX_DIFFERENCES]:
            tell(f"  {sign} {line}")
        if len(lines) > MAX_DIFFERENCES:
            tell(f"  {sign} and {len(lines) - MAX_DIFFERENCES} more")


def _read(name: str) -> tuple[str, str]:
    """The text of a file and its encoding, byte order mark and line ends as they are. Raises DocumentError."""
    from tracker.documents.charset import decode

    path = Path(name)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(
                name, 0, f"is larger than {MAX_BYTES >> 20} MiB, the most that is read at once", "Split it"
            )
        return decode(path.read_bytes(), name)
    except OSError as error:
        raise DocumentError(name, 0, f"cannot be read ({error.strerror})", "Check the path") from error
