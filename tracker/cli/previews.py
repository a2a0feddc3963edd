"""What a source would bring, as `sources preview` prints it."""

from __future__ import annotations

from typing import Any

from tracker.cli.output import emit, iso, say, tell


def show(found: Any, as_json: bool) -> None:
    """Print a preview."""
    h = found.harvest
    problems = list(h.problems) if h else [found.problem]
    if h and h.error:
        problems.append(h.error)
    if as_json:
        emit(shape(found, problems))
        return
    tell(f"{found.input}: {h.title if h else ''} ({found.kind}, {len(h.entries) if h else 0} entries)")
    for e in h.entries if h else ():
        tell(f"  {e.published:%Y-%m-%d}  {e.title}" if e.published else f"              {e.title}")
    for problem in problems:
        say(f"{found.input}: {problem}")


def shape(found: Any, problems: list[str]) -> dict[str, Any]:
    """A preview as `--json` prints it."""
    h = found.harvest
    return {
        "input": found.input,
        "kind": found.kind,
        "title": h.title if h else None,
        "link": h.link if h else None,
        "language": (h.language or None) if h else None,
        "id": (h.id or None) if h else None,
        "authors": list(h.authors) if h else [],
        "summary": (h.summary or None) if h else None,
        "published": iso(h.published) if h else None,
        "updated": iso(h.updated) if h else None,
        "entries": [_entry(e) for e in h.entries] if h else [],
        "problems": problems,
    }


def _entry(e: Any) -> dict[str, Any]:
    return {
        "id": e.id or None,
        "url": e.url or None,
        "title": e.title or None,
        "authors": list(e.authors),
        "published": iso(e.published),
        "updated": iso(e.updated),
        "summary": e.summary or None,
        "content": e.content or None,
        "enclosures": [{"url": x.url, "type": x.type or None, "length": x.length or None} for x in e.enclosures],
        "tags": list(e.tags),
        "language": e.lang or None,
        "duration": e.duration or None,
        "transcripts": [{"url": x.url, "type": x.type or None} for x in e.transcripts],
    }
