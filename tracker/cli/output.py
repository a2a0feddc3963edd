"""stdout is data, stderr is talk. JSON Lines are UTF-8 in any locale; web text is cleaned before it is shown, and
passwords and tokens in addresses are masked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from tracker.core.text import strip_unseen


def iso(at: datetime | None) -> str | None:
    """UTC with a Z, seconds precision; None stays None."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def masked(text: str) -> str:
    """`text` with passwords and tokens of the addresses in it masked."""
    if "://" not in text:
        return text
    from tracker.core.urls import mask_secrets  # not loaded for output without addresses

    return mask_secrets(text)


def emit(record: Any) -> None:
    """One JSON object, one line, on stdout."""
    sys.stdout.write(masked(json.dumps(record, ensure_ascii=False, default=_plain)) + "\n")


def tell(text: str = "") -> None:
    """A line of data for people on stdout; nothing in it can drive the terminal."""
    sys.stdout.write(masked(strip_unseen(text)) + "\n")


def say(text: str) -> None:
    """A line of talk on stderr: progress, hints, what was done."""
    sys.stderr.write(masked(strip_unseen(text)) + "\n")


@contextmanager
def progress(total: int | None, what: str) -> Iterator[Any]:
    """A bar on stderr for work longer than a second; silent unless stderr is a terminal. Yields `step(n=1)`."""
    if not sys.stderr.isatty():
        yield lambda n=1: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda n=1: bar.advance(task, n)


def table(rows: Iterable[tuple[str, ...]], head: tuple[str, ...]) -> None:
    """Columns padded by terminal cells (Chinese counts two), the last one free."""
    from rich.cells import cell_len

    lines = [head, *rows]
    widths = [max(cell_len(line[i]) for line in lines) for i in range(len(head) - 1)]
    for line in lines:
        cells = [c + " " * (w - cell_len(c)) for c, w in zip(line, widths, strict=False)]
        tell("  ".join([*cells, line[-1]]).rstrip())
