"""`tracker transcript`: what is said in a talk, from its site, from the library, or from a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, iso, say, tell
from tracker.core.errors import UsageError

if TYPE_CHECKING:
    from tracker.services.transcripts import Answer
    from tracker.wiring import House

FAILED = frozenset(("blocked", "unsure", "locked", "gone"))


class _Transcript(click.Group):
    """`transcript URL` as well as `transcript import FILE`: what is no command's name is something to show."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group("transcript", cls=_Transcript, options_metavar="", subcommand_metavar="URL-or-FILE... | import FILE")
def command() -> None:
    """What is said in a talk, in paragraphs with their times; the reason where there is nothing.

    What the library has is shown without asking the site. Files are read and shown, not kept.
    """


@command.command("show", hidden=True)
@click.argument("inputs", nargs=-1, required=True, metavar="URL-or-FILE...")
@click.option("--again", is_flag=True, help="Ask the site although the library has a transcript.")
@click.option("--json", "as_json", is_flag=True, help="A line a talk, with segments, paragraphs and chapters.")
@click.pass_obj
def show(flags: Mapping[str, str], inputs: tuple[str, ...], again: bool, as_json: bool) -> int:
    """Show the transcripts of talks (YouTube, Bilibili), of works of the library, or of files here or on the web.

    A file on the web may be captions, or a document about a talk as yt-dlp writes it.

    Exit code 1 when a site refused, could not be reached, or says the talk is locked or gone.
    """
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = asyncio.run(_all(house, inputs, again, as_json))
    return 1 if any(outcome in FAILED for outcome in found) else 0


async def _all(house: House, inputs: tuple[str, ...], again: bool, as_json: bool) -> list[str]:
    outcomes = []
    last = ""
    async with house.own_talk_tools() as tools:
        for name in inputs:
            answer, asked = await _answer(house, tools, name, again, bool(last))
            last = last or ("asked" if asked else "")
            _print(house, answer, as_json)
            outcomes.append(answer.outcome.value)
    return outcomes


async def _answer(house: House, tools: Any, name: str, again: bool, pause: bool) -> tuple[Answer, bool]:
    """The answer to one input, and whether a site was asked for it."""
    from tracker.services import talk_standing, transcripts

    if not name.startswith(("http://", "https://")):
        return await _of_file(tools, name), False
    stored = None if again else talk_standing.stored(house.store, name, tools.settings)
    if stored is not None:
        return stored, False
    if pause:
        await asyncio.sleep(tools.settings.spacing)
    return await transcripts.one(house.store, tools, name), True


async def _of_file(tools: Any, name: str) -> Answer:
    from tracker.services.talk_standing import answer_of_file
    from tracker.services.transcript_files import read_transcript

    return answer_of_file(name, await read_transcript(tools.reading, Path(name)))


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--for", "wish", default="", metavar="ID-or-URL", help="The talk (default: told from the file's name).")
@click.option("--lang", default="", help="Its language, e.g. en or zh-Hans (default: told from file and name).")
@click.option("--origin", type=click.Choice(["manual", "auto", "translated"]), default=None, help="Who wrote it.")
@click.option("--part", default=0, help="Of a talk in several parts, from 1.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def import_(
    flags: Mapping[str, str], file: Path, wish: str, lang: str, origin: str | None, part: int, as_json: bool
) -> None:
    """Keep a caption file of yours as the transcript of a talk: vtt, srt, ttml, json3, srv, txt. Can be undone.

    Without --for and without an identifier in its name the file becomes a work of its own.
    """
    from tracker.core.talks import language
    from tracker.services.transcript_files import keep_file
    from tracker.wiring import house_of

    if lang and not language(lang):
        raise UsageError(f"'{lang}' is no language", "Write en, zh or zh-Hans")
    with house_of(flags) as house:
        read = asyncio.run(_read(house, file, language(lang), origin or ""))
        id_, kept = keep_file(house.store, house.person, file, read, wish=wish, part=part, now=house.clock())
        if as_json:
            from tracker.services.talk_standing import answer_of

            _print(house, answer_of(str(file), kept), True)
        else:
            tell(f"{file}: {len(kept.segments)} lines kept as the transcript of {id_}: {kept.title}")
            say("'tracker undo' takes it back")


async def _read(house: House, file: Path, lang: str, origin: str) -> Any:
    from tracker.services.transcript_files import read_transcript

    reading = house.reading()
    try:
        return await read_transcript(reading, file, lang=lang, origin=origin)
    finally:
        await reading.close()


def _print(house: House, answer: Answer, as_json: bool) -> None:
    if as_json:
        emit(_shape(answer))
        return
    from tracker.core.text import clock

    kept = answer.transcript
    if kept is None:
        say(f"{answer.url}: {_sentence(house, answer)}")
        return
    origin = {"manual": "hand-made", "auto": "auto"}.get(kept.origin.value, kept.origin.value)
    tell(f"{kept.title or answer.url}  ({kept.lang or '?'}, {origin})")
    chapters = list(kept.chapters)
    for one in kept.paragraphs:
        while chapters and chapters[0].start <= one.start + 0.5:
            tell(f"\n## {chapters.pop(0).title}")
        tell(f"\n[{clock(one.start)}] {one.text}")
    if answer.why:
        say(f"{answer.url}: {_sentence(house, answer)}")


def _sentence(house: House, answer: Answer) -> str:
    from tracker.services.talk_standing import told

    starts = answer.facts.starts if answer.facts else None
    return told(
        answer.site, answer.outcome, answer.why, answer.tool, answer.next_try, starts, house.zone, house.clock()
    )


def _shape(answer: Answer) -> dict[str, Any]:
    kept, facts = answer.transcript, answer.facts
    chapters = kept.chapters if kept else facts.chapters if facts else ()
    return {
        "url": answer.url,
        "title": (kept.title if kept else "") or (facts.title if facts else "") or None,
        "duration": (kept.duration if kept else 0) or (facts.duration if facts else 0) or None,
        "language": kept.lang or None if kept else None,
        "origin": kept.origin.value if kept else None,
        "segments": [{"start": s.start, "end": s.end, "text": s.text} for s in kept.segments] if kept else [],
        "paragraphs": [{"start": p.start, "text": p.text} for p in kept.paragraphs] if kept else [],
        "chapters": [{"start": c.start, "title": c.title} for c in chapters],
        "outcome": answer.outcome.value,
        "why": answer.why or None,
        "next_try": iso(answer.next_try),
        "tool": answer.tool or None,
    }
