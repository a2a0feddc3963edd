"""The query language: what it means, and where a mistake stands."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.query import All, Any_, Field, Not, QueryError, Words, fields_in, is_typed, parse, walk

TODAY = date(2026, 1, 12)


def test_words_phrases_beginnings_and_what_must_not_be_there() -> None:
    assert parse('kv "prefix cache" cach* -vllm', TODAY).parts == (
        Words("kv"), Words("prefix cache"), Words("cach", True), Not(Words("vllm")),
    )  # fmt: skip


def test_either_binds_looser_than_both_and_brackets_bind_tightest() -> None:
    assert parse("a b OR c", TODAY).parts == (Any_((All((Words("a"), Words("b"))), All((Words("c"),)))),)
    assert parse("a (b OR -c)", TODAY).parts == (
        Words("a"), Any_((All((Words("b"),)), All((Not(Words("c")),)))),
    )  # fmt: skip
    assert parse("", TODAY) == All()
    assert parse("(a b)", TODAY).parts == (All((Words("a"), Words("b"))),)


def test_signs_of_an_input_method_count_as_plain_ones() -> None:
    assert parse("“前缀 缓存” （state：done OR 记＊） －旧", TODAY) == parse(
        '"前缀 缓存" (state:done OR 记*) -旧', TODAY
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("topic:“KV cache”", Field("topic", "KV cache")),
        ("TOPIC:kv", Field("topic", "kv")),
        ("state:skip", Field("state", "skipped")),
        ("kind:Video", Field("kind", "video")),
        ("minutes:30", Field("minutes", "30", 30, 31)),
        ("minutes:<30", Field("minutes", "<30", None, 30)),
        ("minutes:<=30", Field("minutes", "<=30", None, 31)),
        ("minutes:>30", Field("minutes", ">30", 31, None)),
        ("minutes:>=30", Field("minutes", ">=30", 30, None)),
        ("minutes:10..30", Field("minutes", "10..30", 10, 31)),
        ("before:2026-01-05", Field("published", "2026-01-05", None, date(2026, 1, 5))),
        ("after:7d", Field("published", "7d", date(2026, 1, 5), None)),
        ("on:2025", Field("published", "2025", date(2025, 1, 1), date(2026, 1, 1))),
        ("on:2025-12", Field("published", "2025-12", date(2025, 12, 1), date(2026, 1, 1))),
        ("added:today", Field("added", "today", TODAY, date(2026, 1, 13))),
        ("added:yesterday", Field("added", "yesterday", date(2026, 1, 11), TODAY)),
        ("added:2025-12-30..2026-01", Field("added", "2025-12-30..2026-01", date(2025, 12, 30), date(2026, 2, 1))),
        ("after:9999y", Field("published", "9999y", date(1, 1, 1), None)),
        ("title:cach*", Words("cach", True, True)),
        ('title:"kv cache"', Words("kv cache", False, True)),
        ("https://a.example/x", Words("https://a.example/x")),
        ("10:30", Words("10:30")),
        ("*", Words("*")),
        ("-", Words("-")),
    ],
)
def test_fields_say_what_a_resource_must_be(text: str, found: object) -> None:
    assert parse(text, TODAY).parts == (found,)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("a topik:x", 3, "Did you mean 'topic:'?"),
        ("zzz:x", 1, "There are state, kind"),
        ("state:dome", 7, "Did you mean 'done'?"),
        ("link:xyzzy", 6, "There are ok, moved"),
        ("a topic:", 3, "'topic:' says nothing"),
        ('topic:" "', 1, "'topic:' says nothing"),
        ("topic:(a)", 1, "'topic:' says nothing"),
        ('say "this', 5, "this quote is not closed"),
        ("(a b", 1, "this bracket is not closed"),
        ("a) b", 2, "')' closes nothing"),
        ("a OR", 3, "OR stands between two things"),
        ("a -(", 4, "this bracket is not closed"),
        ("a -)", 3, "'-' excludes nothing"),
        ("minutes:soon", 9, "'soon' is no number"),
        ("before:13.1.", 8, "'13.1.' is no day"),
        ("on:2026-02-30", 4, "is no day"),
        ("on:9999-12-31", 4, "is no day"),
        ("on:9999", 4, "is no day"),
        ("(" * 31 + "a", 31, "too many brackets"),
        ("a " * 201, 401, "more than 200 parts"),
    ],
)
def test_a_mistake_is_named_with_its_column(text: str, column: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, TODAY)
    assert caught.value.column == column
    assert said in caught.value.sentence()
    assert caught.value.sentence().startswith(f"column {column}: ")


def test_while_typing_the_last_word_may_go_on() -> None:
    typed = parse("kv cac", TODAY, typing=True)
    assert typed.parts == (Words("kv"), Words("cac", True, typed=True))
    assert is_typed(typed)
    assert parse("kv cac", TODAY, begun=True).parts == (Words("kv"), Words("cac", True))
    assert not is_typed(parse("kv cac", TODAY, begun=True))
    assert parse("kv c", TODAY, typing=True).parts == (Words("kv"),), "half of all begins with a letter"
    assert parse("kv c", TODAY, begun=True).parts == (Words("kv"), Words("c"))
    assert parse("缓", TODAY, typing=True).parts == (Words("缓", True, typed=True),)
    assert parse("kv cache ", TODAY, typing=True).parts == (Words("kv"), Words("cache"))
    assert parse("state:done", TODAY, typing=True).parts == (Field("state", "done"),)
    assert parse("", TODAY, typing=True) == All()


@given(st.text(alphabet='ab:-()"* OR.<0279topicstate\n（：“', max_size=40))
def test_anything_is_read_or_refused_with_a_place(text: str) -> None:
    column = 1
    try:
        parse(text, TODAY)
    except QueryError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


def test_a_query_is_walked_to_its_last_part_and_its_fields_have_columns() -> None:
    text = 'kv -(title:late OR (ad source:"A b"))'
    assert [one for one in walk(parse(text, TODAY)) if isinstance(one, Words | Field)] == [
        Words("kv"), Words("late", title=True), Words("ad"), Field("source", "A b")
    ]  # fmt: skip
    assert fields_in(text) == [("title", "late", 6), ("source", "A b", 24)]
