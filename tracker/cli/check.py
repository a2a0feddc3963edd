"""`tracker check`: links of the library, or of any addresses and files; the latter needs no home and no database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, progress, say, tell
from tracker.core.errors import UsageError

if TYPE_CHECKING:
    from tracker.core.health import Judgement
    from tracker.services.check import Checked, Wanted
    from tracker.wiring import House

FORMATS = ("text", "json", "markdown", "junit")
CROWD = 20  # links of one host in one check; more are asked slower
SLOWLY = 0.25  # seconds between two of them


@click.command("check")
@click.argument("inputs", nargs=-1, metavar="[URL-or-FILE...]")
@click.option("--due", is_flag=True, help="The links of the library that are due (the default without arguments).")
@click.option("--all", "everything", is_flag=True, help="All links of the library, due or not, whatever the budget.")
@click.option("--fix", is_flag=True, help="Write the new address of links that moved for good into the files.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the patch, write nothing.")
@click.option("--offline", is_flag=True, help="Only links into files and their anchors; the network is not touched.")
@click.option("--include", multiple=True, metavar="REGEX", help="Only addresses that match; may be given again.")
@click.option("--exclude", multiple=True, metavar="REGEX", help="Not addresses that match; may be given again.")
@click.option("--retries", default=1, show_default=True, help="Ask again so often after a transient failure.")
@click.option("--timeout", default=20.0, show_default=True, help="Seconds for one link, redirects included.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How the outcome is written.")
@click.option("--json", "as_json", is_flag=True, help="A line a link; short for --format json.")
@click.option("--verbose", is_flag=True, help="Name the links that are well, too.")
@click.pass_obj
def command(flags: Mapping[str, str], /, inputs: tuple[str, ...], **wishes: Any) -> int:
    """Look at links: ok, moved, failing, blocked, gone, soft404, unknown or refused, and why.

    Addresses, files (Markdown, HTML, text), folders, patterns and - (standard input) are looked at without a home and
    without storing anything. Without them, or with --due or --all, the library is looked at.

    Exit code 1 when one is gone, failing, or a page that says it is not there. One look never calls a page gone: that
    takes several on different days, which is what the library does.
    """
    form = "json" if wishes["as_json"] else wishes["form"]
    if wishes["dry_run"] and not wishes["fix"]:
        raise UsageError("--dry-run shows what --fix would write", "Add --fix")
    if wishes["due"] or wishes["everything"] or not inputs:
        if inputs or wishes["fix"] or wishes["offline"]:
            raise UsageError("the library has no files to look at", "Leave out --due and --all, or the files")
        return _library(flags, form, wishes["everything"], wishes["verbose"])
    return _files(flags, inputs, form, wishes)


# ---- files and addresses ---------------------------------------------------------------------------------------


def _files(flags: Mapping[str, str], inputs: Sequence[str], form: str, wishes: Mapping[str, Any]) -> int:
    from tracker.services import check
    from tracker.wiring import house_of

    wanted = check.gather(
        inputs,
        check.Filter(check.patterns(wishes["include"]), check.patterns(wishes["exclude"])),
        sys.stdin.buffer.read() if check.STDIN in inputs else b"",
    )
    if wishes["offline"]:
        wanted.web.clear()
    found = check.check_local(wanted)
    if wanted.web:
        with house_of(flags) as house:
            found = asyncio.run(_look(house, wanted, wishes)) + found
    patch = _mend(wanted.files, found, wishes["dry_run"]) if wishes["fix"] else []
    return _report([_row(one) for one in found], form, wishes["verbose"], patch)


async def _look(house: House, wanted: Wanted, wishes: Mapping[str, Any]) -> list[Checked]:
    from collections import Counter

    from tracker.core.urls import host_key
    from tracker.services.check import check
    from tracker.services.looking import Wish

    links = house.settings.links
    wish = Wish(deadline=wishes["timeout"], retries=wishes["retries"])
    pace = {"concurrency": links.concurrency, "per_host": links.per_host, "host_spacing": links.host_spacing}
    async with house.fetcher(**pace) as fetcher:
        for host, times in Counter(map(host_key, wanted.web)).items():
            if times > CROWD:
                fetcher.limits.slow_down(host, max(SLOWLY, links.host_spacing))
        with progress(len(wanted.web), "checking") as step:
            return await check(wanted, fetcher, wish, links.per_host, step)


def _mend(files: Sequence[str], found: Sequence[Checked], dry_run: bool) -> list[str]:
    """Mend the files; returns the patch when nothing is to be written."""
    from tracker.services import check

    patch: list[str] = []
    for name in files:
        if name == check.STDIN:
            continue
        if dry_run:
            before = check.read_bytes(name)
            after, count = check.mended(before, name, found)
            patch += check.patch_of(name, before, after)
        else:
            count = check.mend_file(name, found)
        if count:
            say(f"{name}: {count} addresses {'would be' if dry_run else 'were'} mended")
    return patch


def _row(one: Checked) -> Any:
    from tracker.formats.link_report import Row

    return Row(one.judgement, tuple((place.file, place.line) for place in one.where))


# ---- the library -----------------------------------------------------------------------------------------------


def _library(flags: Mapping[str, str], form: str, everything: bool, verbose: bool) -> int:
    from tracker.wiring import house_of

    with house_of(flags) as house:
        rows, done = asyncio.run(_look_at_library(house, everything))
    code = _report(rows, form, verbose, [])
    if done.outage:
        say(f"{done.outage}; nothing was counted, the next try is in some minutes")
    if done.left:
        say(f"{done.left} links are still due; the budget is links.daily_budget a day")
    return code


async def _look_at_library(house: House, everything: bool) -> tuple[list[Any], Any]:
    from tracker.formats.link_report import Row

    rows: list[Any] = []
    with progress(None, "checking") as step:

        def on_result(one: Any) -> None:
            step()
            rows.append(Row(one.health.judgement, one.places))

        done = await house.check_links(everything=everything, on_result=on_result)
    return rows, done


# ---- telling ---------------------------------------------------------------------------------------------------


def _report(rows: Sequence[Any], form: str, verbose: bool, patch: Sequence[str]) -> int:
    from tracker.core.health import DEAD, Verdict
    from tracker.formats.link_report import REPORTS, summary

    if form in REPORTS:
        tell(REPORTS[form].render(rows).rstrip("\n"))
    for row in rows if form not in REPORTS else ():
        if form == "json":
            emit(shape(row.judgement) | {"where": [{"file": file, "line": line} for file, line in row.places]})
        elif verbose or row.judgement.verdict is not Verdict.OK or row.judgement.reason:
            tell(_line(row))
    if patch:
        (tell if form == "text" else say)("\n".join(patch))
    bad = sum(row.judgement.verdict in DEAD for row in rows)
    say(f"{summary(rows)}; {bad} bad")
    return 1 if bad else 0


def shape(j: Judgement) -> dict[str, Any]:
    """A verdict as the face says it."""
    return {
        "url": j.url,
        "verdict": j.verdict.value,
        "status": j.status or None,
        "final_url": j.final_url or None,
        "reason": j.reason or None,
        "replacement": j.replacement or None,
    }


def _line(row: Any) -> str:
    j = row.judgement
    where = ", ".join(f"{file}:{line}" for file, line in row.places[:3])
    more = f" -> {j.replacement}" if j.replacement else ""
    reason = f"  {j.reason}" if j.reason else ""
    return f"{j.verdict.value:<8} {j.url}{more}{reason}" + (f"  ({where})" if where else "")
