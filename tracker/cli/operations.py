"""`tracker status`, `doctor`, `backup`, `restore`, `db`: looking after the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, iso, say, table, tell
from tracker.core.errors import StoreError, UsageError
from tracker.core.urls import mask_url

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tracker.services.operations import Status


@click.command("status")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def status(flags: Mapping[str, str], as_json: bool) -> None:
    """What waits, what is watched, what is next and why, what is in trouble."""
    from tracker.services import operations, talk_standing, team, texts
    from tracker.wiring import house_of

    with house_of(flags) as house:
        workers = team.team(house.store)
        found = operations.status(house.store, house.person, house.home, house.clock())
        talks = talk_standing.queue(house.store, house.zone, house.clock())
        stock = texts.stock(house.store, house.settings.texts, house.clock())
        if as_json:
            more = {"texts": stock.as_json(), "transcripts": talks.as_json()}
            emit(_as_json(found) | more | {"team": workers and workers.as_json()})
        else:
            mine = workers.lines(house.zone) if workers else ()
            for line in (*_as_lines(found, house.zone), *mine, *stock.lines(), *talks.lines()):
                tell(line)


def _as_json(found: Status) -> dict[str, Any]:
    daemon = found.daemon
    return {
        "waiting": found.waiting,
        "sources": found.watched,
        "due": found.due,
        "trouble": [{"name": one.name, "health": one.health, "reason": one.reason} for one in found.trouble],
        "next": [{"name": one.name, "at": iso(one.next_poll_at), "why": one.why_next} for one in found.next_up],
        "resting": [{"host": one.host, "until": iso(one.until), "why": one.reason} for one in found.resting],
        "held": [
            {"what": one.what, "by": one.owner, "count": one.number, "until": iso(one.until)} for one in found.held
        ],
        "runs": [
            {
                "kind": r.kind,
                "started": iso(r.started_at),
                "ended": iso(r.ended_at),
                "error": r.error or None,
                **r.summary,
            }
            for r in found.runs
        ],
        "daemon": None if daemon is None else {"pid": daemon.pid, "started": daemon.started, "jobs": daemon.jobs},
    }


def _as_lines(found: Status, zone: ZoneInfo) -> Iterator[str]:
    yield f"{found.waiting} waiting in the inbox, {found.watched} sources watched, {found.due} due"
    if found.daemon is None:
        yield "no daemon runs for this home ('tracker daemon' starts one)"
    else:
        yield f"daemon runs, pid {found.daemon.pid or 'unknown'}"
        for name, row in found.daemon.jobs.items():
            yield f"  {name}: {row['error'] or row['said'] or 'nothing to do so far'}"
    for run in found.runs[:1]:
        done = ", ".join(f"{value} {name}" for name, value in run.summary.items()) or run.error or "not ended"
        yield f"last {run.kind}: {run.started_at.astimezone(zone):%Y-%m-%d %H:%M}, {done}"
    for one in found.next_up:
        assert one.next_poll_at is not None
        yield f"next  {one.next_poll_at.astimezone(zone):%m-%d %H:%M}  {one.name}: {one.why_next}"
    for rest in found.resting:
        yield f"rests  {rest.host} until {rest.until.astimezone(zone):%m-%d %H:%M}: {rest.reason}"
    for work in found.held:
        until = work.until.astimezone(zone).strftime("%H:%M")
        yield f"at work  {work.number} {work.what}: {work.owner}, until {until} at most"
    for one in found.trouble:
        yield f"trouble  {one.name}: {one.reason}"


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True)
@click.option("--repair", is_flag=True, help="Mend what can be mended without you, then look again.")
@click.pass_obj
def doctor(flags: Mapping[str, str], as_json: bool, repair: bool) -> int:
    """Look for damage in the database, for wrong settings, stuck work and things left lying about.

    Changes nothing without --repair. Leaves with 1 when something wants you, 3 when the database cannot be opened.
    """
    from tracker.services import checkup
    from tracker.wiring import house_of

    with house_of(flags) as house:
        try:
            found, code = checkup.checkup(house.store, house.home, house.clock(), repair=repair), None
        except StoreError as error:
            found, code = checkup.unusable(error), error.exit_code
        for sentence in found.repaired:
            say(f"repaired: {sentence}")
        if as_json:
            findings = [{"what": f.what, "ok": f.ok, "level": f.level, "said": f.said} for f in found.findings]
            place = house.database if code is not None else house.store.place
            emit({"sound": found.sound, "database": mask_url(place), "findings": findings, "repaired": found.repaired,
                  **found.facts})  # fmt: skip
        else:
            words = {"ok": "ok     ", "warning": "warning", "trouble": "TROUBLE"}
            for finding in found.findings:
                tell(f"{words[finding.level]}  {finding.what}: {finding.said}")
        return code or (0 if found.sound else 1)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(flags: Mapping[str, str], file: Path) -> None:
    """Copy the database to FILE while others work on it, and look at the copy."""
    from tracker.services import copies
    from tracker.wiring import house_of

    with house_of(flags) as house:
        size = copies.backup(house.store, file)
    say(f"written: {file} ({size / 1024:.0f} KiB, looked at and whole)")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(flags: Mapping[str, str], file: Path) -> None:
    """Put the backup FILE in place of the database. What was there is kept beside it."""
    from tracker.services import copies
    from tracker.wiring import house_of

    with house_of(flags) as house:
        database = house.database_file
        if database is None:
            raise UsageError("a PostgreSQL database is restored by its own tools", "Use pg_restore")
        kept = copies.restore(file, database, house.make_home(), house.clock())
    say(f"restored from {file}" + (f"; what was there is kept as {kept}" if kept else ""))


@click.group("db")
def database() -> None:
    """The schema of the database."""


@database.command("current")
@click.pass_obj
def current(flags: Mapping[str, str]) -> None:
    """Print the schema's version, and the one this program writes."""
    from db.migrations import HEAD
    from db.schema import current as version
    from db.store import open_store
    from tracker.wiring import house_of

    with house_of(flags) as house:
        store = open_store(house.database, migrate=False)
        tell(f"schema {version(store)}, this program writes {HEAD}")
        store.close()


@database.command("upgrade")
@click.pass_obj
def upgrade(flags: Mapping[str, str]) -> None:
    """Bring an older database to this program's schema. A verified copy is made first."""
    from db.migrations import HEAD
    from db.store import open_store
    from tracker.services import copies
    from tracker.wiring import house_of

    with house_of(flags) as house:
        store = open_store(house.database, migrate=False)
        try:
            found, copied = copies.upgrade(store, lambda: house.folder("backups"), house.clock())
        finally:
            store.close()
    if copied is not None:
        say(f"copy kept: {copied}")
    say(f"schema {found}: nothing to do" if found == HEAD else f"schema {found} -> {HEAD}")


@database.command("size")
@click.option("--json", "as_json", is_flag=True, help="A line a table.")
@click.pass_obj
def size(flags: Mapping[str, str], as_json: bool) -> None:
    """How much room each table takes, its indexes included; the largest first."""
    from db import upkeep
    from tracker.wiring import house_of

    with house_of(flags) as house:
        with house.store.read() as tx:
            found = upkeep.sizes(tx)
        if as_json:
            for name, rows, room in found:
                emit({"table": name, "rows": rows, "bytes": room if room >= 0 else None})
            return
        table([(f"{max(room, 0) / 1024:,.0f} KiB", f"{rows:,}", name) for name, rows, room in found if rows],
              ("size", "rows", "table"))  # fmt: skip


@click.command("prune")
@click.argument("days", type=click.IntRange(1, 36_500))
@click.option("--yes", is_flag=True, help="Remove what is listed; this cannot be undone.")
@click.option("--json", "as_json", is_flag=True, help="A line a resource.")
@click.pass_obj
def prune(flags: Mapping[str, str], days: int, yes: bool, as_json: bool) -> None:
    """List what has been done with or skipped for more than DAYS; with --yes remove it.

    Never what waits, is filed, starred, on the shortlist, noted, planned, reviewed or named by a document of yours.
    """
    from tracker.services import retention
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = (retention.prune if yes else retention.spent)(house.store, days, house.clock())
    for one in found:
        if as_json:
            emit({"id": one.id, "title": one.title, "decided": iso(one.decided_at), "removed": yes})
        else:
            tell(f"{one.id}  {one.decided_at:%Y-%m-%d}  {one.title}")
    say(f"{len(found)} removed" if yes else f"{len(found)} would go; 'tracker prune {days} --yes' removes them")
