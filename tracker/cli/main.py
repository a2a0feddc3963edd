"""The command tree and the one place where errors become sentences and exit codes.

0 done, 1 done but something asked about failed or was found bad, 2 usage/configuration/input, 3 store unavailable,
70 unexpected (logged), 130 interrupted.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from tracker import __version__
from tracker.cli.commands import COMMANDS
from tracker.core.errors import NotFound, TrackerError, nearest


class Commands(click.Group):
    """Loads a command's file only when it is asked for, so that --help stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = COMMANDS.get(cmd_name)
        if row is None:
            return None
        command: click.Command = getattr(importlib.import_module(row.module), row.attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise NotFound("command", args[0], "tracker --help", nearest(args[0], COMMANDS))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it. A reader of our output that left early (| head) is no trouble; click would leave with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _talk_to_nobody()
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Grouped one-line summaries from the table, without importing any command."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, row in COMMANDS.items():
            groups.setdefault(row.group, []).append((name, row.summary))
        for group, rows in groups.items():
            with formatter.section(group):
                formatter.write_dl(rows)


def _shared_options(command: Any) -> Any:
    for option in (
        click.option("--home", metavar="DIR", help="Where database, exports and logs lie (TRACKER_HOME)."),
        click.option("--database", metavar="URL", help="sqlite:///FILE or postgresql://... (TRACKER_DATABASE_URL)."),
        click.option("--sources", metavar="FILE", help="The list of sources (TRACKER_SOURCES)."),
        click.option("--config", metavar="FILE", help="The settings (default: HOME/config.toml)."),
        click.option("--log-requests", metavar="FILE", help="Write a line of JSON per request; secrets are masked."),
    ):
        command = option(command)
    return command


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="tracker")
@_shared_options
@click.pass_context
def cli(ctx: click.Context, /, **flags: str | None) -> None:
    """Read curated lists, crawl sources, triage what is new into a learning plan, write digests."""
    ctx.obj = {k: v for k, v in flags.items() if v is not None}
    if ctx.invoked_subcommand is None:
        if sys.stdin.isatty() and sys.stdout.isatty():
            ctx.invoke(cli.get_command(ctx, "tui"))  # type: ignore[arg-type]
        else:
            click.echo(ctx.get_help())


def run(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit status. Never lets a traceback out."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        result = cli.main(args=list(argv), prog_name="tracker", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        _complain(error.format_message())
        return 2
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return 130
    except TrackerError as error:
        _complain(error.sentence())
        return error.exit_code
    except BrokenPipeError:  # at the last flush
        _talk_to_nobody()
        return 0
    except Exception as error:
        _complain(f"unexpected {type(error).__name__}; the details are in {_keep(error)}. Please report it.")
        return 70


def _talk_to_nobody() -> None:
    """Send what is still to be printed nowhere, so that the end of the process does not stumble over it."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        from tracker.cli.output import masked
        from tracker.core.text import strip_unseen

        for line in masked(strip_unseen(text)).splitlines():
            sys.stderr.write(f"tracker: {line}\n")


def _keep(error: Exception) -> str:
    """Write the traceback to a log of its own; returns where it lies."""
    import tempfile
    import traceback
    from pathlib import Path

    folder = Path(os.environ.get("TRACKER_HOME") or tempfile.gettempdir())
    path = folder / "tracker-error.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write("".join(traceback.format_exception(error)))
    except OSError:
        return "no file (nothing could be written)"
    return str(path)
