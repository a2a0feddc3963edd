"""`tracker digest`: a Markdown digest of a day, a week or any period."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from tracker.cli.output import emit, say, tell


@click.command("digest")
@click.argument("period", default="daily", metavar="[daily|weekly|FROM..TO]")
@click.option("--out", default="", metavar="DIR|-", help="Folder to write into, - for stdout (default: HOME/digests).")
@click.option("--language", type=click.Choice(["auto", "en", "zh"]), default=None, help="Language of the frame.")
@click.option("--json", "as_json", is_flag=True, help="Print where the file lies as JSON.")
@click.pass_obj
def command(flags: Mapping[str, str], period: str, out: str, language: str | None, as_json: bool) -> None:
    """Write what a period brought: new by topic, decided, what needs a look. The same data give the same bytes."""
    from tracker.core.digest import period_of
    from tracker.formats import digest as form
    from tracker.services import digest as service
    from tracker.services.files import write_whole
    from tracker.wiring import house_of, spoken_language

    with house_of(flags) as house:
        days = period_of(period, house.clock().astimezone(house.zone).date())
        made = service.make(house.store, house.person, days, house.zone)
        text = form.render(
            made, spoken_language(language or house.settings.digest.language, house.settings.ui.language)
        )
        if out == "-":
            tell(text.rstrip("\n"))
            return
        folder = Path(out) if out else house.digest_folder
        path = folder / (days.stem + form.suffix)
        write_whole(path, text)
        if as_json:
            emit({"file": str(path), "period": days.name, "new": sum(len(g.items) for g in made.new)})
        else:
            say(f"written: {path}")
