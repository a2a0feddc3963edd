"""A quick reader for well-formed RSS 2.0 and Atom, which gives exactly what the library gives, or declines.

It takes documents without a DTD only (so no entity can expand), reads them with expat into a tree, and declines
(None) at anything it does not know to read the same way: elements inside text, elements with a meaning of their own in
old formats, namespaces under borrowed prefixes, embedded XHTML. Then the library reads the document. The differential
tests hold the two to one answer on every feed of the corpora.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, XMLParser

from tracker.sources.syndication.elements import Decline, Elements, Links, lang_of, marked, person, text_of
from tracker.sources.syndication.entry import Item
from tracker.sources.syndication.names import (
    AUTHORS,
    CATEGORIES,
    DESCRIPTIONS,
    NOTHING,
    PUBLISHED,
    TITLES,
    UPDATED,
    borrowed,
)
from tracker.sources.syndication.raw import ITUNES_PREFIX, RawFeed, person_name

_SPACES_SAID = re.compile(rb"xmlns[^<]*")


def parse_fast(text: str, url: str) -> RawFeed | None:
    """What is found in `text`, the document at `url`; None when the library has to read it."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text or borrowed(text):
        return None
    return _parse(text.encode("utf-8", "replace"), url)


def parse_bytes(body: bytes, url: str) -> RawFeed | None:
    """The same of a document in UTF-8; None also when its bytes are no UTF-8."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return None
    spaces = b"\n".join(_SPACES_SAID.findall(body)).decode("utf-8", "replace")
    return None if borrowed(spaces) else _parse(body, url)


def _parse(body: bytes, url: str) -> RawFeed | None:
    parser = XMLParser(encoding="utf-8")
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, ValueError):
        return None
    try:
        return _feed(Elements(url), root)
    except Decline:
        return None


def _feed(elements: Elements, root: Element) -> RawFeed:
    """The whole document."""
    kind = elements.name(root.tag)
    if kind == "feed" and root.tag.startswith("{"):
        raw, holder, base = RawFeed(atom=True), root, elements.base_of(root, elements.url)
    elif kind == "rss" and len(root) == 1 and elements.name(root[0].tag) == "channel":
        holder, raw = root[0], RawFeed()
        base = elements.base_of(holder, elements.base_of(root, elements.url))
        if "href" in holder.attrib or "lastmod" in holder.attrib:
            raise Decline
    else:
        raise Decline
    lang = lang_of(holder, lang_of(root, ""))
    raw.language = lang_of(root, "")
    _Channel(elements, raw, base, lang).take(holder)
    return raw


class _Channel:
    """The elements of a feed outside its entries."""

    def __init__(self, reader: Elements, raw: RawFeed, base: str, lang: str) -> None:
        self.reader, self.raw, self.base, self.lang = reader, raw, base, lang
        self.links = Links()
        self.titled = False
        self.itunes: dict[str, str] = {}

    def take(self, holder: Element) -> None:
        name = self.reader.name
        for node in holder:
            what = name(node.tag)
            if what in ("item", "entry"):
                if len(node):
                    self.raw.entries.append(Item(self.reader, self.raw.atom, node, self.base, self.lang).take())
                elif node.attrib:
                    raise Decline
            elif what in ("image", "textinput"):
                self.titled = False
            else:
                self.one(what, node)
        raw = self.raw
        raw.link = self.links.choose(raw.id)
        raw.authors = [name for name in raw.authors if name.strip()]
        said = self.itunes.get
        raw.summary = raw.summary or said(ITUNES_PREFIX + "summary", "") or said(ITUNES_PREFIX + "subtitle", "")
        if not raw.authors and said(ITUNES_PREFIX + "author"):
            raw.authors = [person_name(said(ITUNES_PREFIX + "author", ""))]

    def one(self, what: str, node: Element) -> None:
        """One element of the feed itself."""
        raw = self.raw
        if what in TITLES:
            if not self.titled:
                raw.title = marked(node, "text/plain")[0]
                self.titled = bool(raw.title)
        elif what == "link":
            self.links.take(node, self.reader.base_of(node, self.base))
        elif what == "language" or what == "dc_language":
            raw.language = text_of(node)
        elif what == "ttl":
            raw.ttl = text_of(node)
        elif what == "sy_updateperiod":
            raw.update_period = text_of(node)
        elif what == "sy_updatefrequency":
            raw.update_frequency = text_of(node)
        elif what == "itunes_new-feed-url":
            raw.moved_to = text_of(node)
        elif what == "id" or what == "guid":
            raw.id = text_of(node)
        elif what in DESCRIPTIONS or what in ("subtitle", "tagline"):
            raw.summary = marked(node, "text/html")[0] or raw.summary
        elif what in AUTHORS:
            raw.authors.append(person(self.reader, node))
        elif what in PUBLISHED:
            raw.published = text_of(node)
        elif what in UPDATED or what == "modified":
            raw.updated = text_of(node)
        elif what in _ITUNES_SAID:
            self.itunes[what] = text_of(node)
        elif what not in _KNOWN_FEED and not self.reader.harmless(what, node):
            raise Decline


_ITUNES_SAID = frozenset(ITUNES_PREFIX + name for name in ("author", "summary", "subtitle"))
_KNOWN_FEED = (
    NOTHING | CATEGORIES
    | {"itunes_keywords", "itunes_category", "skiphours",
       "skipdays", "itunes_x-owner", "podcast_value", "podcast_person", "podcast_locked", "podcast_podroll"}
)  # fmt: skip
