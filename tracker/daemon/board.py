"""The board: what each job did last, what is wrong with it, when it comes again. Others read it as HOME/daemon.json."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.services.operations import BOARD


@dataclass
class Row:
    """One job. Times are ISO in UTC; `failures` counts those in a row."""

    last: str = ""
    seconds: float = 0.0
    said: str = ""
    error: str = ""
    failures: int = 0
    next: str = ""
    runs: int = 0


class Board:
    """Kept in memory, written to a file after every change (never half: it is renamed into place)."""

    def __init__(self, home: Path, started: datetime) -> None:
        self._path = home / BOARD
        self.started, self.rows = started, dict[str, Row]()

    def row(self, job: str) -> Row:
        """The row of a job, made when it is asked for first."""
        return self.rows.setdefault(job, Row())

    def as_data(self) -> dict[str, Any]:
        """What is written, and what the endpoint shows."""
        jobs = {name: asdict(row) for name, row in self.rows.items()}
        return {"pid": os.getpid(), "version": __version__, "started": iso(self.started), "jobs": jobs}

    def write(self) -> None:
        """Best effort: on a full disk the daemon goes on, and its board is old."""
        temporary = self._path.with_name(f".{BOARD}.{os.getpid()}.tmp")
        try:
            temporary.write_text(json.dumps(self.as_data(), ensure_ascii=False), "utf-8")
            temporary.replace(self._path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def remove(self) -> None:
        """Take it down at the end."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def iso(at: datetime) -> str:
    """A time as the board says it: UTC, seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
