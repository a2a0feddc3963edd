"""Feeds of every age and in every state: what is read from the bytes, by the quick reader and by the library alike."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from tracker.core.model import Harvest, Polling, Source, SourceId
from tracker.core.web import Reply, Request
from tracker.sources.base import conditional, kind_for, kind_of, read_as
from tracker.sources.discover import find_feeds, likely
from tracker.sources.syndication.charset import decode, undouble
from tracker.sources.syndication.fast import parse_fast
from tracker.sources.syndication.library import parse_with_library
from tracker.sources.syndication.raw import seconds_of
from tracker.sources.syndication.reading import _read_plain, read_feed, read_xml

URL = "https://a.example/blog/feed.xml"
RSS2 = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
<channel><title>A &amp; B</title><link>https://a.example/</link><language>en-us</language><ttl>60</ttl>
<atom:link href="https://a.example/blog/feed.xml" rel="self" type="application/rss+xml"/>
<skipHours><hour>1</hour><hour>2</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<item><title>One &lt;b&gt;bold&lt;/b&gt; [/red] title</title><link>/posts/1?utm_source=x</link>
<guid isPermaLink="false">g1</guid><pubDate>Mon, 12 Jan 2026 08:00:00 +0800</pubDate><dc:creator>Ada</dc:creator>
<category>KV cache</category><category>推理</category>
<description>&lt;p&gt;Short &lt;script&gt;evil()&lt;/script&gt;&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Long <a href="/x">text</a> <img src="pic.png" onerror="x()"/></p>]]></content:encoded></item>
<item><title>Episode</title><link>https://a.example/ep</link><guid>https://a.example/ep</guid>
<enclosure url="https://cdn.example/ep.mp3" length="123" type="audio/mpeg"/><itunes:duration>1:02:03</itunes:duration>
<itunes:author>Carol</itunes:author><podcast:transcript url="https://cdn.example/ep.vtt" type="text/vtt"/>
<pubDate>not a date</pubDate></item>
<item><description>No title, no link.</description><feedburner:origLink>https://orig.example/3</feedburner:origLink></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh" xml:base="https://base.example/b/">
<title type="html">港口 &amp;amp; 笔记</title><link rel="self" href="feed"/><link rel="alternate" href="/"/>
<author><name>Feed Author</name></author>
<entry><id>tag:x,1</id><title type="text">a &lt; b</title><link rel="edit" href="edit"/>
<link rel="enclosure" href="https://cdn.example/v.mp4" type="video/mp4" length="9"/><link href="posts/1"/>
<published>2026-01-10T01:02:03Z</published><updated>2026-01-11T00:00:00+08:00</updated>
<summary type="html">&lt;p&gt;sum&lt;/p&gt;</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>body <b>b</b></p></div></content>
<author><name>E. Author</name><email>e@x.example</email></author><category term="kv" label="KV"/></entry>
<entry><id>tag:x,2</id><title>Second</title><link href="https://other.example/2" rel="alternate" type="text/html"/>
<updated>2026-01-09T00:00:00Z</updated><content type="text">plain &lt;tag&gt;</content></entry></feed>"""
OLD_ATOM = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title>
<link rel="alternate" type="text/html" href="http://old.example/"/><entry><title mode="escaped">T &amp;lt;</title>
<link rel="alternate" type="text/html" href="http://old.example/1"/><id>o1</id><issued>2004-01-02T03:04:05Z</issued>
<modified>2004-01-03T00:00:00Z</modified><content type="text/html" mode="escaped">&lt;i&gt;x&lt;/i&gt;</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://r.example/"><title>Rdf</title>
<link>http://r.example/</link></channel><item rdf:about="http://r.example/1"><title>R1</title>
<link>http://r.example/1</link><dc:date>2005-05-05T05:05:05Z</dc:date><dc:creator>Rae</dc:creator></item></rdf:RDF>"""
OLDEST = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://no.example/rss-0.91.dtd">
<rss version="0.91"><channel><title>Oldest</title><link>http://o.example/</link><item><title>O1</title>
<link>http://o.example/1</link></item></channel></rss>"""
CDF = """<?xml version="1.0"?><CHANNEL HREF="http://c.example/"><TITLE>Cdf</TITLE>
<ITEM HREF="http://c.example/1"><TITLE>C1</TITLE></ITEM></CHANNEL>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1", "title": "Json", "home_page_url": "https://j.example/",
        "language": "en", "authors": [{"name": "Jay"}],
        "items": [
            {"id": "1", "url": "/1", "title": "J1", "content_html": "<p>x</p>", "date_published": "2026-01-10T00:00:00Z",
             "tags": ["a"], "attachments": [{"url": "https://j.example/a.mp3", "mime_type": "audio/mpeg",
                                             "size_in_bytes": 5, "duration_in_seconds": 90}]},
            {"id": 2, "external_url": "https://ext.example/2", "content_text": "a < b\x00", "author": {"name": "Kay"}},
            "not an item", {"title": None},
        ],
    }
)  # fmt: skip
FEEDS = {"rss2": RSS2, "atom": ATOM, "old atom": OLD_ATOM, "rdf": RDF, "oldest": OLDEST, "cdf": CDF}


def read(body: bytes | str, content_type: str = "application/xml", url: str = URL) -> Harvest:
    raw = body.encode() if isinstance(body, str) else body
    return read_feed(raw, {"content-type": content_type}, url)


def test_rss_is_read_with_all_that_it_says() -> None:
    found = read(RSS2)
    assert (found.title, found.link, found.ttl) == ("A & B", "https://a.example/", 3600)
    assert (found.skip_hours, found.skip_days) == (frozenset({1, 2}), frozenset({"Sunday"}))
    one, episode, bare = found.entries
    assert (one.id, one.url, one.title) == ("g1", "https://a.example/posts/1?utm_source=x", "One bold [/red] title")
    assert one.published == datetime(2026, 1, 12, tzinfo=UTC)
    assert one.authors == ("Ada",)
    assert one.tags == ("KV cache", "推理")
    assert "script" not in one.summary + one.content
    assert "onerror" not in one.content
    assert 'href="https://a.example/x"' in one.content
    assert [(e.url, e.type, e.length) for e in episode.enclosures] == [
        ("https://cdn.example/ep.mp3", "audio/mpeg", 123)
    ]
    assert (episode.duration, episode.published) == (3723, None)
    assert [t.url for t in episode.transcripts] == ["https://cdn.example/ep.vtt"]
    assert "https://orig.example/3" in (bare.original, bare.url)


def test_atom_resolves_against_its_base_and_chooses_the_right_link() -> None:
    found = read(ATOM)
    assert found.title == "港口 & 笔记"
    first, second = found.entries
    assert (first.url, first.title, first.authors) == ("https://base.example/b/posts/1", "a < b", ("E. Author",))
    assert first.published == datetime(2026, 1, 10, 1, 2, 3, tzinfo=UTC)
    assert first.updated == datetime(2026, 1, 10, 16, tzinfo=UTC)
    assert "<b>b</b>" in first.content
    assert (second.url, second.id) == ("https://other.example/2", "tag:x,2")
    assert "&lt;tag&gt;" in second.content


@pytest.mark.parametrize(
    ("text", "title", "url", "entry"),
    [
        (OLD_ATOM, "Old", "http://old.example/1", "T <"),
        (RDF, "Rdf", "http://r.example/1", "R1"),
        (OLDEST, "Oldest", "http://o.example/1", "O1"),
        (CDF, "Cdf", "http://c.example/1", "C1"),
    ],
)
def test_older_formats_are_read(text: str, title: str, url: str, entry: str) -> None:
    found = read(text)
    assert (found.title, found.entries[0].url, found.entries[0].title) == (title, url, entry)


def test_json_feeds_are_read() -> None:
    found = read(JSON, "application/json")
    assert (found.title, len(found.entries)) == ("Json", 3)
    one, two, _ = found.entries
    assert (one.url, one.duration, one.enclosures[0].length) == ("https://a.example/1", 90, 5)
    assert (two.id, two.url, two.authors) == ("2", "https://ext.example/2", ("Kay",))
    assert "a &lt; b" in two.content
    assert "\x00" not in two.content


@pytest.mark.parametrize("name", FEEDS)
def test_the_quick_reader_gives_the_librarys_answer_or_declines(name: str) -> None:
    quick = parse_fast(FEEDS[name], URL)
    if quick is not None:
        assert asdict(quick) == asdict(parse_with_library(FEEDS[name], URL))


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_read_from_its_bytes_is_the_same(name: str) -> None:
    quick = _read_plain(FEEDS[name].encode(), URL)
    assert quick is None or asdict(quick) == asdict(read_xml(FEEDS[name], URL))


_USUAL = (
    "<rss version='2.0'><channel><title>x</title><skipHours><hour>3</hour></skipHours>"
    "<item><title>%s</title><guid>1</guid></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("title", "usual"),
    [
        ("中文 & é", True),
        ("a&#8217;b", True),
        ("a&#0;b", False),
        ("~{<:Ky2;~}", False),
        ("\x9b31m", False),
        ("\x01", False),
    ],
)
def test_only_what_needs_no_mending_is_read_from_its_bytes(title: str, usual: bool) -> None:
    body = (_USUAL % title.replace(" & ", " &amp; ").replace("{<", "{&lt;")).encode()
    found = _read_plain(body, URL)
    assert (found is not None) == usual
    assert found is None or (found.skip_hours, found.entries[0].id) == (["3"], "1")
    assert read(body).entries[0].id == "1"


def test_the_quick_reader_reads_what_most_feeds_are() -> None:
    plain = "<item><title>T</title><link>https://a.example/1</link><guid>1</guid><description>d</description></item>"
    assert parse_fast(f'<rss version="2.0"><channel><title>x</title>{plain}</channel></rss>', URL) is not None
    assert parse_fast("<html/>", URL) is None
    assert parse_fast("<rss><broken", URL) is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (b"<!DOCTYPE html><html><body>hello</body></html>", "not_a_feed"),
        (b"<html><form action='/login'><input type='password'></form></html>", "login"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_feed"),
        (b"/etc/passwd", "not_a_feed"),
        (b"http://127.0.0.1/private", "not_a_feed"),
        (b"{not json", "parse"),
        (b'{"a": 1}', "not_a_feed"),
        (b"[1, 2]", "not_a_feed"),
    ],
)
def test_what_is_no_feed_says_why(body: bytes, error: str) -> None:
    found = read(body)
    assert (found.is_source, found.entries) == (False, ())
    assert found.error == error


def rss(items: str, head: str = "", prolog: str = "") -> str:
    return f'{prolog}<rss version="2.0"><channel><title>x</title>{head}{items}</channel></rss>'


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (rss("<item><title>a&nbsp;b</title></item>"), ["a b"]),
        (rss("<item><title>a & b</title></item>"), ["a & b"]),
        (rss("<item><title>x\x07\x1b[31my</title></item>"), ["xy"]),
        (rss("<item><title>&#7;x&#x1b;</title></item>"), ["x"]),
        (rss("<item><title><![CDATA[<b>c</b> &amp; d]]></title></item>"), ["c & d"]),
        (rss("<item><title>cut</title></item><item><title>never end"), ["cut"]),
        ("\ufeff\n\n  " + rss("<item><title>late</title></item>"), ["late"]),
        ("<!-- a --> " + rss("<item><title>t</title></item>") + "<script>x</script>", ["t"]),
        (rss("<item><title>&e;</title></item>", prolog='<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), None),
        (rss("<item><title>&l2;</title></item>", prolog='<!DOCTYPE rss [<!ENTITY l "lol"><!ENTITY l1 "&l;&l;">'
             '<!ENTITY l2 "&l1;&l1;">]>'), None),
        (rss(""), []),
    ],
)  # fmt: skip
def test_broken_feeds_are_read_as_far_as_they_go(text: str, titles: list[str] | None) -> None:
    found = read(text)
    said = [entry.title for entry in found.entries]
    if titles is None:
        assert not any("root:" in title for title in said)
    elif titles == ["cut"]:
        assert said[:1] == titles
    else:
        assert said == titles


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (rss("<item><title>大模型</title></item>").encode("utf-16"), "application/xml; charset=utf-8"),
        (rss("<item><title>大模型</title></item>").encode(), "text/xml; charset=iso-8859-1"),
        (rss("<item><title>大模型</title></item>", prolog='<?xml version="1.0" encoding="gb2312"?>').encode("gb18030"), ""),
        (rss("<item><title>大模型</title></item>").encode("gb18030"), "text/xml; charset=gbk"),
        # It says UTF-16 and is none; what looks like HZ is a path of a shell.
        (b"<?xml version='1.0' encoding='utf-16'?>" + rss("<item><title>大模型</title><link>~{}</link></item>").encode() + b" ", ""),
        (b"<?xml version='1.0' encoding='utf-16'?>" + rss("<item><title>大模型</title><link>~{}</link></item>").encode(), ""),
    ],
)  # fmt: skip
def test_characters_are_what_they_were_meant_to_be(body: bytes, kind: str) -> None:
    assert read(body, kind).entries[0].title == "大模型"


def test_one_bad_byte_costs_one_character() -> None:
    body = rss("<item><title>good one</title></item><item><title>b?d</title></item>").encode().replace(b"?", b"\xff")
    assert read(body).entries[0].title == "good one"
    assert decode(b"caf\xe9 cr\xe8me", {"content-type": "text/plain; charset=latin-1"}) == "café crème"
    assert undouble("caf\u00c3\u00a9") == "café"
    assert "é" in decode("<meta charset='latin-1'>é".encode("latin-1"), {}, html=True)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1:02:03", 3723), ("62:03", 3723), ("90", 90), ("", 0), ("soon", 0), ("1h", 0)]
)
def test_durations(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


def test_the_kind_asks_conditionally_and_claims_by_its_address() -> None:
    source = Source("a", URL)
    polling = Polling(SourceId(1), etag='"1"', last_modified="then")
    (request,) = kind_of("feed").ask(source, polling, datetime.now(UTC))
    assert (request.url, request.etag, request.last_modified) == (URL, '"1"', "then")
    assert kind_for("https://a.example/").name == "feed"
    assert kind_of("feed").claims("https://a.example/rss?x=1")
    assert not kind_of("feed").claims("https://a.example/about")
    assert conditional(source, polling, "https://b.example/", 5).max_bytes == 5


def test_a_fault_of_ours_is_told_as_an_empty_harvest(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Harvest:
        raise ValueError("no\nway")

    reply = Reply(Request(URL), URL, 200, {}, RSS2.encode())
    assert read_as("feed", Source("a", URL), reply, Polling(SourceId(1))).is_source
    monkeypatch.setattr(type(kind_of("feed")), "read", broken)
    found = read_as("feed", Source("a", URL), reply, Polling(SourceId(1)))
    assert (found.is_source, found.error) == (False, "parse")


def test_pages_name_their_feeds() -> None:
    page = """<base href="https://b.example/x/"><link rel="alternate" type="application/rss+xml" href="rss" title="R &amp; S">
    <link rel=alternate type=application/atom+xml href=/atom><link rel="stylesheet" href="a.css">
    <link rel="feed" href="https://c.example/f"><link rel="alternate" type="application/json" href="no.json">"""
    assert [(f.url, f.title) for f in find_feeds(page, URL)] == [
        ("https://b.example/x/rss", "R & S"),
        ("https://b.example/atom", ""),
        ("https://c.example/f", ""),
    ]
    assert likely("https://a.example")[0] == "https://a.example/feed"
    assert "https://a.example/blog/feed.xml" in likely("https://a.example/blog/post")


@pytest.mark.parametrize(
    "number",
    ["0", "31", "x1F", "xD800", "xdfff", "55296", "57343", "xFFFF", "x110000", "1114112", "99999999", "xFFFFFFFF"],
)
def test_a_reference_to_no_character_costs_that_reference_alone(number: str) -> None:
    found = read(
        rss(
            f"<item><title>a&#{number};b</title></item><item><title>&#65533;&#x10FFFF;&#55295;&#57344;</title></item>"
        ).encode(),
        "",
    )
    assert [entry.title for entry in found.entries] == ["ab", "\ufffd\U0010ffff\ud7ff\ue000"]


def test_markup_as_deep_as_a_well_is_read_as_words_in_no_time() -> None:
    deep = "&lt;div&gt;" * 100_000 + "down &amp;amp; out"
    began = time.process_time()
    found = read(rss(f"<item><title>t</title><description>{deep}</description></item>").encode(), "")
    assert found.entries[0].summary == "down &amp; out"
    assert time.process_time() - began < 3


def test_a_number_longer_than_any_is_text_in_a_json_feed() -> None:
    body = (
        b'{"version":"https://jsonfeed.org/version/1","items":[{"id":'
        + b"9" * 6000
        + b',"title":"a","url":"https://a.example/"}]}'
    )
    assert [entry.title for entry in read(body, "").entries] == ["a"]
