"""`tracker sources`: what is watched, and how to find more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import noise, previews
from tracker.cli.output import emit, iso, say, table, tell
from tracker.core.errors import Conflict, NotFound, UsageError, nearest

if TYPE_CHECKING:
    from db.sources import Synced


@click.group("sources")
def command() -> None:
    """What is watched: list it, change it, find more. Changes keep the comments and the order of sources.yaml."""


for _quiet in (noise.mute, noise.unmute, noise.cap):
    command.add_command(_quiet)


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_(flags: Mapping[str, str], as_json: bool) -> None:
    """Every source with its health, its next look and why then."""
    from tracker.config.sourcefile import read_sources
    from tracker.services.source_list import health, sync
    from tracker.wiring import house_of

    with house_of(flags) as house:
        synced = sync(house.store, read_sources(house.sources_file), house.clock())
        rows = health(house.store, house.clock())
        for told in synced.followed:
            say(told)
        if as_json:
            for h in rows:
                emit(
                    {
                        "name": h.name,
                        "kind": h.kind,
                        "url": h.url,
                        "enabled": h.enabled,
                        "topics": list(h.topics),
                        "why": h.why,
                        "health": h.health,
                        "reason": h.reason or None,
                        "items": h.items,
                        "held_back": h.held_back,
                        "moved_to": h.moved_to or None,
                        "last_ok": iso(h.ok_at),
                        "next_poll": iso(h.next_poll_at),
                        "why_next": h.why_next or None,
                    }
                )
            return
        table(
            [(h.name, h.kind, h.health, str(h.items), h.reason or h.why) for h in rows],
            ("name", "kind", "health", "items", "why"),
        )
        for h in rows:
            if h.moved_to:
                say(f"{h.name} moved for good to {h.moved_to}; 'tracker sources accept \"{h.name}\"' takes it over")


@command.command("add")
@click.argument("url")
@click.option("--name", default="", help="Default: the source's own title.")
@click.option("--kind", default="", help="Default: told from the address.")
@click.option("--topic", "topics", multiple=True, help="May be given several times.")
@click.option("--why", default="", help="Why it is worth watching.")
@click.option("--lang", default="")
@click.option("--no-look", is_flag=True, help="Do not look at it first.")
@click.pass_obj
def add(
    flags: Mapping[str, str],
    url: str,
    name: str,
    kind: str,
    topics: tuple[str, ...],
    why: str,
    lang: str,
    no_look: bool,
) -> None:
    """Watch URL. It is looked at once first, so that a page that is no source is not taken for one."""
    from tracker.config.sourcefile import add_source, check_url
    from tracker.services.preview import source_for

    try:
        check_url(url)
    except ValueError as error:
        raise UsageError(str(error)) from None
    source = source_for(url, kind)
    title = "" if no_look else _look(flags, source)
    entry = {
        "name": name or title or url,
        "url": url,
        "kind": source.kind,
        "topics": topics,
        "lang": lang,
        "why": why,
        "expect_title": title,
    }
    _edit(flags, lambda text, file: add_source(text, file, entry))
    say(f"watching {entry['name']} ({source.kind}); 'tracker crawl' looks at it")


def _look(flags: Mapping[str, str], source: Any) -> str:
    from tracker.services.preview import preview_url

    found = asyncio.run(
        _with_net(flags, lambda house, fetcher, reading: preview_url(source, fetcher, reading, house.clock()))
    )
    if found.harvest is None:
        raise UsageError(f"{source.url} could not be read: {found.problem}", "Use --no-look to add it all the same")
    if not found.harvest.is_source:
        raise UsageError(
            f"{source.url} is no {source.kind} ({found.harvest.error})",
            f"Try 'tracker sources discover {source.url}', or --kind page",
        )
    return str(found.harvest.title)


async def _with_net(flags: Mapping[str, str], job: Callable[[Any, Any, Any], Any]) -> Any:
    from tracker.wiring import house_of

    with house_of(flags) as house:
        reading = house.reading()
        try:
            async with house.fetcher() as fetcher:
                return await job(house, fetcher, reading)
        finally:
            await reading.close()


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(flags: Mapping[str, str], name: str) -> None:
    """Watch NAME no more. What came from it stays."""
    from tracker.config.sourcefile import remove_source

    _edit(flags, lambda text, file: remove_source(text, file, name), name)
    say(f"removed {name}; its items stay in the library")


@command.command("accept")
@click.argument("name")
@click.pass_obj
def accept(flags: Mapping[str, str], name: str) -> None:
    """Take over the new address of NAME, after it was seen to have moved for good."""
    from tracker.config.sourcefile import read_sources, set_key
    from tracker.services.moves import accepted
    from tracker.services.source_list import health, sync
    from tracker.wiring import house_of

    with house_of(flags) as house:
        sync(house.store, read_sources(house.sources_file), house.clock())
        known = {one.name: one for one in health(house.store, house.clock())}
    if name not in known:
        raise NotFound("source", name, "tracker sources list", nearest(name, known))
    old, new = known[name].url, known[name].moved_to
    if not new:
        raise UsageError(
            f"{name} is not known to have moved", "'tracker sources edit NAME url ADDRESS' sets any address"
        )
    _edit(flags, lambda text, file: set_key(text, file, name, "url", new), name)
    with house_of(flags) as house:
        accepted(house.store, name, house.clock())
    say(f"{name}: url is now {new}; 'tracker sources edit \"{name}\" url {old}' takes it back")


@command.command("take")
@click.pass_obj
def take(flags: Mapping[str, str]) -> None:
    """Make a database that machines share follow the list of this one. The list of another is no longer taken."""
    from tracker.config.sourcefile import read_sources
    from tracker.services.source_list import sync
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done = sync(house.store, read_sources(house.sources_file), house.clock(), take=True)
        say(f"{house.store.place} follows {house.sources_file}: {len(done.added)} added, {len(done.removed)} removed")


@command.command("backfill")
@click.argument("name")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 500), help="How many talks to list.")
@click.pass_obj
def backfill(flags: Mapping[str, str], name: str, most: int) -> int:
    """Read further back than its feed does: the newest talks of NAME, of kind youtube, into the library.

    They do not come into the inbox. `backfill: 200` in sources.yaml does the same on the first visit.
    """
    from tracker.config.sourcefile import read_sources
    from tracker.services.crawl import named
    from tracker.services.listing import backfill_now
    from tracker.services.source_list import sync
    from tracker.wiring import house_of

    with house_of(flags) as house:
        sync(house.store, read_sources(house.sources_file), house.clock())
        source = named(house.store, name)
        if source.kind != "youtube":
            raise UsageError(
                f"{name} is of kind {source.kind}; only talks of YouTube can be listed", "Name another source"
            )

        async def job() -> Any:
            async with house.lister() as lister:
                return await backfill_now(house.store, lister, house.clock, source, most)

        done = asyncio.run(job())
    say(f"{name}: {done.problem}" if done.problem else f"{name}: {done.held_back} more talks are kept in the library")
    return 1 if done.problem else 0


@command.command("decline")
@click.argument("name")
@click.pass_obj
def decline(flags: Mapping[str, str], name: str) -> None:
    """Keep the address of NAME, which was seen to have moved; 'tracker undo' takes that back."""
    from tracker.services.moves import decline
    from tracker.wiring import house_of

    with house_of(flags) as house:
        decline(house.store, house.person, name, now=house.clock(), made_by="cli")
    say(f"{name} keeps its address; its new one is not proposed again")


@command.command("enable")
@click.argument("name")
@click.pass_obj
def enable(flags: Mapping[str, str], name: str) -> None:
    """Look at NAME again."""
    _set(flags, name, "enabled", True)


@command.command("disable")
@click.argument("name")
@click.pass_obj
def disable(flags: Mapping[str, str], name: str) -> None:
    """Keep NAME in the list, but do not look at it."""
    _set(flags, name, "enabled", False)


@command.command("edit")
@click.argument("name")
@click.argument("key")
@click.argument("value")
@click.pass_obj
def edit(flags: Mapping[str, str], name: str, key: str, value: str) -> None:
    """Set KEY of NAME to VALUE (lists: one,two)."""
    from tracker.config.sourcefile import KEYS, LIST_KEYS

    if key not in KEYS:
        near = nearest(key, KEYS)
        raise UsageError(
            f"a source has no '{key}'", f"Did you mean '{near}'?" if near else f"There are {', '.join(KEYS)}"
        )
    given: object = [v.strip() for v in value.split(",")] if key in LIST_KEYS else value
    if key == "enabled":
        given = {"true": True, "false": False}.get(value.lower(), value)
    _set(flags, name, key, given)


def _set(flags: Mapping[str, str], name: str, key: str, value: object) -> None:
    from tracker.config.sourcefile import set_key

    if key == "name":
        _sync(flags)  # the rows must know it by its old name
    _edit(flags, lambda text, file: set_key(text, file, name, key, value), name)
    shown = ", ".join(map(str, value)) if isinstance(value, list) else value
    say(f"{name}: {key} is now {shown}")
    for told in _sync(flags).followed if key == "name" else ():
        say(f"{told}; 'tracker undo' takes that back")


def _sync(flags: Mapping[str, str]) -> Synced:
    from tracker.config.sourcefile import read_sources
    from tracker.services.source_list import sync
    from tracker.wiring import house_of

    with house_of(flags) as house:
        return sync(house.store, read_sources(house.sources_file), house.clock())


def _edit(flags: Mapping[str, str], change: Callable[[str, str], str], name: str = "") -> None:
    """Change the text of sources.yaml and write it whole. Raises NotFound for an unknown name."""
    from tracker.cli.init import write_default_sources
    from tracker.config.sourcefile import read_sources
    from tracker.services.files import write_whole
    from tracker.wiring import house_of

    with house_of(flags) as house:
        path = house.sources_file
        if not path.exists() and path.parent == house.home:
            house.make_home()
            write_default_sources(path)
        known = read_sources(path)
        try:
            text = change(known.text, known.file)
        except KeyError:
            names = [s.name for s in known.sources]
            raise NotFound("source", name, "tracker sources list", nearest(name, names)) from None
        if path.read_bytes().decode("utf-8-sig", "replace") != known.text:
            raise Conflict(f"{path} was changed meanwhile", "Try again")
        write_whole(path, ("\ufeff" if path.read_bytes().startswith(b"\xef\xbb\xbf") else "") + text)


@command.command("discover")
@click.argument("where", metavar="URL-or-FILE")
@click.option("--url", "base", default="", help="The address a FILE came from, for relative links.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def discover(flags: Mapping[str, str], where: str, base: str, as_json: bool) -> int:
    """Find what can be watched of a site: feeds its pages name, what is known of its platform, site maps."""
    from tracker.services import preview

    if where.startswith(("http://", "https://")):
        found, why = asyncio.run(_with_net(flags, lambda house, net, room: preview.discover(where, net, room)))
    else:
        found, why = asyncio.run(
            _with_net(flags, lambda house, net, room: preview.discover_in(Path(where), base, room))
        )
    for f in found:
        if as_json:
            emit({"url": f.url, "title": f.title or None, "type": f.type or None, "how": f.how, "kind": f.kind})
        else:
            tell(f"{f.url}  {f.kind}  {f.title}".rstrip())
    if not found:
        say(why)
    return 0 if found else 1


@command.command("preview")
@click.argument("inputs", nargs=-1, required=True, metavar="URL-or-FILE...")
@click.option("--kind", default="", help="Read as this kind (default: told from the address or the file).")
@click.option("--url", "base", default="", help="The address a FILE came from, for relative links.")
@click.option("--type", "content_type", default="", help="The Content-Type a FILE came with.")
@click.option("--select", multiple=True, help="Of kind page: PART=CSS, e.g. item=article, link=a@href.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def preview(
    flags: Mapping[str, str],
    inputs: tuple[str, ...],
    kind: str,
    base: str,
    content_type: str,
    select: tuple[str, ...],
    as_json: bool,
) -> int:
    """What a source would bring, storing nothing."""
    options: dict[str, object] = {"select": dict(part.partition("=")[::2] for part in select)} if select else {}

    async def job(house: Any, fetcher: Any, reading: Any) -> int:
        from tracker.services.preview import preview_file, preview_url, source_for

        bad = 0
        for one in inputs:
            if one.startswith(("http://", "https://")):
                found = await preview_url(source_for(one, kind, options), fetcher, reading, house.clock())
            else:
                found = await preview_file(
                    Path(one), reading, source_for(base, kind or "feed", options), guess=not kind, type_=content_type
                )
            bad += found.harvest is None or not found.harvest.is_source
            previews.show(found, as_json)
        return 1 if bad else 0

    return int(asyncio.run(_with_net(flags, job)))
