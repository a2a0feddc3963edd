"""The one door to `feedparser`, the authority for XML feeds of every age and state of repair.

It is always given a file object: bytes or text that look like a path or an address would be opened by it. Its own
sanitiser and link resolver stay off (quadratic on some inputs); the shared cleaning does both. iTunes elements are
renamed before it sees them, because it lets them overwrite the plain author and description.
"""

from __future__ import annotations

import io
import re
from typing import Any

from tracker.sources.syndication.raw import ITUNES_PREFIX, RawEntry, RawFeed, choose_link, escape_text, person_name

# `itunes:x-author` has no handler, so feedparser keeps it apart under "itunes_x-author".
_ITUNES = re.compile(r"(</?\s*itunes:)(?=(?:author|summary|subtitle|title|owner|name|email)\b)", re.I)
# An author of 60 kB makes the library's e-mail pattern backtrack for seconds; no name is longer than this.
_LONG_AUTHOR = re.compile(
    r"(<(?:[A-Za-z]+:)?(?:author|creator|managingEditor|webMaster|publisher|name|email)\b[^<>]{0,500}>)([^<]{1000,})",
    re.I,
)
# The library resolves an id as if it were a link, and takes it for one. Told that none is a permalink, it leaves ids
# as they are written; whether the feed said so itself is kept as a mark in front of the id.
_ID = re.compile(r"(<(?:[a-z][\w.-]{0,20}:)?(?:guid|id)\b)([^<>]{0,500}?)(?<!/)>", re.I)
_SAID_NO = re.compile(r"""\bisPermaLink\s*=\s*["']\s*(?!true)""", re.I)
_PERMALINK = re.compile(r"""\sisPermaLink\s*=\s*(?:"[^"]*"|'[^']*')""", re.I)
_NO_LINK = "\ue0ff"


def parse_with_library(text: str, url: str) -> RawFeed:
    """What `feedparser` finds in `text`, the document found at `url`."""
    import feedparser

    text = _ITUNES.sub(r"\1x-", text)
    text = _ID.sub(_plain_id, text)
    text = _LONG_AUTHOR.sub(lambda m: m[1] + m[2][:300], text)
    answer: Any = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return _feed(answer)


def _plain_id(found: re.Match[str]) -> str:
    """The start tag of an id that is never a link, with the mark when the feed said it is none."""
    mark = _NO_LINK if _SAID_NO.search(found[2]) else ""
    return f'{found[1]} isPermaLink="false"{_PERMALINK.sub("", found[2])}>{mark}'


def _feed(answer: Any) -> RawFeed:
    found = answer.feed
    version = str(answer.get("version") or "")
    raw = RawFeed(
        title=_text(found, "title") or _text(found, "itunes_x-title"),
        link=_link(found),
        language=_text(found, "language"),
        summary=_text(found, "subtitle") or _text(found, "itunes_x-summary") or _text(found, "itunes_x-subtitle"),
        authors=_authors(found),
        id=_text(found, "id").lstrip(_NO_LINK),
        published=_text(found, "published"),
        updated=_text(found, "updated"),
        ttl=_text(found, "ttl"),
        update_period=_text(found, "sy_updateperiod"),
        update_frequency=_text(found, "sy_updatefrequency"),
        atom=version.startswith("atom"),
        moved_to=_text(found, "newlocation") or _text(found, "itunes_new-feed-url"),
    )
    # An item without any element is none: feeds that nest items by mistake have them.
    raw.entries = [_entry(e, raw.atom) for e in answer.entries if e]
    return raw


def _text(node: Any, key: str) -> str:
    """A field as text; "" for what is absent or of another shape."""
    value = dict.get(node, key)
    return value if isinstance(value, str) else ""


def _link(node: Any) -> str:
    """The address of the work."""
    links = [link for link in dict.get(node, "links") or () if isinstance(link.get("href"), str) and link["href"]]
    found = [(str(link["href"]), str(link.get("rel", "alternate"))) for link in links]
    return choose_link(_text(node, "link"), found, _text(node, "id"))


def _authors(node: Any) -> list[str]:
    """Every author in order: the `author` field alone is the last one. iTunes' author only when no other is named."""
    names = []
    for person in dict.get(node, "authors") or ():
        name = person.get("name") or person.get("email") or ""
        if isinstance(name, str) and name.strip():
            names.append(name)
    single = _text(node, "author")
    if not names and single:
        names = [single]
    return [person_name(name) for name in names or [_text(node, ITUNES_PREFIX + "author")] if name]


def _entry(node: Any, atom: bool) -> RawEntry:
    content = (dict.get(node, "content") or [{}])[0]
    detail = dict.get(node, "summary_detail") or {}
    published, updated = _text(node, "published"), _text(node, "updated")
    summary_kind, content_kind = str(detail.get("type") or "text/html"), str(content.get("type") or "text/html")
    raw = RawEntry(
        id=_text(node, "id").lstrip(_NO_LINK),
        link=_link(node),
        original=_text(node, "feedburner_origlink") or _text(node, "origlink"),
        title=_text(node, "title") or _text(node, "itunes_x-title"),
        authors=_authors(node),
        # dc:date is all that RSS 1.0 and many RSS 2.0 feeds have; the library files it under "updated".
        published=published or ("" if atom else updated) or _text(node, "created"),
        updated=updated,
        summary=escape_text(_text(node, "summary"), summary_kind if detail else content_kind, atom),
        summary_base=str((detail or content).get("base") or ""),
        content=escape_text(str(content.get("value") or ""), content_kind, atom),
        content_base=str(content.get("base") or ""),
        duration=_text(node, "itunes_duration"),
        lang=str(
            content.get("language")
            or detail.get("language")
            or (dict.get(node, "title_detail") or {}).get("language")
            or ""
        ),
    )
    if not raw.summary and not raw.content:
        raw.summary = _text(node, "itunes_x-summary") or _text(node, "itunes_x-subtitle")
    _add_files(raw, node)
    return raw


def _add_files(raw: RawEntry, node: Any) -> None:
    """Enclosures, media contents and tags."""
    for link in dict.get(node, "links") or ():
        if link.get("rel") == "enclosure" and link.get("href"):
            raw.enclosures.append((str(link["href"]), str(link.get("type") or ""), str(link.get("length") or "")))
    for media in dict.get(node, "media_content") or ():
        if media.get("url"):
            raw.enclosures.append((str(media["url"]), str(media.get("type") or ""), str(media.get("filesize") or "")))
            raw.duration = raw.duration or str(media.get("duration") or "")
    transcript = dict.get(node, "podcast_transcript")
    if isinstance(transcript, dict) and transcript.get("url"):
        raw.transcripts.append((str(transcript["url"]), str(transcript.get("type") or "")))
    raw.tags = [str(tag.get("term") or tag.get("label") or "") for tag in dict.get(node, "tags") or ()]
