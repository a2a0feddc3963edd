"""Resources as an Atom feed (RFC 4287): the same resources give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tracker.core.model import Resource
from tracker.core.urls import mask_secrets, mask_url

NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(title: str, name: str, resources: Iterable[Resource], empty_at: datetime, most: int = 0) -> str:
    """A feed of these, newest first, `most` of them (0 = all).

    `name` makes its id; `empty_at` is its time when nothing is in it.
    """
    rows = sorted(resources, key=lambda one: (_at(one) or empty_at, one.id), reverse=True)[: most or None]
    root = Element("feed", xmlns=NAMESPACE)
    _said(root, "title", title)
    _said(root, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, 'tracker:' + name)}")
    _said(root, "updated", _time(max((at for one in rows if (at := _at(one))), default=empty_at)))
    _said(SubElement(root, "author"), "name", "tracker")
    for one in rows:
        _entry(root, one, empty_at)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, "unicode") + "\n"


def _entry(root: Element, one: Resource, empty_at: datetime) -> None:
    entry = SubElement(root, "entry")
    _said(entry, "title", one.title or one.url)
    _said(entry, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, one.canonical_url or f'tracker:{one.id}:{one.title}')}")
    _said(entry, "updated", _time(_at(one) or empty_at))
    if one.published:
        _said(entry, "published", _time(one.published))
    for author in one.authors:
        _said(SubElement(entry, "author"), "name", author)
    if one.url.lower().startswith(("http://", "https://")):
        SubElement(entry, "link", rel="alternate", href=_xml(mask_url(one.url)))
    for topic in one.topics:
        SubElement(entry, "category", term=_xml(topic))
    summary = SubElement(entry, "summary", type="html")
    summary.text = _xml(mask_secrets(one.summary))


def _said(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _xml(mask_secrets(text))


def _xml(text: str) -> str:
    """Without the characters that XML knows no way to write."""
    return _NOT_XML.sub("", text)


def _at(one: Resource) -> datetime | None:
    return one.published or one.first_seen


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
