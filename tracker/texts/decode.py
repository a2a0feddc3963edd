"""Bytes of a page as text: byte order mark, what the server says, what the page says, what the bytes look like."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META = re.compile(rb"<(?:meta\b[^<>]{0,300}?charset|\?xml\b[^<>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252",
          "us-ascii": "cp1252", "ascii": "cp1252", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
          "sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "big5": "big5hkscs"}  # fmt: skip
HEAD = 8192  # bytes in which a page says its encoding
GUESS = 200_000  # bytes a guess looks at


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`. A wrong claim gives way to UTF-8 that fits; what fits nothing is read with gaps."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    said = _HEADER.search(content_type)
    meta = _META.search(body[:HEAD])
    for name in (said[1] if said else "", meta[1].decode("ascii", "replace") if meta else ""):
        text = _as(body, name, 0.001)
        if text is not None:
            return text
    return _guessed(body)


def _as(body: bytes, name: str, bad_share: float) -> str | None:
    """`body` in the encoding `name`; None when it is not known or leaves too many gaps."""
    name = _WIDER.get(name.lower(), name.lower())
    try:
        text = body.decode(name, "replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") <= len(text) * bad_share else None


def _guessed(body: bytes) -> str:
    nearly = _as(body, "utf-8", 0.002)
    if nearly is not None:
        return nearly
    from charset_normalizer import from_bytes

    best = from_bytes(body[:GUESS]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")
