"""Which addresses are one: the key for sameness, the address to fetch, the work behind it.

Three values are kept of every address: as written (never lost), `fetchable` (repaired, for the network) and
`canonical` (the key). The key is a pure function of the text; when a rule changes, `VERSION` rises and stored keys
are made anew by a migration with a report. No function here raises, on any string.

Folded in the key, with the reason:
- http is https, where the port is the scheme's own: the same site serves both; on an odd port only one can answer.
- `www.` before a name of at least two labels, mirrors and phone hosts (table in `url_rules`).
- trailing slash, double slashes, dot segments, percent-encoding, order of the query, empty parameters.
- counting parameters, wrappers such as google.com/url, and the rules of `quirks`.
- the fragment, unless it is a route (`#/…`, `#!…`): an anchor is a place in the work, see `fragment`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from tracker.core.known_work import params
from tracker.core.model import CanonicalUrl, HostKey
from tracker.core.quirks import QUIRKS, has_rule, known_work
from tracker.core.url_rules import REDIRECTORS, SAFELINKS, alias_of, is_tracking
from tracker.core.weburl import WebUrl, encode, parse, percent_decode

__all__ = [
    "QUIRKS", "VERSION", "canonical", "fetchable", "fragment", "host_key", "is_home_page", "is_web",
    "mask_secrets", "mask_url", "resolve", "strip_tracking", "unwrap", "work_id",
]  # fmt: skip

VERSION = 1
MAX_PORT = 65_535
MAX_LENGTH = 16_384  # characters; longer texts are data, not addresses: kept as they are, compared as they are

_EDGES = "".join(map(chr, range(0x21))) + "\u00a0\u3000\ufeff\u200b\u2060"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
# A host without its scheme, as people write it: a dot, a plausible ending, then nothing or a path.
_BARE = re.compile(
    r"(?:[^\s/?#@:\\.]+\.)+(?:[A-Za-z][A-Za-z0-9-]{1,23}|[^\x00-\x7f]{2,24})\.?(?::\d{1,5})?(?:[/?#].*)?\Z", re.S
)
_ENTITY = re.compile(r"&(?:amp|#0*38|#x0*26);", re.I)
_TAIL = re.compile(r"(?:[\"<>\s]|%22|%3[CE])+\Z", re.I)  # quotes and brackets caught from the text around
_UNRESERVED = re.compile(r"%(2[DE]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])")  # RFC 3986 2.3: the same character
_LOWER_HEX = re.compile(r"%[0-9A-Fa-f]{2}")
_INNER_SCHEME = re.compile(r"(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{1,49}):/{2,}")
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|aspsessionid\w*|sid)=[^/;?#]*", re.I)


# ---- reading ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def read(text: str) -> WebUrl | None:
    """The address in `text`, its scheme put in where a bare host or `//host` is written."""
    text = text.strip(_EDGES)
    if text.startswith("//"):
        return parse("https:" + text)
    if _SCHEME.match(text) and not _BARE.match(text):
        return parse(text)
    if _BARE.match(text):
        return parse("https://" + text)
    return parse(text)


@lru_cache(maxsize=1024)
def fetchable(url: str) -> str:
    """The address to ask the network for: scheme put in, host in ASCII, the rest encoded, no fragment.

    "" when it is no http(s) address any browser would take.
    """
    if len(url) > MAX_LENGTH:
        return ""
    found = read(_ENTITY.sub("&", url) if "&" in url else url)
    if found is None or not found.is_web:
        return ""
    text = str(found)
    return text.partition("#")[0]


def is_web(url: str) -> bool:
    """Whether `url` can be asked over http(s) at all."""
    return bool(_plain_key(url)) or bool(fetchable(url))


def resolve(base: str, href: str) -> str:
    """`href` as a link on the page `base`, absolute, fragment kept (URL Standard); "" when it makes no address."""
    parent = parse(base) if base else None
    if base and parent is None:
        return ""
    found = parse(href, parent)
    return "" if found is None else str(found)


def fragment(url: str) -> str:
    """The anchor, decoded, without `#`; "" for none. Text directives (`:~:text=…`) are not part of it."""
    _, _, after = url.strip(_EDGES).partition("#")
    return unquote(after.partition(":~:")[0]) if after else ""


# ---- sameness --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def canonical(url: str) -> CanonicalUrl:
    """The key under which `url` is known: equal for every address of one work. Idempotent.

    What is no http(s) address is its own key (normalised where it parses, stripped where it does not).
    """
    if plain := _plain_key(url):
        return CanonicalUrl(plain)
    key = _canonical_once(url)
    for _ in range(4):  # a rule may uncover what another rule knows (a wrapper in a wrapper); settles at once or soon
        again = _canonical_once(key)
        if again == key:
            break
        key = again
    return CanonicalUrl(key)


# The usual address, of which no rule here changes more than the scheme; reading one whole costs ten times as much.
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
PLAIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?!www\.|xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    r"(?:\.(?!xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,24}"
    rf"|{_OCTET}(?:\.{_OCTET}){{3}})(?::(?P<port>[1-9][0-9]{{0,4}}))?(?P<path>(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)\Z"
)
_USUAL_PORTS = frozenset(("80", "443"))  # one of them may be the scheme's own


@lru_cache(maxsize=1024)
def _plain_key(url: str) -> str:
    """The key of a usual address; "" for all others."""
    found = PLAIN.match(url) if len(url) <= MAX_LENGTH else None
    if found is None:
        return ""
    scheme, host, port, path = found.groups()
    if host.endswith(".ampproject.org") or _google(host) or has_rule(host) or alias_of(host) != host:
        return ""
    if port is None:
        return f"https://{host}{path}"
    return "" if port in _USUAL_PORTS or int(port) > MAX_PORT else f"{scheme}://{host}:{port}{path}"


def _canonical_once(url: str) -> str:
    if len(url) > MAX_LENGTH:
        return url.strip(_EDGES)
    found = folded(url)
    if found is None:
        return url.strip(_EDGES)
    if not found.is_web:
        return str(found)
    known = known_work(found)
    return known.url if known and known.url else _key(found)


def work_id(url: str) -> str:
    """The identifier of the work over all sites: `arxiv:2309.06180`, `youtube:ID`, `doi:10.…`; "" when unknown."""
    key = canonical(url)
    found = None if _plain_key(key) else folded(key)
    if found is None or not found.is_web:
        return ""
    known = known_work(found)
    return known.work if known else ""


@lru_cache(maxsize=1024)  # one address is asked for its key, its work and its kind
def folded(url: str) -> WebUrl | None:
    """`url` unwrapped, its host folded, counting parameters off."""
    text = _TAIL.sub("", _ENTITY.sub("&", url) if "&" in url else url)
    found = read(text)
    if found is None or not found.is_web:
        return found
    found = _unwrapped(found, 4)
    host = alias_of(bare_host(found.host or ""))
    scheme = "https" if found.port is None else found.scheme
    kept = [(name, value) for name, value in params(found) if not is_tracking(host, name, value)]
    query = "&".join(f"{name}={value}" if value else name for name, value in kept)
    return WebUrl(
        scheme, found.username, found.password, host, found.port, found.path, None, query or None, found.fragment
    )


def bare_host(host: str) -> str:
    """Without the final dot and without `www.` when at least two labels are left; www.www.x is kept as it is."""
    host = host.rstrip(".") or host
    rest = host[4:] if host.startswith("www.") else ""
    return rest if "." in rest and not rest.startswith("www.") else host


def _key(url: WebUrl) -> str:
    """The general form: encoding, slashes, order."""
    path = _plain_escapes(_SESSION_PATH.sub("", url.pathname))
    path = _fold_slashes(path).rstrip("/") or "/"
    pieces = sorted((_query_text(name), _query_text(value)) for name, value in params(url))
    query = "&".join(f"{name}={value}" if value else name for name, value in pieces if name or value)
    route = _route(url.fragment or "")
    key = WebUrl(url.scheme, url.username, url.password, url.host, url.port, (path[1:],), None, query or None, route)
    return str(key)


def _fold_slashes(path: str) -> str:
    """One slash for several, but `scheme://` inside a path (an archive's copy) keeps its two."""
    marked = _INNER_SCHEME.sub(lambda m: m[1] + ":\x00", path)
    return re.sub(r"/{2,}", "/", marked).replace("\x00", "//")


def _plain_escapes(text: str) -> str:
    """Escapes of unreserved characters undone, the others in capitals."""
    if "%" not in text:
        return text
    text = _UNRESERVED_ANY.sub(lambda m: chr(int(m[1], 16)), text)
    return _LOWER_HEX.sub(lambda m: m[0].upper(), text)


_UNRESERVED_ANY = re.compile(_UNRESERVED.pattern, re.I)


def _query_text(text: str) -> str:
    """A name or value of the query: `%20` and `+` are one, both written `+`."""
    return encode(_plain_escapes(text).replace("%20", "+"), frozenset("|\\^`{}"))


def _route(text: str) -> str | None:
    """A fragment that chooses the page (`#/route`, `#!route`), or None for an anchor."""
    return _plain_escapes(text) if len(text) > 1 and text[0] in "/!" else None


def unwrap(url: str) -> str:
    """The address inside a wrapper (google.com/url?q=…, link.zhihu.com/?target=…); `url` itself when it is none."""
    found = read(url) if len(url) <= MAX_LENGTH else None
    if found is None or not found.is_web:
        return url
    inner = _unwrapped(found, 4)
    return url if inner == found else str(inner)


def _unwrapped(url: WebUrl, depth: int) -> WebUrl:
    inner = _inner(url) if depth else None
    return _unwrapped(inner, depth - 1) if inner else url


def _inner(url: WebUrl) -> WebUrl | None:
    host = bare_host(url.host or "")
    target = ""
    if host.endswith(SAFELINKS):
        target = _first(url, ("url",))
    elif host.endswith(".cdn.ampproject.org") or (host == "google.com" and url.pathname.startswith("/amp/")):
        target = _amp_target(url.pathname)
    for path, names in REDIRECTORS.get(host, ()) or REDIRECTORS.get(_google(host), ()):
        if path in (url.pathname, "*"):
            target = target or _first(url, names)
    if host == "youtube.com" and target.startswith("/"):
        target = "https://www.youtube.com" + target
    found = parse(target) if target.startswith(("http://", "https://")) else None
    return found if found and found.is_web else None


def _google(host: str) -> str:
    """google.de wraps as google.com does."""
    return "google.com" if re.match(r"google\.(?:com?\.)?[a-z]{2,3}\Z", host) else ""


def _amp_target(path: str) -> str:
    """`/c/s/host/path`, `/v/s/…`, `/amp/s/…`: the article behind the fast copy."""
    found = re.match(r"/(?:amp|c|v|a)/(s/)?([^/]+\.[^/]+.*)\Z", path)
    return f"http{'s' if found[1] else ''}://{found[2]}" if found else ""


def _first(url: WebUrl, names: tuple[str, ...]) -> str:
    values = dict(reversed(params(url)))
    return next((percent_decode(values[n]).decode("utf-8", "replace") for n in names if values.get(n)), "")


def strip_tracking(url: str) -> str:
    """`url` without counting parameters, everything else as written."""
    head, hash_mark, after = url.partition("#")
    path, question_mark, query = head.partition("?")
    found = read(url) if question_mark and len(url) <= MAX_LENGTH else None
    if found is None or not found.is_web:
        return url
    host = alias_of(bare_host(found.host or ""))
    pieces = [piece for piece in query.split("&") if not is_tracking(host, *pair(piece))]
    kept = "&".join(pieces)
    return path + ("?" + kept if kept else "") + hash_mark + after


def pair(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return name, value


# ---- what else an address says ---------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def host_key(url: str) -> HostKey:
    """The host as a counter of requests: ASCII, lower case, no `www.`, an odd port kept; "" when there is none."""
    found = read(url) if len(url) <= MAX_LENGTH else None
    if found is None or not found.host:
        return HostKey("")
    host = bare_host(found.host)
    return HostKey(host if found.port is None else f"{host}:{found.port}")


_HOME = re.compile(r"/(?:index|home|default|main|welcome)?(?:\.[a-z]{3,5})?/?\Z|/[a-z]{2}(?:[-_][a-z]{2,4})?/?\Z", re.I)


@lru_cache(maxsize=1024)
def is_home_page(url: str) -> bool:
    """Whether `url` is the front page of its site (`/`, `/index.html`, `/en/`)."""
    if _plain_key(url):
        return bool(_HOME.match(url, url.index("/", 8)))
    found = folded(url)
    if found is None or not found.is_web or found.query or _route(found.fragment or ""):
        return False
    return bool(_HOME.match(found.pathname))


SECRET = re.compile(
    r"(?i)(?<=[?&;#])((?:access|api|auth|id|refresh|session|secret|private|client|x-amz|x-goog)?[_-]?"
    r"(?:token|key|apikey|secret|password|passwd|pwd|pass|signature|sig|credential|auth|session|code))=[^&#\s]+"
)
USERINFO = re.compile(r"(?<=//)[^/?#\s@]*(?:@[^/?#\s@]*)*@")


def mask_url(url: str) -> str:
    """`url` for screens and logs: user names, passwords and tokens replaced by ***."""
    return SECRET.sub(r"\1=***", USERINFO.sub("***@", url, count=1))


URL_IN_TEXT = re.compile(r"\bhttps?://[^\s\"'<>\\]+", re.I)


def mask_secrets(text: str) -> str:
    """`text` with the addresses in it masked; what is no address stays."""
    return URL_IN_TEXT.sub(lambda found: mask_url(found[0]), text) if "://" in text else text
