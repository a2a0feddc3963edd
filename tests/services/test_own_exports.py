"""What was made here and belongs to no document comes out in a form that reads in again."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from db import sources
from db.store import Store
from tracker.core.document import Document, Mention
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import Source
from tracker.documents import reader_for
from tracker.services import exports, inbox, library, topics
from tracker.services.documents import import_document

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
NASTY = 'A "q" <b> & ]( ![x](y) 推理'


def test_topics_made_by_hand_come_out_as_a_list_that_reads_in_again(store: Store) -> None:
    assert exports.own(store, ME, "list") == ""
    mentions = (Mention("a", 1, NASTY, "https://a.example/1?x=1"), Mention("b", 2, "Second", "https://a.example/2"))
    import_document(store, ME, Document("u.txt", "urls", "U", "t", {}, mentions), now=NOW)
    topics.add_topic(store, ME, "KV # cache", NOW)
    ids = [int(one.id) for one in library.resources(store, ME)]
    inbox.act(store, ME, ids, "file", topic="KV # cache", now=NOW, made_by="test")
    text = exports.own(store, ME, "list")
    read = reader_for(text, "topics.md").read(text, "topics.md")
    assert [(one.url, one.section[-1]) for one in read.mentions] == [
        ("https://a.example/1?x=1", "KV # cache"), ("https://a.example/2", "KV # cache"),
    ]  # fmt: skip
    assert read.mentions[1].title == "Second"


def test_watched_sources_come_out_as_opml_that_reads_in_again(store: Store) -> None:
    assert exports.own(store, ME, "opml") == ""
    with store.write() as tx:
        sources.sync(tx, [Source(NASTY, "https://a.example/feed?a=1&b=2", topics=("deep & wide",)),
                          Source("Plain", "https://b.example/feed")], NOW)  # fmt: skip
    text = exports.own(store, ME, "opml")
    outlines = [one.attrib for one in ElementTree.fromstring(text).iter("outline") if "xmlUrl" in one.attrib]
    assert [one["text"] for one in outlines] == ["Plain", NASTY]
    read = reader_for(text, "sources.opml").read(text, "sources.opml")
    assert [(one.url, one.section) for one in read.mentions] == [
        ("https://b.example/feed", ()), ("https://a.example/feed?a=1&b=2", ("deep & wide",)),
    ]  # fmt: skip


def test_passwords_of_addresses_stay_at_home(store: Store) -> None:
    with store.write() as tx:
        sources.sync(tx, [Source("Private", "https://me:s3cret@a.example/feed?token=s3cret")], NOW)
    secret = (Mention("a", 1, "", "https://me:s3cret@a.example/page"),)
    import_document(store, ME, Document("u.txt", "urls", "U", "t", {}, secret), now=NOW)
    topics.add_topic(store, ME, "Mine", NOW)
    inbox.act(store, ME, [int(library.resources(store, ME)[0].id)], "file", topic="Mine", now=NOW, made_by="test")
    for kind, address in (("opml", "a.example/feed"), ("list", "a.example/page")):
        text = exports.own(store, ME, kind)
        assert address in text
        assert "s3cret" not in text


def test_of_other_kinds_nothing_is_made_here(store: Store) -> None:
    assert exports.own(store, ME, "plan") == exports.own(store, ME, "journal") == ""
