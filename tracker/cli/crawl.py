"""`tracker crawl`: one pass over what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, iso, progress, say, tell

if TYPE_CHECKING:
    from tracker.wiring import House


@click.command("crawl")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Look at every enabled source, due or not.")
@click.option("--force", is_flag=True, help="Ask again without validators, also sources that rest or stopped.")
@click.option("--without-transcripts", is_flag=True, help="Leave the talks that are due for the next pass.")
@click.option("--without-texts", is_flag=True, help="Leave the readable texts that are due for the next pass.")
@click.option("--json", "as_json", is_flag=True, help="A line a source, a summary last.")
@click.pass_obj
def command(
    flags: Mapping[str, str],
    names: tuple[str, ...],
    everything: bool,
    force: bool,
    without_transcripts: bool,
    without_texts: bool,
    as_json: bool,
) -> int:
    """Look at the sources that are due (or the NAMES given, or all), and put what is new into the inbox.

    Then fetch the readable texts that are wanted (setting texts.automatic), and ask for the transcripts of talks that
    are due, slowly, as their sites want it; neither when NAMES are given.
    """
    from tracker.wiring import house_of

    with house_of(flags) as house:
        more = () if names else (("texts",) * (not without_texts) + ("talks",) * (not without_transcripts))
        return asyncio.run(_crawl(house, names, everything, force, more, as_json))


async def _crawl(
    house: House, names: tuple[str, ...], everything: bool, force: bool, more: tuple[str, ...], as_json: bool
) -> int:
    with progress(None, "crawling") as step:

        def on_line(line: Any) -> None:
            step()
            _print_line(line, as_json)

        summary = await house.crawl(names=names, everything=everything, force=force, on_line=on_line)
        if not names:
            _print_links(await house.check_links(on_result=lambda one: step()))
    if "talks" in more:
        for one in await house.listings():
            say(_told_listing(one))
    texts = await _texts(house) if "texts" in more else 0
    talks = await _transcripts(house) if "talks" in more else 0
    _print_summary(summary, texts, talks, as_json)
    return 1 if summary.failed or summary.outage else 0


def _told_listing(one: Any) -> str:
    """What the listing of a channel brought."""
    if one.problem:
        return f"{one.source}: its talks could not be listed ({one.problem}); tried again with the next crawl"
    return f"{one.source}: {one.new} more talks came that its feed no longer held, {one.held_back} older ones are kept"


async def _texts(house: House) -> int:
    """What the readable texts that are due brought: a line for each that gave none, the others counted."""
    came = 0

    def on_text(kept: Any) -> None:
        nonlocal came
        step()
        came += kept.outcome == "ok"
        if kept.outcome != "ok":
            say(f"{kept.wanted.title or kept.wanted.url}: no text: {kept.outcome}: {kept.why}")

    with progress(None, "texts") as step:
        asked = await house.texts(on_text=on_text)
    if asked:
        say(f"{came} of {asked} texts fetched")
    return came


async def _transcripts(house: House) -> int:
    """What the talks that are due brought, a line each for people."""
    from tracker.services.talk_standing import told

    def on_answer(job: Any, answer: Any) -> None:
        step()
        starts = answer.facts.starts if answer.facts else None
        sentence = told(
            answer.site, answer.outcome, answer.why, answer.tool, answer.next_try, starts, house.zone, house.clock()
        )
        say(f"{job.title or answer.url}: {sentence}")

    with progress(None, "transcripts") as step:
        return await house.transcripts(on_answer=on_answer)


def _print_line(line: Any, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "source": line.source,
                "kind": line.kind,
                "outcome": line.outcome,
                "status": line.status,
                "new": line.new,
                "updated": line.updated,
                "error": line.error or None,
                "next_poll": iso(line.next_poll),
                "seconds": round(line.seconds, 3),
            }
        )
    elif line.outcome in ("new", "failed"):
        tell(f"{line.source}: " + (f"{line.new} new" if line.outcome == "new" else line.error))


def _print_links(done: Any) -> None:
    """The links that were due: what changed for the worse is named in `tracker check`, here they are counted."""
    if done.looked:
        say(f"{done.looked} links looked at: " + ", ".join(f"{n} {verdict}" for verdict, n in done.verdicts.items()))
    if done.outage:
        say(f"links: {done.outage}")


def _print_summary(summary: Any, texts: int, talks: int, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "summary": True,
                "sources": summary.sources,
                "new": summary.new,
                "updated": summary.updated,
                "failed": summary.failed,
                "texts": texts,
                "talks": talks,
                "seconds": round(summary.seconds, 3),
            }
        )
        return
    say(
        f"{summary.sources} sources, {summary.new} new, {summary.updated} changed, {summary.failed} failed "
        f"in {summary.seconds:.1f} s"
    )
    if summary.outage:
        say(f"{summary.outage}; {summary.put_off} sources count as not asked, they are tried again in some minutes")
    for hint in summary.hints:
        say(hint)
