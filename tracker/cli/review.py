"""`tracker review`: what comes back today, and how well one knew it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import emit, iso, say, tell

if TYPE_CHECKING:
    from tracker.core.review import Card


@click.group("review", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Every card, due or not.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def command(ctx: click.Context, everything: bool, as_json: bool) -> None:
    """What comes back today, within study.review_minutes: the least remembered first."""
    if ctx.invoked_subcommand is not None:
        return
    from tracker.services import review
    from tracker.wiring import house_of

    with house_of(ctx.obj) as house:
        found = review.today(house.store, house.person, house.settings.study, house.zone, house.clock())
        cards = review.every(house.store, house.person) if everything else found.cards
    for card in cards:
        if as_json:
            emit(_shape(card))
        else:
            tell(f"{card.id:>5}  {card.due_at.astimezone(house.zone):%Y-%m-%d}  {card.question or card.title}")
    if not as_json and not everything:
        say(f"{len(cards)} cards, about {found.minutes:g} min; {found.waiting} more are due and wait for a later day")


def _shape(card: Card) -> dict[str, Any]:
    return {
        "id": card.id, "subject": card.subject, "subject_id": card.subject_id, "title": card.title,
        "question": card.question or None, "answer": card.answer or None, "due": iso(card.due_at),
    }  # fmt: skip


@command.command("grade")
@click.argument("number", type=int, metavar="CARD")
@click.argument("grade", type=click.Choice(["1", "2", "3", "4", "again", "hard", "good", "easy"]))
@click.option("--seconds", default=0, type=click.IntRange(0, 86_400), help="How long it took.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def grade(flags: Mapping[str, str], number: int, grade: str, seconds: int, as_json: bool) -> None:
    """Say how well you knew CARD: 1 again, 2 hard, 3 good, 4 easy. It comes back when FSRS says."""
    from tracker.cli.acks import report
    from tracker.core.review import GRADES
    from tracker.services import review
    from tracker.wiring import house_of

    value = GRADES[grade] if grade in GRADES else int(grade)
    with house_of(flags) as house:
        card, done = review.grade(
            house.store, house.person, number, value, seconds=seconds, retention=house.settings.study.retention,
            now=house.clock(), made_by="cli",
        )  # fmt: skip
        report(done, as_json)
        if as_json:
            emit(_shape(card))
        say(f"'{card.question or card.title}' comes back on {card.due_at.astimezone(house.zone):%Y-%m-%d}")


@command.command("add")
@click.argument("about", metavar="PLACE|ID")
@click.option("--resource", is_flag=True, help="ABOUT is the number of a resource, not a place of a plan.")
@click.option("--question", default="", help="A question card instead of 'do you still know it'.")
@click.option("--answer", default="", help="Its answer.")
@click.pass_obj
def add(flags: Mapping[str, str], about: str, resource: bool, question: str, answer: str) -> None:
    """Let a place of a plan (title or #number) or a resource come back."""
    from tracker.cli.acks import report
    from tracker.core.errors import UsageError
    from tracker.services import review
    from tracker.wiring import house_of

    if resource and not about.isdecimal():
        raise UsageError(f"'{about}' is no number of a resource", "'tracker resources' shows them")
    with house_of(flags) as house:
        wish: dict[str, Any] = {"resource": int(about)} if resource else {"place": about}
        done = review.add(
            house.store, house.person, **wish, question=question, answer=answer, now=house.clock(), made_by="cli"
        )
        report(done)
        say(done.label if done.action else "there is such a card already")


@command.command("round")
@click.argument("document", default="")
@click.option("--begin", default=0, type=click.IntRange(0, 1000), metavar="N", help="Make cards of the first N.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def round_(flags: Mapping[str, str], document: str, begin: int, as_json: bool) -> None:
    """What a further round over a roadmap takes up: ticked skills, the lowest levels first."""
    from tracker.cli.acks import report
    from tracker.services import plans, review
    from tracker.wiring import house_of

    with house_of(flags) as house:
        with house.store.read() as tx:
            name = plans.document_named(tx, house.person, document) if document else ""
        skills = review.next_round(house.store, house.person, name)
        if begin:
            done = review.begin_round(house.store, house.person, skills[:begin], now=house.clock(), made_by="cli")
            report(done, as_json)
            say(done.label)
            return
    for one in skills:
        if as_json:
            emit({"id": one.id, "title": one.title, "level": one.level, "remark": one.remark or None, "line": one.line})
        else:
            tell(f"#{one.id:<6} {'-' if one.level is None else one.level}  {one.title}  {one.remark}".rstrip())
