"""`tracker noise`: how long the queue is, what each source gives back, what would help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from tracker.cli.output import emit, say, table, tell

if TYPE_CHECKING:
    from tracker.core.noise import Debt, Yield


@click.command("noise")
@click.option("--days", default=28, type=click.IntRange(1, 3650), help="The window that is counted (default 28).")
@click.option("--json", "as_json", is_flag=True, help="An object a source, the least kept first, and last the queue.")
@click.pass_obj
def command(flags: Mapping[str, str], days: int, as_json: bool) -> None:
    """What waits, how many days it takes at your pace, and what each source gives back of what it brings.

    Kept is what you filed, put on the shortlist, starred or finished. 'tracker sources mute', 'sources cap' and 'rules
    suggest' do something about it.
    """
    from tracker.services import noise
    from tracker.services.rules import Clock
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = noise.report(house.store, house.person, Clock(house.clock(), house.zone), days)
    if as_json:
        for one in found.yields:
            emit(_shape(one))
        emit(_debt_shape(found.debt))
        return
    tell(_sentence(found.debt))
    if found.yields:
        head = ("kept", "of seen", "a day", "wait", "min", "held", "by rules", "source")
        table([_line(one) for one in found.yields], head)
    for one in found.yields:
        if one.advice:
            say(f"{one.source}: {one.advice.why}; {_command(one)}")


def _line(one: Yield) -> tuple[str, ...]:
    rate = "-" if one.rate is None else f"{one.rate:.0%}"
    figures = (one.seen, f"{one.a_day:.1f}", one.waiting, one.minutes, one.held, one.ruled)
    return (rate, *map(str, figures), one.source)


def _command(one: Yield) -> str:
    """What would do what is advised."""
    assert one.advice is not None
    if one.advice.verb == "cap":
        return f"'tracker sources cap \"{one.source}\" {one.advice.most}' lets so many a day through"
    mute = f"'tracker sources mute \"{one.source}\"' keeps it out of the inbox"
    return mute if one.advice.verb == "mute" else f"{mute}, 'sources disable' stops asking it"


def _sentence(debt: Debt) -> str:
    if not debt.waiting:
        return "nothing waits"
    out = f"{debt.waiting} wait, {debt.minutes} minutes; {debt.decided:.1f} decided and {debt.came:.1f} new a day"
    if debt.clear is None:
        return f"{out}: nothing was decided in {_days(debt.days)}"
    out += f": {_days(debt.clear)} to clear if nothing new came"
    return f"{out}, {debt.settled:.0f} with what comes" if debt.settled is not None else f"{out}, and it grows"


def _days(count: float) -> str:
    return f"{count:.0f} day{'s' * (f'{count:.0f}' != '1')}"


def _shape(one: Yield) -> dict[str, object]:
    advice = one.advice
    return {
        "source": one.source, "seen": one.seen, "kept": one.kept, "skipped": one.skipped, "by_rules": one.ruled,
        "waiting": one.waiting, "minutes": one.minutes, "held_back": one.held, "a_day": round(one.a_day, 3),
        "keep_rate": None if one.rate is None else round(one.rate, 4),
        "advice": {"do": advice.verb, "most": advice.most or None, "why": advice.why} if advice else None,
    }  # fmt: skip


def _debt_shape(debt: Debt) -> dict[str, object]:
    return {
        "queue": True, "days": debt.days, "waiting": debt.waiting, "minutes": debt.minutes,
        "came_a_day": round(debt.came, 3), "decided_a_day": round(debt.decided, 3),
        "days_to_clear": _rounded(debt.clear), "days_with_what_comes": _rounded(debt.settled),
    }  # fmt: skip


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 2)


@click.command("mute")
@click.argument("name")
@click.pass_obj
def mute(flags: Mapping[str, str], name: str) -> None:
    """Let nothing of the source NAME wait in the inbox: a rule skips it, behind the rules there are."""
    _quieten(flags, "mute", name)


@click.command("unmute")
@click.argument("name")
@click.pass_obj
def unmute(flags: Mapping[str, str], name: str) -> None:
    """Take away what mutes or caps the source NAME."""
    _quieten(flags, "unmute", name)


@click.command("cap")
@click.argument("name")
@click.argument("most", type=click.IntRange(1, 10_000), metavar="N")
@click.pass_obj
def cap(flags: Mapping[str, str], name: str, most: int) -> None:
    """Let at most N a day of the source NAME wait in the inbox; the rest is skipped, and counted by 'noise'."""
    _quieten(flags, "cap", name, most)


def _quieten(flags: Mapping[str, str], verb: str, name: str, *more: int) -> None:
    from tracker.cli.acks import report
    from tracker.config.sourcefile import read_sources
    from tracker.services import noise
    from tracker.services.rules import Clock
    from tracker.services.source_list import sync
    from tracker.wiring import house_of

    with house_of(flags) as house:
        sync(house.store, read_sources(house.sources_file), house.clock())
        done = getattr(noise, verb)(house.store, house.person, name, *more, Clock(house.clock(), house.zone), "cli")
        report(done)
        say(done.label if done.action else "it is so already")
