"""Addresses as browsers read them, and the one key of every work; cases as data beside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core import urls
from tracker.core.url_kind import kind_of
from tracker.core.url_start import split_time
from tracker.core.weburl import parse

CASES = Path(__file__).parents[1] / "cases"
ROWS = [line.split("\t") for line in (CASES / "addresses.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("url", "key", "work", "kind"), ROWS)
def test_keys_works_and_kinds(url: str, key: str, work: str, kind: str) -> None:
    assert (urls.canonical(url), urls.work_id(url), kind_of(url).value) == (key, work, kind)
    assert urls.canonical(key) == key


@pytest.mark.parametrize(("url", "base", "expected"), json.loads((CASES / "resolved.json").read_text("utf-8")))
def test_resolving_follows_the_url_standard(url: str, base: str, expected: str | None) -> None:
    found = parse(url, parse(base) if base else None)
    assert (None if found is None else str(found)) == expected
    if base:
        assert urls.resolve(base, url) == (expected or "")


@pytest.mark.parametrize(
    ("url", "plain", "start"),
    [
        ("https://youtu.be/D7_ipDqhtwk?t=1231s", "https://youtu.be/D7_ipDqhtwk", 1231),
        ("https://www.youtube.com/watch?v=D7_ipDqhtwk&t=1h2m3s", "https://www.youtube.com/watch?v=D7_ipDqhtwk", 3723),
        ("https://www.youtube.com/watch?t=61&v=D7_ipDqhtwk", "https://www.youtube.com/watch?v=D7_ipDqhtwk", 61),
        (
            "https://www.bilibili.com/video/BV1knvYBDEjs?t=90.5",
            "https://www.bilibili.com/video/BV1knvYBDEjs",
            90,
        ),
        ("https://vimeo.com/1#t=1:02", "https://vimeo.com/1", 62),
        ("https://a.example/x.mp3#t=01:02:03", "https://a.example/x.mp3", 3723),
        ("https://a.example/?t=5", "https://a.example/?t=5", None),
        ("https://a.example/episode#t=5", "https://a.example/episode", 5),
        ("https://a.example/episode#start=5", "https://a.example/episode#start=5", None),
        ("https://a.example/episode#t=intro", "https://a.example/episode#t=intro", None),
        ("https://youtu.be/D7_ipDqhtwk?t=5&start=9&x=1", "https://youtu.be/D7_ipDqhtwk?x=1", 5),
        ("https://youtu.be/D7_ipDqhtwk?t=soon", "https://youtu.be/D7_ipDqhtwk?t=soon", None),
        ("not one", "not one", None),
        ("x" * 17_000, "x" * 17_000, None),
    ],
)
def test_start_times_are_taken_out_where_they_mean_one(url: str, plain: str, start: int | None) -> None:
    assert split_time(url) == (plain, start)


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://a.example", True), ("https://a.example/index.html", True), ("https://a.example/en/", True),
        ("https://a.example/?p=1", False), ("https://a.example/#/x", False), ("https://a.example/post", False),
        ("mailto:x", False),
    ],
)  # fmt: skip
def test_front_pages(url: str, home: bool) -> None:
    assert urls.is_home_page(url) is home


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("a.example/x#y", "https://a.example/x"), ("//a.example", "https://a.example/"), ("http://a.example", "http://a.example/"),
        ("ftp://a.example", ""), ("", ""), ("x" * 17_000, ""), ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
    ],
)  # fmt: skip
def test_what_can_be_asked_for(url: str, asked: str) -> None:
    assert urls.fetchable(url) == asked
    assert urls.is_web(url) is bool(asked)


def test_small_things_about_addresses() -> None:
    assert urls.fragment("https://a.example/#%E4%B8%AD:~:text=x") == "中"
    assert urls.fragment("https://a.example/") == ""
    assert urls.unwrap("https://www.google.com/url?q=https%3A%2F%2Fa.example%2Fb") == "https://a.example/b"
    assert urls.unwrap("https://a.example/") == "https://a.example/"
    assert urls.unwrap("mailto:x") == "mailto:x"
    assert urls.unwrap("x" * 17_000) == "x" * 17_000
    assert urls.strip_tracking("https://a.example/?utm_source=x&b=1") == "https://a.example/?b=1"
    assert urls.host_key("https://www.A.example:8080/x") == "a.example:8080"
    assert urls.host_key("mailto:x") == urls.host_key("x" * 17_000) == ""
    assert urls.mask_url("https://u:p@a.example/?token=abc&b=1") == "https://***@a.example/?token=***&b=1"
    assert urls.canonical("x" * 17_000) == "x" * 17_000
    assert urls.strip_tracking("mailto:x?utm_source=y") == "mailto:x?utm_source=y"
    assert urls.strip_tracking("https://a.example/") == "https://a.example/"
    assert urls.canonical("https://a.example/?a=1&amp;amp;amp;b=2") == "https://a.example/?a=1&b=2"
    deep = "https://a.example/?a=1&" + "amp;" * 9 + "b=2"  # nobody wrote this by hand: no work is put into it
    assert urls.canonical(deep).startswith("https://a.example/?a=1&")
    assert urls.resolve("not a base", "x") == ""
    assert urls.resolve("", "https://a.example") == "https://a.example/"


def test_a_label_that_cannot_be_judged_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def puzzled(*_: object) -> bool:
        raise ValueError

    monkeypatch.setattr("idna.valid_contextj", puzzled)
    assert parse("https://a\u200cb.example/") is None


_PIECES = st.text(alphabet="abc/:?#@%&=.[]\\ 中ü0123xt-_~+!|", max_size=40)


@settings(max_examples=300, deadline=None)
@given(
    scheme=st.sampled_from(["https://", "http://", "", "//", "https://youtu.be/", "https://arxiv.org/"]), rest=_PIECES
)
def test_a_key_is_its_own_key(scheme: str, rest: str) -> None:
    key = urls.canonical(scheme + rest)
    assert urls.canonical(key) == key


@settings(max_examples=300, deadline=None)
@given(base=_PIECES, href=_PIECES)
def test_nothing_breaks_the_reader(base: str, href: str) -> None:
    assert isinstance(urls.resolve("https://a.example/" + base, href), str)
    assert isinstance(urls.resolve(base, href), str)


@pytest.mark.parametrize("url", [
    "https://a.example/x/y.html", "https://x.cdn.ampproject.org/c/s/a.example/x", "https://google.com/amp/s/a.example/b",
    "https://twitter.com/a/status/1", "https://a.github.io/index.html", "https://xn--p1ai.example/x", "https://a.b.c-d.org/~x",
    "http://a.example/x", "http://a.example:8080/x/y", "http://a.example:80/x", "https://a.example:80/x", "http://10.0.0.1:8000/f/1",
    "http://a.example:99999/x", "http://256.1.1.1/x", "http://010.1.1.1/x",
])  # fmt: skip
def test_the_short_way_answers_as_the_long_one(url: str) -> None:
    if key := urls._plain_key(url):
        assert urls._canonical_once(url) == key
        assert urls.known_work(urls.folded(url)) is None
    assert urls.canonical(urls.canonical(url)) == urls.canonical(url)


@given(st.from_regex(urls.PLAIN, fullmatch=True))
@settings(max_examples=300)
def test_usual_addresses_are_known_the_short_way_as_the_long_one(url: str) -> None:
    if key := urls._plain_key(url):
        assert urls._canonical_once(url) == key
        long = urls.folded(url)
        assert long is not None
        assert urls.is_web(url) == bool(urls.fetchable(url))
        assert urls.is_home_page(url) == bool(urls._HOME.match(long.pathname))


def test_addresses_in_text_lose_their_secrets() -> None:
    text = 'see "https://u:p@a.example/?token=abc" (and http://k@b.example/x), u:p@mail.example, 1 < 2?key=v'
    masked = 'see "https://***@a.example/?token=***" (and http://***@b.example/x), u:p@mail.example, 1 < 2?key=v'
    assert urls.mask_secrets(text) == masked
    assert urls.mask_secrets("no address") == "no address"
