"""`tracker topics`: what resources are filed under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from tracker.cli import shapes
from tracker.cli.output import emit, say, table, tell
from tracker.core.model import ResourceId

if TYPE_CHECKING:
    from db.nodes import Topic


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
                emit(_topic(one))
            return
        rows = [(f"#{one.id}", str(one.resources), one.kind, " = ".join((one.title, *one.aliases))) for one in found]
        table(rows, ("id", "filed", "kind", "title"))


def _topic(one: Topic) -> dict[str, object]:
    return {
        "id": one.id, "title": one.title, "kind": one.kind, "resources": one.resources, "level": one.level,
        "aliases": list(one.aliases),
    }  # fmt: skip


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


@command.command("alias")
@click.argument("topic")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--off", is_flag=True, help="Take these names away.")
@click.pass_obj
def alias(flags: Mapping[str, str], topic: str, names: tuple[str, ...], off: bool) -> None:
    """Other names of TOPIC, Chinese or English: filing, lists and 'topics show' know them all."""
    from tracker.cli.acks import report
    from tracker.services import topics
    from tracker.wiring import house_of

    with house_of(flags) as house:
        _, done = topics.set_aliases(house.store, house.person, topic, names, house.clock(), "cli", drop=off)
        report(done)
        say(done.label if done.action else "it has these names already")


@command.command("show")
@click.argument("words", nargs=-1, required=True, metavar="TOPIC")
@click.option("--json", "as_json", is_flag=True, help="The resources, then the sources, one a line.")
@click.pass_obj
def show(flags: Mapping[str, str], words: tuple[str, ...], as_json: bool) -> None:
    """Everything under TOPIC (a title, an alias, or words of either): places of all documents, their resources, and
    the sources about it: of the tool it is called like, of the repositories among its resources, or with it as topic.
    """
    from tracker.services import topics
    from tracker.services.source_list import listed
    from tracker.wiring import house_of

    with house_of(flags) as house:
        sources = listed(house.store, house.sources_file, house.clock())
        found = topics.under(house.store, house.person, " ".join(words), sources)
        if as_json:
            for one in found.works:
                emit(shapes.resource(one))
            for source in found.sources:
                emit(shapes.source(source))
            return
        for place in found.places:
            tell(f"{place.node.document or 'own'}: {' / '.join(place.path)}")
        table([(f"{one.id}", one.kind.value, one.title) for one in found.works], ("id", "kind", "title"))
        for source in found.sources:
            tell(f"source  {shapes.watched(source)}")


@command.command("suggest")
@click.argument("ids", nargs=-1, required=True, type=int, metavar="ID...")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def suggest(flags: Mapping[str, str], ids: tuple[int, ...], as_json: bool) -> None:
    """The likeliest topics of resources, with the reason; `?` marks those that are not sure."""
    from tracker.services.suggest import Adviser
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = Adviser(house.store, house.person).suggestions(ids)
    for id_ in ids:
        for one in found.get(ResourceId(id_), ()):
            if as_json:
                emit({"id": id_, "topic": one.title, "score": one.score, "sure": one.sure, "reason": one.why})
            else:
                tell(f"{id_}  {one.score:.2f}{' ' if one.sure else '?'} {one.title}  ({one.why})")


@command.command("evaluate")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def evaluate(flags: Mapping[str, str], as_json: bool) -> None:
    """How good the suggestions are: each fifth of your filings guessed from the others, beside simpler guesses."""
    from tracker.services import suggest
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = suggest.evaluate(house.store, house.person)
    if as_json:
        ways = {one.name: {"top1": round(one.first, 4), "top3": round(one.three, 4)} for one in found.scores}
        said = {"coverage": round(found.said, 4), "precision": round(found.right, 4)}
        emit({"items": found.items, "topics": found.topics, **said, "scores": ways})
        return
    rows = [(one.name, f"{one.first:.1%}", f"{one.three:.1%}") for one in found.scores]
    table(rows, ("guess", "first", "among three"))
    tell(
        f"said aloud: {found.said:.1%}, of those right: {found.right:.1%}"
        if found.said
        else "said aloud: none was sure"
    )
    say(f"{found.items} filings under {found.topics} topics, five-fold")
