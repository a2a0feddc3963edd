"""What can be watched of a site: what its pages name, what is known of its platform, where feeds and site maps usually
lie. Pure: no address is opened here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from tracker.core.html import title_text
from tracker.sources.base import kind_for
from tracker.sources.syndication.charset import decode
from tracker.sources.syndication.raw import clean_url

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/xml", "text/xml",
          "application/json", "application/x.atom+xml", "application/x-atom+xml", "text/rss+xml", "text/atom+xml")  # fmt: skip
_SURE = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_LINK = re.compile(r"<link\b([^<>]*(?:\"[^\"]*\"|'[^']*')?[^<>]*)>", re.I)
_BASE = re.compile(r"<base\b([^<>]*)>", re.I)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Found:
    """Something to watch. `how`: itself, link (a link tag), anchor (a link on the page), pattern (known of the
    platform), path (a usual place), robots (named in robots.txt), page (the page itself lists things).
    """

    url: str
    title: str = ""
    type: str = ""
    how: str = "link"
    kind: str = "feed"


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


_ANCHOR = re.compile(r"<a\b([^<>]{1,2000})>(.{0,300}?)</a>", re.I | re.S)
_FEED_WORDS = re.compile(
    r"^(?:rss|atom|json)?\s*(?:rss|atom|feed|xml|订阅|訂閱|フィード)s?(?:\s*(?:feed|2\.0|1\.0|订阅))?$", re.I
)
_FEED_PATH = re.compile(
    r"/(?:feed|rss|atom)/?$|[./_-](?:rss|atom|rdf)(?:\.xml|\.php)?$|/(?:feed|index|rss|atom)\.(?:xml|json)$", re.I
)
MOST_ANCHORS = 10


def in_page(body: bytes, headers: Mapping[str, str], url: str) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """What the page at `url` names by link tags, and what its visible links look like feeds."""
    text = decode(body, headers, html=True)
    named = find_feeds(text, url)
    known = {found.url for found in named}
    return named, tuple(found for found in _anchors(text, url) if found.url not in known)[:MOST_ANCHORS]


def _anchors(text: str, url: str) -> tuple[Found, ...]:
    """Links of the page that say by their words or their address that a feed lies there."""
    out: dict[str, Found] = {}
    for tag in _ANCHOR.finditer(text):
        attributes = _attributes(tag[1])
        words = title_text(tag[2], 200) or title_text(
            attributes.get("title", "") or attributes.get("aria-label", ""), 200
        )
        target = clean_url(attributes.get("href", ""), url)
        path = urlsplit(target).path if target else ""
        if target and (_FEED_PATH.search(path) or (len(words) < 30 and _FEED_WORDS.match(words))):
            out.setdefault(target, Found(target, words, "", "anchor"))
    return tuple(out.values())


# Platforms whose feeds lie where their addresses say: pattern of the address, and the feed's own. A row a platform.
_PLATFORMS: tuple[tuple[str, str], ...] = (
    (r"https?://(?:www\.|old\.)?reddit\.com/(r|user|u)/([\w-]+)/?.*", r"https://www.reddit.com/\1/\2/.rss"),
    (r"https?://medium\.com/(@?[\w.-]+)(?:/.*)?", r"https://medium.com/feed/\1"),
    (r"https?://([\w-]+)\.medium\.com/.*", r"https://\1.medium.com/feed"),
    (r"https?://([\w-]+)\.substack\.com/.*", r"https://\1.substack.com/feed"),
    (r"https?://([\w-]+)\.blogspot\.(com|[a-z.]{2,6})/.*", r"https://\1.blogspot.\2/feeds/posts/default"),
    (r"https?://([\w-]+)\.wordpress\.com/.*", r"https://\1.wordpress.com/feed/"),
    (r"https?://([\w-]+)\.tumblr\.com/.*", r"https://\1.tumblr.com/rss"),
    (r"https?://([\w-]+)\.hashnode\.dev/.*", r"https://\1.hashnode.dev/rss.xml"),
    (r"https?://dev\.to/([\w-]+)(?:/.*)?", r"https://dev.to/feed/\1"),
    (r"https?://news\.ycombinator\.com/.*", "https://news.ycombinator.com/rss"),
    (r"https?://lobste\.rs/t/([\w,]+).*", r"https://lobste.rs/t/\1.rss"),
    (
        r"https?://(?:www\.)?(stackoverflow|superuser|serverfault)\.com/questions/tagged/([\w.#+-]+).*",
        r"https://\1.com/feeds/tag/\2",
    ),
    (r"https?://bsky\.app/profile/([\w.:-]+).*", r"https://bsky.app/profile/\1/rss"),
    (r"https?://pypi\.org/project/([\w.-]+)/?.*", r"https://pypi.org/rss/project/\1/releases.xml"),
    (r"https?://github\.com/([\w-]+)/?", r"https://github.com/\1.atom"),
    (r"https?://gitlab\.com/((?:[\w.-]+/){1,3}[\w.-]+?)/?(?:-/.*)?", r"https://gitlab.com/\1/-/tags?format=atom"),
    (r"https?://codeberg\.org/([\w.-]+/[\w.-]+)/?.*", r"https://codeberg.org/\1/releases.rss"),
    (r"https?://vimeo\.com/([a-z][\w-]+)/?", r"https://vimeo.com/\1/videos/rss"),
    (r"https?://v2ex\.com/go/([\w-]+).*", r"https://www.v2ex.com/feed/\1.xml"),
    (r"https?://(?:www\.)?v2ex\.com/?", "https://www.v2ex.com/index.xml"),
    (r"https?://([\w.-]+)/(@[\w-]+)/?", r"https://\1/\2.rss"),  # Mastodon and its kin
)
_WHOLE = tuple((re.compile(shape + "$", re.I), feed) for shape, feed in _PLATFORMS)


def platform(url: str) -> tuple[Found, ...]:
    """What is known of the platform of an address: a kind of its own, or where its feed lies."""
    kind = kind_for(url).name
    if kind not in ("feed", "sitemap"):
        return (Found(url, how="pattern", kind=kind),)
    whole = url if urlsplit(url).path else url + "/"
    found = ((shape.match(whole), feed) for shape, feed in _WHOLE)
    return tuple(Found(match.expand(feed), how="pattern") for match, feed in found if match)[:1]


_USUAL = ("feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed/", "feed.json")


def likely(url: str) -> tuple[str, ...]:
    """Where a feed of the page at `url` usually lies: beside it, then at the root of its site."""
    beside = url if url.endswith("/") else url.rsplit("/", 1)[0] + "/" if url.count("/") > 3 else url + "/"
    places = (urljoin(base, name) for base in (beside, urljoin(url, "/")) for name in _USUAL)
    return tuple(dict.fromkeys(places))


_SITEMAP_LINE = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.I | re.M)


def site_maps(url: str, robots: bytes) -> tuple[Found, ...]:
    """Site maps of the site of `url`: those its robots.txt names, else where one usually lies."""
    named = (clean_url(found[1], url) for found in _SITEMAP_LINE.finditer(robots[:500_000].decode("utf-8", "replace")))
    listed = tuple(Found(one, how="robots", kind="sitemap") for one in dict.fromkeys(named) if one)[:MOST_ANCHORS]
    usual = ("/sitemap.xml", "/sitemap_index.xml")
    return listed or tuple(Found(urljoin(url, path), how="path", kind="sitemap") for path in usual)
