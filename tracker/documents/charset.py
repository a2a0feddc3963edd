"""Bytes of a person's file to text and back again: what was read as one encoding is written as it.

A byte order mark stays in the text (as U+FEFF), so that it comes out where it went in.
"""

from __future__ import annotations

import codecs
import re

from tracker.core.errors import DocumentError

UTF8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_SAMPLE = 100_000
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})|<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.I
)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of `data` and the encoding it is written in. `encode` gives the same bytes back.

    Raises DocumentError for bytes that are no text.
    """
    for codec in _likely(data):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        except (LookupError, ValueError):  # a codec that is none of text, named in the file
            continue
        if "\0" not in text and (codec == UTF8 or text.encode(codec) == data):
            return text, codec
    raise DocumentError(name, 0, "is no text (or none in UTF-8, UTF-16 or GB18030)", "Save it as UTF-8 and try again")


def encode(text: str, codec: str) -> bytes:
    """The bytes of `text`; UTF-8 when it holds a character that the encoding does not have, so that nothing is lost."""
    try:
        return text.encode(codec or UTF8)
    except UnicodeEncodeError:
        return text.encode(UTF8, "surrogatepass")


def _likely(data: bytes) -> list[str]:
    """Encodings to try, the likeliest first."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return [codec]
    sample = data[:_SAMPLE]
    if zeros := sample.count(0):
        wide = "utf-16-be" if sample[0::2].count(0) > sample[1::2].count(0) else "utf-16-le"
        return [wide] if zeros > len(sample) // 8 else [UTF8]
    said = _declared(data[:2000])
    return [UTF8, *said, "gb18030", "cp1252"] if _looks_chinese(sample) else [UTF8, *said, "cp1252", "latin-1"]


def _declared(head: bytes) -> list[str]:
    """The encoding an XML or HTML file names itself, when it is one we know."""
    found = _DECLARED.search(head)
    try:
        return [codecs.lookup((found[1] or found[2]).decode("ascii")).name] if found else []
    except LookupError:
        return []


def _looks_chinese(sample: bytes) -> bool:
    """Bytes above 127 come in pairs in Chinese text; alone, between Latin letters, in Western text."""
    pairs = alone = i = 0
    while i < len(sample):
        if sample[i] < 0x80:
            i += 1
        elif i + 1 < len(sample) and sample[i + 1] >= 0xA1:
            pairs, i = pairs + 1, i + 2
        else:
            alone, i = alone + 1, i + 2
    return pairs > 2 * alone
