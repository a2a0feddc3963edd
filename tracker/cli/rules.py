"""`tracker rules`: what is done with what comes in, tried on what came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, iso, say, table, tell

if TYPE_CHECKING:
    from tracker.core.rules import Rule, Trial
    from tracker.services.rules import Clock
    from tracker.wiring import House

MOST_SHOWN = 10
_WHEN = click.option("--when", default="", metavar="QUERY", help="When it is so: words and fields, as in 'search'.")
_DO = click.option("--do", default="", metavar="ACTIONS", help="file TOPIC, tag TOPIC, skip, done, shortlist, ...")
_JSON = click.option("--json", "as_json", is_flag=True)


@click.group("rules", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """What is done with what comes in: in order, the first rule that says where something goes decides.

    WHEN is a query over what is known of something new: words, title: source: site: author: lang: kind: minutes:<30.
    ACTIONS, with commas between: file TOPIC, tag TOPIC, skip, done, shortlist, snooze 3d, star; keep (leave it in the
    inbox whatever rules below say); cap 5 (let 5 a day through, skip the rest). 'tag' and 'star' add up.
    Rules never touch what you decided, and 'tracker undo' takes back what they did.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, as_json=False)


@command.command("list")
@_JSON
@click.pass_obj
def list_(flags: Mapping[str, str], as_json: bool) -> None:
    """The rules in the order they are asked, with what they acted on so far."""
    from tracker.services import rules
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = rules.rules(house.store, house.person)
    if as_json:
        for place, one in enumerate(found, 1):
            emit(_shape(one, place))
        return
    lines = [
        (str(place), one.name, "on" if one.enabled else "off", str(one.hits), f"{one.when} -> {rules.told(one.acts)}")
        for place, one in enumerate(found, 1)
    ]
    table(lines, ("place", "name", "is", "hits", "when -> do"))
    if not found:
        say("no rules; 'tracker rules suggest' looks for some in what you decided")


def _shape(one: Rule, place: int) -> dict[str, Any]:
    return {
        "id": one.id or None, "place": place, "name": one.name, "when": one.when, "do": [str(act) for act in one.acts],
        "enabled": one.enabled, "hits": one.hits, "made": iso(one.made_at),
    }  # fmt: skip


@command.command("add")
@click.argument("name")
@_WHEN
@_DO
@click.pass_obj
def add(flags: Mapping[str, str], name: str, when: str, do: str) -> None:
    """A new rule, behind the others. Says what it would have done so far; 'rules run' lets it act on what waits."""
    from tracker.cli.acks import report
    from tracker.services import rules
    from tracker.wiring import house_of

    with house_of(flags) as house:
        made, done = rules.add(house.store, house.person, name, when, do, _clock(house), "cli")
        report(done)
        _, tried = rules.try_(house.store, house.person, _clock(house), which=made.name)
        say(done.label)
        say(_sentence(made, tried))


@command.command("edit")
@click.argument("which", metavar="RULE")
@click.option("--name", default="", help="Another name.")
@_WHEN
@_DO
@click.pass_obj
def edit(flags: Mapping[str, str], which: str, name: str, when: str, do: str) -> None:
    """Change RULE (its name, or its place in the list)."""
    from tracker.cli.acks import report
    from tracker.services import rules
    from tracker.wiring import house_of

    with house_of(flags) as house:
        _, done = rules.edit(house.store, house.person, which, _clock(house), "cli", name=name, when=when, do=do)
        report(done)
        say(done.label if done.action else "it says so already")


@command.command("remove")
@click.argument("which", metavar="RULE")
@click.pass_obj
def remove(flags: Mapping[str, str], which: str) -> None:
    """Take RULE out. What it did stays done."""
    _step(flags, "remove", which)


@command.command("on")
@click.argument("which", metavar="RULE")
@click.pass_obj
def on(flags: Mapping[str, str], which: str) -> None:
    """Let RULE be asked again."""
    _step(flags, "switch", which, on=True)


@command.command("off")
@click.argument("which", metavar="RULE")
@click.pass_obj
def off(flags: Mapping[str, str], which: str) -> None:
    """Keep RULE, but do not ask it."""
    _step(flags, "switch", which, on=False)


@command.command("move")
@click.argument("which", metavar="RULE")
@click.argument("place", type=click.IntRange(1))
@click.pass_obj
def move(flags: Mapping[str, str], which: str, place: int) -> None:
    """Put RULE at PLACE of the list; 1 is asked first."""
    _step(flags, "move", which, place=place)


def _step(flags: Mapping[str, str], verb: str, which: str, **wishes: Any) -> None:
    from tracker.cli.acks import report
    from tracker.services import rules
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done = getattr(rules, verb)(house.store, house.person, which, now=house.clock(), made_by="cli", **wishes)
        report(done)
        say(done.label if done.action else "it is so already")


@command.command("try")
@click.argument("which", default="", metavar="[RULE]")
@_WHEN
@_DO
@_JSON
@click.pass_obj
def try_(flags: Mapping[str, str], which: str, when: str, do: str, as_json: bool) -> None:
    """What a rule would have done with all that came in so far: one that is there, or --when and --do not made yet.

    Nothing is changed. 'kept' is what you filed, put on the shortlist, starred or finished.
    """
    from tracker.services import library, rules
    from tracker.wiring import house_of

    with house_of(flags) as house:
        rule, tried = rules.try_(house.store, house.person, _clock(house), which, when, do)
        if as_json:
            emit(_trial_shape(rule, tried))
            return
        tell(_sentence(rule, tried))
        for one in library.resources_by_id(house.store, house.person, tried.kept[:MOST_SHOWN]):
            tell(f"  kept: {one.id}  {one.state.value}  {one.title}")
        for name, count in tried.first.items():
            tell(f"  {count} more it does not get: the rule '{name}' stands before it")
        for name, count in tried.takes.items():
            tell(f"  {count} of them it takes from the rule '{name}' behind it")


def _trial_shape(rule: Rule, tried: Trial) -> dict[str, Any]:
    return {
        "when": rule.when, "do": [str(act) for act in rule.acts], "matched": tried.matched, "acts": tried.acts,
        "kept": len(tried.kept), "kept_ids": list(tried.kept), "skipped": tried.skipped, "waiting": tried.waiting,
        "same": tried.same, "first": dict(tried.first), "takes": dict(tried.takes),
    }  # fmt: skip


def _sentence(rule: Rule, tried: Trial) -> str:
    """ "would have skipped 41, 3 of which you kept"."""
    from tracker.core.rules import CAP, KEEP

    verbs = {act.verb for act in rule.acts}
    did = {"file": "filed", "tag": "tagged", "skip": "skipped", "done": "marked done", "shortlist": "shortlisted",
           "snooze": "snoozed", "star": "starred", KEEP: "kept in the inbox", CAP: "skipped"}  # fmt: skip
    what = " and ".join(dict.fromkeys(did[act.verb] for act in rule.acts))
    out = f"would have {what} {tried.acts} of what came in so far"
    if not tried.acts:
        return out
    if verbs & {"skip", CAP, "done", "snooze"}:
        out += f", {len(tried.kept)} of which you kept"
    else:
        out += f", {tried.skipped} of which you skipped and {len(tried.kept)} you kept"
    same = f"; with {tried.same} you did just that" if tried.same and verbs - {KEEP, CAP} else ""
    return out + same + (f"; {tried.waiting} still wait" if tried.waiting else "")


@command.command("run")
@click.argument("names", nargs=-1, metavar="[RULE...]")
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would be done.")
@click.pass_obj
def run(flags: Mapping[str, str], names: tuple[str, ...], dry: bool) -> None:
    """Ask the rules (or only those named) about what waits in the inbox undecided. Each rule's effect is one step.

    What you took back from a rule before is left alone.
    """
    from tracker.services import rules
    from tracker.wiring import house_of

    with house_of(flags) as house:
        done = rules.run(house.store, house.person, names, _clock(house), dry=dry)
    for one in done:
        tell(("would have: " if dry else "") + one.label)
    if not done:
        say("the rules have nothing to do with what waits")


@command.command("suggest")
@_JSON
@click.pass_obj
def suggest(flags: Mapping[str, str], as_json: bool) -> None:
    """Rules that your decisions suggest, and rules against noise, with the evidence. Nothing happens unasked.

    'tracker proposals accept ID' takes one, 'decline ID' says no for good.
    """
    from tracker.services import noise
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = noise.propose(house.store, house.person, _clock(house))
    for id_, one in found:
        if as_json:
            emit({"id": id_, "name": one.name, "when": one.when, "do": one.do, "why": one.why,
                  "confidence": round(one.confidence, 4)})  # fmt: skip
        else:
            tell(f"{id_}  {one.when} -> {one.do}")
            tell(f"     {one.why}")
    if not found:
        say("nothing that was decided so far suggests a rule")
    elif not as_json:
        say("'tracker proposals accept ID' takes one, 'decline ID' says no for good")


def _clock(house: House) -> Clock:
    from tracker.services.rules import Clock

    return Clock(house.clock(), house.zone)
