"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read leniently: a wrong type in one field loses that field only."""

from __future__ import annotations

import html
import json
from typing import Any

from tracker.sources.syndication.raw import RawEntry, RawFeed

MOST_DIGITS = 400


def parse_json(text: str) -> RawFeed | None:
    """What the JSON holds, or None when it is no JSON Feed. Raises ValueError when it is not JSON at all."""
    try:
        # strict=False: raw control characters inside strings are common and harmless once cleaned.
        data = json.loads(text, strict=False, parse_int=_number)
    except RecursionError as deep:
        raise ValueError("nested too deeply") from deep
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        return None
    named = "title" in data or "home_page_url" in data or bool(data["items"])
    if not named and "jsonfeed.org" not in str(data.get("version", "")):
        return None
    raw = RawFeed(
        title=_plain(data.get("title")),
        link=_text(data.get("home_page_url")),
        id=_text(data.get("feed_url")),
        language=_text(data.get("language")),
        summary=_plain(data.get("description")),
        authors=_people(data),
        atom=True,
    )
    items = [item for item in data["items"] if isinstance(item, dict)]
    if len(items) < len(data["items"]):
        raw.problems.append(f"{len(data['items']) - len(items)} items are not objects and were left out")
    raw.entries = [_entry(item, raw) for item in items]
    return raw


def _number(digits: str) -> int | str:
    """A whole number; one with more digits than any id or length has stays text."""
    return int(digits) if len(digits) < MOST_DIGITS else digits


def _text(value: Any) -> str:
    """A string or number as text; "" for everything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)


def _plain(value: Any) -> str:
    """Text that is no markup, escaped so that the shared cleaning gives it back as it is."""
    return html.escape(_text(value), quote=False)


def _people(node: dict[str, Any]) -> list[str]:
    """`authors` (1.1), else `author` (1.0); names, or their addresses when no name is given."""
    listed = node.get("authors")
    found = listed if isinstance(listed, list) else [node.get("author")]
    names = []
    for person in found:
        if isinstance(person, dict):
            names.append(_plain(person.get("name")) or _plain(person.get("url")))
        elif isinstance(person, str):
            names.append(_plain(person))
    return [name for name in names if name]


def _entry(item: dict[str, Any], feed: RawFeed) -> RawEntry:
    content = _text(item.get("content_html")) or _plain(item.get("content_text"))
    attached = item.get("attachments")
    files = [a for a in attached if isinstance(a, dict)] if isinstance(attached, list) else []
    tags = item.get("tags")
    return RawEntry(
        id=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_plain(item.get("title")),
        authors=_people(item) or list(feed.authors),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        summary=_plain(item.get("summary")),
        content=content,
        enclosures=[(_text(a.get("url")), _text(a.get("mime_type")), _text(a.get("size_in_bytes"))) for a in files],
        tags=[_plain(t) for t in tags] if isinstance(tags, list) else [],
        lang=_text(item.get("language")),
        duration=next((_text(a.get("duration_in_seconds")) for a in files if _text(a.get("duration_in_seconds"))), ""),
    )
