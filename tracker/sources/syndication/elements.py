"""What reads the same in a feed and in its entries: names, texts, bases, people, links."""

from __future__ import annotations

import re
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from tracker.core.html import is_whole
from tracker.sources.syndication.names import APART, HANDLED, SPACES
from tracker.sources.syndication.raw import ITUNES_PREFIX, choose_link, person_name, repair

XML = "{http://www.w3.org/XML/1998/namespace}"
_QUERY = re.compile(r"&([A-Za-z0-9_]+);")
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/*)(.*?)")


class Decline(Exception):
    """Something here may be read differently by the library."""


class Elements:
    """One document being read: its address and the tag names met so far."""

    def __init__(self, url: str) -> None:
        self.url = url if url.split(":", 1)[0].lower() in ("http", "https", "ftp", "file") else ""
        self.names: dict[str, str] = {}

    def name(self, tag: str) -> str:
        """`prefix_local` in lower case; "?" for a namespace that means nothing here."""
        known = self.names.get(tag)
        if known is None:
            space, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
            prefix = SPACES.get(space.lower(), "?")
            known = f"{prefix}_{local.lower()}" if prefix else local.lower()
            if prefix == "itunes" and local.lower() in APART:
                known = ITUNES_PREFIX + local.lower()
            self.names[tag] = known
        return known

    def harmless(self, what: str, node: Element) -> bool:
        """Whether an element that is not known cannot mean anything to the library either."""
        if not len(node):
            return what not in HANDLED
        return what.startswith("?") and all(self.name(inner.tag).startswith("?") for inner in node.iter())

    def base_of(self, node: Element, outer: str) -> str:
        """The base address inside `node`."""
        if not node.attrib:
            return outer
        own = node.attrib.get(XML + "base") or node.attrib.get("base")
        if not own:
            return outer
        whole = urljoin(outer, own)
        if outer and whole.split(":", 1)[0] not in ("http", "https", "ftp", "file"):
            return outer
        return whole


def lang_of(node: Element, outer: str) -> str:
    """The language inside `node`, with hyphens."""
    if not node.attrib:
        return outer
    own = node.attrib.get(XML + "lang", node.attrib.get("lang"))
    return outer if own is None else own.replace("_", "-")


def text_of(node: Element) -> str:
    """The text of an element that holds only text, with the repairs the library makes."""
    if len(node):
        raise Decline
    return repair((node.text or "").strip())


def marked(node: Element, default: str) -> tuple[str, str]:
    """Text and type of an element that may hold markup."""
    if node.attrib and ("mode" in node.attrib or "src" in node.attrib):
        raise Decline
    given = node.get("type", default).lower()
    kind = {"text": "text/plain", "plain": "text/plain", "html": "text/html"}.get(given, given)
    if kind not in ("text/plain", "text/html"):
        raise Decline
    return text_of(node), kind


def person(reader: Elements, node: Element) -> str:
    """The name of an author: text in RSS, elements in Atom."""
    if not len(node):
        return person_name(text_of(node))
    parts: dict[str, str] = {}
    for child in node:
        what = reader.name(child.tag)
        if what in ("name", "email"):
            parts[what] = text_of(child)
        elif what not in ("url", "homepage") and (len(child) or what in ("title", "link")):
            raise Decline
    return person_name(parts.get("name") or parts.get("email") or "")


class Links:
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
            raise Decline
        if href:
            href = resolve(base, href)
            if rel == "alternate" and kind.lower() in ("text/html", "html", "application/xhtml+xml", "xhtml"):
                self.chosen = href
        elif "href" in given:
            raise Decline
        else:
            href = _QUERY.sub(r"&\1", resolve(base, text_of(node)).replace("&amp;", "&"))
            self.chosen = href
        self.all.append((href, rel, kind if "type" in given else "", given.get("length", "")))

    def choose(self, given_id: str) -> str:
        """The address of the work."""
        return choose_link(self.chosen, [(href, rel) for href, rel, _, _ in self.all if href], given_id)


def resolve(base: str, url: str) -> str:
    """`url` against `base` as the library does it; "" when the two make no address."""
    if is_whole(url):
        return url
    try:
        return urljoin(base, _SLASHES.sub(r"\1\3", url)) if url else ""
    except ValueError:
        return ""
