"""What a page says of itself: title, authors, day, language, abstract; from JSON-LD, meta tags and headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.core.dates import parse_date
from tracker.core.text import clean_line, clean_text, guess_language
from tracker.texts.tree import Element

_TITLE_END = re.compile(r"\s+[|\u2013\u2014·»_-]\s+[^|\u2013\u2014·»_-]{1,40}$")
MOST_AUTHORS = 100
MOST_DATA = 2_000_000  # characters of JSON-LD in a page


@dataclass(frozen=True, slots=True)
class Said:
    """All of it cleaned; "" and () where the page says nothing."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    lang: str = ""
    abstract: str = ""
    body: str = ""  # articleBody: the text given as data, often without paragraphs
    pdf: str = ""  # as written
    free: bool = True  # False: the page says that one has to pay


def said_by(root: Element) -> Said:
    """Read the head of a page. Never raises for what is in it."""
    meta = _meta(root)
    data = list(_data(root))
    return Said(
        title=_title(root, meta, data),
        authors=_authors(meta, data),
        published=_published(root, meta, data),
        lang=_language(root, meta),
        abstract=clean_text(_first(meta, "citation_abstract"), 20_000),
        body=max((clean_text(str(one.get("articleBody") or "")) for one in data), key=len, default=""),
        pdf=_first(meta, "citation_pdf_url"),
        free=not any(str(one.get("isAccessibleForFree")).lower() == "false" for one in data),
    )


def _meta(root: Element) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for node in root.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        value = (node.get("content") or "").strip()
        if name and value:
            out.setdefault(name, []).append(value)
    return out


def _first(meta: dict[str, list[str]], *names: str) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _data(root: Element) -> Iterator[dict[str, Any]]:
    """Every JSON-LD object of the page, graphs opened."""
    for node in root.iter("script"):
        if "ld+json" not in (node.get("type") or "") or not node.text or len(node.text) > MOST_DATA:
            continue
        try:
            found = json.loads(node.text, strict=False)
        except (ValueError, RecursionError):
            continue
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict):
                graph = one.get("@graph")
                yield from (x for x in (graph if isinstance(graph, list) else [one]) if isinstance(x, dict))


def _title(root: Element, meta: dict[str, list[str]], data: list[dict[str, Any]]) -> str:
    named = _first(meta, "citation_title", "og:title", "twitter:title", "dc.title")
    headline = next((str(one["headline"]) for one in data if one.get("headline")), "")
    tag = next((node.text or "" for node in root.iter("title")), "")
    heads = [" ".join(node.itertext()) for node in root.iter("h1")]
    only = heads[0] if len(heads) == 1 else ""
    found = clean_line(named or headline, entities=True)
    if found:
        return found
    title = clean_line(tag, entities=True)
    head = clean_line(only)
    if head and head in title:
        return head
    return _TITLE_END.sub("", title) or head


def _authors(meta: dict[str, list[str]], data: list[dict[str, Any]]) -> tuple[str, ...]:
    names = meta.get("citation_author") or [
        name for one in data if one.get("headline") or one.get("articleBody") for name in _names(one.get("author"))
    ]
    names = names or meta.get("author") or meta.get("article:author") or meta.get("dc.creator") or []
    cleaned = (clean_line(_turned(name), 200, entities=True) for name in names if "://" not in name)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:MOST_AUTHORS]


def _names(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield name


def _turned(name: str) -> str:
    """`Last, First` of a paper's head the way a reader says it."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first and " " not in last.strip() else name


def _published(root: Element, meta: dict[str, list[str]], data: list[dict[str, Any]]) -> datetime | None:
    said = [str(one["datePublished"]) for one in data if one.get("datePublished")]
    names = ("article:published_time", "citation_publication_date", "citation_date", "citation_online_date",
             "datepublished", "date", "dc.date", "pubdate", "publishdate", "og:published_time")  # fmt: skip
    said += [_first(meta, name) for name in names]
    said += [node.get("datetime") or "" for node in root.iter("time")][:1]
    return next((when for text in said if text and (when := parse_date(text[:100]))), None)


def _language(root: Element, meta: dict[str, list[str]]) -> str:
    said = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or _first(meta, "og:locale")
    code = re.split(r"[-_]", said.strip())[0].lower()
    return code if re.fullmatch(r"[a-z]{2,3}", code) else ""


def language_of(text: str, said: str) -> str:
    """The language of `text`: its script when that tells, else what the page says, else small words."""
    seen = guess_language(text)
    return seen if seen in ("zh", "ja", "ko") else said or seen
