"""`tracker status`, `doctor`, `backup`, `restore`, `db`: looking after the house."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from tracker.cli.output import emit, iso, say, tell
from tracker.core.errors import StoreError, UsageError


@click.command("status")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def status(flags: Mapping[str, str], as_json: bool) -> None:
    """What waits, what is watched, what is next and why, what is in trouble."""
    from tracker.services import operations
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = operations.status(house.store, house.person)
        if as_json:
            emit(
                {
                    "waiting": found.waiting,
                    "sources": found.watched,
                    "trouble": [
                        {"name": one.name, "health": one.health, "reason": one.reason} for one in found.trouble
                    ],
                    "next": [
                        {"name": one.name, "at": iso(one.next_poll_at), "why": one.why_next} for one in found.next_up
                    ],
                    "runs": [
                        {"kind": r.kind, "started": iso(r.started_at), "ended": iso(r.ended_at), **r.summary}
                        for r in found.runs
                    ],
                }
            )
            return
        tell(f"{found.waiting} waiting in the inbox, {found.watched} sources watched")
        for run in found.runs[:1]:
            tell(f"last {run.kind}: {run.started_at.astimezone(house.zone):%Y-%m-%d %H:%M}, "
                 + ", ".join(f"{value} {name}" for name, value in run.summary.items()))  # fmt: skip
        for one in found.next_up:
            assert one.next_poll_at is not None
            tell(f"next  {one.next_poll_at.astimezone(house.zone):%m-%d %H:%M}  {one.name}: {one.why_next}")
        for one in found.trouble:
            tell(f"trouble  {one.name}: {one.reason}")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def doctor(flags: Mapping[str, str], as_json: bool) -> int:
    """Look for damage in the database and for things left lying about. Changes nothing."""
    from tracker.services import operations
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = operations.checkup(house.store, house.home)
        if as_json:
            emit(
                {
                    "sound": found.sound,
                    "database": house.store.place,
                    "findings": [{"what": f.what, "ok": f.ok, "said": f.said} for f in found.findings],
                    **found.facts,
                }
            )
        else:
            for finding in found.findings:
                tell(f"{'ok     ' if finding.ok else 'TROUBLE'}  {finding.what}: {finding.said}")
        return 0 if found.sound else 1


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(flags: Mapping[str, str], file: Path) -> None:
    """Copy the database to FILE while others work on it, and look at the copy."""
    from tracker.services import operations
    from tracker.wiring import house_of

    with house_of(flags) as house:
        size = operations.backup(house.store, file)
    say(f"written: {file} ({size / 1024:.0f} KiB, looked at and whole)")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(flags: Mapping[str, str], file: Path) -> None:
    """Put the backup FILE in place of the database. What was there is kept beside it."""
    from tracker.services import operations
    from tracker.wiring import house_of

    with house_of(flags) as house:
        address = house.database
        if address.startswith("postgresql"):
            raise UsageError("a PostgreSQL database is restored by its own tools", "Use pg_restore")
        house.make_home()
        kept = operations.restore(file, Path(address.removeprefix("sqlite:///")), house.clock())
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
    from db.schema import current as version
    from db.schema import upgrade as bring_up
    from db.store import open_store
    from tracker.services.operations import backup as copy
    from tracker.wiring import house_of

    with house_of(flags) as house:
        store = open_store(house.database, migrate=False)
        found = version(store)
        if found > HEAD:
            raise StoreError(
                store.place, f"its schema ({found}) is newer than this program's ({HEAD})", "Upgrade tracker."
            )
        if found == HEAD:
            say(f"schema {found}: nothing to do")
            return
        if found and store.is_sqlite:
            target = house.folder("backups") / f"before-schema-{HEAD}-{house.clock():%Y%m%d-%H%M%S}.db"
            copy(store, target)
            say(f"copy kept: {target}")
        say(f"schema {found} -> {bring_up(store)}")
        store.close()
