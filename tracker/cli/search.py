"""`tracker search`: one question over everything."""

from __future__ import annotations

from collections.abc import Mapping

import click

from tracker.cli.output import emit, progress, say, tell

LONG_BEHIND = 5000  # changed rows whose indexing takes long enough to be said


@click.command("search")
@click.argument("words", nargs=-1, required=True, metavar="QUERY")
@click.option("--limit", default=20, type=click.IntRange(1, 1000), help="At most so many.")
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(flags: Mapping[str, str], words: tuple[str, ...], limit: int, newest: bool, as_json: bool) -> None:
    """Find in titles, notes, texts, transcripts and plans.

    Words must all be there; "two words" side by side; cach* begins so; -word must not be there; a OR b; brackets.
    Fields: topic: source: document: state: kind: link: lang: site: author: title: section: minutes:<30 has: is: in:
    before: after: on: added: (2026-01-31, 2026-01, 7d, A..B).
    """
    from tracker.services import search
    from tracker.wiring import house_of

    with house_of(flags) as house:
        if (changed := search.behind(house.store)) > LONG_BEHIND:
            say(f"{changed} works changed since the last search; they are put into the index first")
            with progress(changed, "indexing") as step:
                search.catch_up(house.store, step)
        found = search.search(
            house.store,
            house.person,
            house.asked(" ".join(words)),
            zone=house.zone,
            now=house.clock(),
            limit=limit,
            newest=newest,
        )
    for hit in found.hits:
        if as_json:
            emit({name: getattr(hit, name) for name in hit.__slots__})
            continue
        at = f"  {int(hit.start) // 60}:{int(hit.start) % 60:02}" if hit.start is not None else ""
        tell(f"{hit.kind:<10} {hit.id:>6}{at}  {hit.title}")
        tell(f"                   {hit.excerpt}")
    if not as_json:
        say(f"{found.total}{' or more' if found.more else ''} found" if found.hits else "nothing found")
