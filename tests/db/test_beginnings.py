"""A beginning of a word finds the same whether its words are few and listed, or many and left to the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import beginnings
from db.search import Piece, add, expression, forget_all, matches
from db.store import Store, open_store
from tracker.core.search import wanted

AT = datetime(2026, 1, 5, tzinfo=UTC)
TEXTS = st.lists(st.text("ab模型数 é'\"*😀+", min_size=1, max_size=12), min_size=1, max_size=30)


def filled(store: Store, texts: Sequence[str]) -> None:
    with store.write() as tx:
        add(tx, [Piece("note", number, "", said, AT) for number, said in enumerate(texts, 1)])


def found(store: Store, words: str, *, title: bool = False) -> list[int]:
    """Which notes hold the beginning, newest first."""
    with store.read() as tx:
        asked = expression(tx, [(wanted(words, prefix=True), title, False)])
        return [one.ref for one in matches(tx, asked, [], most=1000)] if asked else []


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.text("ab模型é", min_size=1, max_size=3))
def test_listed_words_find_what_the_index_finds(texts: list[str], start: str) -> None:
    store = open_store(":memory:")
    filled(store, texts)
    listed = found(store, start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beginnings, "FEW", 0)
        assert found(store, start) == listed
    store.close()


def test_many_words_are_left_to_the_index(store: Store) -> None:
    filled(store, [f"word{number}" for number in range(beginnings.FEW + 1)])
    assert len(found(store, "word")) == beginnings.FEW + 1
    assert found(store, "word1") == [20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 2]
    if store.is_sqlite:
        with store.read() as tx:
            assert beginnings.few_words(tx, "word") == []
            assert len(beginnings.few_words(tx, "word1")) == 11


def test_a_phrase_ends_with_each_of_them_and_a_new_index_is_read(store: Store) -> None:
    filled(store, ["a cache of keys", "a cached page", "cache a page"])
    assert found(store, "a cach") == [2, 1]
    with store.write() as tx:
        forget_all(tx)
        add(tx, [Piece("note", 9, "a cachet", "", AT)])
    assert found(store, "a cach") == found(store, "a cach", title=True) == [9]
    assert found(store, "a cache of") == []
