"""The daemon's log: one line an event, in HOME/logs and on stderr; nothing in a line can forge another."""

from __future__ import annotations

import json
import logging
import logging.handlers
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from tracker.core.text import clean_line
from tracker.core.urls import mask_url

MAX_BYTES = 5 * 1024 * 1024
KEPT_FILES = 3
NAME = "tracker.daemon"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.I)


class _Line(logging.Formatter):
    """Time in UTC, level, message; or the same as a JSON object."""

    converter = staticmethod(time.gmtime)

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ")
        said = _ADDRESS.sub(lambda found: mask_url(found[0]), clean_line(record.getMessage(), 2000))
        if self._as_json:
            return json.dumps({"at": at, "level": record.levelname.lower(), "message": said}, ensure_ascii=False)
        return f"{at} {record.levelname:<7} {said}"


class _File(logging.handlers.RotatingFileHandler):
    """A log that survives a full disk and a folder that went away: a line that cannot be written is lost, no more."""

    def handleError(self, record: logging.LogRecord) -> None:
        if self.stream is not None:
            with suppress(OSError, ValueError):
                self.stream.close()
            self.stream = None


class _Talk(logging.StreamHandler[TextIO]):
    """The same on stderr, until nobody listens there any more."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


def open_log(folder: Path, level: str, as_json: bool, name: str = "daemon") -> logging.Logger:
    """The daemon's logger, writing to `folder`/`name`.log (rotated at 5 MiB, three kept) and to stderr."""
    log = logging.getLogger(NAME)
    close_log(log)
    log.setLevel(level.upper())
    log.propagate = False
    file = _File(folder / f"{name}.log", maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    for handler in (file, _Talk()):
        handler.setFormatter(_Line(as_json))
        log.addHandler(handler)
    return log


def close_log(log: logging.Logger) -> None:
    """Give the files back."""
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
