"""A quick reader for well-formed RSS 2.0 and Atom, which gives exactly what the library gives, or declines.

It takes documents without a DTD only (so no entity can expand), reads them with expat into a tree, and declines
(None) at anything it does not know to read the same way: elements inside text, elements with a meaning of their own in
old formats, namespaces under borrowed prefixes, embedded XHTML. Then the library reads the document. The differential
tests hold the two to one answer on every feed of the corpora.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError, XMLParser

from tracker.sources.syndication.raw import (
    ITUNES_PREFIX,
    RawEntry,
    RawFeed,
    choose_link,
    escape_text,
    person_name,
    repair,
)

# Namespace (lower case) -> the prefix its elements are known by; "" for the formats' own. As feedparser matches them.
_SPACES = {
    "": "", "http://www.w3.org/2005/atom": "", "http://purl.org/atom/ns#": "",
    "http://backend.userland.com/rss2": "", "http://blogs.law.harvard.edu/tech/rss": "", "http://purl.org/rss/1.0/": "",
    "http://purl.org/dc/elements/1.1/": "dc", "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content", "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media", "http://search.yahoo.com/mrss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner", "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/slash/": "slash", "http://wellformedweb.org/commentapi/": "wfw",
    "http://www.georss.org/georss": "georss", "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://purl.org/syndication/thread/1.0": "thr", "http://a9.com/-/spec/opensearch/1.1/": "opensearch",
    "http://a9.com/-/spec/opensearchrss/1.0/": "opensearch", "http://schemas.google.com/g/2005": "gd",
    "http://webns.net/mvcb/": "admin", "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "https://podcastindex.org/namespace/1.0": "podcast", "http://arxiv.org/schemas/atom": "arxiv",
    "http://www.youtube.com/xml/schemas/2015": "yt", "com-wordpress:feed-additions:1": "wp",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf", "http://backend.userland.com/creativecommonsrssmodule": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "cc", "http://www.blogger.com/atom/ns#": "blogger",
    "http://purl.org/atompub/tombstones/1.0": "at", "http://www.spotify.com/ns/rss": "spotify",
    "http://www.rssboard.org/media-rss": "mrss2", "http://web.resource.org/cc/": "cc",
}  # fmt: skip
# The prefixes feedparser has handlers for: bound to a namespace not listed above, they would mean something to it.
_TAKEN = frozenset(("dc", "dcterms", "content", "itunes", "media", "feedburner", "atom", "rss", "xhtml", "psc", "cc",
                    "admin", "georss", "gml", "geo", "creativecommons", "podcast", "sy", "rdf"))  # fmt: skip
_DECLARATION = re.compile(r"""xmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_XML = "{http://www.w3.org/XML/1998/namespace}"

# Known to change nothing of what is kept, whatever they hold. Unknown elements with children make the reader decline.
_NOTHING = frozenset(
    ("comments", "rights", "copyright", "generator", "docs", "cloud", "rating", "contributor", "wfw_commentrss",
     "wfw_comment", "slash_comments", "source", "thr_total", "thr_in-reply-to", "dc_rights", "dc_publisher", "dc_type",
     "dc_format", "dc_identifier", "dc_source", "dc_relation", "dc_coverage", "media_thumbnail", "media_community",
     "media_credit", "media_rating", "media_player", "media_restriction", "media_license", "media_copyright",
     "media_text", "itunes_image", "itunes_explicit", "itunes_block", "itunes_episode", "itunes_season", "itunes_order",
     "itunes_episodetype", "itunes_isclosedcaptioned", "itunes_type", "itunes_complete", "itunes_owner", "icon", "logo", "webmaster", "wp_post-id", "wp_site", "georss_point",
     "georss_featurename", "georss_box", "gd_image", "gd_extendedproperty", "admin_generatoragent", "admin_errorreportsto",
     "feedburner_info", "feedburner_emailserviceid", "feedburner_feedburnerhostname", "opensearch_totalresults",
     "opensearch_startindex", "opensearch_itemsperpage", "opensearch_query", "cc_license", "geo_lat", "geo_long",
     "geo_point", "feedburner_feedflare", "itunes_x-name", "itunes_x-email", "dcterms_valid")
)  # fmt: skip
# What feedparser has handlers for or keeps under a name of its own, beyond what is read here.
_HANDLED = frozenset(
    ("image", "textinput", "name", "width", "height", "url", "homepage", "uri", "email", "subtitle", "tagline", "item",
     "entry", "language", "issued", "modified", "created", "expirationdate", "keywords", "abstract", "info", "body",
     "fullitem", "newlocation", "tags", "feed", "channel", "rss", "origlink", "authors", "links", "svg", "math", "hour",
     "itunes_category", "itunes_x-title", "media_title", "media_keywords", "media_group", "dc_contributor",
     "dc_language", "xhtml_body", "feedburner_browserfriendly", "itunes_link", "rdf_li", "contributors", "source_detail")
)  # fmt: skip
_TITLES = frozenset(("title", "dc_title"))
_DESCRIPTIONS = frozenset(("description", "dc_description", "media_description"))
_AUTHORS = frozenset(("author", "dc_creator", "dc_author", "managingeditor"))
_PUBLISHED = frozenset(("pubdate", "published", "dcterms_issued"))
_UPDATED = frozenset(("updated", "dc_date", "dcterms_modified", "lastbuilddate"))
_CATEGORIES = frozenset(("category", "dc_subject", "media_category"))
_QUERY = re.compile(r"&([A-Za-z0-9_]+);")


_APART = frozenset(("author", "summary", "subtitle", "title", "owner", "name", "email"))


class _Decline(Exception):
    """Something here may be read differently by the library."""


def parse_fast(text: str, url: str) -> RawFeed | None:
    """What is found in `text`, the document at `url`; None when the library has to read it."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text or _borrowed(text):
        return None
    parser = XMLParser(encoding="utf-8")
    try:
        parser.feed(text.encode("utf-8", "replace"))
        root = parser.close()
    except (ParseError, ValueError):
        return None
    reader = _Reader(url)
    try:
        return reader.feed(root)
    except _Decline:
        return None


def _borrowed(text: str) -> bool:
    """Whether a prefix with a meaning is bound to a namespace that is not the one meant, or one is not known."""
    at = text.find("xmlns")
    while at >= 0:
        found = _DECLARATION.match(text, at)
        at = text.find("xmlns", at + 5)
        if found is None:
            continue
        prefix, double, single = found.groups("")
        uri = (double or single).lower()
        if uri in _SPACES:
            continue
        if not prefix or prefix.lower() in _TAKEN:
            return True
    return False


class _Reader:
    """One document being read. Holds the table of tag names met and what the root says for all entries."""

    def __init__(self, url: str) -> None:
        self.url = url if url.split(":", 1)[0].lower() in ("http", "https", "ftp", "file") else ""
        self.names: dict[str, str] = {}

    def name(self, tag: str) -> str:
        """`prefix_local` in lower case; "?" for a namespace that means nothing here."""
        known = self.names.get(tag)
        if known is None:
            space, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
            prefix = _SPACES.get(space.lower(), "?")
            known = f"{prefix}_{local.lower()}" if prefix else local.lower()
            if prefix == "itunes" and local.lower() in _APART:
                known = ITUNES_PREFIX + local.lower()
            self.names[tag] = known
        return known

    def feed(self, root: Element) -> RawFeed:
        """The whole document."""
        kind = self.name(root.tag)
        if kind == "feed" and root.tag.startswith("{"):
            raw, holder, base = RawFeed(atom=True), root, self.base_of(root, self.url)
        elif kind == "rss" and len(root) == 1 and self.name(root[0].tag) == "channel":
            holder, raw = root[0], RawFeed()
            base = self.base_of(holder, self.base_of(root, self.url))
            if "href" in holder.attrib or "lastmod" in holder.attrib:
                raise _Decline
        else:
            raise _Decline
        lang = _lang(holder, _lang(root, ""))
        raw.language = _lang(root, "")
        _Channel(self, raw, base, lang).take(holder)
        return raw

    def harmless(self, what: str, node: Element) -> bool:
        """Whether an element that is not known cannot mean anything to the library either."""
        if not len(node):
            return what not in _HANDLED
        return what.startswith("?") and all(self.name(inner.tag).startswith("?") for inner in node.iter())

    def base_of(self, node: Element, outer: str) -> str:
        """The base address inside `node`."""
        if not node.attrib:
            return outer
        own = node.attrib.get(_XML + "base") or node.attrib.get("base")
        if not own:
            return outer
        whole = urljoin(outer, own)
        if outer and whole.split(":", 1)[0] not in ("http", "https", "ftp", "file"):
            return outer
        return whole


def _lang(node: Element, outer: str) -> str:
    """The language inside `node`, with hyphens."""
    if not node.attrib:
        return outer
    own = node.attrib.get(_XML + "lang", node.attrib.get("lang"))
    return outer if own is None else own.replace("_", "-")


def _text(node: Element) -> str:
    """The text of an element that holds only text, with the repairs the library makes."""
    if len(node):
        raise _Decline
    return repair((node.text or "").strip())


def marked(node: Element, default: str) -> tuple[str, str]:
    """Text and type of an element that may hold markup."""
    if node.attrib and ("mode" in node.attrib or "src" in node.attrib):
        raise _Decline
    given = node.get("type", default).lower()
    kind = {"text": "text/plain", "plain": "text/plain", "html": "text/html"}.get(given, given)
    if kind not in ("text/plain", "text/html"):
        raise _Decline
    return _text(node), kind


def person(reader: _Reader, node: Element) -> str:
    """The name of an author: text in RSS, elements in Atom."""
    if not len(node):
        return person_name(_text(node))
    parts: dict[str, str] = {}
    for child in node:
        what = reader.name(child.tag)
        if what in ("name", "email"):
            parts[what] = _text(child)
        elif what not in ("url", "homepage") and (len(child) or what in ("title", "link")):
            raise _Decline
    return person_name(parts.get("name") or parts.get("email") or "")


class _Links:
    """The links of an entry or a feed, in the order met."""

    def __init__(self) -> None:
        self.chosen = ""
        self.all: list[tuple[str, str, str, str]] = []  # address, relation, type, length

    def take(self, node: Element, base: str) -> None:
        """One `link` element, of RSS or of Atom."""
        given = node.attrib
        rel = given.get("rel", "alternate")
        kind = given.get("type", "application/atom+xml" if rel == "self" else "text/html")
        href = given.get("url") or given.get("uri") or given.get("href") or ""
        if any(name in given for name in ("url", "uri")) and not href:
            raise _Decline
        if href:
            href = resolve(base, href)
            if rel == "alternate" and kind.lower() in ("text/html", "html", "application/xhtml+xml", "xhtml"):
                self.chosen = href
        elif "href" in given:
            raise _Decline
        else:
            href = _QUERY.sub(r"&\1", resolve(base, _text(node)).replace("&amp;", "&"))
            self.chosen = href
        self.all.append((href, rel, kind if "type" in given else "", given.get("length", "")))

    def choose(self, given_id: str) -> str:
        """The address of the work."""
        return choose_link(self.chosen, [(href, rel) for href, rel, _, _ in self.all if href], given_id)


_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/*)(.*?)")


def resolve(base: str, url: str) -> str:
    """`url` against `base` as the library does it; "" when the two make no address."""
    try:
        return urljoin(base, _SLASHES.sub(r"\1\3", url)) if url else ""
    except ValueError:
        return ""


class _Channel:
    """The elements of a feed outside its entries."""

    def __init__(self, reader: _Reader, raw: RawFeed, base: str, lang: str) -> None:
        self.reader, self.raw, self.base, self.lang = reader, raw, base, lang
        self.links = _Links()
        self.titled = False
        self.itunes: dict[str, str] = {}

    def take(self, holder: Element) -> None:
        name = self.reader.name
        for node in holder:
            what = name(node.tag)
            if what in ("item", "entry"):
                if len(node):
                    self.raw.entries.append(_Item(self.reader, self.raw.atom, node, self.base, self.lang).take())
                elif node.attrib:
                    raise _Decline
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
        if what in _TITLES:
            if not self.titled:
                raw.title = marked(node, "text/plain")[0]
                self.titled = bool(raw.title)
        elif what == "link":
            self.links.take(node, self.reader.base_of(node, self.base))
        elif what == "language" or what == "dc_language":
            raw.language = _text(node)
        elif what == "ttl":
            raw.ttl = _text(node)
        elif what == "sy_updateperiod":
            raw.update_period = _text(node)
        elif what == "sy_updatefrequency":
            raw.update_frequency = _text(node)
        elif what == "itunes_new-feed-url":
            raw.moved_to = _text(node)
        elif what == "id" or what == "guid":
            raw.id = _text(node)
        elif what in _DESCRIPTIONS or what in ("subtitle", "tagline"):
            raw.summary = marked(node, "text/html")[0] or raw.summary
        elif what in _AUTHORS:
            raw.authors.append(person(self.reader, node))
        elif what in _PUBLISHED:
            raw.published = _text(node)
        elif what in _UPDATED or what == "modified":
            raw.updated = _text(node)
        elif what in _ITUNES_SAID:
            self.itunes[what] = _text(node)
        elif what not in _KNOWN_FEED and not self.reader.harmless(what, node):
            raise _Decline


_ITUNES_SAID = frozenset(ITUNES_PREFIX + name for name in ("author", "summary", "subtitle"))
_KNOWN_FEED = (
    _NOTHING | _CATEGORIES
    | {"itunes_keywords", "itunes_category", "skiphours",
       "skipdays", "itunes_x-owner", "podcast_value", "podcast_person", "podcast_locked", "podcast_podroll"}
)  # fmt: skip


class _Item:
    """One entry being read, element by element in document order, as order decides what a second description is."""

    def __init__(self, reader: _Reader, atom: bool, node: Element, base: str, lang: str) -> None:
        self.reader, self.atom, self.node = reader, atom, node
        self.base, self.lang = reader.base_of(node, base), _lang(node, lang)
        self.raw, self.links = RawEntry(), _Links()
        self.titled = self.has_content = self.content_seen = False
        self.has_summary = self.has_summary_value = self.deep_summary = False
        self.title_lang = self.summary_lang = self.content_lang = self.created = ""
        self.media: list[tuple[str, str, str]] = []
        self.itunes: dict[str, str] = {}
        self.terms: list[tuple[str, str, str]] = []
        self.no_link = ""

    def take(self) -> RawEntry:
        """The entry. Declines when an attribute of it or an element in it may mean something."""
        if not (self.node.attrib.keys() <= {_XML + "base", _XML + "lang"} or self.atom):
            raise _Decline
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
                    raise _Decline
                yield from self.flat(node, True)

    def one(self, what: str, node: Element, deep: bool) -> None:
        raw = self.raw
        if what in _TITLES:
            if not self.titled:
                raw.title = marked(node, "text/plain")[0]
                self.title_lang = _lang(node, self.lang)
                self.titled = bool(raw.title)
        elif what == "media_title":
            if not self.titled and not (deep and raw.title):
                raw.title = _text(node)
        elif what == "link":
            self.links.take(node, self.reader.base_of(node, self.base))
        elif what == "guid" or what == "id":
            self.identify(node)
        elif what in _DESCRIPTIONS:
            self.describe(node, "text/html", deep)
        elif what == "summary":
            self.describe(node, "text/plain", deep)
        elif what == "content" or what == "content_encoded":
            self.fill(node, "text/plain" if what == "content" else "text/html")
        elif what in _PUBLISHED:
            raw.published = _text(node)
        elif what == "dcterms_created":
            self.created = _text(node)
        elif what in _UPDATED:
            raw.updated = _text(node)
        elif what in _AUTHORS:
            raw.authors.append(person(self.reader, node))
        else:
            self.beside(what, node)

    def beside(self, what: str, node: Element) -> None:
        """Files, tags, and what belongs to talks."""
        if what in _CATEGORIES:
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
            self.itunes[what] = _text(node) if not node.attrib else ""
        elif what == "itunes_duration":
            self.raw.duration = _text(node)
        elif what == "itunes_keywords":
            self.terms += [
                (term.strip(), "http://www.itunes.com/", "") for term in _text(node).split(",") if term.strip()
            ]
        elif what == "feedburner_origlink":
            self.raw.original = _text(node)
        elif what == "podcast_transcript":
            self.raw.transcripts.append((node.get("url", ""), node.get("type", "")))
        elif what not in _NOTHING and not self.reader.harmless(what, node):
            raise _Decline

    def identify(self, node: Element) -> None:
        """The id as written; whether the feed says that it is no address."""
        said = next((v for k, v in node.attrib.items() if k.lower() == "ispermalink"), "true")
        self.raw.id = _text(node)
        self.no_link = "" if said.strip().lower().startswith("true") else "no"

    def categorize(self, node: Element) -> None:
        given = node.attrib
        term, label = given.get("term", ""), given.get("label", "")
        scheme = given.get("scheme", given.get("domain", ""))
        if term or scheme or label:
            tag = (term, scheme, label)
            if tag not in self.terms:
                self.terms.append(tag)
        value = _text(node)
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
        self.summary_lang = _lang(node, self.lang)

    def fill(self, node: Element, default: str) -> None:
        """The content; it is the summary too when there is none."""
        (value, kind), base = marked(node, default), self.reader.base_of(node, self.base)
        value = escape_text(value, kind, self.atom)
        if not self.has_content or not self.content_seen:
            self.raw.content, self.raw.content_base = value, base
            self.content_lang = _lang(node, self.lang)
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
