"""The readable text of an address or of a file on this machine. Parsing happens in the reading room alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, cast

from tracker.core.article import Article, paper_addresses, with_paper
from tracker.core.errors import DocumentError
from tracker.core.web import Failed, Fetcher, NotModified, Reason, Request
from tracker.services.reading import JobFailed

MAX_FILE = 64 * 1024 * 1024
MAX_PAPER = 32 * 1024 * 1024
WHOLE = 1500  # words of a page that is the paper itself, not a page about it
_WALLS = {401: "login", 402: "paywall", 403: "blocked", 429: "blocked", 451: "blocked", 404: "soft404", 410: "soft404"}

_REASONS = {Reason.RESTING: "resting", Reason.REFUSED_ROBOTS: "refused"}


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
    """The text behind an address. Whatever goes wrong is an outcome with its reason, never an exception.

    Of a paper: what its page says of it, and the whole from its PDF.
    """
    return (await text_at(url, fetcher, reading, select, False))[0]


async def text_at(url: str, fetcher: Fetcher, reading: Reading, select: str, robots: bool) -> tuple[Article, float]:
    """The text, and for how many seconds its host wants to be left alone. `robots`: nobody named this address to us."""
    known = paper_addresses(url)
    page, pause = await _fetched(known[0] if known else url, fetcher, reading, select, robots)
    pdf = page.pdf or (known[1] if known else "")
    if not pdf or pause or (known is None and (page.outcome != "ok" or page.words > WHOLE)):
        return page, pause
    paper, pause = await _fetched(pdf, fetcher, reading, "", robots)
    if page.outcome != "ok" and not page.abstract:
        return (paper, 0.0) if paper.outcome == "ok" else (page, 0.0)
    if known is None and paper.outcome != "ok":  # the page has a text of its own
        return page, 0.0
    return with_paper(page, paper), pause


async def _fetched(url: str, fetcher: Fetcher, reading: Reading, select: str, robots: bool) -> tuple[Article, float]:
    answer = await fetcher.fetch(Request(url, purpose="text", max_bytes=MAX_PAPER, robots=robots))
    if isinstance(answer, Failed):
        said = answer.detail or str(answer.status or "")
        why = f"{answer.reason.value}: {said}" if said else answer.reason.value
        outcome = _REASONS.get(answer.reason) or _WALLS.get(answer.status, "unreachable")
        return Article(outcome, why), (answer.retry_after or 1.0) if outcome == "resting" else 0.0
    if isinstance(answer, NotModified):
        return Article("unreachable", "the site answered 'not modified' to a first question"), 0.0
    return await _read(reading, answer.body, answer.url, answer.headers.get("content-type", ""), select), 0.0


async def _read(reading: Reading, body: bytes, url: str, content_type: str, select: str) -> Article:
    try:
        found = await reading.run("tracker.texts.reading:read_text", body, url, content_type, select)
    except JobFailed as failed:
        return Article("unreadable", str(failed))
    return cast(Article, found)
