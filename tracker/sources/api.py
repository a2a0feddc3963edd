"""Kind `api`: a JSON endpoint read by a small mapping: `path: {items, title, url, id, date, summary, authors}`.

A path is names with dots (`paper.title`); a number picks from a list; `{paper.id}` in a text puts a value into it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from tracker.core.dates import parse_date
from tracker.core.html import sanitize
from tracker.core.model import Entry, Harvest, Polling, Source
from tracker.core.text import clean_line
from tracker.core.urls import is_web, resolve
from tracker.core.web import Reply
from tracker.sources.base import Kind, SourceKind

_SLOT = re.compile(r"\{([\w.]+)\}")
MOST_ITEMS = 2000
DEFAULTS = {"items": "items", "title": "title", "url": "url", "id": "id", "date": "date", "summary": "summary"}


class Api(Kind):
    """One conditional question, one list of items."""

    name = "api"

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        given = source.options.get("path")
        path = DEFAULTS | {str(k): str(v) for k, v in given.items()} if isinstance(given, Mapping) else DEFAULTS
        try:
            items = _pick(json.loads(reply.body), path["items"])
        except (ValueError, RecursionError) as broken:
            return Harvest(is_source=False, error="parse", problems=(f"broken JSON: {broken}"[:200],))
        if not isinstance(items, list):
            said = f"no list at path.items '{path['items']}'"
            return Harvest(is_source=False, error="not_a_feed", problems=(said,))
        entries = (_entry(item, path, reply.url) for item in items[:MOST_ITEMS] if isinstance(item, dict))
        return Harvest(entries=tuple(one for one in entries if one.title or one.url))


def _pick(value: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _words(item: Any, path: str) -> str:
    """The value at a path, or the text with its slots filled; "" when any is missing."""
    if not path:
        return ""
    if "{" in path:
        values = [_pick(item, name) for name in _SLOT.findall(path)]
        filled = iter(values)
        return "" if any(one is None for one in values) else _SLOT.sub(lambda _: str(next(filled)), path)
    found = _pick(item, path)
    return str(found) if isinstance(found, (str, int, float)) and not isinstance(found, bool) else ""


def _entry(item: Any, path: Mapping[str, str], base: str) -> Entry:
    url = resolve(base, _words(item, path["url"])) if _words(item, path["url"]) else ""
    people = _pick(item, path["authors"]) if path.get("authors") else None
    names = [one.get("name", "") if isinstance(one, dict) else str(one) for one in people or ()]
    return Entry(
        id=_words(item, path["id"]) or url,
        url=url if is_web(url) else "",
        title=clean_line(_words(item, path["title"]), 500),
        authors=tuple(clean_line(str(name), 200) for name in names if name),
        published=parse_date(_words(item, path["date"])),
        summary=sanitize(f"<p>{escape(_words(item, path['summary']))}</p>", base) if path["summary"] else "",
    )


def kind() -> SourceKind:
    return Api()
