"""`tracker extract`: the readable text of pages, papers and files; stores nothing, needs no database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, iso, say, tell

if TYPE_CHECKING:
    from tracker.core.article import Article
    from tracker.wiring import House


@click.command("extract")
@click.argument("inputs", nargs=-1, required=True, metavar="URL-or-FILE...")
@click.option("--url", default="", help="For files: the address they came from, for relative links.")
@click.option("--select", default="", help="CSS of the main text, instead of finding it (addresses only).")
@click.option("--json", "as_json", is_flag=True, help="A line an input.")
@click.pass_obj
def command(flags: Mapping[str, str], inputs: tuple[str, ...], url: str, select: str, as_json: bool) -> int:
    """The main text as Markdown, without menus, adverts and comments.

    Exit code 1 when one input gave no text: it is empty, a log-in, a paywall, an error page or not to be had.
    """
    from tracker.wiring import house_of

    bad = 0
    with house_of(flags) as house:
        found = asyncio.run(_extract(house, inputs, url, select))
    for name, article in zip(inputs, found, strict=True):
        bad += article.outcome != "ok"
        if as_json:
            emit(shape(name, article))
        elif article.outcome == "ok":
            tell("\n".join(page(article)))
        if article.outcome != "ok":
            say(f"{name}: {article.outcome}: {article.why}")
    return 1 if bad else 0


async def _extract(house: House, inputs: tuple[str, ...], url: str, select: str) -> list[Article]:
    from tracker.services.extracting import extract_file, extract_url

    reading = house.reading()
    try:
        async with house.fetcher() as fetcher:
            return list(
                await asyncio.gather(
                    *(
                        extract_url(name, fetcher, reading, select=select)
                        if name.startswith(("http://", "https://"))
                        else extract_file(Path(name), reading, url=url)
                        for name in inputs
                    )
                )
            )
    finally:
        await reading.close()


def page(article: Article) -> Iterator[str]:
    """The text under its title, unless it begins with it."""
    if article.title and article.title not in article.markdown[:300]:
        yield f"# {article.title}\n"
    yield article.markdown


def shape(name: str, article: Article) -> dict[str, Any]:
    """A text as `extract` and `show --text` print it: fields may be added, never renamed."""
    return {
        "input": name,
        "title": article.title or None,
        "authors": list(article.authors),
        "published": iso(article.published),
        "lang": article.lang or None,
        "abstract": article.abstract or None,
        "text": article.text,
        "markdown": article.markdown,
        "words": article.words,
        "minutes": article.minutes,
        "outcome": article.outcome,
        "why": article.why or None,
    }
