"""`tracker proposals`, `merge`, `split`: one work under two addresses, decided by a person, taken back by undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from tracker.cli.output import emit, iso, say, tell
from tracker.core.errors import UsageError


@click.command("proposals")
@click.argument("words", nargs=-1, metavar="[accept|decline ID...]")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def proposals(flags: Mapping[str, str], words: tuple[str, ...], as_json: bool) -> None:
    """What the program proposes and nobody decided yet; 'accept ID...' does it, 'decline ID...' says no for good.

    Works that may be one under two addresses are proposed after an import, rules by 'tracker rules suggest' and the
    daemon, each with the evidence.
    """
    from tracker.services import merging
    from tracker.wiring import house_of

    verb, ids = _verb(words)
    with house_of(flags) as house:
        if verb:
            act = merging.accept if verb == "accept" else merging.decline
            say(act(house.store, house.person, ids, now=house.clock(), made_by="cli").label)
            return
        found = merging.proposals(house.store, house.person)
        for one in found:
            emit(_shape(one)) if as_json else _show(one)
        if not found:
            say("nothing is proposed")


def _verb(words: tuple[str, ...]) -> tuple[str, list[int]]:
    if not words:
        return "", []
    verb, *rest = words
    if verb not in ("accept", "decline") or not rest or not all(one.isascii() and one.isdigit() for one in rest):
        raise UsageError(f"'{' '.join(words)}' is no answer", "Write 'accept ID...' or 'decline ID...'")
    return verb, [int(one) for one in rest]


def _shape(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "why": one.why,
        "confidence": one.confidence,
        "made": iso(one.made_at),
        "url": one.url or None,
        "resources": [{"id": id_, "title": title, "url": url or None} for id_, title, url in one.works],
    }


def _show(one: Any) -> None:
    tell(f"{one.id}  {one.kind}  " + (f"{one.subject}: " if one.kind == "rule" else "") + one.why)
    for id_, title, url in one.works:
        tell(f"     {id_}  {title}  {url or '(no address)'}")
    if one.url:
        tell(f"     {one.subject} -> {one.url}")


@click.command("merge")
@click.argument("keep", type=int, metavar="ID")
@click.argument("others", type=int, nargs=-1, required=True, metavar="OTHER...")
@click.pass_obj
def merge(flags: Mapping[str, str], keep: int, others: tuple[int, ...]) -> None:
    """Make the resources OTHER... one with ID: their mentions, topics and notes pass to it."""
    from tracker.services import merging
    from tracker.wiring import house_of

    with house_of(flags) as house:
        say(merging.merge(house.store, house.person, keep, others, now=house.clock(), made_by="cli").label)


@click.command("split")
@click.argument("whole", type=int, metavar="ID")
@click.argument("which", nargs=-1, metavar="[SIGHTING|ADDRESS]...")
@click.pass_obj
def split(flags: Mapping[str, str], whole: int, which: tuple[str, ...]) -> None:
    """Take apart what is one resource: all that was merged into ID, or the mentions named by number or address.

    'tracker show ID --json' gives the numbers. The parts stand where the whole stood.
    """
    from tracker.services import merging
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done, parts = merging.split(house.store, house.person, whole, which, now=house.clock(), made_by="cli")
        for part in parts:
            tell(str(part))
        say(done.label)
