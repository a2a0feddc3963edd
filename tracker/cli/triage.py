"""`tracker triage`, `undo`, `redo`, `history`: decisions by command. Each prints its ACK after the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from tracker.cli.acks import report
from tracker.cli.output import emit, iso, say, table, tell
from tracker.core.errors import UsageError, nearest
from tracker.core.rules import days_of

if TYPE_CHECKING:
    from tracker.core.model import ResourceId
    from tracker.wiring import House

VERBS = ("file", "tag", "untag", "done", "skip", "shortlist", "snooze", "star", "unstar", "inbox")
NAMING = ("file", "tag", "untag")
MOST_SHOWN = 5
INBOX_ALONE = "without state: or is: only what waits in the inbox is asked"


@click.command("triage")
@click.argument("words", nargs=-1, required=True, metavar="ID... ACTION [TOPIC|DATE]")
@click.option("--where", "query", default="", metavar="QUERY", help="Instead of IDs: all that QUERY finds.")
@click.option("--yes", is_flag=True, help="With --where: do it; without, only what would be done is said.")
@click.option("--json", "as_json", is_flag=True, help="One object per resource instead of ACK lines.")
@click.pass_obj
def command(flags: Mapping[str, str], words: tuple[str, ...], query: str, yes: bool, as_json: bool) -> None:
    """Decide about resources: file TOPIC, done, skip, shortlist, snooze DATE, star, unstar, inbox; tag or untag TOPIC.

    All IDs of one call are one step for 'tracker undo'. DATE is YYYY-MM-DD, tomorrow, 3d or 2w. --where QUERY is about
    what waits in the inbox, or, when it says state: or is:, about the whole library; it counts first, --yes decides.
    """
    from tracker.services import inbox
    from tracker.wiring import house_of

    named, verb, rest = _split(words, by_query=bool(query))
    with house_of(flags) as house:
        topic = " ".join(rest) if verb in NAMING else None
        until = _until(house, rest) if verb == "snooze" else None
        if query:
            found = inbox.found(house.store, house.person, house.asked(query), house.zone)
            if not yes and (found or as_json):
                _say_first(house, found, f"{verb} '{topic}'" if topic else " ".join([verb, *rest]), as_json)
                return
            named = [int(id_) for id_ in found]
        if not named:
            say(f"nothing answers '{query}'; {INBOX_ALONE}")
            return
        done = inbox.act(
            house.store, house.person, named, verb, topic=topic, until=until, now=house.clock(), made_by="cli"
        )
        report(done, as_json)
        if query:
            say(f"{done.label}; 'tracker undo' takes all of it back" if done.action else "they all stand so already")


def _say_first(house: House, ids: Sequence[ResourceId], what: str, as_json: bool) -> None:
    """How many it would be about, and the first of them."""
    from tracker.services import library

    if as_json:
        emit({"dry_run": True, "action": what, "count": len(ids), "ids": ids})
        return
    for one in library.resources_by_id(house.store, house.person, ids[:MOST_SHOWN]):
        tell(f"{one.id}  {one.state.value}  {one.title or one.url}")
    if len(ids) > MOST_SHOWN:
        tell(f"... and {len(ids) - MOST_SHOWN} more")
    say(f"would {what}: {len(ids)} resource{'' if len(ids) == 1 else 's'}. Nothing is changed; --yes does it.")


@click.command("undo")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def undo(flags: Mapping[str, str], as_json: bool) -> None:
    """Take back the last action, wherever it was made: here, in the terminal interface or by a rule."""
    _step(flags, "undo", as_json)


@click.command("redo")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def redo(flags: Mapping[str, str], as_json: bool) -> None:
    """Do again what was undone last."""
    _step(flags, "redo", as_json)


def _step(flags: Mapping[str, str], which: str, as_json: bool) -> None:
    from tracker.services import actions
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done = getattr(actions, which)(house.store, house.person, house.clock())
        if done is None:
            say(f"nothing to {which}")
            return
        report(done, as_json)
        say(f"{which}: {done.label}")


@click.command("history")
@click.option("--limit", default=20, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def history(flags: Mapping[str, str], limit: int, as_json: bool) -> None:
    """What was decided, newest first; undone steps are marked."""
    from tracker.services import actions
    from tracker.wiring import house_of

    with house_of(flags) as house:
        entries = actions.history(house.store, house.person, limit=limit)
        if as_json:
            for e in entries:
                emit(
                    {"id": e.id, "at": iso(e.at), "verb": e.verb, "label": e.label, "by": e.made_by, "undone": e.undone}
                )
            return
        table(
            [
                (
                    str(e.id),
                    e.at.astimezone(house.zone).strftime("%Y-%m-%d %H:%M"),
                    e.made_by,
                    ("(undone) " if e.undone else "") + e.label,
                )
                for e in entries
            ],
            ("step", "when", "by", "what"),
        )


def _split(words: tuple[str, ...], *, by_query: bool) -> tuple[list[int], str, list[str]]:
    ids: list[int] = []
    rest = list(words)
    while rest and rest[0].isascii() and rest[0].isdigit():
        ids.append(int(rest.pop(0)))
    if ids and by_query:
        raise UsageError("both IDs and --where name resources", "Leave one out, or ask for id:5 in the query")
    if not ids and not by_query:
        raise UsageError("no resource is named", "Write 'tracker triage ID... ACTION'; 'tracker inbox' shows the IDs")
    if not rest:
        raise UsageError("no action is named", f"There are {', '.join(VERBS)}")
    verb = rest.pop(0)
    if verb not in VERBS:
        near = nearest(verb, VERBS)
        raise UsageError(f"no action '{verb}'", f"Did you mean '{near}'?" if near else f"There are {', '.join(VERBS)}")
    if verb in (*NAMING, "snooze") and not rest:
        raise UsageError(
            f"'{verb}' wants a {'date' if verb == 'snooze' else 'topic'}",
            "Write YYYY-MM-DD, tomorrow or 3d" if verb == "snooze" else "'tracker topics' lists the topics",
        )
    if rest and verb not in (*NAMING, "snooze"):
        raise UsageError(f"'{verb}' takes nothing behind it, but '{' '.join(rest)}' stands there", "Leave it out")
    return ids, verb, rest


def _until(house: House, words: list[str]) -> datetime:
    """The morning of the day named, in the person's zone. Raises UsageError."""
    text = " ".join(words)
    today = house.clock().astimezone(house.zone).date()
    days = days_of(text)
    try:
        day = today + timedelta(days=days) if days is not None else date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise UsageError(f"'{text}' is no date", "Write YYYY-MM-DD, tomorrow, 3d or 2w") from None
    if day <= today:
        raise UsageError(f"{day} is not in the future", "Snooze to a later day")
    return datetime.combine(day, time(6), tzinfo=house.zone)
