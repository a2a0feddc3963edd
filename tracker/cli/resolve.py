"""`tracker resolve`: addresses proposed for papers that are only named, better pages for links to a front page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, say, tell

if TYPE_CHECKING:
    from tracker.services.resolve import Resolved
    from tracker.wiring import House


@click.command("resolve")
@click.argument("what", type=click.Choice(["papers", "pages"]))
@click.argument("ids", nargs=-1, type=int, metavar="[ID...]")
@click.option("--json", "as_json", is_flag=True, help="An object for each name or link, with what was found for it.")
@click.pass_obj
def command(flags: Mapping[str, str], what: str, ids: tuple[int, ...], as_json: bool) -> int:
    """Look for addresses, and propose them: nothing changes before 'tracker proposals accept'.

    'papers' asks arXiv for papers that a list names without an address, those with most stars first; a title must be
    the name, begin with it, or have it before its colon. 'pages' looks for better pages where a plan's day leads to a
    front page or the beginning of a documentation: in the library, and in the site maps of their hosts.

    Exit code 1 when arXiv, or a host, did not answer.
    """
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = asyncio.run(_look(house, what, ids))
        for one in found:
            emit(_shape(one)) if as_json else _show(one)
    offered = sum(bool(one.fits) for one in found)
    if found:
        said = "'tracker proposals' shows all that waits, 'tracker proposals accept NUMBER' takes one"
        say(f"{offered} of {len(found)} have a candidate; {said}")
    else:
        say("no paper is without an address" if what == "papers" else "no day of a plan leads to a front page")
    if not any(one.problem for one in found):
        return 0
    say("What gave no answer was left out: run this again later. What was found is kept.")
    return 1


async def _look(house: House, what: str, ids: Sequence[int]) -> list[Resolved]:
    from tracker.services import resolve

    act = resolve.papers if what == "papers" else resolve.pages
    reading = house.reading()
    try:
        async with house.fetcher() as fetcher:
            return await act(house.store, house.person, fetcher, reading, house.clock(), ids)
    finally:
        await reading.close()


def _show(one: Resolved) -> None:
    stars = f"  {one.stars} stars" if one.stars else ""
    tell(f"{one.work.id}  {one.name}{stars}  {one.work.url}".rstrip())
    if one.problem:
        tell(f"     {one.problem}")
    elif not one.fits:
        tell("     nothing found")
    for fit in one.fits:
        tell(f"     {fit.page.url}  ({fit.confidence:.2f})  {fit.why}")


def _shape(one: Resolved) -> dict[str, Any]:
    return {
        "id": one.work.id, "name": one.name, "url": one.work.url or None, "stars": one.stars or None,
        "problem": one.problem or None,
        "found": [
            {"url": fit.page.url, "title": fit.page.title, "confidence": fit.confidence, "why": fit.why}
            for fit in one.fits
        ],
    }  # fmt: skip
