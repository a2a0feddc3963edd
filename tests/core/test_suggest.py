"""Suggested topics: learned at once, the same on every run, silent without proof."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tracker.core.suggest import Guess, Known, Model, features, threshold

CACHE, RAG = 1, 2


def learned(times: int = 1) -> Model:
    model = Model()
    model.name(CACHE, "KV cache", ("键值缓存",))
    model.name(RAG, "Retrieval")
    for _ in range(times):
        for title in ("Prefix caching in vLLM", "KV block reuse", "前缀缓存复用"):
            model.learn(features(Known(title, "https://cache.example/posts/x", sources=("Cache Blog",))), CACHE)
        for title in ("Dense retrieval with rerankers", "Vector search at scale", "混合检索"):
            model.learn(features(Known(title, "https://search.example/x", publisher="SearchLab", authors=("Li",))), RAG)
    return model


@pytest.mark.parametrize(
    ("known", "topic"),
    [
        (Known("Block reuse for prefix trees"), CACHE),
        (Known("缓存 的 前缀"), CACHE),
        (Known("检索增强"), RAG),
        (Known("News", sources=("Cache Blog",)), CACHE),
        (Known("News", "https://search.example/new"), RAG),
        (Known("键值缓存"), CACHE),
        (Known("News", publisher="SearchLab"), RAG),
    ],
)
def test_words_hosts_sources_and_names_tell(known: Known, topic: int) -> None:
    best, *_ = learned().guesses(features(known))
    assert best.topic == topic
    assert best.score > 0.5


def test_the_reason_is_facts() -> None:
    best, *_ = learned().guesses(
        features(Known("Prefix block trees", "https://cache.example/y", sources=("Cache Blog",)))
    )
    assert best.why == "3 of 3 from cache.example went here; 3 of 3 from Cache Blog went here; words: block, prefix"
    assert learned().guesses(features(Known("zebra")))[0].why == "its name alone"


def test_an_example_taken_back_leaves_no_trace() -> None:
    model, other = learned(), learned()
    example = features(Known("Zebra crossing", "https://zoo.example/1", sources=("Zoo",)))
    model.learn(example, RAG)
    assert model.guesses(example)[0].topic == RAG
    model.learn(example, RAG, -1)
    question = features(Known("Prefix retrieval zebra"))
    assert [(g.topic, round(g.score, 6)) for g in model.guesses(question)] == [
        (g.topic, round(g.score, 6)) for g in other.guesses(question)
    ]


def test_twenty_more_decisions_on_one_topic_do_not_drown_the_other() -> None:
    model = learned()
    question = features(Known("Vector search with rerankers"))
    before = model.guesses(question)[0]
    for n in range(20):
        model.learn(features(Known(f"Prefix caching note {n}", "https://cache.example/z")), CACHE)
    after = model.guesses(question)[0]
    assert after.topic == before.topic == RAG
    assert after.score > before.score - 0.15


def test_nothing_learned_says_nothing_and_a_topic_emptied_is_not_guessed() -> None:
    assert Model().guesses(features(Known("x"))) == []
    model = Model()
    model.name(CACHE, "KV cache")
    model.learn(features(Known("KV cache", words="")), CACHE, -1)
    assert model.guesses(features(Known("KV cache"))) == []
    model.name(RAG, "Retrieval")
    assert [guess.topic for guess in model.guesses(features(Known("KV cache")))] == [RAG]


def test_words_of_one_stem_share_pieces() -> None:
    caching, cached = features(Known("caching")), features(Known("cached", words="缓存"))
    assert {name for name in caching if name in cached} == {"g:^cac", "g:cach"}
    assert caching["g:cach"] < caching["w:caching"]
    assert not [name for name in features(Known("rag 前缀缓存的复用")) if name.startswith("g:")]
    model = Model()
    model.name(CACHE, "Caching")
    model.name(RAG, "Retrieval")
    assert model.guesses(features(Known("What is cached where")))[0].topic == CACHE


def test_odd_addresses_are_no_features() -> None:
    assert features(Known("", "http://[broken")) == features(Known("", "mailto:x")) == {}
    assert "h:a.example" in features(Known("", "https://www.a.example"))


class Told(Model):
    """Guesses CACHE with the score it is told."""

    def learn(self, found: Mapping[str, float], topic: int, times: int = 1) -> None:
        pass

    def guesses(self, found: Mapping[str, float], most: int = 3) -> list[Guess]:
        return [Guess(CACHE, found["score"], "")]


def test_the_threshold_stands_where_guesses_begin_to_be_wrong() -> None:
    good = [({"score": 0.9 + n / 1000}, frozenset({CACHE})) for n in range(60)]
    bad = [({"score": 0.8}, frozenset({RAG}))] * 9
    assert threshold(Told(), [*bad, *good]) == 0.9
    tied = [({"score": 0.9}, frozenset({RAG}))] * 9
    assert threshold(Told(), [*tied, *good]) == pytest.approx(0.901)
    assert threshold(Told(), [*good, ({"score": 0.1}, frozenset({RAG}))]) == 0.7


def test_the_threshold_is_proved_on_the_examples_themselves() -> None:
    model = learned(10)
    cache = features(Known("Prefix caching in vLLM", "https://cache.example/posts/x", sources=("Cache Blog",)))
    rag = features(Known("Dense retrieval with rerankers", "https://search.example/x", publisher="SearchLab"))
    right = [(cache, frozenset({CACHE})), (rag, frozenset({RAG}))] * 20
    assert threshold(model, right) == 0.7
    assert threshold(model, right[:6]) == 1.1  # too few to tell
    assert threshold(model, [(found, frozenset({CACHE + RAG - min(under)})) for found, under in right]) == 1.1
    assert threshold(Model(), [(cache, frozenset[int]())] * 30) == 1.1
