"""`tracker export`: documents back out, in the form they came in, with what was changed here meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.output import say

if TYPE_CHECKING:
    from tracker.core.masking import Numbers
    from tracker.services.exports import Exported
    from tracker.wiring import House

OUT = click.option("--out", default="", metavar="FILE|DIR|-", help="Where to (default: HOME/exports; - for stdout).")
MINE = click.option("--mine", is_flag=True, help="Where you changed the file too, write what stands here all the same.")


@click.group("export")
def command() -> None:
    """Documents back out, in the form they came in, and everything of one kind."""


@command.command("document")
@click.argument("name")
@OUT
@MINE
@click.pass_obj
def document(flags: Mapping[str, str], name: str, out: str, mine: bool) -> int:
    """The document NAME: its own text, with the ticks, levels, remarks, notes and moved links changed here.

    What you edited in the file meanwhile stays. Where both changed one thing, the file's words are kept, the place is
    named, and the exit code is 1.
    """
    from tracker.services import exports
    from tracker.wiring import house_of

    with house_of(flags) as house:
        kept = exports.named(house.store, house.person, name)
        if out == "-":
            made = exports.document(house.store, house.person, kept, mine=mine)
            put_out(made.data)
        else:
            path = target(house, out, Path(kept.name).name)
            made = exports.write_document(house.store, house.person, kept, path, house.clock(), mine=mine)
            say(f"written: {path}")
        return conflicts(made)


def put_out(data: bytes) -> None:
    """Bytes to stdout, as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def target(house: House, out: str, name: str) -> Path:
    """The file to write: `out`, or `name` in the folder it names, or in HOME/exports."""
    if not out:
        return house.folder("exports") / name
    path = Path(out)
    return path / name if path.is_dir() or out.endswith(("/", "\\")) else path


def conflicts(made: Exported) -> int:
    """Say what was kept as the file says; the exit code."""
    for one in made.findings:
        say(f"{made.file}:{one.line}: {one.level}: {one.message}. {one.what_to_do}")
    return 1 if made.findings else 0


OWN_NAMES = {"journal": "journal.md", "list": "topics.md", "opml": "sources.opml"}  # what was made here, as a file
MADE_HERE = {"journal": ", and your own notes", "list": ", and your own topics", "opml": ", and the watched sources"}


def _kind_command(kind: str) -> click.Command:
    @click.command(
        kind, help=f"Every {kind}: the documents of this kind with what was changed here{MADE_HERE.get(kind, '')}."
    )
    @OUT
    @MINE
    @click.pass_obj
    def run(flags: Mapping[str, str], out: str, mine: bool) -> int:
        from tracker.wiring import house_of

        with house_of(flags) as house:
            return _all_of(house, kind, out, mine)

    return run


def _all_of(house: House, kind: str, out: str, mine: bool) -> int:
    from tracker.core.errors import NotFound, UsageError
    from tracker.services import exports

    kept = exports.of_kind(house.store, house.person, kind)
    own = exports.own(house.store, house.person, kind)
    if not kept and not own:
        raise NotFound("document of kind", kind, "tracker plan list")
    if out == "-" and kind == "opml" and len(kept) + bool(own) > 1:
        raise UsageError(
            f"{len(kept) + bool(own)} OPML documents in one are none", "Export one by name, or to a folder"
        )
    if out == "-":
        made = [exports.document(house.store, house.person, one, mine=mine) for one in kept]
        put_out(b"".join(one.data for one in made) + own.encode())
        return max((conflicts(one) for one in made), default=0)
    names = [Path(one.name).name for one in kept] + ([OWN_NAMES[kind]] if own else [])
    paths = [target(house, out, name) for name in names]
    if len(set(paths)) < len(paths):
        raise UsageError(f"{len(paths)} documents do not go into one file", "Name a folder, or export one by its name")
    code = 0
    for one, path in zip(kept, paths, strict=False):
        written = exports.write_document(house.store, house.person, one, path, house.clock(), mine=mine)
        code = max(code, conflicts(written))
    if own:
        exports.write_made(house.store, paths[-1], own)
    for path in paths:
        say(f"written: {path}")
    return code


for _kind in ("list", "roadmap", "journal", "plan", "opml"):
    command.add_command(_kind_command(_kind))


@command.command("json")
@OUT
@click.option("--me", is_flag=True, help="Leave out what is another person's on a shared database.")
@click.option("--secrets", is_flag=True, help="Keep the passwords and tokens of addresses in the file.")
@click.pass_obj
def everything(flags: Mapping[str, str], out: str, me: bool, secrets: bool) -> None:
    """The whole database as lines of JSON; 'tracker import' restores it into an empty one, equal, on either engine.

    Passwords and tokens in addresses are left out, so that the file can be passed on; it is told how many.
    """
    from tracker.core.errors import Conflict
    from tracker.core.masking import Numbers
    from tracker.services import dump
    from tracker.services.files import write_whole
    from tracker.wiring import house_of

    with house_of(flags) as house:
        numbers = None if secrets else Numbers()
        lines = dump.lines(house.store, house.person if me else None, numbers)
        if out == "-":
            for line in lines:
                sys.stdout.buffer.write(line)
            _tell_left_out(numbers)
            return
        path = target(house, out, "tracker.json")
        if path.exists() and not dump.is_dump(path):
            raise Conflict(f"{path} is there already and is no dump", "Name another file, or move it away")
        write_whole(path, lines)
        say(f"written: {path}")
        _tell_left_out(numbers)


def _tell_left_out(numbers: Numbers | None) -> None:
    if numbers is not None and numbers.count:
        some = "1 password or token" if numbers.count == 1 else f"{numbers.count} passwords and tokens"
        say(f"left out: {some} of addresses; '--secrets' keeps them, for a copy that is to be restored")


@command.command("atom")
@click.argument("query", nargs=-1)
@OUT
@click.option("--limit", default=100, help="At most so many, the newest; 0 = all.")
@click.pass_obj
def feed(flags: Mapping[str, str], query: tuple[str, ...], out: str, limit: int) -> None:
    """An Atom feed of what QUERY finds (see 'tracker search --help'), for any feed reader or another tracker."""
    from tracker.formats import atom
    from tracker.services import library
    from tracker.wiring import house_of

    with house_of(flags) as house:
        words = " ".join(query)
        found = library.resources(house.store, house.person, asked=house.asked(words), zone=house.zone)
        text = atom.feed(words or "tracker", f"query:{words}", found, datetime(1970, 1, 1, tzinfo=UTC), limit)
        _give(house, out, "tracker.atom.xml", text)


@command.command("ics")
@click.argument("name", default="")
@click.option("--start", default="", metavar="YYYY-MM-DD", help="The date of day 1 (default: as it is scheduled).")
@OUT
@click.pass_obj
def days(flags: Mapping[str, str], name: str, start: str, out: str) -> None:
    """The days of the plan NAME (or of all that are scheduled) as a calendar: rest days, pauses, tracks and choices as
    they are set. A day that is given out again later is the same event.
    """
    from tracker.core.errors import UsageError
    from tracker.formats import calendar
    from tracker.services import plans, schedule
    from tracker.wiring import house_of

    with house_of(flags) as house:
        dates = schedule.dates(house.store, house.person, _day(start) if start else None)
        events = calendar.plan_days(plans.plan(house.store, house.person, name), dates)
        if not events:
            raise UsageError(
                "no plan here has numbered days and a start",
                "'tracker plan schedule NAME --start DATE', or --start DATE",
            )
        _give(house, out, "tracker.ics", calendar.calendar(events))


def _day(text: str) -> date:
    from tracker.core.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day", "Write YYYY-MM-DD") from None


@command.command("templates")
@click.pass_obj
def templates(flags: Mapping[str, str]) -> None:
    """The program's templates into HOME/templates, to be changed there. One that you have already stays as it is."""
    from tracker.formats.digest import TEMPLATES
    from tracker.services.files import write_whole
    from tracker.services.templates import FOLDER, shipped
    from tracker.wiring import house_of

    with house_of(flags) as house:
        for name in TEMPLATES:
            path = house.folder(FOLDER) / name
            if path.exists():
                say(f"kept: {path} is there already")
            else:
                write_whole(path, shipped(name))
                say(f"written: {path}")


def _give(house: House, out: str, name: str, text: str) -> None:
    """A text that was made here, to stdout or to a file. Raises Conflict for a file that is in the way."""
    from tracker.services import exports

    if out == "-":
        put_out(text.encode())
        return
    path = target(house, out, name)
    exports.write_made(house.store, path, text)
    say(f"written: {path}")
