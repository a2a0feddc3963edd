"""Readable texts: of an address, or of a file on this machine. Parsing happens in the reading room alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, cast

from tracker.core.article import Article
from tracker.core.errors import DocumentError
from tracker.core.web import Failed, Fetcher, NotModified, Request
from tracker.services.reading import JobFailed

MAX_FILE = 64 * 1024 * 1024
MAX_PAPER = 32 * 1024 * 1024
_WALLS = {401: "login", 402: "paywall", 403: "blocked", 429: "blocked", 451: "blocked", 404: "soft404", 410: "soft404"}


class Reading(Protocol):
    """The room where strangers' bytes are read."""

    async def run(self, function_path: str, *args: object) -> Any: ...


async def extract_file(path: Path, reading: Reading, *, url: str = "") -> Article:
    """The text of a file, links resolved against `url`. Raises DocumentError when it cannot be opened."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise DocumentError(str(path), 0, f"is larger than {MAX_FILE >> 20} MiB", "Name a smaller file")
        body = path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), 0, f"cannot be read ({error.strerror})", "Check the path") from error
    return await _read(reading, body, url, "", "")


async def extract_url(url: str, fetcher: Fetcher, reading: Reading, *, select: str = "") -> Article:
    """The text behind an address. Whatever goes wrong is an outcome with its reason, never an exception."""
    answer = await fetcher.fetch(Request(url, purpose="text", max_bytes=MAX_PAPER))
    if isinstance(answer, Failed):
        said = answer.detail or str(answer.status or "")
        why = f"{answer.reason.value}: {said}" if said else answer.reason.value
        return Article(_WALLS.get(answer.status, "unreachable"), why)
    if isinstance(answer, NotModified):
        return Article("unreachable", "the site answered 'not modified' to a first question")
    return await _read(reading, answer.body, answer.url, answer.headers.get("content-type", ""), select)


async def _read(reading: Reading, body: bytes, url: str, content_type: str, select: str) -> Article:
    try:
        found = await reading.run("tracker.texts.reading:read_text", body, url, content_type, select)
    except JobFailed as failed:
        return Article("unreadable", str(failed))
    return cast(Article, found)
