"""`tracker plan`, `journal`, `export`: what documents brought, as it stands, and back out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, say, table, tell

if TYPE_CHECKING:
    from tracker.core.plan import Branch, JournalEntry


@click.group("plan")
def plan() -> None:
    """Plans, roadmaps and lists as trees: days, topics, boxes and levels."""


@plan.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_(flags: Mapping[str, str], as_json: bool) -> None:
    """The documents that hold a tree."""
    from tracker.services import plans
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = plans.plan_names(house.store, house.person)
        if as_json:
            for name, kind, title in found:
                emit({"document": name, "kind": kind, "title": title})
            return
        table(found, ("document", "kind", "title"))


@plan.command("show")
@click.argument("name", default="")
@click.option("--all", "everything", is_flag=True, help="Every document (the default without NAME).")
@click.option("--json", "as_json", is_flag=True, help="One tree a line, children inside.")
@click.pass_obj
def show(flags: Mapping[str, str], name: str, everything: bool, as_json: bool) -> None:
    """The tree of NAME (a file's name, a title, or the start of either), or of all."""
    from tracker.core.plan import walk
    from tracker.services import plans
    from tracker.wiring import house_of

    with house_of(flags) as house:
        trees = plans.plan(house.store, house.person, "" if everything else name)
        if as_json:
            for tree in trees:
                emit(_branch(tree))
            return
        for depth, one in walk(trees):
            tell("  " * depth + _line(one))


def _line(one: Branch) -> str:
    node = one.node
    box = ("[x] " if node.checked else "[ ] ") if node.kind in ("skill", "deliverable", "task") else ""
    days = f"{node.day_from}-{node.day_to}  " if node.day_from and node.day_from != node.day_to else ""
    days = days or (f"{node.day_from}  " if node.day_from else "")
    level = f"  ({node.remark})" if node.remark else ""
    filed = f"  · {len(node.resources)}" if node.resources else ""
    return f"{box}{days}{node.title}{level}{filed}"


def _branch(one: Branch) -> dict[str, Any]:
    node = one.node
    return {
        "id": node.id,
        "plan": node.plan or None,
        "document": node.document or None,
        "kind": node.kind,
        "title": node.title,
        "path": list(one.path),
        "line": node.line or None,
        "day_from": node.day_from,
        "day_to": node.day_to,
        "tracks": list(node.tracks),
        "emphasis": dict(node.emphasis),
        "target_depth": node.target_depth or None,
        "practice": node.practice or None,
        "checked": node.checked,
        "remark": node.remark or None,
        "level": node.level,
        "resources": list(node.resources),
        "children": [_branch(child) for child in one.children],
    }


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


@click.group("export")
def export() -> None:
    """Documents back out, in the form they came in."""


@export.command("document")
@click.argument("name")
@click.option("--out", default="", metavar="FILE|DIR|-", help="Where to (default: HOME/exports; - for stdout).")
@click.pass_obj
def document(flags: Mapping[str, str], name: str, out: str) -> None:
    """The document NAME, byte for byte as it was read."""
    from tracker.services import plans
    from tracker.services.files import write_whole
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found, data = plans.document_bytes(house.store, house.person, name)
        if out == "-":
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            return
        target = Path(out) if out else house.folder("exports")
        path = target / Path(found).name if target.is_dir() or not out else target
        write_whole(path, data)
        say(f"written: {path}")
