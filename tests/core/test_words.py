"""Dates, texts and markup of strangers: read as meant, safe to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core import html, text
from tracker.core.dates import believable, parse_date

CASES = Path(__file__).parents[1] / "cases"
DATES = [line.split("\t") for line in (CASES / "dates.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("written", "meant"), DATES)
def test_dates_are_read_as_meant_or_not_at_all(written: str, meant: str) -> None:
    found = parse_date(written)
    assert (found.isoformat() if found else "") == meant


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789-/:., TZ+JanuaryFebMarGMT年月日下午點", max_size=40))
def test_no_date_breaks_the_reader(written: str) -> None:
    found = parse_date(written)
    assert found is None or found.tzinfo is UTC


def test_dates_that_cannot_be_are_unknown() -> None:
    now = datetime(2026, 1, 12, tzinfo=UTC)
    assert believable(None, now) is None
    assert believable(now + timedelta(days=1), now) == now + timedelta(days=1)
    assert believable(now + timedelta(days=30), now) is None
    assert believable(datetime(1970, 1, 1, tzinfo=UTC), now) is None


@pytest.mark.parametrize(
    ("given_", "clean"),
    [
        ("a\x1b[31mb\x1b]52;c;aGk=\x07c\x9b5nd", "abcd"),
        ("\u202eevil\u200b \u00adx", "evil x"),
        ("a\r\n b\t c", "a b c"),
        ("e\u0301" + "\u0301" * 50, "é" + "\u0301" * 5),
        ("\ud800x", "\ufffdx"),
        ("👩\u200d💻 a\u200db", "👩\u200d💻 ab"),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f\U000e0041", None),
        ("&amp;", "&amp;"),
    ],
)
def test_lines_hold_nothing_unseen(given_: str, clean: str | None) -> None:
    found = text.clean_line(given_)
    assert clean is None or found == clean
    assert "\x1b" not in found


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_no_control_character_is_left(written: str) -> None:
    found = text.clean_line(written)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in found)
    assert text.clean_line(found) == found


def test_small_things_about_texts() -> None:
    assert text.clean_line("a" * 100, 10) == "a" * 9 + "…" or len(text.clean_line("a" * 100, 10)) <= 10
    assert text.clean_line("&lt;b&gt;", entities=True) == "<b>"
    assert text.clean_text("a \n\n\n\n b\x00") == "a\n\nb"
    assert text.fold("ＡＢ　Ｃ") == "ab c"
    assert text.drop_sequences("a\x1b[1mb") == "ab"
    assert text.drop_sequences("ab") == "ab"
    said = [
        "The quick way to learn",
        "大模型推理",
        "これはテストです",
        "한국어 문장입니다",
        "12345",
        "Zwölf Boxkämpfer jagen",
    ]
    assert [text.guess_language(one) for one in said] == ["en", "zh", "ja", "ko", "", ""]
    assert text.count_words("two words 三个字") == 5
    assert (text.reading_minutes(""), text.reading_minutes("one"), text.reading_minutes("字" * 4000)) == (0, 1, 10) or (
        text.reading_minutes("字" * 4000) > 5
    )


@pytest.mark.parametrize(
    ("markup", "kept", "gone"),
    [
        ("<script>x()</script><p onclick=y()>hi</p>", "hi", "script"),
        ("<a href='javascript:x'>l</a>", "l", "javascript"),
        ("<img src='https://a.example/p.png' width=1 height=1><img src='/x.png'>", "https://b.example/x.png", "p.png"),
        ("plain & <b>bold</b>", "<b>bold</b>", "script"),
        ("<iframe src=x></iframe><svg><script>1</script></svg>t", "t", "iframe"),
        ("<a href='/rel'>r</a>", 'href="https://b.example/rel"', "zzz"),
        ("no markup", "no markup", "<"),
    ],
)
def test_markup_is_made_safe(markup: str, kept: str, gone: str) -> None:
    found = html.sanitize(markup, "https://b.example/post")
    assert kept in found
    assert gone not in found


def test_markup_the_library_refuses_is_read_as_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise ValueError

    monkeypatch.setattr("lxml.html.fromstring", refuse)
    assert html.to_text("<b>a</b> &amp; b") == "a & b"


def test_words_of_markup() -> None:
    assert html.sanitize("") == ""
    assert html.to_text("<h1>A</h1><p>b &amp; <i>c</i></p><pre>x\n y</pre><ul><li>1</li><li>2</li></ul>").split() == [
        "A", "b", "&", "c", "x", "y", "1", "2"]  # fmt: skip
    assert html.to_text("a &lt; b") == "a < b"
    assert "x" in html.to_text("<p>x<br>y</p><table><tr><td>1</td><td>2</td></tr></table><!-- c --><script>z</script>")
    assert html.to_text("<>") in ("<>", "")
    assert html.to_text("<!-- only a remark -->") == ""
    assert html.title_text("a <b>b</b>") == "a b"
    assert html.title_text("Vec<T> &amp; <b>bold</b><br>x") == "Vec<T> & bold x"
    assert html.title_text("<script>x</script>t") == "t"
    assert html.host_of("https://www.A.example/x") == "a.example"
    assert html.host_of("http://[bad") == ""
    assert html.absolute("https://a.example/", " x ") == "https://a.example/x"
    assert html.absolute("http://[bad", "//[") is None


@pytest.mark.parametrize(
    "markup",
    [
        "plain &amp; simple",
        "<p>one</p><p>two <b>bo</b>ld</p>x<br>y",
        "<ul><li>1</li><li>发生<em>遗忘</em>了</li></ul><table><tr><td>a</td><td>b</td></tr></table>",
        '<pre><code class="x">if a &lt; b:\n  c</code></pre><blockquote>q</blockquote>t<a href="https://a.example/?b=1&amp;c">l</a>',
        "<!-- c --><script>z</script><style>p{}</style><svg><text>t</text></svg>u<title>v</title>",
    ],
)
def test_what_is_searched_holds_the_words_that_are_shown(markup: str) -> None:
    clean = html.sanitize(markup)
    assert html.plain_words(clean).split() == html.to_text(clean).split()


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("<title>a</title></script><p>b</p>", "a <p>b</p>"),
        ("</script>\n<script\n>f() { /* <script>g()</script\n> <b>c</b>", "f() { /*  <b>c</b>"),
        ("<!-- <script> --></script><script>f()</script>d", "f() d"),
        ("<script>f()</script></script><script>g()</script>e<script>h()</script>", "g() e"),
        ("<!-- x --><script>f()</script>a<script>g()</script>b", "ab"),
        ("</script><script><img src=x onerror=f()><iframe src=//e.example></iframe></script>g", '<img src="x"> g'),
    ],
)
def test_the_end_of_a_script_that_none_began_cancels_the_next_start(markup: str, kept: str) -> None:
    found = html.sanitize(markup)
    assert " ".join(found.split()) == " ".join(kept.split())


def test_many_elements_side_by_side_are_not_deep() -> None:
    lines = "<p>a<br>b</p>" * (html.DEEPEST // 2)
    assert html.sanitize(lines) == lines
    deep = "<div>" * (html.DEEPEST + 1) + "a &amp; b"
    assert html.sanitize(deep) == "a &amp; b"


def test_clocks_for_people() -> None:
    assert (text.clock(5.9), text.clock(3723)) == ("0:05", "1:02:03")
