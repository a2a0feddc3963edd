"""`tracker digest`: what a day, a week or any period brought, in several forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from tracker.cli.output import emit, say, tell

FORMS = ("log", "blog", "obsidian", "html", "atom", "ics")


@click.command("digest")
@click.argument("period", default="daily", metavar="[daily|weekly|DAY|FROM..TO]")
@click.option("--form", type=click.Choice(FORMS), default="log", help="log: as a journal; blog: a draft with sources.")
@click.option("--out", default="", metavar="DIR|-", help="Folder to write into, - for stdout (default: HOME/digests).")
@click.option("--language", type=click.Choice(["auto", "en", "zh"]), default=None, help="Language of the frame.")
@click.option("--wiki", is_flag=True, help="Topics as wiki links ([[KV cache]]), for log, blog and obsidian.")
@click.option("--json", "as_json", is_flag=True, help="Print where the file lies as JSON.")
@click.pass_obj
def command(
    flags: Mapping[str, str], period: str, form: str, out: str, language: str | None, wiki: bool, as_json: bool
) -> None:
    """Write what a period brought: new by topic, decided, noted, links that died, progress, what comes next.

    Everything as it stood when the period ended, so any past week can be made again; the same data give the same
    bytes. Templates of your own in HOME/templates go before the program's ('tracker export templates' gives those).
    """
    from tracker.core.digest import period_of
    from tracker.formats.digest import FORMS as forms
    from tracker.services import digest as service
    from tracker.services.files import write_whole
    from tracker.wiring import house_of, spoken_language

    with house_of(flags) as house:
        days = period_of(period, house.clock().astimezone(house.zone).date())
        made = service.make(house.store, house.person, days, house.zone)
        spoken = spoken_language(language or house.settings.digest.language, house.settings.ui.language)
        text = service.render(made, form, spoken, house.home, wiki=wiki)
        if out == "-":
            tell(text.rstrip("\n"))
            return
        folder = Path(out) if out else house.digest_folder
        path = folder / (days.stem + forms[form].suffix)
        write_whole(path, text)
        if as_json:
            emit({
                "file": str(path), "period": days.name, "form": form, "new": sum(len(g.items) for g in made.new),
                "decided": sum(len(g.items) for g in made.decided), "notes": len(made.noted), "waiting": made.waiting,
            })  # fmt: skip
        else:
            say(f"written: {path}")
