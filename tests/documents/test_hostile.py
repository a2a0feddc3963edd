"""Documents made to break a reader: every reader answers, keys stay unique, nothing swells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.test_readers import BOOKMARKS, JOURNAL, LINKS, OPML, PLAN, ROADMAP
from tracker.core.errors import DocumentError
from tracker.core.text import unescape
from tracker.documents import readers
from tracker.documents.charset import decode, encode
from tracker.documents.doctor import examined

WHOLE = (JOURNAL, ROADMAP, PLAN, LINKS, OPML, BOOKMARKS)
PIECES = (
    "[", "](http://", "](<", "| **1** |", "|---|", "# 20260101 ", "# 20260101\n", "- [x] （", "《", "<!--", "-->",
    "<h1>", '<a href="', "\0", "\ud800", "&#x110000;",
    "&#" + "2" * 5000 + ";", '<outline xmlUrl="">', "<!DOCTYPE x [", "\r",
    "```", "链接：", "文章｜", "https://[", "\ufeff", "\u2028", "٣", "²",
)  # fmt: skip


def holds(text: str) -> None:
    for one in readers():
        assert 0 <= one.likeness(text, "x") <= 1
        found = examined(one.read(text, "x"))
        for things in (found.mentions, found.nodes, found.notes):
            keys = [thing.key for thing in things]  # type: ignore[attr-defined]
            assert len(set(keys)) == len(keys), one.name


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_mutated_document_breaks_no_reader(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(WHOLE))
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) * data.draw(st.sampled_from((1, 1, 3))) + text[end:]
    holds(text)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text, codec = decode(data, "x")
    except DocumentError:
        return
    assert encode(text, codec) == data
    holds(text)


def test_entities_do_not_swell_and_name_no_file() -> None:
    laughs = '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    text = (
        f'<?xml version="1.0"?>{laughs}<opml><body><outline text="&b;&f;" xmlUrl="https://a.example/"/></body></opml>'
    )
    (reader,) = [one for one in readers() if one.name == "opml"]
    (one,) = reader.read(text, "x").mentions
    assert one.url == "https://a.example/"
    assert "haha" not in one.title
    assert "root:" not in one.title


def test_feeds_of_broken_and_of_old_lists() -> None:
    (reader,) = [one for one in readers() if one.name == "opml"]
    broken = "<opml><outline xmlUrl='' ><outline text=x xmlUrl='https://a.example/f'></outline"
    assert [one.url for one in reader.read(broken, "x").mentions] == ["https://a.example/f"]
    foaf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
    xmlns:rss="http://purl.org/rss/1.0/"><foaf:Agent><foaf:name>Ann</foaf:name><foaf:weblog>
    <rss:channel rdf:about="https://ann.example/feed"/><rss:channel rdf:about=" "/></foaf:weblog></foaf:Agent>
    <rss:channel rdf:about="https://nobody.example/feed"/></rdf:RDF>"""
    assert reader.likeness(foaf, "x") == 1
    assert [(one.url, one.title) for one in reader.read(foaf, "x").mentions] == [("https://ann.example/feed", "Ann")]


@pytest.mark.parametrize(
    ("markup", "text"),
    [("a &amp; b", "a & b"), ("&#65;&#x42;", "AB"), ("&#" + "9" * 9000 + ";x", "\ufffdx"), ("&#xFFFFFFFFF;", "\ufffd")],
)
def test_entities_of_any_size(markup: str, text: str) -> None:
    assert unescape(markup) == text
