"""One entry of a feed's tree, read as the library reads it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tracker.sources.syndication.elements import XML, Decline, Elements, Links, lang_of, marked, person, text_of
from tracker.sources.syndication.names import AUTHORS, CATEGORIES, DESCRIPTIONS, NOTHING, PUBLISHED, TITLES, UPDATED
from tracker.sources.syndication.raw import ITUNES_PREFIX, RawEntry, escape_text, person_name


class Item:
    """One entry being read, element by element in document order, as order decides what a second description is."""

    def __init__(self, reader: Elements, atom: bool, node: Element, base: str, lang: str) -> None:
        self.reader, self.atom, self.node = reader, atom, node
        self.base, self.lang = reader.base_of(node, base), lang_of(node, lang)
        self.raw, self.links = RawEntry(), Links()
        self.titled = self.has_content = self.content_seen = False
        self.has_summary = self.has_summary_value = self.deep_summary = False
        self.title_lang = self.summary_lang = self.content_lang = self.created = ""
        self.media: list[tuple[str, str, str]] = []
        self.itunes: dict[str, str] = {}
        self.terms: list[tuple[str, str, str]] = []
        self.no_link = ""

    def take(self) -> RawEntry:
        """The entry. Declines when an attribute of it or an element in it may mean something."""
        if not (self.node.attrib.keys() <= {XML + "base", XML + "lang"} or self.atom):
            raise Decline
        for node, deep in self.flat(self.node):
            self.one(self.reader.name(node.tag), node, deep)
        return self.finish()

    def flat(self, holder: Element, deep: bool = False) -> Iterator[tuple[Element, bool]]:
        """The children, and those of media groups and contents after them, as the library meets them."""
        for node in holder:
            what = self.reader.name(node.tag)
            if what != "media_group":
                yield node, deep
            if what in ("media_group", "media_content") and len(node):
                if deep and what == "media_group":
                    raise Decline
                yield from self.flat(node, True)

    def one(self, what: str, node: Element, deep: bool) -> None:
        raw = self.raw
        if what in TITLES:
            if not self.titled:
                raw.title = marked(node, "text/plain")[0]
                self.title_lang = lang_of(node, self.lang)
                self.titled = bool(raw.title)
        elif what == "media_title":
            if not self.titled and not (deep and raw.title):
                raw.title = text_of(node)
        elif what == "link":
            self.links.take(node, self.reader.base_of(node, self.base))
        elif what == "guid" or what == "id":
            self.identify(node)
        elif what in DESCRIPTIONS:
            self.describe(node, "text/html", deep)
        elif what == "summary":
            self.describe(node, "text/plain", deep)
        elif what == "content" or what == "content_encoded":
            self.fill(node, "text/plain" if what == "content" else "text/html")
        elif what in PUBLISHED:
            raw.published = text_of(node)
        elif what == "dcterms_created":
            self.created = text_of(node)
        elif what in UPDATED:
            raw.updated = text_of(node)
        elif what in AUTHORS:
            raw.authors.append(person(self.reader, node))
        else:
            self.beside(what, node)

    def beside(self, what: str, node: Element) -> None:
        """Files, tags, and what belongs to talks."""
        if what in CATEGORIES:
            self.categorize(node)
        elif what == "enclosure" and not len(node):
            given = node.attrib
            href = given.get("url") or given.get("uri") or given.get("href") or ""
            self.links.all.append((href, "enclosure", given.get("type", ""), given.get("length", "")))
        elif what == "media_content":
            self.media.append(
                (node.get("url", ""), node.get("type", ""), node.get("fileSize", node.get("filesize", "")))
            )
            self.itunes.setdefault("media_duration", node.get("duration", ""))
        elif what.startswith(ITUNES_PREFIX):
            self.itunes[what] = text_of(node) if not node.attrib else ""
        elif what == "itunes_duration":
            self.raw.duration = text_of(node)
        elif what == "itunes_keywords":
            self.terms += [
                (term.strip(), "http://www.itunes.com/", "") for term in text_of(node).split(",") if term.strip()
            ]
        elif what == "feedburner_origlink":
            self.raw.original = text_of(node)
        elif what == "podcast_transcript":
            self.raw.transcripts.append((node.get("url", ""), node.get("type", "")))
        elif what not in NOTHING and not self.reader.harmless(what, node):
            raise Decline

    def identify(self, node: Element) -> None:
        """The id as written; whether the feed says that it is no address."""
        said = next((v for k, v in node.attrib.items() if k.lower() == "ispermalink"), "true")
        self.raw.id = text_of(node)
        self.no_link = "" if said.strip().lower().startswith("true") else "no"

    def categorize(self, node: Element) -> None:
        given = node.attrib
        term, label = given.get("term", ""), given.get("label", "")
        scheme = given.get("scheme", given.get("domain", ""))
        if term or scheme or label:
            tag = (term, scheme, label)
            if tag not in self.terms:
                self.terms.append(tag)
        value = text_of(node)
        if not value:
            return
        if self.terms and not self.terms[-1][0]:
            self.terms[-1] = (value, *self.terms[-1][1:])
        elif (value, "", "") not in self.terms:
            self.terms.append((value, "", ""))

    def describe(self, node: Element, default: str, deep: bool) -> None:
        """A description: the summary, or the content when there is a summary already and no content yet."""
        if self.has_summary and not self.has_content:
            self.fill(node, "text/plain")
            return
        (value, kind), base = marked(node, default), self.reader.base_of(node, self.base)
        if self.deep_summary is False and deep and self.has_summary_value:
            return
        self.raw.summary, self.raw.summary_base = escape_text(value, kind, self.atom), base
        self.has_summary = self.has_summary_value = True
        self.deep_summary = deep
        self.summary_lang = lang_of(node, self.lang)

    def fill(self, node: Element, default: str) -> None:
        """The content; it is the summary too when there is none."""
        (value, kind), base = marked(node, default), self.reader.base_of(node, self.base)
        value = escape_text(value, kind, self.atom)
        if not self.has_content or not self.content_seen:
            self.raw.content, self.raw.content_base = value, base
            self.content_lang = lang_of(node, self.lang)
            self.content_seen = True
        self.has_content = True
        if not self.has_summary:
            self.raw.summary, self.raw.summary_base, self.has_summary = value, base, True

    def finish(self) -> RawEntry:
        """What depends on several elements."""
        raw = self.raw
        raw.link = self.links.choose("" if self.no_link else raw.id)
        raw.enclosures = [(h, t, n) for h, rel, t, n in self.links.all if rel == "enclosure" and h]
        raw.enclosures += [item for item in self.media if item[0]]
        raw.duration = raw.duration or self.itunes.get("media_duration", "")
        raw.tags = [term or label for term, _, label in self.terms]
        raw.authors = [name for name in raw.authors if name.strip()]
        if not raw.authors and self.itunes.get(ITUNES_PREFIX + "author"):
            raw.authors = [person_name(self.itunes[ITUNES_PREFIX + "author"])]
        raw.title = raw.title or self.itunes.get(ITUNES_PREFIX + "title", "")
        if not raw.summary and not raw.content:
            raw.summary = self.itunes.get(ITUNES_PREFIX + "summary", "") or self.itunes.get(
                ITUNES_PREFIX + "subtitle", ""
            )
        raw.published = raw.published or ("" if self.atom else raw.updated) or self.created
        raw.lang = self.content_lang or self.summary_lang or self.title_lang
        return raw
