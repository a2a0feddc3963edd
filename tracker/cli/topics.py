"""`tracker topics`: what resources are filed under."""

from __future__ import annotations

from collections.abc import Mapping

import click

from tracker.cli.output import emit, say, table


@click.group("topics", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Topics and what is filed under them: the sections of imported documents, and your own."""
    if ctx.invoked_subcommand is not None:
        return
    from tracker.services import topics
    from tracker.wiring import house_of

    with house_of(ctx.obj) as house:
        found = topics.topics(house.store, house.person)
        if as_json:
            for one in found:
                emit(
                    {"id": one.id, "title": one.title, "kind": one.kind, "resources": one.resources, "level": one.level}
                )
            return
        table(
            [(f"#{one.id}", str(one.resources), one.kind, one.title) for one in found], ("id", "filed", "kind", "title")
        )


@command.command("add")
@click.argument("title", nargs=-1, required=True)
@click.pass_obj
def add(flags: Mapping[str, str], title: tuple[str, ...]) -> None:
    """A topic of your own."""
    from tracker.services import topics
    from tracker.wiring import house_of

    with house_of(flags) as house:
        made = topics.add_topic(house.store, house.person, " ".join(title), house.clock())
    say(f"topic #{made.id} '{made.title}'")
