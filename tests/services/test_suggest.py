"""Suggestions from the person's own filings, on both engines."""

from __future__ import annotations

import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.store import Store
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.model import FIRST_PERSON as ME
from tracker.documents import reader_for
from tracker.services import actions, inbox, library
from tracker.services.documents import import_document
from tracker.services.suggest import Adviser, evaluate

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)
LISTS = Path(__file__).parents[2].parent / "shared" / "corpus" / "lists" / "files.zip"
CACHE, RAG = "KV cache", "Retrieval"


def fill(store: Store, each: int = 20) -> dict[str, int]:
    nodes = (DocumentNode("c", "section", CACHE, 1), DocumentNode("r", "section", RAG, 2))
    again = (DocumentNode("c", "topic", CACHE.lower(), 1),)
    mentions = tuple(
        Mention(f"{node}{n}", n, f"{words} {n}", f"https://{node}.example/{n}", note=words, node=node)
        for node, words in (("c", "prefix block reuse 缓存"), ("r", "vector search reranker 检索"))
        for n in range(each)
    )
    new = tuple(
        Mention(f"n{i}", 90 + i, title, f"https://new.example/{i}")
        for i, title in enumerate(("Prefix reuse", "新的检索", "zebra"))
    )
    import_document(store, ME, Document("list.md", "list", "L", "t", {}, (*mentions, *new), nodes), now=NOW)
    import_document(store, ME, Document("other.md", "list", "O", "o", {}, (), again), now=NOW)
    return {r.title: int(r.id) for r in library.resources(store, ME)}


def test_the_likeliest_topic_comes_first_with_its_reason(store: Store) -> None:
    ids = fill(store)
    adviser = Adviser(store, ME)
    found = adviser.suggestions([ids["Prefix reuse"], ids["新的检索"], ids["zebra"]])
    best = {id_: some[0] for id_, some in found.items()}
    assert (best[ids["Prefix reuse"]].title, best[ids["新的检索"]].title) == (CACHE, RAG)  # type: ignore[index]
    assert "words: prefix" in best[ids["Prefix reuse"]].why  # type: ignore[index]
    assert [len(some) for some in found.values()] == [2, 2, 2]  # topics of one name are one
    assert ids["zebra"] not in adviser.sure(list(ids.values()))
    assert adviser.sure([ids["Prefix reuse"]])[ids["Prefix reuse"]].title == CACHE  # type: ignore[index]
    assert Adviser(store, ME).suggestions([ids["Prefix reuse"]]) == {
        k: v for k, v in found.items() if k == ids["Prefix reuse"]
    }


def test_it_learns_at_once_and_unlearns_what_is_undone(store: Store) -> None:
    ids = fill(store)
    adviser, zebra = Adviser(store, ME), ids["zebra"]
    inbox.act(store, ME, [zebra], "file", topic=RAG, now=NOW, made_by="test")
    assert [one.title for one in adviser.suggestions([zebra])[zebra]] == [CACHE]  # type: ignore[index]
    with_zebra = adviser._learned.model.seen["w:zebra"]
    actions.undo(store, ME, NOW)
    adviser.suggestions([zebra])
    assert (with_zebra, adviser._learned.model.seen["w:zebra"]) == (1, 0)


def test_an_empty_library_gives_no_suggestion(store: Store) -> None:
    assert Adviser(store, ME).suggestions([1]) == {}
    found = evaluate(store, ME)
    assert (found.items, found.said, [one.first for one in found.scores]) == (0, 0.0, [0.0] * 4)


def test_evaluation_compares_with_simpler_guesses(store: Store) -> None:
    fill(store, 30)
    found = evaluate(store, ME)
    scores = {one.name: one.first for one in found.scores}
    assert (found.items, found.topics) == (60, 2)
    assert scores["suggested"] == 1.0 > scores["majority"]
    assert found.said > 0.9
    assert found.right == 1.0
    assert evaluate(store, ME) == found


@pytest.mark.shared
@pytest.mark.skipif(not LISTS.is_file(), reason="the lists of ../shared are not here")
def test_sections_of_curated_lists_are_told_better_than_by_simpler_guesses(tmp_path: Path) -> None:
    from db.store import open_store

    for name, first, three in (
        ("applied-ml", 0.63, 0.79),
        ("hannibal046/Awesome-LLM", 0.66, 0.86),
        ("ALL-about", 0.66, 0.8),
    ):
        store = open_store(str(tmp_path / f"{name[:4]}.db"), synchronous="OFF")
        with zipfile.ZipFile(LISTS) as files:
            text = files.read(next(one for one in files.namelist() if name in one)).decode()
        import_document(store, ME, reader_for(text, "list.md").read(text, "list.md"), now=NOW)
        found = evaluate(store, ME)
        scores = {one.name: one for one in found.scores}
        assert scores["suggested"].first > max(first, 1.2 * scores["source"].first, 1.2 * scores["keyword"].first)
        assert scores["suggested"].three > three
        assert found.right >= 0.9
        ids = [int(one.id) for one in library.resources(store, ME, limit=1000)]
        started = time.process_time()
        Adviser(store, ME).suggestions(ids)
        assert time.process_time() - started < 4.0, "a thousand suggestions with all that must be learned before"
        store.close()
