"""Where the feeds of a site are: by its link tags, and by what is known of platforms. Pure: no address is opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from tracker.core.html import title_text
from tracker.sources.syndication.raw import clean_url

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/xml", "text/xml",
          "application/json", "application/x.atom+xml", "application/x-atom+xml", "text/rss+xml", "text/atom+xml")  # fmt: skip
_SURE = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_LINK = re.compile(r"<link\b([^<>]*(?:\"[^\"]*\"|'[^']*')?[^<>]*)>", re.I)
_BASE = re.compile(r"<base\b([^<>]*)>", re.I)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Found:
    """A feed a page names. `how`: link (a link tag), pattern (known of the platform), path (a usual place)."""

    url: str
    title: str = ""
    type: str = ""
    how: str = "link"


def find_feeds(html: str, base_url: str) -> tuple[Found, ...]:
    """Feeds named by `<link rel="alternate">` tags, in the page's order, each once."""
    base = base_url
    found_base = _BASE.search(html)
    if found_base:
        base = urljoin(base_url, _attributes(found_base[1]).get("href", ""))
    out: dict[str, Found] = {}
    for tag in _LINK.finditer(html):
        attributes = _attributes(tag[1])
        rel = attributes.get("rel", "").lower().split()
        kind = attributes.get("type", "").split(";")[0].strip().lower()
        if not ("alternate" in rel or "feed" in rel) or (
            kind not in _SURE and not ("feed" in rel and kind in (*_TYPES, ""))
        ):
            continue
        url = clean_url(attributes.get("href", ""), base)
        if url and url not in out:
            out[url] = Found(url, title_text(attributes.get("title", ""), 300), kind)
    return tuple(out.values())


def _attributes(text: str) -> dict[str, str]:
    """Attributes of a tag, names lower case, the first of a name wins."""
    out: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        out.setdefault(name.lower(), unescape(double or single or bare).strip())
    return out


_USUAL = ("feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed/", "feed.json")


def likely(url: str) -> tuple[str, ...]:
    """Where a feed of the page at `url` usually lies: beside it, then at the root of its site."""
    beside = url if url.endswith("/") else url.rsplit("/", 1)[0] + "/" if url.count("/") > 3 else url + "/"
    places = (urljoin(base, name) for base in (beside, urljoin(url, "/")) for name in _USUAL)
    return tuple(dict.fromkeys(places))
