"""Words of the index and of a question: the same cut, so that what was written is found as it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.search import (
    Standing,
    Wanted,
    excerpt,
    index_text,
    pattern,
    relevance,
    tokens,
    wanted,
    weigh,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KV Cache", "kv cache"),
        ("大模型 推理", "大模 模型 型 推理 理"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("Café résumé", "cafe resume"),
        ("C++ and C# in 3.5", "cplusplus and csharp in 3 5"),
        ("vLLM部署", "vllm 部署 署"),
        ("a\x1b[31mb\x00c", "abc"),
        ("", ""),
    ],
)
def test_words(text: str, words: str) -> None:
    assert " ".join(tokens(text)) == words


def _as_the_index_reads(text: str) -> list[str]:
    """FTS5's `ascii` tokenizer: ASCII letters and digits and everything beyond ASCII are words, ASCII is folded."""
    return [word.lower() for word in re.findall(r"[a-zA-Z0-9\x80-\U0010ffff]+", text)]


@given(st.text(alphabet="abC1_+# .,-检索，。“é ①Ａ＃＋アか́ﬁ한\n*²ßµ’…\U00020000\U00010400\x1b[m\x00", max_size=24))
def test_the_quick_cut_is_the_same_as_the_plain_one(text: str) -> None:
    assert _as_the_index_reads(index_text(text)) == list(tokens(text))


@pytest.mark.parametrize(
    ("text", "words", "prefix"),
    [
        ("KV cache", ("kv", "cache"), False),
        ("记忆", ("记忆",), False),
        ("检", ("检",), True),
        ("检索RAG", ("检索", "索", "rag"), False),
        ("RAG检索", ("rag", "检索"), False),
        ("a 检", ("a", "检"), True),
        ("上下文，记忆", ("上下", "下文", "文", "记忆"), False),
        ("!!", (), False),
    ],
)
def test_a_question_leaves_open_where_a_text_may_go_on(text: str, words: tuple[str, ...], prefix: bool) -> None:
    assert wanted(text) == Wanted(words, prefix)


@given(st.text(alphabet="检索增强记忆 aRAG,", min_size=1, max_size=12), st.data())
def test_every_piece_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if any(
        0 < at < len(text) and text[at - 1 : at + 1].isascii() and text[at - 1 : at + 1].isalpha()
        for at in (start, end)
    ):
        return  # a Latin word is found whole
    question, words = wanted(text[start:end]), list(tokens(text))
    size = len(question.words)
    places = [words[i : i + size] for i in range(len(words) - size + 1)]
    assert any(_fits(place, question) for place in places)


def _fits(place: list[str], question: Wanted) -> bool:
    whole = list(question.words)
    if not question.prefix:
        return place == whole
    return place[:-1] == whole[:-1] and place[-1].startswith(whole[-1])


def test_an_excerpt_stands_around_the_hit_and_marks_it() -> None:
    text = "x " * 200 + "the KV-Cache is **big**\nand 缓存 " + "y " * 200
    hit = pattern([("kv cache", False), ("缓存", False)])
    said = excerpt(text, hit)
    assert "the **KV-Cache** is big and **缓存** y" in said
    assert (said[0], said[-1]) == ("…", "…")
    assert excerpt("short", hit) == "short"
    assert excerpt("plain", None) == "plain"
    assert pattern([("!!", False)]) is None


def test_latin_words_are_marked_whole_unless_begun() -> None:
    whole, begun = pattern([("cach", False)]), pattern([("cach", True)])
    assert whole is not None
    assert whole.search("caches") is None
    assert begun is not None
    assert excerpt("all caches", begun) == "all **caches**"


def test_title_freshness_and_standing_speak_for_a_hit() -> None:
    plain = weigh(Standing(False, 100, "resource"))
    assert weigh(Standing(True, 100, "resource")) > plain
    assert weigh(Standing(False, 1, "resource")) > plain > weigh(Standing(False, None, "text"))
    assert weigh(Standing(False, 100, "resource", "filed", True)) > weigh(Standing(False, 100, "resource", "skipped"))
    assert weigh(Standing(False, -5, "plan")) == weigh(Standing(False, 0, "plan"))


def test_relevance_grows_with_hits_and_falls_with_length() -> None:
    hit = pattern([("cache", False)])
    assert relevance("cache cache", hit) > relevance("cache", hit) > relevance("cache" + " word" * 2000, hit) > 0
    assert relevance("nothing", hit) == relevance("cache", None) == 0


def test_a_teaser_that_begins_the_content_is_found_once() -> None:
    assert words_of(["Ann"], "a.example", ["label"], "one", "one two").split() == [
        "Ann", "a.example", "label", "one", "two"
    ]  # fmt: skip
    assert words_of([], "", [], "another", "one two").split() == ["another", "one", "two"]
    assert words_of([], "", [], "only this", "").split() == ["only", "this"]
