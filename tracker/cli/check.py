"""`tracker check`: link health of addresses and of Markdown files; needs no home and no database."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, progress, say, tell
from tracker.core.errors import UsageError

if TYPE_CHECKING:
    from tracker.services.check import Checked
    from tracker.wiring import House


@click.command("check")
@click.argument("inputs", nargs=-1, required=True, metavar="URL-or-FILE...")
@click.option("--fix", is_flag=True, help="Write the new address of links that moved for good into the files.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the patch, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="A line a link.")
@click.pass_obj
def command(flags: Mapping[str, str], inputs: tuple[str, ...], fix: bool, dry_run: bool, as_json: bool) -> int:
    """Look at links: ok, moved, failing, blocked, gone, soft404, unknown or refused, and why.

    Exit code 1 when one is gone, failing, or a page that says it is not there.
    """
    from tracker.core.health import DEAD
    from tracker.services import check
    from tracker.wiring import house_of

    if dry_run and not fix:
        raise UsageError("--dry-run shows what --fix would write", "Add --fix")
    with house_of(flags) as house:
        wanted = check.gather(inputs)
        found = asyncio.run(_look(house, wanted))
    for one in found:
        _show(one, as_json)
    if fix:
        _mend([name for name in inputs if not name.startswith(("http://", "https://"))], found, dry_run)
    bad = sum(one.judgement.verdict in DEAD for one in found)
    say(f"{len(found)} links, {bad} of them bad")
    return 1 if bad else 0


async def _look(house: House, wanted: dict[str, Any]) -> list[Checked]:
    from tracker.services.check import check

    at_once = house.settings.links.concurrency
    async with house.fetcher(concurrency=at_once) as fetcher:
        with progress(len(wanted), "checking") as step:
            return await check(wanted, fetcher, at_once * 4, step)


def _show(one: Checked, as_json: bool) -> None:
    from tracker.core.health import Verdict

    j = one.judgement
    if as_json:
        emit(
            {
                "url": j.url,
                "verdict": j.verdict.value,
                "status": j.status or None,
                "final_url": j.final_url or None,
                "reason": j.reason or None,
                "replacement": j.replacement or None,
                "where": [{"file": place.file, "line": place.line} for place in one.where],
            }
        )
    elif j.verdict is not Verdict.OK:
        where = ", ".join(f"{place.file}:{place.line}" for place in one.where[:3])
        more = f" -> {j.replacement}" if j.replacement else ""
        tell(f"{j.verdict.value:<8} {j.url}{more}  {j.reason}" + (f"  ({where})" if where else ""))


def _mend(files: Sequence[str], found: Sequence[Checked], dry_run: bool) -> None:
    from pathlib import Path

    from tracker.services.check import mended, read_text
    from tracker.services.files import write_whole

    for name in files:
        before = read_text(name)
        after, count = mended(before, name, found)
        if not count:
            continue
        if dry_run:
            patch = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="", n=0)
            tell("\n".join(patch))
        else:
            write_whole(Path(name), after)
        say(f"{name}: {count} lines {'would be' if dry_run else 'were'} mended")
