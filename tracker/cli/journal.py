"""`tracker journal` and `tracker note`: what was learned, by day, in the journal's own form."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, tell
from tracker.cli.session import second_of

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
@click.argument("about", metavar="RESOURCE|PLACE|NOTE")
@click.argument("text", nargs=-1)
@click.option("--day", default="", metavar="YYYY-MM-DD", help="The day it belongs to (default: today).")
@click.option("--at", default="", metavar="20:31", help="Where in the talk it begins (also seconds).")
@click.option("--part", help="The part of the talk (default: told from the entries before it).")
@click.option("--image", default="", metavar="FILE", help="An image of it, copied into HOME/attachments.")
@click.option("--ocr", default="", metavar="TEXT", help="What is written in the image; search finds it.")
@click.option(
    "--question", default="", metavar="TEXT", help="A question; TEXT is its answer. It comes back in reviews."
)
@click.option("--explain", is_flag=True, help="Explain it in at most three lines of your own.")
@click.option("--edit", is_flag=True, help="Change the note of this number: TEXT, - for stdin, else in your $EDITOR.")
@click.option("--remove", is_flag=True, help="Take the note of this number out.")
@click.pass_obj
def note(
    flags: Mapping[str, str], about: str, text: tuple[str, ...], day: str, at: str, part: str | None, image: str,
    ocr: str, question: str, explain: bool, edit: bool, remove: bool,
) -> None:  # fmt: skip
    """Write a note into the journal: a line a bullet, indented lines below it; - reads stdin, no TEXT opens $EDITOR.

    It is about the resource of a number, or a place of a plan ('#12' or its title). 'tracker journal --json' gives the
    numbers of notes.
    """
    from tracker.cli.acks import report
    from tracker.services import notes
    from tracker.services.attachments import FOLDER, keep
    from tracker.wiring import house_of

    with house_of(flags) as house:
        now = house.clock()
        if remove:
            report(notes.remove(house.store, house.person, _number(about), now=now, made_by="cli"))
            return
        if edit:
            words = _words(text, notes.text_of(house.store, house.person, _number(about)))
            report(notes.edit(house.store, house.person, _number(about), words, now=now, made_by="cli"))
            return
        when = _day(day) if day else now.astimezone(house.zone).date()
        if question or explain:
            kind = notes.QUESTION if question else notes.EXPLAIN
            report(
                notes.write_card(
                    house.store, house.person, about, kind, _words(text, ""), question, day=when, now=now, made_by="cli"
                )
            )
            return
        start, words = second_of(at), " ".join(text) if image and text != ("-",) else _words(text, "")
        picture = keep(house.folder(FOLDER), Path(image), ocr) if image else ""
        made = notes.write(
            house.store, house.person, about, words, day=when, at=start, part=part, picture=picture, now=now,
            made_by="cli",
        )  # fmt: skip
        report(made)


def _number(word: str) -> int:
    from tracker.core.errors import UsageError

    if not (word.isascii() and word.isdigit()):
        raise UsageError(f"'{word}' is no number of a note", "'tracker journal --json' gives them")
    return int(word)


def _words(text: tuple[str, ...], now: str) -> str:
    """The words given; from stdin, or out of the person's editor beginning with `now`."""
    if text and text != ("-",):
        return " ".join(text)
    if text or not sys.stdin.isatty():
        return sys.stdin.read()
    return click.edit(now, extension=".md") or now


def _day(text: str) -> date:
    from tracker.core.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day", "Write YYYY-MM-DD") from None
