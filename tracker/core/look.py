"""What one look at a link saw: a sign with its evidence, before the looks of other days are asked. Pure.

The rows follow the table in docs/links.md: walls are no death, an outage is none, a page that answers 200 may still
not be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from tracker.core import signs
from tracker.core.elsewhere import has_version, newer_documentation
from tracker.core.html import host_of
from tracker.core.quirks import known_work
from tracker.core.search import tokens
from tracker.core.signs import Page
from tracker.core.text import clean_line
from tracker.core.urls import canonical, fetchable, fragment, host_key, is_home_page, is_web, resolve
from tracker.core.web import UNRESOLVED_NOW, Answer, Failed, NotModified, Reason, Reply
from tracker.core.weburl import WebUrl, parse

PERMANENT = frozenset((301, 308))
SENT_ON = (
    200  # the status of a hop that a page makes by itself: the only way to move where one cannot set the server up
)
PATIENCE = 5.0  # seconds: a page that waits longer before it sends one on is to be read
WALLS = {
    401: "asks for a login (401)",
    402: "asks for money (402)",
    403: "refuses programs (403)",
    407: "asks for a proxy's login (407)",
    429: "asks for fewer questions (429)",
    451: "is withheld for legal reasons (451)",
    999: "refuses programs (999)",
}
ALIKE = 0.15  # likeness of texts below which they are other texts
RELATED = 0.34  # share of a title's words below which it is another title
PORTAL_LENGTH = 60_000  # characters; the page of a network that asks to be let in is short
NETWORK_LOGIN = 511  # RFC 6585: only the network here says so
SAYS = "answers"
ABOVE = "leads to a page above it"
SHORTENERS = frozenset(
    "bit.ly t.co goo.gl tinyurl.com ow.ly buff.ly is.gd t.cn dwz.cn url.cn aka.ms g.co lnkd.in amzn.to youtu.be b23.tv "
    "fb.me git.io doi.org dx.doi.org hdl.handle.net purl.org w3id.org rebrand.ly cutt.ly shorturl.at".split()
)
_LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|auth|oauth2?|sso|saml|accounts?/(?:log|sign)-?in|passport|cas)(?:[/?.]|$)", re.I
)
_ERROR_PATH = re.compile(
    r"/(?:404|410)(?:[/.]|$)|/(?:page-?)?not-?found\b|/errors?(?:/|/?404|\.\w+|$)|/missing(?:/|$)", re.I
)
_LANGUAGE = re.compile(
    r"(?:en|zh|ja|ko|de|fr|es|it|pt|ru|nl|pl|tr|ar|he|hi|vi|th|id|uk|cs|sv|da|fi|nb|hu|el|ro)(?:[-_][a-z]{2,4})?\Z",
    re.I,
)
_INDEX = re.compile(r"(?:index|default)\.\w{2,5}\Z", re.I)


class Sign(StrEnum):
    """What one look came to."""

    FINE = "fine"
    MOVED = "moved"  # for good, to another address of the same thing
    SUSPECT = "suspect"  # answers well, but it may not be the page that was meant
    PARKED = "parked"  # the domain is for sale
    WALL = "wall"  # there, but not for programs, or not without login or money
    ABSENT = "absent"  # 404
    WITHDRAWN = "withdrawn"  # 410: meant for good
    REJECTED = "rejected"  # another 4xx
    TROUBLE = "trouble"  # 5xx, time-out, cut, too large, redirects in a circle
    NO_NAME = "no-name"  # DNS knows no such host
    NO_ROUTE = "no-route"  # refused, unreachable
    TLS = "tls"  # the certificate does not hold
    REFUSED = "refused"  # we chose not to ask
    SILENT = "silent"  # nothing was learned: the host rests


UNREACHED = frozenset((Reason.DNS, Reason.CONNECT, Reason.TIMEOUT, Reason.TLS, Reason.PROTOCOL))
UNASKED = frozenset((Reason.REFUSED_SCHEME, Reason.REFUSED_PRIVATE, Reason.REFUSED_ROBOTS, Reason.RESTING))
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|channel|urlset|sitemapindex)\b", re.I)
_SIGN_OF = {
    Reason.REFUSED_SCHEME: Sign.REFUSED,
    Reason.REFUSED_PRIVATE: Sign.REFUSED,
    Reason.REFUSED_ROBOTS: Sign.REFUSED,
    Reason.RESTING: Sign.SILENT,
    Reason.CONNECT: Sign.NO_ROUTE,
    Reason.TLS: Sign.TLS,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What to compare a page with: how the list calls it, and how it looked when it was last well."""

    label: str = ""
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. `reached` tells whether a server answered at all; `remark` is no fault (a missing anchor)."""

    url: str
    sign: Sign
    status: int = 0
    final_url: str = ""
    reason: str = ""
    target: str = ""  # where it moved for good, anchor kept
    remark: str = ""
    page: Page | None = None
    sure: bool = False  # SUSPECT with proof: a made-up sibling gives the same page
    reached: bool = True
    wait: float = 0.0  # seconds the server asked to wait
    hops: tuple[tuple[int, str], ...] = ()
    method: str = "GET"
    large: bool = False  # no page, and longer than what was read of it
    newer: str = ""  # where the page itself says that a newer version of it stands
    foreign: str = ""  # how a page calls itself that may be of the network here, not of the address


def see(url: str, answer: Answer, known: Known = Known(), *, keep_page: bool = False) -> Seen:
    """What `answer` says of `url`. `keep_page` also takes the sketch of the page, which costs some milliseconds."""
    if isinstance(answer, NotModified):
        return Seen(url, Sign.FINE, 304, answer.url, page=known.page)
    hops = tuple((hop.status, hop.location) for hop in answer.hops)
    found = Seen(url, Sign.FINE, answer.status, answer.url, hops=hops, method=answer.request.method)
    if isinstance(answer, Failed):
        return _failed(found, answer)
    return _page(found, answer, known, keep_page)


def strange_page(url: str, answer: Answer, *, read_well: bool) -> tuple[str, str]:
    """The foreign page a source's `url` came to, and how a page calls itself that stands where a source should.

    Both "" for what is surely the source's own. A page that was `read_well` is suspect only when it speaks of a
    network that asks to be let in.
    """
    if isinstance(answer, NotModified) or not signs.is_markup(answer.headers, answer.body):
        return "", ""
    if _FEED.search(answer.body[:2048]):  # whatever type it is served as
        return "", ""
    markup, landed = signs.markup_of(answer.headers, answer.body), ""
    if answer.hops and host_key(answer.url) != host_key(url):
        landed = urlsplit(answer.url)._replace(query="", fragment="").geturl()
    title, short = signs.title_of(markup), len(markup) <= PORTAL_LENGTH
    other = isinstance(answer, Reply) and not read_well
    if answer.status == NETWORK_LOGIN or (short and (other or signs.is_portal(title, markup))):
        return landed, clean_line(title or signs.visible(markup), 60)
    return landed, ""


def host_asked(answer: Answer) -> str:
    """The host that was asked; "" when nothing was sent."""
    unasked = isinstance(answer, Failed) and answer.reason in UNASKED
    return "" if unasked else host_key(answer.request.url)


def was_reached(answer: Answer) -> bool:
    """Whether a server answered at all."""
    return not isinstance(answer, Failed) or answer.status > 0 or answer.reason not in UNREACHED


def sent_on(answer: Answer) -> str:
    """Where a page that is there only to send a browser on leads, absolute; "" for any other answer."""
    if not isinstance(answer, Reply) or not signs.is_markup(answer.headers, answer.body):
        return ""
    markup = signs.markup_of(answer.headers, answer.body)
    seconds, href = signs.sent_on(markup)
    target = resolve(answer.url, href) if href else ""
    if not target or seconds > PATIENCE or not is_web(target) or canonical(target) == canonical(answer.url):
        return ""
    return target if signs.page_of(markup).words < signs.SHORT else ""


def _foreign(found: Seen, title: str, markup: str, known: Known) -> str:
    """How a short page calls itself that asks to be let into a network, or that is quite another than before; or ""."""
    if not markup or len(markup) > PORTAL_LENGTH or found.sign is Sign.PARKED:
        return ""
    page, before = found.page or Page(), known.page or Page()
    other = bool(page.sketch and before.sketch) and _is_another(before, page)
    if found.status == NETWORK_LOGIN or other or signs.is_portal(title, markup):
        return clean_line(title or signs.visible(markup), 60)
    return ""


def _failed(found: Seen, answer: Failed) -> Seen:
    sign = _SIGN_OF.get(answer.reason, Sign.TROUBLE)
    if answer.reason is Reason.DNS and answer.detail != UNRESOLVED_NOW:
        sign = Sign.NO_NAME
    detail = answer.detail or answer.reason.value
    word = "" if answer.reason in (Reason.STATUS, Reason.RESTING) else f"{answer.reason.value}: "
    found = replace(found, sign=sign, reason=word + detail, reached=was_reached(answer), wait=answer.retry_after or 0.0)
    return _refusal(found, answer) if answer.reason is Reason.STATUS else found


def _refusal(found: Seen, answer: Failed) -> Seen:
    """A status that is no success."""
    status, markup = answer.status, signs.markup_of(answer.headers, answer.body)
    title = signs.title_of(markup)
    if signs.is_challenge(answer.headers, title, markup):
        return replace(found, sign=Sign.WALL, reason=f"bot wall: a challenge page answers ({status})")
    found = replace(found, foreign=_foreign(found, title, markup, Known()))
    if status in WALLS:
        return replace(found, sign=Sign.WALL, reason=WALLS[status])
    if status in (404, 410):
        sign = Sign.ABSENT if status == 404 else Sign.WITHDRAWN
        return replace(found, sign=sign, reason=f"answers {status}")
    if 400 <= status < 500 and status not in (408, 425):
        return replace(found, sign=Sign.REJECTED, reason=f"answers {status}")
    said = ": the network here asks for a login" if status == NETWORK_LOGIN else ""
    return replace(found, sign=Sign.TROUBLE, reason=f"answers {status}{said}")


def _page(found: Seen, answer: Reply, known: Known, keep_page: bool) -> Seen:
    """A 2xx answer: is it the page that was meant?"""
    markup = signs.markup_of(answer.headers, answer.body) if signs.is_markup(answer.headers, answer.body) else ""
    if keep_page and markup:
        found = replace(found, page=signs.page_of(markup))
    title = found.page.title if found.page else signs.title_of(markup)
    told = _told_by_page(found, answer, title, markup) or _told_by_redirect(found, title, known)
    if told is None and known.page is not None and found.page is not None and not is_front_page(found.url):
        told = _told_by_change(found, known.page, found.page)
    found, said = told or found, dict[str, Any](large=not markup and answer.truncated)
    if not signs.is_challenge(answer.headers, title, markup):
        said["foreign"] = _foreign(found, title, markup, known)
    if found.sign in (Sign.FINE, Sign.MOVED):
        said["remark"] = _remark(found, title, markup, known, answer.truncated)
    if found.sign is Sign.FINE and markup and has_version(found.url):
        said["newer"] = newer_documentation(found.final_url or found.url, signs.canonical_link(markup))
    return replace(found, **said)


def _told_by_page(found: Seen, answer: Reply, title: str, markup: str) -> Seen | None:
    """What the page itself says."""
    if not markup:
        return None
    if signs.is_challenge(answer.headers, title, markup):
        return replace(found, sign=Sign.WALL, reason="bot wall: a challenge page answers")
    if signs.is_parked(title, markup):
        return replace(found, sign=Sign.PARKED, reason="parked: the domain is for sale")
    if signs.says_nothing_here(title, markup):
        said = (
            f"{SAYS} {found.status}, but says '{clean_line(title, 60)}'"
            if title
            else f"{SAYS} {found.status}, but says that nothing is there"
        )
        return replace(found, sign=Sign.SUSPECT, reason=said)
    if not _LOGIN.search(_path(found.url)) and signs.is_login(title, markup):
        return replace(found, sign=Sign.WALL, reason="login: a login page answers")
    return None


def _told_by_redirect(found: Seen, title: str, known: Known) -> Seen | None:
    """Where it was led to."""
    if not found.hops:
        return None
    source, target = _read(found.url), _read(found.final_url)
    if _LOGIN.search(target.pathname) and not _LOGIN.search(source.pathname):
        return replace(found, sign=Sign.WALL, reason="login: leads to a login page")
    if _ERROR_PATH.search(target.pathname) and not _ERROR_PATH.search(source.pathname):
        return replace(found, sign=Sign.SUSPECT, reason=f"leads to an error page ({clean_line(target.pathname, 60)})")
    if cosmetic(found.url, found.final_url):
        return None
    if not _still_it(found, source, title, known):
        if is_front_page(found.final_url) and not is_front_page(found.url) and not _named_after(source, target):
            return replace(found, sign=Sign.SUSPECT, reason="leads to the front page")
        if _is_above(source, target):
            return replace(found, sign=Sign.SUSPECT, reason=ABOVE)
    if host_of(found.url) not in SHORTENERS and _for_good(found, source, target):
        target_url = kept_anchor(found.url, found.final_url)
        return replace(found, sign=Sign.MOVED, reason="moved for good", target=target_url)
    return None


def _for_good(found: Seen, source: WebUrl, target: WebUrl) -> bool:
    """Whether all hops say so. A page that sends one on into its own folder (`/docs/` to `/docs/latest/`) moved not."""
    if any(status == SENT_ON for status, _ in found.hops) and _is_in(target, source):
        return False
    return all(status in PERMANENT or status == SENT_ON for status, _ in found.hops)


def _is_in(inner: WebUrl, outer: WebUrl) -> bool:
    mine, other = [p for p in inner.path if p], [p for p in outer.path if p and not _INDEX.match(p)]
    return host_of(str(inner)) == host_of(str(outer)) and mine[: len(other)] == other


def _still_it(found: Seen, source: WebUrl, title: str, known: Known) -> bool:
    """Whether the page one is led to is the one that was meant: a short link, or known by its words."""
    if host_of(found.url) in SHORTENERS:
        return True
    if known.page is not None and found.page is not None and known.page.sketch:
        return signs.likeness(known.page, found.page) >= 0.5
    return signs.same_words(title, known.label)


def _told_by_change(found: Seen, before: Page, after: Page) -> Seen | None:
    """A page whose title and text are both others than before is another page."""
    if before.shell or after.shell or not before.sketch or not after.sketch or not before.title:
        return None
    if not _is_another(before, after):
        return None
    said = clean_line(after.title, 60) or "no title"
    return replace(found, sign=Sign.SUSPECT, reason=f"another page stands there now ('{said}')")


def _is_another(before: Page, after: Page) -> bool:
    return signs.likeness(before, after) < ALIKE and signs.title_likeness(before.title, after.title) < RELATED


def _remark(found: Seen, title: str, markup: str, known: Known, cut: bool) -> str:
    """What a person may want to know of a link that lives."""
    anchor = fragment(found.url)
    directive = found.url.partition(":~:")[2]
    if markup and not cut and "#" in found.url:
        if anchor and signs.missing_anchor(anchor, markup):
            return f"the page has no fragment '#{clean_line(anchor, 60)}'"
        if directive and signs.missing_text(directive, markup):
            return "the page does not hold the text of the fragment"
    if known.label and is_other_paper(found.url, title, known.label):
        return f"the list says '{clean_line(known.label, 60)}', the page '{clean_line(title, 60)}'"
    return ""


def is_other_paper(url: str, title: str, label: str) -> bool:
    """Whether a paper's page names another paper than the list does: hardly a word in common."""
    work = known_work(_read(url))
    if work is None or not work.work.startswith(("arxiv:", "openreview:", "acl:", "doi:")):
        return False
    title = re.sub(r"^\[[\w.\-/]+\]\s*", "", title)
    words = set(tokens(title)), set(tokens(label))
    return min(map(len, words)) >= 3 and signs.title_likeness(title, label) < RELATED


def is_front_page(url: str) -> bool:
    """Whether `url` is the front page of its site; `/en/` is one, `/ai/` is none."""
    pieces = [piece for piece in _read(url).path if piece]
    return is_home_page(url) and all(_INDEX.match(piece) or _LANGUAGE.match(piece) for piece in pieces)


def cosmetic(a: str, b: str) -> bool:
    """Whether two addresses differ in what nobody minds: scheme, www, slash, index page, language, session, case."""
    return canonical(a) == canonical(b) or _plain(a) == _plain(b)


def _plain(url: str) -> tuple[str, tuple[str, ...], str]:
    found = _read(url)
    pieces = [piece.lower() for piece in found.path if piece]
    kept = tuple(p for p in pieces if not _INDEX.match(p) and not _LANGUAGE.match(p))
    query = re.sub(r"(?:^|&)(?:hl|lang|locale|sid|session\w*|phpsessid|jsessionid)=[^&]*", "", found.query or "")
    return f"{host_of(url)}:{found.port or ''}", kept, query.strip("&")


def _is_above(source: WebUrl, target: WebUrl) -> bool:
    """Whether `target` is a folder that `source` lies in."""
    mine, other = [p for p in source.path if p], [p for p in target.path if p]
    same_site = host_of(str(source)) == host_of(str(target))
    return same_site and 0 < len(other) < len(mine) and mine[: len(other)] == other


def _named_after(source: WebUrl, target: WebUrl) -> bool:
    """A project that got a house of its own: the last piece of its path is the name of the new host."""
    last = re.sub(r"[^a-z0-9]", "", ([p for p in source.path if p] or [""])[-1].lower())
    host = re.sub(r"[^a-z0-9]", "", host_of(str(target)).rpartition(".")[0])
    return len(last) > 2 and host_of(str(source)) != host_of(str(target)) and (last in host or host in last)


def _path(url: str) -> str:
    return _read(url).pathname


def _read(url: str) -> WebUrl:
    """The parts of an address that was asked for; empty ones for what is none."""
    return parse(fetchable(url)) or WebUrl("")


def kept_anchor(url: str, target: str) -> str:
    """`target` with the anchor of `url`, unless it has one of its own."""
    _, mark, anchor = url.partition("#")
    return target + mark + anchor if mark and "#" not in target else target
