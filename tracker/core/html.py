"""Strangers' HTML: made safe to keep, turned into plain text, and titles taken out of it.

`nh3` (ammonia, html5ever) parses as a browser does, so what it lets through is what a browser would see.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache, lru_cache
from urllib.parse import urljoin, urlsplit

import nh3

from tracker.core.text import LINE_LIMIT, clean_line, clean_text, strip_unseen, unescape

_TAG_NAMES = (
    "a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup dd "
    "del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav "
    "ol p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th "
    "thead time tr tt u ul var video wbr"
)
# What an object or a formula holds inside is its text for readers without it: kept, the element itself goes.
_DROP_WITH_CONTENT = ("script", "style", "noscript", "noembed", "template", "svg", "textarea", "select")
_FRAME = re.compile(r"</?i?frame(?:set)?\b[^<>]*>", re.I)  # its content is raw text to a browser: markup would show
# The sanitiser takes formulas and drawings away with their words, and words beside a font tag run together: plain spans.
_AS_SPAN = re.compile(
    r"<(/?)(?:math|svg|font|annotation|text|tspan|m(?:[ion]|row|su[bp]|subsup|frac|text|t[dr]|table|over|under|underover|sqrt|root|style))"
    r"\b[^<>]*>",
    re.I,
)
_SCRIPT_EDGE = re.compile(r"<!--.*?-->|<(/?)script\b[^<>]*>", re.I | re.S)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang", "name"},
    "abbr": {"title"},
    "audio": {"src", "controls"},
    "blockquote": {"cite"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"src", "alt", "width", "height"},  # srcset holds addresses the sanitiser does not judge
    "ins": {"cite", "datetime"},
    "ol": {"start", "type", "reversed"},
    "pre": {"class"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "time": {"datetime"},
    "video": {"src", "controls", "poster", "width", "height"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "magnet", "xmpp", "irc", "ftp"}

# Pictures that only count readers: host or path pieces of the big counters. A reason each:
_COUNTERS = re.compile(
    r"feeds\.(?:feedburner|wordpress)\.com/(?:~r/|1\.0/)"  # FeedBurner and WordPress "flare" pixels
    r"|(?:pixel|stats)\.wp\.com/|stats\.wordpress\.com/b\.gif"  # WordPress counter
    r"|\.feedsportal\.com/|rss\.buysellads\.com/|feedads\.g\.doubleclick\.net/"  # advertising in feeds
    r"|medium\.com/_/stat\?|blogger\.googleusercontent\.com/tracker/",  # Medium and Blogger counters
    re.I,
)
# Works on nh3's own output only: attributes always quoted, quotes in values always escaped.
_IMG = re.compile(r'<img(?: [a-z-]+="[^"]*")*\s*/?>')
_TINY = re.compile(r' (?:width|height)="[01](?:px)?"')

_MARKUP = re.compile(r"[<&]")
# Only names HTML knows are markup: `Vec<T>` in a title is text.
_KNOWN_TAG = re.compile(
    r"<!--.{0,2000}?-->|<!doctype\b[^<>]*>|<\?xml\b[^<>]*>|</?(?:a|abbr|acronym|address|article|aside|audio|b|bdi|bdo|big|blink|blockquote|body|br|button|"
    r"center|cite|code|dd|del|dfn|div|dl|dt|em|embed|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|input|"
    r"ins|kbd|label|li|link|main|mark|marquee|math|meta|nav|nobr|object|ol|p|pre|q|ruby|rt|rp|s|samp|script|section|"
    r"small|span|strike|strong|style|sub|sup|svg|table|tbody|td|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr)"
    r"(?:\s[^<>]{0,4000})?/?>",
    re.I | re.S,
)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|$)", re.I | re.S)


DEEPEST = 1000  # elements in each other; the sanitiser takes a time that grows with the square of it
_ANY_TAG = re.compile(r"<[^<>]*>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ENDS_ITSELF = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead tr track wbr"
    .split()
)  # fmt: skip

_base: ContextVar[str] = ContextVar("base")  # of the markup that is being cleaned


@cache
def _cleaner(*, based: bool) -> nh3.Cleaner:
    """The sanitiser; making one takes as long as cleaning a page. `based` makes relative addresses absolute."""
    relative: Callable[[str], str | None] | None = (lambda url: absolute(_base.get(), url)) if based else None
    return nh3.Cleaner(
        tags=set(_TAG_NAMES.split()),
        clean_content_tags=set(_DROP_WITH_CONTENT),
        attributes={k: set(v) for k, v in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
        url_relative=relative,
    )


# Nearly all addresses: joining leaves the first kind as it is, and puts the second behind scheme and host.
_WHOLE = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&()*+,=:@%/-]*)?(?:\?[\w.~&()*+,=:@%/-]+)?\Z", re.A
)
_FROM_ROOT = re.compile(r"(?:/(?!\.)[\w.~!$&()*+,=:@%-]+)+/?(?:\?[\w.~&()*+,=:@%/-]+)?\Z", re.A)


def is_whole(url: str) -> bool:
    """Whether `url` is a plain http(s) address which joining with any other does not change."""
    return _WHOLE.match(url) is not None


@lru_cache(maxsize=256)
def root_of(base_url: str) -> str:
    """Scheme and host of `base_url`."""
    return urljoin(base_url, "/")[:-1]


def absolute(base_url: str, url: str) -> str | None:
    """`url` resolved against `base_url`; None when the two make no address."""
    url = url.strip()
    if is_whole(url):
        return url
    try:
        return root_of(base_url) + url if _FROM_ROOT.match(url) else urljoin(base_url, url)
    except ValueError:
        return None


def sanitize(markup: str, base_url: str = "") -> str:
    """Markup safe to show and to store: no script, no foreign content, absolute addresses, no counting pixels."""
    if not markup:
        return ""
    if not _MARKUP.search(markup):
        return html.escape(strip_unseen(markup), quote=False).strip()
    markup = strip_unseen(markup)
    if markup.count("<") > DEEPEST and _depth(markup) > DEEPEST:
        return html.escape(html.unescape(_ANY_TAG.sub(" ", markup)), quote=False).strip()
    if "</script" in markup:
        markup = _without_strays(markup)
    if "frame" in markup:
        markup = _FRAME.sub(" ", markup)
    if any(name in markup for name in ("<math", "<svg", "<font", "<FONT")):
        markup = _AS_SPAN.sub(r"<\1span>", markup)
    token = _base.set(base_url)
    cleaned = _cleaner(based=bool(base_url)).clean(markup).strip()
    _base.reset(token)
    return _IMG.sub(_keep_picture, cleaned) if "<img" in cleaned else cleaned


def _without_strays(markup: str) -> str:
    """An end tag of a script that none began cancels the next start, whose words then are words like all others.

    So feedparser counts (its tests `*_crazy.xml`); what may be shown of them is judged by the sanitiser as ever.
    """
    within = owed = shown = 0  # scripts that began; starts to be cancelled; cancelled ones whose end is to come

    def edge(found: re.Match[str]) -> str:
        nonlocal within, owed, shown
        end = found[1]
        if end is None:  # a comment
            return found[0]
        if end and within:
            within -= 1
            return found[0]
        if end:
            owed, shown = (owed, shown - 1) if shown else (owed + 1, 0)
            return " "
        if owed:
            owed, shown = owed - 1, shown + 1
            return " "
        within += 1
        return found[0]

    return _SCRIPT_EDGE.sub(edge, markup)


def _depth(markup: str) -> int:
    """How deep elements stand in each other, those that need no end tag apart. Linear in the length."""
    deep = deepest = 0
    for found in _TAG.finditer(markup):
        if found[2].lower() not in _ENDS_ITSELF:
            deep = max(0, deep - 1) if found[1] else deep + 1
            deepest = max(deepest, deep)
    return deepest


def _keep_picture(found: re.Match[str]) -> str:
    """The picture, or "" when it is one that only counts readers."""
    tag = found[0]
    return "" if _TINY.search(tag) or _COUNTERS.search(tag) or " src=" not in tag else tag


def title_text(markup: str, limit: int = LINE_LIMIT) -> str:
    """A title as one plain line, whether it was given as text or as HTML. Unknown tags are text (`Vec<T>`)."""
    markup = markup[: limit * 8 + 4096]
    if "<" in markup:
        markup = _KNOWN_TAG.sub(" " if "<br" in markup or "<p" in markup else "", _SCRIPT.sub(" ", markup))
    return clean_line(markup, limit, entities=True)


_BLOCK_NAMES = (  # the most frequent first: one pattern tries them in this order
    "p li br div ul ol pre h1 h2 h3 h4 h5 h6 blockquote tr table tbody thead tfoot address article aside body caption "
    "center dd details dl dt fieldset figcaption figure footer form header hr html main nav section summary title"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_PARAGRAPHS = frozenset(("p", "pre", "h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head"))


_EDGE = re.compile(rf"</?(?:{'|'.join(_BLOCK_NAMES.split())})(?![a-z0-9])[^<>]*>")


def plain_words(clean: str) -> str:
    """The words of markup that `sanitize` made, blocks apart: two passes instead of a tree, for what is only searched.

    Line ends stand where blocks do, but no care is taken of how it looks.
    """
    if "<" in clean:
        clean = _ANY_TAG.sub("", _EDGE.sub("\n", clean))
    return unescape(clean)


def to_text(markup: str) -> str:
    """The words of `markup`, blocks on lines of their own. Fast and plain: no guess at what the main text is."""
    if "<" not in markup:
        return clean_text(unescape(markup))
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.fromstring(f"<div>{strip_unseen(markup)}</div>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return title_text(markup)
    return clean_text("".join(_pieces(root)))


def _pieces(root: object) -> Iterator[str]:
    """Text of the tree in order, with line ends around blocks; iterative, so depth costs nothing."""
    from lxml import etree

    silent = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            silent += name in _SILENT
            if not silent:
                yield from _opening(name, node.text)
            continue
        if event == "end":
            silent -= name in _SILENT
            if not silent and name in _BLOCKS:
                yield "\n"
        if not silent and node.tail:
            yield _flat(node.tail)


def _opening(name: str, text: str | None) -> Iterator[str]:
    """What the start of an element adds."""
    if name in _BLOCKS:
        yield "\n\n" if name in _PARAGRAPHS else "\n"
    if text:
        yield text if name == "pre" else _flat(text)


def _flat(text: str) -> str:
    """Line ends inside running text are blanks."""
    return text.replace("\n", " ").replace("\r", " ")


def host_of(url: str) -> str:
    """The host name in lower case without `www.`; "" when there is none."""
    if is_whole(url):
        return url.split("/", 3)[2].partition(":")[0].removeprefix("www.")
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
