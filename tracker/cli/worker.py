"""`tracker worker`: do a team's jobs, on any number of machines; `worker retry` puts back what was given up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import click

from tracker.cli.output import say
from tracker.core.errors import NotFound, nearest

QUEUES = ("crawl", "links", "transcripts", "texts")


def _queues(text: str) -> Sequence[str]:
    """The queues of a list with commas. Raises NotFound for one that is none."""
    wished = [word.strip() for word in text.split(",") if word.strip()]
    for word in wished:
        if word not in QUEUES:
            raise NotFound("queue", word, "tracker worker --help", nearest(word, QUEUES))
    return tuple(dict.fromkeys(wished)) or QUEUES


@click.group("worker", invoke_without_command=True)
@click.option("--queues", default=",".join(QUEUES), show_default=True, help="What to work on.")
@click.option("--concurrency", type=click.IntRange(1, 200), help="Jobs at once. Default: twice network.concurrency.")
@click.option("--once", is_flag=True, help="Work until nothing is due, then leave.")
@click.pass_context
def command(ctx: click.Context, queues: str, concurrency: int | None, once: bool) -> None:
    """Do the crawl, link checks, transcripts and texts as jobs of a team's PostgreSQL, beside any number of others.

    Needs the extra 'team'. What is due is queued by one worker, which the database chooses; the pace of each host is
    one for all. SIGTERM or Ctrl-C ends it within ten seconds with its work put back; one that is killed is missed
    after twenty seconds, and others do its jobs. See docs/team.md.
    """
    if ctx.invoked_subcommand is not None:
        return
    from tracker.daemon.worker import run
    from tracker.wiring import house_of

    wished = _queues(queues)
    with house_of(ctx.obj) as house:
        asyncio.run(run(house, wished, concurrency or 0, once=once))


@command.command("retry")
@click.argument("ids", nargs=-1, type=int, metavar="[JOB]...")
@click.pass_obj
def retry(flags: Mapping[str, str], ids: Sequence[int]) -> None:
    """Put back jobs that were given up ('tracker status' lists them); without numbers all of them.

    What is still due of them is queued again within half a minute, with a fresh count of tries.
    """
    from tracker.services import team
    from tracker.wiring import house_of

    with house_of(flags) as house:
        keys = team.put_back(house.store, list(ids))
    say(f"put back: {', '.join(keys)}" if keys else "no job was given up")
