"""The readable text of pages: what is kept, what is left out, and that nothing in it acts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.texts.decode import decode
from tracker.texts.reading import read_text

CASES = Path(__file__).parents[1] / "cases" / "pages"
HTML = [b"<p>", b"<a href='javascript:x'>", b"<pre>", b"<table><tr><td>", b"</p>", b"<script>", b"\xff\xfe", b"text. ",
        b"<li>", b"<ol>",
        b"<a href='//h/%'>", b"<!--", b"<base href='::'>", b"&#x202e;", b"</a>", b"<b><div>", b"\x00"]  # fmt: skip


@pytest.fixture(scope="module")
def blog():
    return read_text((CASES / "blog.html").read_bytes(), "https://example.org/notes/caches/")


def test_the_main_text_comes_without_menus_and_related_posts(blog):
    assert blog.outcome == "ok"
    assert "A cache keeps what was asked for lately" in blog.text
    assert "There are two hard things" in blog.text
    for left_out in ("About", "Ten tricks", "All rights reserved"):
        assert left_out not in blog.text


def test_what_the_page_says_of_itself_is_kept(blog):
    assert (blog.title, blog.authors, blog.lang) == ("How caches work", ("Ann Lee",), "en")
    assert blog.published.isoformat() == "2026-03-02T08:00:00+00:00"
    assert blog.minutes == 1
    assert blog.words > 100


@pytest.mark.parametrize(
    "line",
    [
        "## Reading",
        "```python",
        "    return store.get(key)  # <none> when absent",
        "- memory, which is never free of charge",
        "  1. by a complaint that comes on a Friday evening",
        "| Place | Time |",
        "| disk \\| flash | 100 us |",
        "# How caches work",
        "> There are two hard things, and this is one of them, as everybody says at every conference.",
    ],
)
def test_markdown_keeps_the_form_of_the_page(blog, line):
    assert line in blog.markdown.split("\n")


def test_links_are_absolute_and_none_acts(blog):
    assert "[a longer page](https://example.org/notes/more?q=1)" in blog.markdown
    assert "a trap" in blog.markdown
    assert "javascript:" not in blog.markdown
    assert "\\<script>" in blog.markdown
    assert "\u202e" not in blog.markdown + blog.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<meta charset=gb2312><p>中文网页的正文</p>".encode("gb18030"), ""),
        ("<p>中文网页的正文</p>".encode("gb18030"), "text/html; charset=GBK"),
        ("<p>中文网页的正文</p>".encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
        (b"\xff\xfe" + "<p>中文网页的正文</p>".encode("utf-16-le"), ""),
        ("<p>中文网页的正文</p>".encode(), "text/html; charset=shift_jis"),
    ],
)
def test_any_usual_encoding_is_read(body, content_type):
    assert "中文网页的正文" in decode(body, content_type)


def test_a_selector_is_believed_before_any_guess():
    page = b"<body><div id=a><p>Chosen words.</p></div><article>" + b"<p>Long prose of another kind.</p>" * 30
    found = read_text(page, "https://example.org/", "text/html", "#a")
    assert found.text == "Chosen words."


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("<title>Just a moment...</title><p>Verify you are human by completing the action below.</p>", "blocked"),
        ("<title>404</title><h1>Page not found</h1><p>The page you look for is not here.</p>", "soft404"),
        ("<title>出错了</title><p>抱歉，您访问的页面不存在。</p>", "soft404"),
        ("<form><p>Welcome back.</p><input type=password></form>", "login"),
        ("<p>The beginning of a long story that goes on for long.</p><p>Subscribe to continue.</p>", "paywall"),
        ("<p>Before you continue</p><button>Accept all cookies</button>", "consent"),
        ("<div></div>", "empty"),
        ("", "empty"),
        ("<title>Short</title><p>A short note of ten words that is still a text of its own.</p>", "ok"),
    ],
)
def test_what_is_no_text_is_named(page, outcome):
    assert read_text(page.encode()).outcome == outcome


@pytest.mark.parametrize("end", ["", "</head><body>", "</head>", "<link rel=x>"])
def test_a_page_that_leaves_body_out_is_read_like_any_other(end):
    page = (
        f"<title>Foxes</title>{end}<article><h1>Foxes</h1><p>{'The fox jumps over the dog. ' * 9}</p></article><p>End."
    )
    found = read_text(page.encode())
    assert found.outcome == "ok"
    assert found.text.startswith("Foxes\n\nThe fox")


NETS = read_text((CASES / "formulas.html").read_bytes(), "https://e.org/a/")


@pytest.mark.parametrize(
    "line",
    [
        r"The loss is $\frac{a_1}{b} \lt 3$ and more words follow it here, so that this is a paragraph.",
        r"$$\sum_i x_i$$",
        r"Then $$E = mc^2$$ is shown, and a power $x^{2}$ that a picture draws, and text goes on for a while.",
        r"[![A \[net\] & more](https://e.org/img/fig%201.png)](https://e.org/big.png)",
        "An inline picture ![pic](https://e.org/a/a.png) stands in this one, which goes on for a good while too.",
    ],
)
def test_formulas_stay_tex_and_pictures_stay_pictures(line):
    assert line in NETS.markdown.split("\n")


@pytest.mark.parametrize("word", ["drawn", "logo.png", "x.gif", "javascript", "o.png", "avatar"])
def test_what_draws_a_formula_and_what_is_no_picture_of_the_text_is_left_out(word):
    assert word not in NETS.markdown + NETS.text


def test_a_table_that_lays_out_a_page_is_no_table():
    cell = "<td><p>" + "A sentence of the text that is laid out by a table, as pages did long ago. " * 9 + "</p></td>"
    found = read_text(
        f"<table><tr><td>1</td>{cell}</tr><tr><td>2</td>{cell.replace('long', 'very long')}</tr></table>".encode()
    )
    assert found.outcome == "ok"
    assert "|" not in found.markdown


PROSE = "A paragraph that says something about caches, at some length, so that it counts as text. "


@pytest.mark.parametrize("how", ["hidden", 'style="display: none"', "style='visibility:hidden'"])
def test_what_a_reader_does_not_see_is_left_out_of_short_pages_too(how):
    shown, unseen = f"<p>{PROSE * 4}</p>", f"<p {how}>{'Nobody sees these words. ' * 16}</p>"
    text = read_text(f"<title>Caches</title><article><h1>Caches</h1>{shown}{unseen}{shown}</article>".encode(), "").text
    assert "paragraph that says something" in text
    assert "Nobody" not in text


def test_a_text_that_a_script_shows_later_is_read_though_it_is_hidden():
    menu = "<nav>" + "<a href=/a>Some place of the menu</a> " * 20 + "</nav>"
    page = (
        f"<title>Caches</title>{menu}<article style='display:none'><h1>Caches</h1>{f'<p>{PROSE * 4}</p>' * 5}</article>"
    )
    assert "paragraph that says something" in read_text(page.encode(), "").text


def test_chinese_pages_keep_their_last_lines():
    body = "".join(
        f"<p>第{n}段，说明缓存是如何工作的，为什么它很重要，以及我们应该怎样使用它，请继续阅读。</p>" for n in range(12)
    )
    end = "<div><p>本文来源：某某周刊</p></div>"
    menu = "<div class=menu>" + "<a href=/x>首页栏目</a> " * 30 + "</div>"
    page = f"<meta charset=utf-8><title>缓存</title>{menu}<div class=content>{body}{end}</div>"
    found = read_text(page.encode(), "").text
    assert "第0段" in found
    assert "本文来源：某某周刊" in found
    assert "首页栏目" not in found


def test_minutes_of_chinese_count_characters():
    page = "<article>" + "<p>" + "读" * 199 + "。</p>" * 1 + "<p>" + "书" * 600 + "。</p></article>"
    found = read_text(page.encode())
    assert (found.lang, found.minutes) == ("zh", 2)


def test_a_broken_pdf_is_unreadable_with_a_sentence():
    found = read_text(b"%PDF-1.7 nonsense")
    assert found.outcome == "unreadable"
    assert "PDF" in found.why


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(HTML), max_size=40).map(b"".join) | st.binary(max_size=200))
def test_any_bytes_give_an_answer_whose_markdown_does_nothing(body):
    found = read_text(body, "https://example.org/")
    assert not re.search(r"(?<!\\)<[a-z/!?]", re.sub(r"(?s)```.*?(```|$)|`[^`]*`", "", found.markdown), re.I)
    assert not re.search(r"\]\((?!https?:|mailto:)", found.markdown)
    assert "\u202e" not in found.markdown
    assert "\x00" not in found.text
