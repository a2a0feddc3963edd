"""Bytes to text, when header, declaration and truth disagree.

The order is by trust: byte order mark, then "does it decode strictly as UTF-8" (other charsets almost never do by
accident), then what the document declares, then what HTTP says, then Windows-1252 as browsers do.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0 appendix F: the first "<?" or "<x" seen through each width.
_SHAPES = (
    (b"\x3c\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00\x3c", "utf-32-be"),
    (b"\x3c\x00", "utf-16-le"),
    (b"\x00\x3c", "utf-16-be"),
)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in every EBCDIC page
# Names people use for a smaller set than what they send (WHATWG Encoding Standard does the same).
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "hz-gb-2312": "hz",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "big5": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "windows-874": "cp874", "x-x-big5": "big5hkscs",
}  # fmt: skip
_DECLARED = re.compile(r"""^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:\- ]{1,40})["']""")
_META = re.compile(r"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.I)
_HTTP = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.I)
# UTF-8 read as Windows-1252 or Latin-1 and written out as UTF-8 again: its traces, two to four characters long.
_DOUBLED = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|\u00e2[\u0080-\u00bf\u20ac\u201a-\u2122]{1}[\u0080-\u00bf\u0152-\u2122]"
)


def http_charset(headers: Mapping[str, str]) -> str:
    """The charset of a Content-Type header, "" when it says none."""
    found = _HTTP.search(headers.get("content-type", ""))
    return found[1].lower() if found else ""


def decode(body: bytes, headers: Mapping[str, str], *, html: bool = False) -> str:
    """`body` as text. Never fails: what cannot be read becomes U+FFFD."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for shape, name in _SHAPES:
        if body.startswith(shape):
            return body.decode(name, "replace")
    if body.startswith(_EBCDIC):
        return _first(body, iter((_declared(body.decode("cp037")), "cp037")))
    try:
        # ISO-2022-JP and HZ are seven bits and pass for ASCII: their escapes tell.
        if b"\x1b$" not in body and b"~{" not in body:
            return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return _first(body, _candidates(body, headers, html))


def _candidates(body: bytes, headers: Mapping[str, str], html: bool) -> Iterator[str]:
    """Charset names to try, best first."""
    head = body[:4096].decode("latin-1")
    yield _declared(head)
    if html:
        found = _META.search(head)
        yield found[1].lower() if found else ""
    yield http_charset(headers)
    if _mostly_utf8(body):
        yield "utf-8-replace"
    yield from ("gb18030-likely",) if _looks_han(body) else ()
    yield "cp1252"


def _declared(head: str) -> str:
    found = _DECLARED.match(head)
    return found[1].strip().lower() if found else ""


def _mostly_utf8(body: bytes) -> bool:
    """UTF-8 with a few broken bytes: the good sequences far outnumber the bad."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for c in text if c > "\x7f") - broken
    return good > 3 * broken or broken <= 16


def _looks_han(body: bytes) -> bool:
    """Undeclared GBK: strictly decodable, and what comes out is nearly all common Han."""
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError:
        return False
    high = [c for c in text if c > "\x7f"]
    return bool(high) and sum("\u4e00" <= c <= "\u9fff" or c in "，。！？、：；（）“”" for c in high) > 0.9 * len(high)


def _first(body: bytes, names: Iterator[str]) -> str:
    """Text by the first charset that fits strictly; UTF-8 that does not fit is taken with holes."""
    for name in names:
        if name == "utf-8-replace":
            break
        real = _WIDER.get(name, name).removesuffix("-likely")
        try:
            if not name or codecs.lookup(real).name.startswith("utf"):  # the wide ones were told by their shape
                continue
            return body.decode(real)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return body.decode("utf-8", "replace")


def undouble(text: str) -> str:
    """`text` with one layer of "UTF-8 taken for Latin-1" undone, when all of it is of that kind."""
    if text.isascii() or not _DOUBLED.search(text):
        return text
    for wrong in ("latin-1", "cp1252"):
        try:
            return text.encode(wrong).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return text
