"""`tracker resources` and `tracker show`: the library, listed and looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, say, table, tell

if TYPE_CHECKING:
    from db.links import Evidence
    from tracker.core.health import Health
    from tracker.core.model import Resource

MOST_LOOKS = 8  # shown of one link


@click.command("resources")
@click.argument("query", nargs=-1)
@click.option("--topic", default="", help="Only this topic.")
@click.option("--source", default="", help="Only this source.")
@click.option("--document", default="", help="Only what this document mentions.")
@click.option("--kind", default="", help="Only this kind: article, paper, video, ...")
@click.option("--state", default="", help="Only this state: inbox, filed, shortlist, snoozed, done, skipped.")
@click.option("--limit", default=0, help="At most so many; 0 = all.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(flags: Mapping[str, str], /, query: tuple[str, ...], as_json: bool, **filters: Any) -> None:
    """List the library in the order things came in. QUERY narrows it (see 'tracker search --help')."""
    from tracker.cli import shapes
    from tracker.services import library, links
    from tracker.wiring import house_of

    with house_of(flags) as house:
        asked = house.asked(" ".join(query))
        found = library.resources(house.store, house.person, asked=asked, zone=house.zone, **filters)
        if as_json:
            health = links.known(house.store, [r.id for r in found])
            for r in found:
                emit(shapes.resource(r, health.get(r.id)))
            return
        table(
            [(str(r.id), r.state.value, r.kind.value, r.title or r.url) for r in found],
            ("id", "state", "kind", "title"),
        )


@click.command("show")
@click.argument("number", type=int, metavar="ID")
@click.option("--text", "as_text", is_flag=True, help="Print its readable text as Markdown, as it is kept.")
@click.option("--fetch", is_flag=True, help="Fetch the text now; one that differs is a new version.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def show(flags: Mapping[str, str], number: int, as_text: bool, fetch: bool, as_json: bool) -> int:
    """One resource: what it is, who mentioned it and where, how its link fares.

    Exit code 1 when --text finds no text, or --fetch gets none.
    """
    from tracker.cli import shapes
    from tracker.core.model import ResourceId
    from tracker.services import library, links
    from tracker.services.suggest import Adviser
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = library.resource(house.store, house.person, ResourceId(number))
        if found.id != number:
            say(f"{number} is merged into {found.id}; 'tracker split {found.id}' parts them")
        code = _fetch(house, found.id) if fetch else 0
        if as_text:
            return max(code, _tell_text(house, found.id, as_json))
        if fetch:
            found = library.resource(house.store, house.person, found.id)
        health = links.known(house.store, [found.id]).get(found.id)
        if as_json:
            sure = Adviser(house.store, house.person).sure([found.id])
            words = {"summary": found.summary or None, "content": found.content or None}
            emit(shapes.resource(found, health, shapes.suggestion(sure.get(found.id))) | words)
            return code
        tell(found.title or "(no title)")
        rows = {
            "address": found.url,
            "kind": found.kind.value,
            "by": ", ".join(found.authors),
            "site": found.site,
            "state": found.state.value + (" *" if found.starred else "") + (f"  by {found.why}" if found.why else ""),
            "topics": ", ".join(found.topics),
            "minutes": str(found.minutes or ""),
            "published": f"{found.published:%Y-%m-%d}" if found.published else "",
        }
        rows |= {"text": _text(house, found.id)} | _transcript(house, found.id)
        for key, value in rows.items():
            if value:
                tell(f"  {key:<10} {value}")
        for s in found.sightings:
            place = f"{s.name}:{s.line}" if s.line else s.name
            tell(f"  seen in    {place}" + (f"  {' › '.join(s.section)}" if s.section else ""))
            if s.note:
                tell(f"             {s.note}")
        _tell_notes(house, found)
        if health is not None:
            _tell_link(health, links.evidence(house.store, found.id))
        _tell_words(found)
        return code


def _tell_words(found: Resource) -> None:
    """What its source itself says: the whole where it gives more than a teaser."""
    from tracker.core.html import to_text

    words = to_text(found.content or found.summary)
    if words:
        tell("")
        tell(words)


def _tell_notes(house: Any, found: Resource) -> None:
    """What was noted about it, the newest first, and who watches the releases of a repository."""
    from tracker.cli import shapes
    from tracker.core.journal import bullets_of
    from tracker.core.tools import repository, watching
    from tracker.services import plans
    from tracker.services.source_list import listed

    for entry in plans.journal(house.store, house.person):
        if entry.resource == found.id:
            tell(f"  noted      {entry.day} {entry.part}".rstrip())
            for one in bullets_of(entry.body):
                if found.url not in one.text:  # the first bullet of an entry names its work
                    tell(f"             {'  ' * (one.level or 0)}{one.text}")
    if repository(found.url):
        about = watching((), [found.url], listed(house.store, house.sources_file, house.clock()))
        for source in about:
            tell(f"  releases   {shapes.watched(source)}")
        if not about:
            tell(f"  releases   nobody watches them; 'tracker sources add https://github.com/"
                 f"{repository(found.url)}/releases.atom' does")  # fmt: skip


def _tell_link(health: Health, looks: Sequence[Evidence]) -> None:
    """How the link fares, what the last looks saw, and when the next one comes."""
    told = health.judgement
    more = f" -> {told.replacement}" if told.replacement else ""
    tell(f"  link       {told.verdict.value}{more}" + (f"  {told.reason}" if told.reason else ""))
    for one in looks[:MOST_LOOKS]:
        hops = f" over {len(one.details['hops'])} redirects" if one.details.get("hops") else ""
        status = f" {one.status}" if one.status else ""
        tell(f"    {one.at:%Y-%m-%d %H:%M} {one.method}{status}{hops}  {one.reason or one.sign}")
    if health.next_check_at:
        tell(f"    next look {health.next_check_at:%Y-%m-%d %H:%M}: {health.why_next}")


def _text(house: Any, id_: Any) -> str:
    """The row about the readable text: what is kept, or how it stands."""
    from tracker.services import texts

    return texts.told(house.store, id_, house.zone)


def _fetch(house: Any, id_: Any) -> int:
    """Fetch a text now; what came of it is said, 1 when it is none."""
    kept = asyncio.run(house.fetch_text(id_))
    if kept.outcome == "ok":
        say(f"version {kept.version} kept" if kept.version else "the text is what it was")
        return 0
    say(f"no text: {kept.outcome}: {kept.why}")
    return 1


def _tell_text(house: Any, id_: Any, as_json: bool) -> int:
    """Print the text that is kept; 1 when there is none, with what to do."""
    from tracker.cli import extract
    from tracker.services import texts

    kept = texts.newest(house.store, id_)
    if kept is None:
        how = texts.told(house.store, id_, house.zone) or "nobody asked for it"
        say(f"no text is kept ({how}); 'tracker show {id_} --text --fetch' fetches it now")
        return 1
    if as_json:
        emit(extract.shape(kept.url, kept.article) | {"id": id_, "version": kept.number, "fetched": kept.fetched_at})
    else:
        tell("\n".join(extract.page(kept.article)))
    return 0


def _transcript(house: Any, id_: Any) -> dict[str, str]:
    """The row about the transcript: what is kept, or why there is none."""
    from tracker.core.text import clock
    from tracker.services import talk_standing

    kept, waiting = talk_standing.standing(house.store, id_, house.settings.youtube, house.zone, house.clock())
    if kept is None:
        return {"transcript": waiting}
    length = f", {clock(kept.duration)}" if kept.duration else ""
    doubt = f"; {waiting}" if kept.doubt else ""
    return {"transcript": f"{kept.lang or '?'}, {kept.origin.value}{length}, {len(kept.segments)} lines{doubt}"}
