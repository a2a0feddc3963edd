"""`tracker journal` and `tracker note`: what was learned, by day, in the journal's own form."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
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


@click.command("note")
@click.argument("id_", metavar="RESOURCE|NOTE", type=int)
@click.argument("text", nargs=-1)
@click.option("--day", default="", metavar="YYYY-MM-DD", help="The day it belongs to (default: today).")
@click.option("--at", type=click.IntRange(0), help="The second of the talk it begins at.")
@click.option("--part", help="The part of the talk (default: told from the entries before it).")
@click.option("--remove", is_flag=True, help="Take the note of this number out instead.")
@click.pass_obj
def note(
    flags: Mapping[str, str], id_: int, text: tuple[str, ...], day: str, at: int | None, part: str | None, remove: bool
) -> None:
    """Write a note about RESOURCE into the journal: a line a bullet, indented lines below it; - reads stdin."""
    from tracker.cli.acks import report
    from tracker.services import notes
    from tracker.wiring import house_of

    with house_of(flags) as house:
        now = house.clock()
        if remove:
            report(notes.remove(house.store, house.person, id_, now=now, made_by="cli"))
            return
        words = sys.stdin.read() if text == ("-",) else " ".join(text)
        when = _day(day) if day else now.astimezone(house.zone).date()
        report(
            notes.write(
                house.store, house.person, id_, words, day=when, at=at, part=part, now=now, made_by="cli"
            )
        )  # fmt: skip


def _day(text: str) -> date:
    from tracker.core.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day", "Write YYYY-MM-DD") from None
