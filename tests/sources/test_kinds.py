"""The other kinds of sources: what they ask, and what they make of the answer."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tracker.core.model import Harvest, Polling, ResourceKind, Source, SourceId
from tracker.core.web import Reply, Request
from tracker.sources.base import kind_for, kind_of

NOW = datetime(2026, 1, 12, tzinfo=UTC)
CHANNEL = "UC" + "a" * 22


def read(kind: str, url: str, body: bytes | str, polling: Polling | None = None, **options: object) -> Harvest:
    raw = body.encode() if isinstance(body, str) else body
    reply = Reply(Request(url), url, 200, {"content-type": "application/xml"}, raw)
    source = Source("S", url, kind, expect_title="Site", options=options)
    return kind_of(kind).read(source, reply, polling or Polling(SourceId(1)))


def asked(kind: str, url: str, polling: Polling | None = None, **options: object) -> str:
    source = Source("S", url, kind, options=options)
    return kind_of(kind).ask(source, polling or Polling(SourceId(1)), NOW)[0].url


def atom(*entries: tuple[str, str, str]) -> str:
    items = "".join(
        f"<entry><id>{i}</id><title>{t}</title><link href='https://x.example/{i}'/><summary>{s}</summary></entry>"
        for i, t, s in entries
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>{items}</feed>"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.youtube.com/@someone", "youtube"), ("https://youtu.be/x", "youtube"),
        ("https://github.com/a/b", "github"), ("https://github.com/a/b/releases.atom", "github"),
        ("https://github.com/topics/ai", "feed"), ("https://arxiv.org/list/cs.CL/recent", "arxiv"),
        ("https://export.arxiv.org/api/query?x", "arxiv"), ("https://a.example/post-sitemap.xml.gz", "sitemap"),
        ("https://feed.xyzfm.space/x", "podcast"), ("https://a.example/rss", "feed"),
    ],
)  # fmt: skip
def test_addresses_tell_their_kind(url: str, kind: str) -> None:
    assert kind_for(url).name == kind


def test_a_channel_is_asked_by_its_feed_once_its_id_is_known() -> None:
    feed = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
    long = f"https://www.youtube.com/feeds/videos.xml?playlist_id=UULF{CHANNEL[2:]}"
    assert asked("youtube", f"https://www.youtube.com/channel/{CHANNEL}/videos") == long
    assert asked("youtube", feed) == long
    assert asked("youtube", feed, shorts=True, live=True) == feed
    assert asked("youtube", "https://www.youtube.com/playlist?list=PL1234567890ab").endswith(
        "playlist_id=PL1234567890ab"
    )
    assert asked("youtube", "https://www.youtube.com/@x") == "https://www.youtube.com/@x"
    page = read("youtube", "https://www.youtube.com/@x", f'<html><script>{{"externalId":"{CHANNEL}"}}</script></html>')
    assert (page.follow, page.memory) == ((feed,), {"channel": CHANNEL})
    assert asked("youtube", "https://www.youtube.com/@x", Polling(SourceId(1), memory=page.memory)) == long
    assert not read("youtube", "https://www.youtube.com/@x", "<html>nobody</html>").is_source
    known = Polling(SourceId(1), memory={"channel": CHANNEL})
    found = read("youtube", feed, atom(("v1", "A talk", "")), known)
    assert (found.entries[0].kind, found.memory) == (ResourceKind.VIDEO, {"channel": CHANNEL})


def test_shorts_and_live_come_when_they_are_wished_for() -> None:
    feed = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
    long = f"https://www.youtube.com/feeds/videos.xml?playlist_id=UULF{CHANNEL[2:]}"
    url = f"https://www.youtube.com/channel/{CHANNEL}"
    source = Source("S", url, "youtube")
    first, second = kind_of("youtube").ask(source, Polling(SourceId(1), etag='"1"'), NOW)
    assert (first.url, first.etag, second.url, second.etag) == (long, '"1"', feed, "")
    body = atom(("1", "Long", ""), ("2", "Short", "")).replace("x.example/2", "www.youtube.com/shorts/2").encode()

    def given(asked: str, **options: object) -> Harvest:
        reply = Reply(Request(asked), asked, 200, {}, body)
        return kind_of("youtube").read(replace(source, options=options), reply, Polling(SourceId(1), baseline=True))

    assert [one.title for one in given(feed).entries] == ["Long"]
    assert given(feed).memory == {"whole": True}
    assert len(given(feed, shorts=True).entries) == 2
    assert given(long).follow == ()
    assert given(long, shorts=True, live=True).follow == tuple(long.replace("UULF", p) for p in ("UUSH", "UULV"))
    known = Polling(SourceId(1), memory={"whole": True})
    assert [one.url for one in kind_of("youtube").ask(source, known, NOW)] == [feed]


@pytest.mark.parametrize(
    "page",
    [
        '<link rel="alternate" type="application/rss+xml" href="https://www.youtube.com/feeds/videos.xml?channel_id=#">',
        '<script>"browseId":"UCbbbbbbbbbbbbbbbbbbbbbb","videoDetails":{"videoId":"x","channelId":"#"}</script>',
        '<meta itemprop="identifier" content="#"><script>"channelId":"UCbbbbbbbbbbbbbbbbbbbbbb"</script>',
        '<link rel="canonical" href="https://www.youtube.com/channel/#">',
    ],
)
def test_a_page_names_its_own_channel_among_others(page: str) -> None:
    found = read("youtube", "https://youtu.be/abcdefghijk", "<html>" + page.replace("#", CHANNEL))
    assert found.memory == {"channel": CHANNEL}


def test_a_renamed_repository_is_proposed_as_the_list_writes_it() -> None:
    moved = kind_of("github").moved
    old, new = "https://github.com/a/b/releases.atom", "https://github.com/c/d/releases.atom"
    assert moved(Source("S", "https://github.com/a/b", "github"), old, new) == "https://github.com/c/d"
    assert moved(Source("S", "https://github.com/a/b/tags", "github"), old, new) == "https://github.com/c/d/tags"
    assert moved(Source("S", old, "github"), old, new) == new
    assert moved(Source("S", "https://x.example/1", "feed"), "https://x.example/2", new) == ""


def test_apples_directory_leads_to_the_feed() -> None:
    url = "https://podcasts.apple.com/us/podcast/a-show/id1234567"
    assert kind_for(url).name == "podcast"
    assert asked("podcast", url) == "https://itunes.apple.com/lookup?id=1234567"
    source, look = Source("S", url, "podcast"), "https://itunes.apple.com/lookup?id=1234567"

    def given(body: str) -> Harvest:
        return kind_of("podcast").read(source, Reply(Request(look), look, 200, {}, body.encode()), Polling(SourceId(1)))

    found = given('{"results": [{"feedUrl": "https://p.example/feed"}]}')
    assert (found.follow, found.memory) == (("https://p.example/feed",), {"feed": "https://p.example/feed"})
    known = Polling(SourceId(1), memory=found.memory)
    assert asked("podcast", url, known) == "https://p.example/feed"
    assert read("podcast", "https://p.example/feed", atom(("1", "Ep", "")), known).memory == found.memory
    for nothing in ("{", '{"results": []}', '{"results": [{"feedUrl": 5}]}'):
        assert not given(nothing).is_source


def test_a_repository_stands_for_its_releases() -> None:
    assert asked("github", "https://github.com/a/b/") == "https://github.com/a/b/releases.atom"
    assert asked("github", "https://github.com/a/b", tags=True) == "https://github.com/a/b/tags.atom"
    assert asked("github", "https://github.com/a/b/releases.atom") == "https://github.com/a/b/releases.atom"
    found = read("github", "https://github.com/a/tool/releases.atom", atom(("1", "v1.2", ""), ("2", "Tool v2", "")))
    assert [one.title for one in found.entries] == ["tool v1.2", "Tool v2"]


def test_papers_come_without_the_words_round_them() -> None:
    assert asked("arxiv", "https://arxiv.org/list/cs.CL/recent") == "https://rss.arxiv.org/rss/cs.CL"
    said = "arXiv:2601.00001v1 Announce Type: {} Abstract: We show"
    found = read(
        "arxiv",
        "https://rss.arxiv.org/rss/cs.CL",
        atom(("1", "One (arXiv:2601.00001v1 [cs.CL])", said.format("new")), ("2", "Two", said.format("replace-cross"))),
    )
    (one,) = found.entries
    assert (one.title, one.kind, one.summary) == ("One", ResourceKind.PAPER, "We show")


def test_every_item_of_a_podcast_is_an_episode() -> None:
    found = read("podcast", "https://p.example/feed", atom(("1", "Ep", "")))
    assert found.entries[0].kind is ResourceKind.PODCAST


URLSET = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n">
<url><loc>https://a.example/</loc></url><!-- <url><loc>https://a.example/no</loc></url> -->
<url><loc> https://a.example/engineering/a-new-way?x=1&amp;y=2 </loc><lastmod>2026-01-10</lastmod></url>
<url><loc><![CDATA[https://a.example/engineering/two.html]]></loc><news:news><news:title>Second &amp; last</news:title></news:news></url>
<url><loc>https://a.example/about</loc></url><url><loc>javascript:x</loc></url><url></url></urlset>"""


@pytest.mark.parametrize("body", [URLSET.encode(), gzip.compress(URLSET.encode())])
def test_a_site_map_gives_the_pages_that_are_wanted(body: bytes) -> None:
    found = read("sitemap", "https://a.example/sitemap.xml", body, match="/engineering/")
    assert [(e.url, e.title) for e in found.entries] == [
        ("https://a.example/engineering/a-new-way?x=1&y=2", "A new way"),
        ("https://a.example/engineering/two.html", "Second & last"),
    ]
    assert found.entries[0].updated == datetime(2026, 1, 10, tzinfo=UTC)
    assert asked("sitemap", "https://a.example/sitemap.xml") == "https://a.example/sitemap.xml"


INDEX = "<sitemapindex>" + "".join(
    f"<sitemap><loc>/s{n}.xml</loc><lastmod>2026-01-0{n}</lastmod></sitemap>" for n in (1, 3, 2)
) + "</sitemapindex>"  # fmt: skip


def test_an_index_leads_to_its_newest_files_and_a_text_lists_pages() -> None:
    found = read("sitemap", "https://a.example/sitemap.xml", INDEX, match="(")
    assert found.follow == tuple(f"https://a.example/s{n}.xml" for n in (3, 2, 1))
    assert next((e.url, e.updated) for e in found.entries) == (found.follow[0], datetime(2026, 1, 3, tzinfo=UTC))
    listed = read("sitemap", "https://a.example/sitemap.txt", "https://a.example/x\n\nhttps://a.example/y\n")
    assert [e.url for e in listed.entries] == ["https://a.example/x", "https://a.example/y"]
    for body in (b"<html/>", b"", b"\x1f\x8bbroken"):
        assert not read("sitemap", "https://a.example/sitemap.xml", body).is_source


def test_only_files_of_an_index_that_changed_are_read_again() -> None:
    first = read("sitemap", "https://a.example/sitemap.xml", INDEX)
    source, memory = Source("x", "https://a.example/sitemap.xml", "sitemap"), Polling(SourceId(1), memory=first.memory)
    newer = INDEX.replace("2026-01-01", "2026-01-09").encode()
    again = kind_of("sitemap").read(source, Reply(Request(source.url), source.url, 200, {}, newer), memory)
    assert again.follow == ("https://a.example/s1.xml",)
    memory = Polling(SourceId(1), etag='"1"', memory=first.memory)
    (request,) = kind_of("sitemap").ask(source, memory, NOW)
    assert request.etag == ""


def test_a_feed_may_stand_for_a_site_map_and_addresses_stay_as_written() -> None:
    feed = "<rss><channel><item><link>https://a.example/p</link></item><item><link>https://a.example/q</link></item></channel></rss>"
    found = read("sitemap", "https://a.example/sitemap.xml", feed, match="/q")
    assert [e.url for e in found.entries] == ["https://a.example/q"]
    odd = read(
        "sitemap", "https://a.example/sitemap.xml", "<urlset><url><loc>https://a.example/ä b</loc></url></urlset>"
    )
    assert [e.url for e in odd.entries] == ["https://a.example/ä b"]
    utf16 = "<urlset><url><loc>https://a.example/</loc></url></urlset>".encode("utf-16")
    assert len(read("sitemap", "https://a.example/sitemap.xml", utf16).entries) == 1


PAPERS = json.dumps(
    {"list": [{"paper": {"id": "1", "title": "A & B", "summary": "x < y", "authors": [{"name": "Ada"}]}, "at": "2026-01-10"},
              {"paper": {"id": None}}, "odd", {"tags": ["only", "these"]}]}
)  # fmt: skip
PATH = {"items": "list", "title": "paper.title", "url": "https://h.example/{paper.id}", "id": "paper.id", "date": "at",
        "summary": "paper.summary", "authors": "paper.authors"}  # fmt: skip


def test_json_is_read_by_a_mapping() -> None:
    found = read("api", "https://h.example/api", PAPERS, path=PATH)
    (one,) = found.entries
    assert (one.id, one.url, one.title, one.authors) == ("1", "https://h.example/1", "A & B", ("Ada",))
    assert (one.published, one.summary) == (datetime(2026, 1, 10, tzinfo=UTC), "<p>x &lt; y</p>")
    picked = read("api", "https://h.example/api", PAPERS, path={"items": "list", "title": "tags.1", "summary": ""})
    assert [e.title for e in picked.entries] == ["these"]
    for body, options in (("{", {}), (PAPERS, {}), (PAPERS, {"path": {"items": "list.0"}})):
        assert not read("api", "https://h.example/api", body, **options).is_source
    assert asked("api", "https://h.example/api") == "https://h.example/api"
    assert not kind_of("api").claims("https://h.example/api")
