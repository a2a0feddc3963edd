"""OPML subscription lists, whole or broken: every outline with an xmlUrl is a source, folders are sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.core.document import WARNING, Document, DocumentReader, Finding, Mention
from tracker.core.html import title_text
from tracker.core.model import ResourceKind
from tracker.core.text import strip_unseen, unescape
from tracker.documents.pieces import Lines, Tree, mention, numbered

_OUTLINE = re.compile(r"<outline\b", re.I)
_BROKEN_ENTITY = re.compile(r"&(?!(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_HTML_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#))([a-zA-Z][a-zA-Z0-9]{1,31});")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.I | re.S)
_XML_URL = re.compile(r"""\bxmlUrl\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_FOAF = "http://xmlns.com/foaf/0.1/"  # subscription lists of planets, before OPML won
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.I)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed of the list."""

    url: str
    title: str
    folders: tuple[str, ...]
    site: str
    line: int


class Opml:
    """Reader of such a list."""

    name = "opml"

    def likeness(self, text: str, name: str) -> float:
        """Outlines with an xmlUrl, or the root element."""
        head = text[:400_000].lower()
        if "<opml" in head or ("<outline" in head and "xmlurl" in head) or ("<rdf:rdf" in head and _FOAF in head):
            return 1.0
        return 0.3 if name.lower().endswith(".opml") else 0.0

    def read(self, text: str, name: str) -> Document:
        """Feeds in document order with their folders."""
        tree, findings = Tree(), list[Finding]()
        feeds, whole = subscriptions(text)
        if not whole:
            findings.append(Finding(1, WARNING, "the file is not well-formed XML; it was read as far as it goes"))
        found = [_mention(feed, tree) for feed in feeds]
        title = re.search(r"<title>(.*?)</title>", text[:20_000], re.I | re.S)
        return Document(
            name, self.name, title_text(title[1], 300) if title else name, text, {}, numbered(found),
            tuple(tree.nodes.values()), (), tuple(findings),
        )  # fmt: skip


def _mention(feed: Subscription, tree: Tree) -> Mention:
    return mention(
        feed.url, feed.title, feed.line, section=feed.folders, label="feed", note=feed.site, kind=ResourceKind.BLOG,
        node=tree.at(feed.folders, feed.line),
    )  # fmt: skip


def reader() -> DocumentReader:
    return Opml()


def subscriptions(text: str) -> tuple[list[Subscription], bool]:
    """The feeds of an OPML text, and whether it was well-formed."""
    from lxml import etree

    clean = _DECLARATION.sub("", _DOCTYPE.sub("", strip_unseen(text.removeprefix("\ufeff"))))
    clean = _HTML_ENTITY.sub(_spelled, clean)
    for recover, markup in ((False, clean), (True, _BROKEN_ENTITY.sub("&amp;", clean))):
        parser = etree.XMLParser(recover=recover, resolve_entities=False, no_network=True, huge_tree=False)
        try:
            root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if root is not None:
            found = list(_walk(root))
            return (found + _missed(text, found) if recover else found), not recover
    return _missed(text, []), False


def _missed(text: str, found: list[Subscription]) -> list[Subscription]:
    """Feeds of a broken text that no tree holds: found by their attribute alone."""
    have, lines = {one.url for one in found}, Lines(text)
    out: dict[str, Subscription] = {}
    for attribute in _XML_URL.finditer(text):
        url = unescape(attribute[1] or attribute[2] or "").strip()
        if url and url not in have:
            out.setdefault(url, Subscription(url, "", (), "", lines.of(attribute.start())))
    return list(out.values())


def _spelled(found: re.Match[str]) -> str:
    """An entity of HTML, which XML does not know, as its character."""
    from html.entities import html5

    return html5.get(found[1] + ";", f"&amp;{found[1]};")


def _walk(root: object) -> Iterator[Subscription]:
    stack: list[tuple[object, tuple[str, ...]]] = [(root, ())]
    while stack:
        element, folders = stack.pop()
        attributes = {str(k).rpartition("}")[2].lower(): str(v) for k, v in getattr(element, "attrib", {}).items()}
        inner = folders
        tag = str(getattr(element, "tag", ""))
        if tag.rpartition("}")[2].lower() in ("channel", "feed"):
            yield from _foaf(element, attributes)
        elif tag.rpartition("}")[2].lower() == "outline":
            title = title_text(attributes.get("text", "") or attributes.get("title", ""), 500)
            url = attributes.get("xmlurl", "").strip()
            if url:
                line = int(getattr(element, "sourceline", 0) or 0)
                yield Subscription(url, title, folders, attributes.get("htmlurl", "").strip(), line)
            inner = (*folders, title) if title else folders
        stack += [(child, inner) for child in reversed(list(element))]  # type: ignore[call-overload]


def _foaf(element: Any, attributes: dict[str, str]) -> Iterator[Subscription]:
    """The feed of a FOAF person: a channel under seeAlso, or a resource; called by the person's name."""
    url = (attributes.get("about", "") or attributes.get("resource", "")).strip()
    people = [one for one in element.iterancestors() if str(one.tag).rpartition("}")[2] in ("Agent", "Person")]
    if url.startswith(("http://", "https://")) and people:
        name = people[0].findtext(f"{{{_FOAF}}}name") or ""
        yield Subscription(url, title_text(name, 500), (), "", int(element.sourceline or 0))
