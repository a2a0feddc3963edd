"""Addresses read as browsers read them: the URL Standard (url.spec.whatwg.org), parser and serialiser.

`urllib` and browsers disagree on backslashes, tabs, odd hosts and dots; two readers of one address are how guards
are passed by. So whatever compares, joins or fetches addresses reads them here first. Nothing in this file raises:
an address no browser would take is None.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

SPECIAL = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443, "file": 0}  # scheme -> default port

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_FRAGMENT_SET = frozenset(' "<>`')
_QUERY_SET = frozenset(' "#<>')
_SPECIAL_QUERY_SET = _QUERY_SET | {"'"}
_PATH_SET = _QUERY_SET | set("?^`{}")
_USERINFO_SET = _PATH_SET | set("/:;=@[\\]|")
_FORBIDDEN_HOST = re.compile(r"[\x00\t\n\r #/:<>?@\[\\\]^|]")
_FORBIDDEN_DOMAIN = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")
_DRIVE = re.compile(r"[A-Za-z][:|]\Z")
_DRIVE_START = re.compile(r"[A-Za-z][:|](?:[/\\?#]|\Z)")
_SINGLE_DOT = frozenset((".", "%2e"))
_DOUBLE_DOT = frozenset(("..", ".%2e", "%2e.", "%2e%2e"))
_TABS = str.maketrans("", "", "\t\n\r")
_EDGES = "".join(map(chr, range(0x21)))
_NUMBER_LABEL = re.compile(r"(?:[0-9]+|0[xX][0-9A-Fa-f]*)\Z")
# The great bulk of addresses: plain ASCII, a named host, nothing to repair. Read without the machinery below.
_PLAIN = re.compile(
    r"(https?)://((?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*)"
    r"((?:/[A-Za-z0-9_~!$&'()*+,;=:@%|\-.\[\]]*)*)(?:\?([!$%&(-;=?-~]*))?(?:#([!#-;=?-_a-~]*))?\Z"
)


@dataclass(frozen=True, slots=True)
class WebUrl:
    """One parsed address. `host` None = no authority; `port` None = the scheme's own; `opaque` replaces the path
    of addresses such as mailto:. `query` and `fragment` None = absent, "" = an empty one is written."""

    scheme: str
    username: str = ""
    password: str = ""
    host: str | None = None
    port: int | None = None
    path: tuple[str, ...] = ()
    opaque: str | None = None
    query: str | None = None
    fragment: str | None = None

    @property
    def special(self) -> bool:
        """Whether the scheme has a host and a path by nature (http, https, ftp, ws, wss, file)."""
        return self.scheme in SPECIAL

    @property
    def is_web(self) -> bool:
        """http or https with a host."""
        return self.scheme in ("http", "https") and bool(self.host)

    @property
    def pathname(self) -> str:
        """The path as written in the address, "/" included."""
        if self.opaque is not None:
            return self.opaque
        return "".join("/" + part for part in self.path)

    def __str__(self) -> str:
        out = [self.scheme, ":"]
        if self.host is not None:
            out += ["//", self._userinfo(), self.host, "" if self.port is None else f":{self.port}"]
        elif self.opaque is None and len(self.path) > 1 and self.path[0] == "":
            out.append("/.")
        out.append(self.pathname)
        if self.query is not None:
            out += ["?", self.query]
        if self.fragment is not None:
            out += ["#", self.fragment]
        return "".join(out)

    def _userinfo(self) -> str:
        if not self.username and not self.password:
            return ""
        return f"{self.username}:{self.password}@" if self.password else f"{self.username}@"


@lru_cache(maxsize=1024)  # one look at a link reads its address five times
def parse(text: str, base: WebUrl | None = None) -> WebUrl | None:
    """Read `text`, against `base` when it is relative. None when no browser would take it."""
    plain = _PLAIN.match(text)
    if plain and "/." not in text and "/%2" not in text.lower():
        scheme, host, path, query, fragment = plain.groups()
        return WebUrl(scheme, host=host, path=tuple(path.split("/")[1:]) or ("",), query=query, fragment=fragment)
    text = text.strip(_EDGES).translate(_TABS)
    text, hash_mark, after = text.partition("#")
    fragment = encode(after, _FRAGMENT_SET) if hash_mark else None
    head, question_mark, query_text = text.partition("?")
    query = query_text if question_mark else None
    found = _SCHEME.match(head)
    if found:
        url = _with_scheme(found[1].lower(), head[found.end() :], query, hash_mark, base)
    else:
        url = _without_scheme(head, query, fragment, base)
    return None if url is None else replace(url, fragment=fragment)


def _with_scheme(scheme: str, rest: str, query: str | None, hash_mark: str, base: WebUrl | None) -> WebUrl | None:
    if scheme == "file":
        return _file(rest, query, base if base and base.scheme == "file" else None)
    if scheme in SPECIAL:
        if base and base.scheme == scheme and not re.match(r"[/\\]{2}", rest):
            return _relative(rest, query, base)
        return _authority(scheme, rest.lstrip("/\\"), query)
    if rest.startswith("//"):
        return _authority(scheme, rest[2:], query)
    if rest.startswith("/"):
        return _finish(WebUrl(scheme), _segments(rest[1:], scheme, []), query)
    if rest.endswith(" ") and (query is not None or hash_mark):
        rest = rest[:-1] + "%20"  # keeps the address the same when its query is taken off later
    return _finish(WebUrl(scheme, opaque=encode(rest, frozenset())), (), query)


def _without_scheme(rest: str, query: str | None, fragment: str | None, base: WebUrl | None) -> WebUrl | None:
    if base is None:
        return None
    if base.opaque is not None:
        return base if fragment is not None and not rest and query is None else None
    return _file(rest, query, base) if base.scheme == "file" else _relative(rest, query, base)


def _relative(rest: str, query: str | None, base: WebUrl) -> WebUrl | None:
    slashes = "/\\" if base.special else "/"
    if rest[:1] and rest[0] in slashes:
        if base.special and rest[1:2] and rest[1] in slashes:
            return _authority(base.scheme, rest.lstrip("/\\"), query)
        if rest[1:2] == "/":
            return _authority(base.scheme, rest[2:], query)
        return _finish(base, _segments(rest[1:], base.scheme, []), query)
    if not rest:
        return base if query is None else _finish(base, base.path, query)
    return _finish(base, _segments(rest, base.scheme, list(base.path[:-1])), query)


def _authority(scheme: str, rest: str, query: str | None) -> WebUrl | None:
    end = re.search(r"[/\\]" if scheme in SPECIAL else "/", rest)
    authority, path = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    userinfo, at, place = authority.rpartition("@")
    if at and not place:
        return None
    user, _, password = userinfo.partition(":")
    found = re.fullmatch(r"(\[[^\]]*\]?|[^:\[]*)(?::(.*))?", place, re.S)
    if found is None or (not found[1] and (scheme in SPECIAL or found[2] is not None)):
        return None
    host, port = parse_host(found[1], scheme in SPECIAL), _port(found[2] or "", scheme)
    if host is None or port is False:
        return None
    url = WebUrl(scheme, encode(user, _USERINFO_SET), encode(password, _USERINFO_SET), host, port)
    if not path and scheme not in SPECIAL:
        return _finish(url, (), query)
    return _finish(url, _segments(path[1:], scheme, []), query)


def _port(text: str, scheme: str) -> int | bool | None:
    """The port, None for the scheme's own or none written, False when it makes no sense."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > 5 or int(text) > 65535:
        return False
    return None if SPECIAL.get(scheme) == int(text) else int(text)


def _file(rest: str, query: str | None, base: WebUrl | None) -> WebUrl | None:
    slashes = re.match(r"[/\\]*", rest)
    count = slashes.end() if slashes else 0
    if count >= 2:
        return _file_host(rest[2:], query)
    start: list[str] = []
    host = base.host if base else ""
    if count == 1:
        if base and base.path and _normal_drive(base.path[0]) and not _DRIVE_START.match(rest[1:]):
            start = [base.path[0]]
        return _finish(WebUrl("file", host=host), _segments(rest[1:], "file", start), query)
    if base is None:
        return _finish(WebUrl("file", host=""), _segments(rest, "file", []), query)
    if not rest:
        return replace(base, fragment=None) if query is None else _finish(base, base.path, query)
    if not _DRIVE_START.match(rest):
        start = list(base.path)
        _shorten(start, "file")
    return _finish(WebUrl("file", host=host), _segments(rest, "file", start), query)


def _file_host(rest: str, query: str | None) -> WebUrl | None:
    end = re.search(r"[/\\]", rest)
    name, path = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    if _DRIVE.match(name):  # file://C:/ means the drive, not a host named C
        return _finish(WebUrl("file", host=""), _segments(rest, "file", []), query)
    host = parse_host(name, True) if name else ""
    if host is None:
        return None
    return _finish(WebUrl("file", host="" if host == "localhost" else host), _segments(path[1:], "file", []), query)


def _finish(url: WebUrl, path: tuple[str, ...], query: str | None) -> WebUrl:
    encoded = None if query is None else encode(query, _SPECIAL_QUERY_SET if url.special else _QUERY_SET)
    return replace(url, path=path, query=encoded, fragment=None)


def _segments(text: str, scheme: str, path: list[str]) -> tuple[str, ...]:
    """The path after resolving dots; `text` begins behind its first slash, `path` is what comes before."""
    parts = re.split(r"[/\\]", text) if scheme in SPECIAL else text.split("/")
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if part.lower() in _DOUBLE_DOT:
            _shorten(path, scheme)
            if last:
                path.append("")
        elif part.lower() in _SINGLE_DOT:
            if last:
                path.append("")
        else:
            if scheme == "file" and not path and _DRIVE.match(part):
                part = part[0] + ":"
            path.append(encode(part, _PATH_SET))
    return tuple(path)


def _shorten(path: list[str], scheme: str) -> None:
    if path and not (scheme == "file" and len(path) == 1 and _normal_drive(path[0])):
        path.pop()


def _normal_drive(part: str) -> bool:
    return len(part) == 2 and part[0].isascii() and part[0].isalpha() and part[1] == ":"


def encode(text: str, also: frozenset[str] | set[str]) -> str:
    """Percent-encode what is not printable ASCII, and the characters of `also`; what is encoded already stays."""
    if text.isascii() and text.isprintable() and also.isdisjoint(text):
        return text
    return "".join(
        char if " " <= char <= "~" and char not in also else "".join(f"%{byte:02X}" for byte in _utf8(char))
        for char in text
    )


def _utf8(char: str) -> bytes:
    return char.encode("utf-8") if not "\ud800" <= char <= "\udfff" else b"\xef\xbf\xbd"


def percent_decode(text: str) -> bytes:
    """The bytes of `text`; a % that begins no pair stays itself."""
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes((int(m[1], 16),)), b"".join(map(_utf8, text)))


@lru_cache(maxsize=1024)
def parse_host(text: str, special: bool) -> str | None:
    """The host as it is written in an address, or None."""
    if text.startswith("["):
        return _ipv6_host(text[1:-1]) if text.endswith("]") else None
    if not special:
        return None if _FORBIDDEN_HOST.search(text) else encode(text, frozenset())
    domain = to_ascii(percent_decode(text).decode("utf-8", "replace"))
    if not domain or _FORBIDDEN_DOMAIN.search(domain):
        return None
    return _ipv4_host(domain) if _ends_in_number(domain) else domain


def to_ascii(domain: str) -> str | None:
    """Domain to ASCII of the URL Standard (UTS 46, non-transitional, no length or hyphen checks); None when invalid."""
    if domain.isascii():
        return domain.lower()
    import idna

    try:
        mapped = idna.uts46_remap(domain, std3_rules=False, transitional=False)
    except (idna.IDNAError, IndexError):
        return None
    labels = [_label_to_ascii(label) for label in mapped.split(".")]
    bidi = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in mapped)
    if any(label is None for label in labels) or (bidi and not _bidi_right(mapped)):
        return None
    return ".".join(label or "" for label in labels)


def _label_to_ascii(label: str) -> str | None:
    """One label, already mapped; None when UTS 46 calls it invalid."""
    import idna

    if label.isascii():
        return label
    if unicodedata.normalize("NFC", label) != label or unicodedata.category(label[0]).startswith("M"):
        return None
    joiners = (i for i, char in enumerate(label) if char in "\u200c\u200d")
    try:
        if not all(idna.valid_contextj(label, i) for i in joiners):
            return None
        return "xn--" + label.encode("punycode").decode("ascii")
    except (ValueError, UnicodeError):
        return None


def _bidi_right(domain: str) -> bool:
    import idna

    try:
        return all(idna.check_bidi(label, check_ltr=True) for label in domain.split(".") if label)
    except idna.IDNAError:
        return False


def _ends_in_number(domain: str) -> bool:
    labels = domain.removesuffix(".").split(".")
    return bool(_NUMBER_LABEL.match(labels[-1]))


def _ipv4_host(domain: str) -> str | None:
    """`0x7f.1` and `2130706433` are 127.0.0.1; None when the numbers do not fit."""
    parts = domain.removesuffix(".").split(".")
    if len(parts) > 4:
        return None
    numbers = [_ipv4_number(part) for part in parts]
    if any(n is None for n in numbers):
        return None
    values = [n or 0 for n in numbers]
    if any(v > 255 for v in values[:-1]) or values[-1] >= 256 ** (5 - len(values)):
        return None
    total = values[-1] + sum(v << (8 * (3 - i)) for i, v in enumerate(values[:-1]))
    return ".".join(str(total >> shift & 255) for shift in (24, 16, 8, 0))


def _ipv4_number(part: str) -> int | None:
    if not part or len(part) > 400:
        return None
    try:
        if part[:2].lower() == "0x":
            return int(part[2:] or "0", 16) if re.fullmatch(r"[0-9a-f]*", part[2:]) else None
        if not part.isdigit():
            return None
        return int(part, 8) if part[0] == "0" and len(part) > 1 else int(part)
    except ValueError:
        return None


def _ipv6_host(text: str) -> str | None:
    """In brackets, hexadecimal, the first longest run of zeros folded (RFC 5952 without its dotted forms)."""
    if "%" in text:
        return None
    try:
        words = ipaddress.IPv6Address(text).exploded.split(":")
    except ValueError:
        return None
    pieces = [f"{int(word, 16):x}" for word in words]
    runs = [(_zeros(pieces, i), -i) for i in range(8)]
    count, first = max(runs)
    if count < 2:
        return f"[{':'.join(pieces)}]"
    return f"[{':'.join(pieces[:-first])}::{':'.join(pieces[-first + count :])}]"


def _zeros(pieces: list[str], start: int) -> int:
    """How many pieces from `start` on are zero."""
    return next((i - start for i in range(start, 8) if pieces[i] != "0"), 8 - start)
