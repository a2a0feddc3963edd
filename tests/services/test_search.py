"""One question over everything, the same answers on both engines, and an index that is right after every write."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db import search as index
from db.store import Store
from db.tables import content, filing, link, node, note, resource, sighting, transcript
from tracker.core.document import Document, DocumentNode, DocumentNote, Mention
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import InboxState
from tracker.core.packing import pack
from tracker.core.query import parse
from tracker.documents import reader_for
from tracker.services import actions, inbox, library, search
from tracker.services.actions import deciding
from tracker.services.documents import import_document
from tracker.services.search import Hit

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TERMS = """记忆 上下文 向量数据库 检索 推理 缓存 微调 模型 智能体 提示 延迟 评估 训练 数据 代码 工具 RAG agent context
token LLM OpenAI memory KV"""
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


def ask(store: Store, text: str, **wishes: Any) -> list[Hit]:
    asked = parse(text, NOW.date())
    return list(search.search(store, ME, asked, zone=SHANGHAI, now=NOW, **wishes).hits)


def titles(store: Store, text: str) -> list[str]:
    return [hit.title for hit in ask(store, text)]


@pytest.fixture
def library_of_five(store: Store) -> Store:
    nodes = (DocumentNode("s1", "section", "KV cache", 3), DocumentNode("s2", "skill", "记忆机制", 9, remark="了解"))
    mentions = (
        Mention("a", 1, "Prefix caching in vLLM", "https://docs.vllm.example/prefix", ("KV cache",), node="s1"),
        Mention("b", 2, "大模型推理优化", "https://zh.example/1", label="文章", publisher="清华大学"),
        Mention("c", 3, "Agent memory", "https://youtu.be/aaaaaaaaaaa", note="长期**记忆**"),
        Mention("d", 4, "C++ for retrieval", "https://cpp.example/x"),
        Mention("e", 5, "Café culture", "https://cafe.example/x"),
    )
    notes = (DocumentNote("n1", 20, date(2026, 1, 5), "20260105", "Agent memory", "+ 发生**灾难性**遗忘", mention="c"),)
    import_document(store, ME, Document("list.md", "list", "L", "t", {}, mentions, nodes, notes), now=NOW)
    return store


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("caching", {"Prefix caching in vLLM"}),
        ("推理", {"大模型推理优化"}),
        ("推", {"大模型推理优化"}),
        ("模型 优化", {"大模型推理优化"}),
        ("记忆", {"Agent memory", "记忆机制"}),
        ("灾难性遗忘", {"Agent memory"}),
        ("ｖＬＬＭ", {"Prefix caching in vLLM"}),
        ("c++", {"C++ for retrieval"}),
        ("c", set()),
        ("cafe", {"Café culture"}),
        ("清华", {"大模型推理优化"}),
        ("vllm OR cafe", {"Prefix caching in vLLM", "Café culture"}),
        ("vllm -caching", set()),
        ("memory -遗忘 in:resource", {"Agent memory"}),
        ('"caching in"', {"Prefix caching in vLLM"}),
        ('"in caching"', set()),
        ("retr*", {"C++ for retrieval"}),
        ("retr", set()),
        ("title:记忆", {"记忆机制"}),
        ("!!", set()),
        ("-vllm kind:article state:filed", {"大模型推理优化", "C++ for retrieval", "Café culture"}),
        ("topic:cache", {"Prefix caching in vLLM"}),
        ("topic:KV", {"Prefix caching in vLLM"}),
        ("document:list section:KV", {"Prefix caching in vLLM"}),
        ("publisher:清华 lang:zh", {"大模型推理优化"}),
        ("site:vllm.example", {"Prefix caching in vLLM"}),
        ("site:docs.vllm.example", {"Prefix caching in vLLM"}),
        ("kind:video has:note", {"Agent memory"}),
        ("has:topic", {"Prefix caching in vLLM"}),
        ("is:listed cafe", {"Café culture"}),
        ("link:unchecked cafe", {"Café culture"}),
        ("added:2026-01-12 cafe", {"Café culture"}),
        ("before:2026-01-12 cafe", set()),
        ("(cafe OR c++) -(retrieval)", {"Café culture"}),
        ("is:starred", set()),
        ("in:plan 记忆", {"记忆机制"}),
        ("source:nobody", set()),
    ],
)
def test_what_is_found(library_of_five: Store, text: str, found: set[str]) -> None:
    assert set(titles(library_of_five, text)) == found


def test_fields_of_standing_links_texts_and_numbers(library_of_five: Store) -> None:
    store = library_of_five
    ids = {r.title: int(r.id) for r in library.resources(store, ME)}
    cafe, vllm = ids["Café culture"], ids["Prefix caching in vLLM"]
    inbox.act(store, ME, [cafe], "star", now=NOW, made_by="test")
    inbox.act(store, ME, [vllm], "done", now=NOW, made_by="test")
    with store.write() as tx:
        tx.execute(link.insert().values(resource_id=cafe, verdict="gone"))
        tx.execute(
            resource.update().where(resource.c.id == vllm).values(minutes=12, has_text=True, authors=["Kwon", "李"])
        )
        tx.execute(sighting.update().where(sighting.c.resource_id == cafe).values(backlog=True))
    for text, title in {
        "is:starred": "Café culture",
        "link:gone": "Café culture",
        "is:backlog": "Café culture",
        "state:done": "Prefix caching in vLLM",
        "is:read": "Prefix caching in vLLM",
        "minutes:10..15": "Prefix caching in vLLM",
        "has:text": "Prefix caching in vLLM",
        "author:kwon": "Prefix caching in vLLM",
        "author:李": "Prefix caching in vLLM",
        f"id:{vllm}": "Prefix caching in vLLM",
    }.items():
        assert titles(store, text) == [title], text
    assert titles(store, "is:waiting") == titles(store, "has:transcript") == titles(store, "has:date vllm") == []
    assert len(titles(store, "has:address")) == 5


def test_texts_and_transcripts_are_found_with_their_second(library_of_five: Store) -> None:
    store = library_of_five
    work = next(int(r.id) for r in library.resources(store, ME) if r.title == "Agent memory")
    said = [[0, 4000, "hello and welcome"], [4000, 9000, "today about context"], [9000, 12000, "rot 上下文腐烂"]]
    with store.write() as tx:
        tx.execute(content.insert().values(resource_id=work, version=1, fetched_at=NOW, text=pack("old words")))
        tx.execute(content.insert().values(resource_id=work, version=2, fetched_at=NOW, text=pack("new words")))
        tx.execute(
            transcript.insert().values(
                resource_id=work, part=0, lang="en", origin="manual", fetched_at=NOW,
                segments=pack(json.dumps(said)), text=pack("\n".join(words for *_, words in said)),
            )
        )  # fmt: skip
    (hit,) = ask(store, "腐烂")
    assert (hit.kind, hit.resource, hit.start, hit.title) == ("transcript", work, 9.0, "Agent memory")
    (hit,) = ask(store, '"context rot"')
    assert (hit.start, hit.excerpt) == (4.0, "today about **context** **rot** 上下文腐烂".replace("** **", " "))
    assert [(hit.kind, hit.id) for hit in ask(store, "words")] == [("text", work)]
    assert ask(store, "old words") == []


def test_the_index_follows_every_write(library_of_five: Store) -> None:
    store = library_of_five
    assert titles(store, "caching") == ["Prefix caching in vLLM"]
    with store.write() as tx:
        tx.execute(resource.update().where(resource.c.title.like("%caching%")).values(title="Renamed"))
        tx.execute(sighting.update().where(sighting.c.title.like("%caching%")).values(title="Renamed"))
    assert titles(store, "caching") == []
    assert titles(store, "renamed") == ["Renamed"]
    with deciding(store, ME, "note", now=NOW, made_by="test") as changes:
        changes.insert(note, person_id=ME, day=NOW.date(), title="Mine", body="zeppelin", created_at=NOW)
    assert titles(store, "zeppelin") == ["Mine"]
    actions.undo(store, ME, NOW)
    assert titles(store, "zeppelin") == []
    actions.redo(store, ME, NOW)
    assert titles(store, "zeppelin") == ["Mine"]
    with store.write() as tx:
        tx.execute(sighting.delete().where(sighting.c.title == "Renamed"))
        tx.execute(filing.delete())
        tx.execute(resource.delete().where(resource.c.title == "Renamed"))
        tx.execute(node.delete())
    assert titles(store, "renamed") == titles(store, "机制") == []


def test_another_persons_notes_are_not_found(library_of_five: Store) -> None:
    asked = parse("遗忘 OR 机制 OR cafe", NOW.date())
    other = search.search(library_of_five, 2, asked, zone=SHANGHAI, now=NOW)  # type: ignore[arg-type]
    assert {hit.title for hit in other.hits} == {"Café culture"}


def test_a_lost_index_is_made_again(library_of_five: Store) -> None:
    store = library_of_five
    before = {text: titles(store, text) for text in ("记忆", "cafe", "推理 优化")}
    assert search.rebuild(store) == 8
    assert {text: titles(store, text) for text in before} == before
    with store.read() as tx:
        assert index.waiting(tx) == 0
        assert index.stale(tx) == 0.0


def test_an_index_with_many_ghosts_is_made_again_by_tidying(library_of_five: Store) -> None:
    store = library_of_five
    search.catch_up(store)
    assert not search.tidy(store)
    for n in range(3):
        with store.write() as tx:
            tx.execute(resource.update().values(summary=f"<p>version {n}</p>"))
        search.catch_up(store)
    assert search.tidy(store) is store.is_sqlite
    assert len(titles(store, "version")) == 5
    assert titles(store, "version 1") == []


def test_best_first_is_title_then_freshness_and_newest_first_is_by_day(store: Store) -> None:
    rows = [
        ("plain words about caching", "caching " * 3, 10),
        ("caching itself", "", 400),
        ("old", "caching", 2000),
        ("fresh", "caching", 1),
    ]
    with store.write() as tx:
        for i, (title, summary, age) in enumerate(rows):
            values = {"url": f"https://a.example/{i}", "canonical_url": f"https://a.example/{i}", "title": title}
            at = NOW - timedelta(days=age)
            tx.execute(resource.insert().values(**values, summary=summary, first_seen_at=at, published_at=at))
    assert titles(store, "caching") == ["plain words about caching", "caching itself", "fresh", "old"]
    assert [h.title for h in ask(store, "caching", newest=True)] == [
        "fresh", "plain words about caching", "caching itself", "old",
    ]  # fmt: skip
    assert len(ask(store, "caching", limit=2)) == 2


def test_very_common_words_are_looked_up_row_by_row(library_of_five: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store = library_of_five
    monkeypatch.setattr("db.query.MANY", 1)
    assert titles(store, "(cafe OR agent)") == ["Café culture", "Agent memory"]
    found = library.resources(store, ME, asked=parse("agent", NOW.date()))
    assert [one.title for one in found] == ["Agent memory"]
    inbox.act(store, ME, [int(one.id) for one in found], "inbox", now=NOW, made_by="test")
    assert [row.title for row in inbox.page(store, ME, asked=parse("memory", NOW.date())).items] == ["Agent memory"]


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds of ../shared are not here")
def test_every_word_of_the_journal_is_found_where_it_stands(store: Store) -> None:
    """24 terms over the 26 entries: what a scan of the text finds, the index finds, and nothing else."""
    terms = TERMS.split()
    path = next(SEEDS.glob("004_*.txt"))
    import_document(
        store, ME, reader_for(path.read_text("utf-8"), path.name).read(path.read_text("utf-8"), path.name), now=NOW
    )
    with store.read() as tx:
        rows = list(tx.execute(select(note.c.id, note.c.title, note.c.body, note.c.images)))
    pairs = 0
    for term in terms:
        truth = {row.id for row in rows if _stands(term, row)}
        found = {hit.id for hit in ask(store, f'in:note "{term}"', limit=100)}
        assert found == truth, term
        pairs += len(truth)
    assert pairs > 90


def _stands(term: str, row: Any) -> bool:
    import re

    text = "\n".join((row.title, row.body.replace("*", "").replace("`", ""), *(ocr for _, ocr in row.images)))
    edge = r"(?<![a-z0-9]){}(?![a-z0-9])" if term.isascii() else "{}"
    return re.search(edge.format(term.lower()), text.lower()) is not None


def test_while_somebody_types_the_newest_of_many_hits_are_enough(
    library_of_five: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = library_of_five

    def found(text: str, **wishes: bool) -> int:
        asked = parse(text, NOW.date(), **wishes)
        return len(inbox.page(store, ME, states=tuple(InboxState), asked=asked, zone=SHANGHAI).items)

    words = ("alpha", "alpine", "alps")
    mentions = tuple(Mention(w, n, f"The {w}", f"https://{w}.example/x") for n, w in enumerate(words, 1))
    import_document(store, ME, Document("more.md", "list", "L", "t", {}, mentions, (), ()), now=NOW)
    assert (found("alp", typing=True), found("alp", begun=True), found("alp")) == (3, 3, 0)
    monkeypatch.setattr("db.query.MANY", 2)
    assert (found("alp", typing=True), found("alp", begun=True)) == (2, 3)


def test_a_letter_never_waits_for_an_index_that_is_far_behind(
    library_of_five: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = library_of_five
    search.rebuild(store)
    with store.write() as tx:
        tx.execute(resource.update().values(title=resource.c.title + " more"))
    late = search.behind(store)
    assert late > 1
    monkeypatch.setattr(search, "IN_ONE_GO", 1)
    assert (search.catch_up(store, typing=True), search.behind(store)) == (0, late)
    assert (search.catch_up(store), search.behind(store)) == (late, 0)
