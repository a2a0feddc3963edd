"""Addresses of HTML, with the characters that hold them. The markup is a person's own file, read as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SKIPPED = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|pre|code|template)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
# An address without quotes may hold `=`, as browsers read it.
_ATTRIBUTE = re.compile(r"""([A-Za-z_:@][\w:.@-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+))""")
_HOLDERS = {
    "href": frozenset(("a", "area", "link")),
    "src": frozenset(("img", "script", "iframe", "audio", "video", "source", "embed", "track", "input")),
    "srcset": frozenset(("img", "source")),
    "cite": frozenset(("blockquote", "q", "del", "ins")),
    "data": frozenset(("object",)),
    "poster": frozenset(("video",)),
}
_HINTS = re.compile(r"\brel\s*=\s*[\"']?\s*(?:preconnect|dns-prefetch)", re.I)
_CANDIDATE = re.compile(r"\s*,?\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s+[\d.]+[wx])?\s*")


def html_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where the addresses of attributes stand, outside comments and code."""
    at = 0
    for skipped in _SKIPPED.finditer(text):
        yield from _tags(text, at, skipped.start())
        head = _TAG.match(text, skipped.start(), skipped.end())
        if head and head[1].lower() == "script":
            yield from attributes("script", text, head.start(2), head.end(2))
        at = skipped.end()
    yield from _tags(text, at, len(text))


def _tags(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for tag in _TAG.finditer(text, start, end):
        yield from attributes(tag[1].lower(), text, tag.start(2), tag.end(2))


def attributes(tag: str, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the addresses of one tag stand. Hints to connect early are no links."""
    if tag == "link" and _HINTS.search(text, start, end):
        return
    for found in _ATTRIBUTE.finditer(text, start, end):
        name = found[1].lower()
        if tag not in _HOLDERS.get(name, frozenset()):
            continue
        group = next(i for i in (2, 3, 4) if found[i] is not None)
        if name == "srcset":
            yield from (one.span(1) for one in _CANDIDATE.finditer(text, *found.span(group)))
        else:
            yield found.span(group)
