"""The whole way from the bytes of an answer to a Harvest of a feed, or to why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracker.core.model import Harvest
from tracker.core.text import drop_sequences
from tracker.sources.syndication.charset import decode
from tracker.sources.syndication.fast import parse_bytes, parse_fast
from tracker.sources.syndication.jsonfeed import parse_json
from tracker.sources.syndication.library import parse_with_library
from tracker.sources.syndication.raw import RawFeed, harvest_of

_ROOT = re.compile(
    r"<(?:[A-Za-z][\w.-]{0,40}:)?(?:rss|feed|rdf|channel|item|entry|items)(?=[\s>/])", re.I
)  # a fragment of a feed is read as well
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.I)
_LOGIN = re.compile(
    r"""<input[^>]{0,300}type\s*=\s*["']?password|<form[^>]{0,300}(?:login|signin|sign-in|passport)""", re.I
)
_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|auth|sso|session/new|account/login|passport)\b", re.I)
# XML 1.0 2.2: these cannot stand in a document, not even as references.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# The last two rows: halves of a character (D800 to DFFF), and numbers beyond the last one (10FFFF).
_BAD_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF])"
    r"|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3])|[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}"
    r"|0*(?:111411[2-9]|11141[2-9]\d|1114[2-9]\d\d|111[5-9]\d{3}|11[2-9]\d{4}|1[2-9]\d{5}|[2-9]\d{6}|[1-9]\d{7,})"
    r"|[xX]0*(?:1[1-9a-fA-F][0-9a-fA-F]{4}|[2-9a-fA-F][0-9a-fA-F]{5}|[1-9a-fA-F][0-9a-fA-F]{6,}));"
)
_ROOT_BYTES, _HTML_BYTES, _BAD_REFERENCE_BYTES = (
    re.compile(one.pattern.encode(), one.flags & re.I) for one in (_ROOT, _HTML, _BAD_REFERENCE)
)
_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
_TO_MEND = (b"~{", b"\xc2\x9b")  # perhaps HZ, which is seven bits; the terminal's own beginning of a sequence
_ENDS = re.compile(r"</(?:rss|feed|rdf:RDF|RDF|channel)\s*>", re.I)


def read_feed(body: bytes, headers: Mapping[str, str], url: str) -> Harvest:
    """The harvest of a feed document. `url` is where the bytes came from; never raises for what they are."""
    if not body.strip(b" \t\r\n\x00"):
        return nothing("empty", "the answer has no content")
    if raw := _read_plain(body, url):
        return harvest_of(raw, url)
    text = decode(body, headers)
    start = text.lstrip("\ufeff \t\r\n\x00")
    if start[:1] in ("{", "["):
        return _read_json(start, url)
    text = _NOT_XML.sub("", drop_sequences(start))
    if "&#" in text:
        text = _BAD_REFERENCE.sub("", text)
    root = _ROOT.search(text)
    page = _HTML.search(text, 0, root.start() if root else len(text))
    if page or root is None:
        return not_a_feed(text, url)
    raw = read_xml(_trim(text, root.start()), url)
    return harvest_of(raw, url)


def _read_plain(body: bytes, url: str) -> RawFeed | None:
    """The usual feed, UTF-8 in which nothing has to be mended first, read from its bytes; None for all others."""
    root = _ROOT_BYTES.search(body) if body.startswith((b"<?xml", b"<rss", b"<feed")) else None
    if root is None or _HTML_BYTES.search(body, 0, root.start()) or any(mark in body for mark in _TO_MEND):
        return None
    if len(body.translate(None, _CONTROLS)) != len(body) or (b"&#" in body and _BAD_REFERENCE_BYTES.search(body)):
        return None
    raw = parse_bytes(body, url)
    return raw and _with_skips(raw, body.decode("utf-8") if b"<skip" in body else "")


def read_xml(text: str, url: str) -> RawFeed:
    """An XML feed by the quick reader when it can, else by the library; the answer is the same."""
    return _with_skips(parse_fast(text, url) or parse_with_library(text, url), text)


def _with_skips(raw: RawFeed, text: str) -> RawFeed:
    raw.skip_hours, raw.skip_days = _skips(text, "skipHours", "hour"), _skips(text, "skipDays", "day")
    return raw


def _skips(text: str, outer: str, inner: str) -> list[str]:
    """The hours or days a feed asks not to be read in: neither reader keeps more than the last of them."""
    start = text.find(f"<{outer}>")
    end = text.find(f"</{outer}>", start)
    if start < 0 or end < 0 or end - start > 5000:
        return []
    return re.findall(rf"<{inner}>\s*(\w{{1,10}})\s*</{inner}>", text[start:end])


def _read_json(text: str, url: str) -> Harvest:
    try:
        raw = parse_json(text)
    except ValueError as broken:
        return nothing("parse", f"broken JSON: {broken}")
    return harvest_of(raw, url) if raw else nothing("not_a_feed", "JSON, but not a JSON Feed")


def _trim(text: str, root: int) -> str:
    """The document without what stands before its declaration or root and after its end tag."""
    begin = text.rfind("<?xml", 0, root)
    doctype = text.find("<!DOCTYPE", 0, root)
    if begin < 0:
        begin = doctype if doctype >= 0 else root
    if 0 <= doctype < begin:
        begin = doctype
    ends = [found.end() for found in _ENDS.finditer(text, max(root, len(text) - 20_000))]
    if ends and text[ends[-1] :].strip() and not _ROOT.search(text, ends[-1]):
        return text[begin : ends[-1]]
    return text[begin:] if begin else text


def nothing(error: str, *problems: str) -> Harvest:
    """A harvest that says these bytes were not the kind, and why."""
    return Harvest(is_source=False, error=error, problems=problems)


def not_a_feed(text: str, url: str) -> Harvest:
    """Why `text` is no feed: a login page, a web page (with the feeds it names), or something else."""
    from tracker.sources.discover import find_feeds

    if not _HTML.search(text) and "<" in text:
        return nothing("not_a_feed", "markup, but not a feed")
    if "<" not in text:
        return nothing("not_a_feed", "plain text, not a feed")
    feeds = find_feeds(text, url)
    named = tuple(f"the page names a feed: {found.url}" for found in feeds[:5])
    login = _LOGIN_PATH.search(url) or (_LOGIN.search(text) and not feeds)
    if login:
        return nothing("login", "a login page stands where the feed should be", *named)
    return nothing("not_a_feed", "a web page stands where the feed should be", *named)
