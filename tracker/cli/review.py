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
    if not as_json and not everything and found.holiday:
        say(f"a holiday; {found.waiting} are due and wait")
    elif not as_json and not everything:
        more = f"; {found.waiting} more are due and wait for a later day" if found.waiting else ""
        say(f"{len(cards)} cards, about {found.minutes:g} min{more}" if cards else f"no card comes back today{more}")


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


@command.command("show")
@click.argument("number", type=int, metavar="CARD")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def show(flags: Mapping[str, str], number: int, as_json: bool) -> None:
    """CARD whole: its answer, what you explained of it in your own lines, your grades, how its level went."""
    from tracker.services import review
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = review.about(house.store, house.person, number)
    if as_json:
        emit(_shape(found.card) | {
            "answers": [{"at": iso(at), "grade": grade} for at, grade in found.answers],
            "explained": list(found.explained),
            "levels": [{"at": iso(at), "from": old, "to": new} for at, old, new in found.levels],
        })  # fmt: skip
        return
    tell(found.card.question or found.card.title)
    tell(f"  {found.card.answer}" if found.card.answer else "  explain it in three lines of your own")
    for line in found.explained:
        tell(f"  > {line}")
    for at, grade in found.answers:
        tell(f"  {at.astimezone(house.zone):%Y-%m-%d}  grade {grade}")
    for at, old, new in found.levels:
        tell(f"  {at.astimezone(house.zone):%Y-%m-%d}  level {_level(old)} -> {_level(new)}")


def _level(level: object) -> str:
    return "-" if level is None else str(level)


@command.command("add")
@click.argument("about", metavar="PLACE|ID")
@click.option("--resource", is_flag=True, help="ABOUT is the number of a resource, not a place of a plan.")
@click.option("--note", is_flag=True, help="ABOUT is the number of a note of the journal.")
@click.option("--question", default="", help="A question card instead of 'do you still know it'.")
@click.option("--answer", default="", help="Its answer (of a note: its first words).")
@click.pass_obj
def add(flags: Mapping[str, str], about: str, resource: bool, note: bool, question: str, answer: str) -> None:
    """Let a place of a plan (title or #number), a resource or a note come back."""
    from tracker.cli.acks import report
    from tracker.core.errors import UsageError
    from tracker.services import review
    from tracker.wiring import house_of

    if (resource or note) and not (about.isascii() and about.isdigit()):
        raise UsageError(f"'{about}' is no number", "'tracker resources' and 'tracker journal --json' show them")
    with house_of(flags) as house:
        what = "resource" if resource else "note" if note else "place"
        wish: dict[str, Any] = {what: about if what == "place" else int(about)}
        done = review.add(
            house.store, house.person, **wish, question=question, answer=answer, now=house.clock(), made_by="cli"
        )
        report(done)
        say(done.label if done.action else "there is such a card already")


@command.command("questions")
@click.option("--make", is_flag=True, help="Make cards of them.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def questions(flags: Mapping[str, str], make: bool, as_json: bool) -> None:
    """Questions in your journal (a bullet that ends in ?) with an answer below them, which are no cards yet."""
    from tracker.cli.acks import report
    from tracker.services import review
    from tracker.wiring import house_of

    with house_of(flags) as house:
        found = review.questions(house.store, house.person)
        if make:
            done = review.ask(house.store, house.person, found, now=house.clock(), made_by="cli")
            report(done, as_json)
            say(done.label)
            return
    for one in found:
        if as_json:
            emit({"note": one.note, "title": one.title, "question": one.question, "answer": one.answer})
        else:
            tell(f"{one.note:>5}  {one.question}")


@command.command("round")
@click.argument("document", default="")
@click.option("--begin", default=0, type=click.IntRange(0, 1000), metavar="N", help="Begin it: cards of the first N.")
@click.option("--moved", is_flag=True, help="Levels that changed since the round began.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def round_(flags: Mapping[str, str], document: str, begin: int, moved: bool, as_json: bool) -> None:
    """What a further round over a roadmap takes up: ticked skills, the lowest levels first."""
    from tracker.cli.acks import report
    from tracker.services import plans, review
    from tracker.wiring import house_of

    with house_of(flags) as house:
        with house.store.read() as tx:
            name = plans.document_named(tx, house.person, document) if document else ""
        skills = review.next_round(house.store, house.person, name)
        if begin:
            done = review.begin_round(house.store, house.person, skills[:begin], name, now=house.clock(), made_by="cli")
            report(done, as_json)
            say(done.label)
            return
        now = review.current_round(house.store, house.person, name)
    if moved:
        for place, old, new in now.moved:
            if as_json:
                emit({"id": place.id, "title": place.title, "from": old, "to": new, "round": now.number})
            else:
                tell(f"#{place.id:<6} {_level(old)} -> {_level(new)}  {place.title}")
        return
    say(f"round {now.number}" + (f", begun on {now.began.astimezone(house.zone):%Y-%m-%d}" if now.began else ""))
    for one in skills:
        if as_json:
            emit({"id": one.id, "title": one.title, "level": one.level, "remark": one.remark or None, "line": one.line,
                  "round": now.number + 1})  # fmt: skip
        else:
            tell(f"#{one.id:<6} {'-' if one.level is None else one.level}  {one.title}  {one.remark}".rstrip())
