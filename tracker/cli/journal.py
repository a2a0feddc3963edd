"""`tracker journal` and `tracker note`: what was learned, by day, in the journal's own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, tell

if TYPE_CHECKING:
    from tracker.core.plan import JournalEntry


@click.command("journal")
@click.argument("day", default="", metavar="[YYYY-MM-DD]")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def journal(flags: Mapping[str, str], day: str, as_json: bool) -> None:
    """The journal by day, newest first; with a DAY (or YYYY-MM) that one, whole."""
    from tracker.services import plans
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = [one for one in plans.journal(house.store, house.person) if one.day.isoformat().startswith(day)]
        for one in found:
            if as_json:
                emit(_entry(one))
            else:
                tell(f"{one.day}  {one.title}" + (f" ({one.part})" if one.part else ""))
                if len(day) == len("2026-01-12"):
                    tell(one.body.rstrip())


def _entry(one: JournalEntry) -> dict[str, Any]:
    return {
        "id": one.id,
        "document": one.document or None,
        "date": one.day.isoformat(),
        "date_as_written": one.date_as_written,
        "title": one.title,
        "part": one.part or None,
        "url": one.url or None,
        "start_seconds": one.start_seconds,
        "resource": one.resource,
        "body": one.body,
        "bullets": dict(one.bullets),
        "images": [{"url": url, "ocr": ocr} for url, ocr in one.images],
        "line": one.line or None,
    }
