"""Forms of a digest: nothing from outside breaks out of its place, every form is well-formed, broken templates say
where.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tracker.core.digest import (
    Changed,
    Digest,
    Group,
    Imported,
    LinkNews,
    Noted,
    Open,
    Progress,
    Reviews,
    Trouble,
    period_of,
)
from tracker.core.errors import ConfigError
from tracker.core.health import Verdict
from tracker.core.journal import Bullet
from tracker.core.model import InboxState, Origin, Resource, ResourceId, ResourceKind, Sighting
from tracker.core.text import clean_line
from tracker.formats import atom
from tracker.formats.calendar import Event, calendar
from tracker.formats.digest import FORMS, TEMPLATES, render
from tracker.formats.digest_words import WORDS
from tracker.formats.pens import HtmlPen, MarkdownPen, quoted
from tracker.services.templates import found_templates

NOW = datetime(2026, 1, 12, tzinfo=UTC)
HOSTILE = (
    "x](https://evil.example) [y", "<script>alert(1)</script>", "<!-- --> <img src=x onerror=1>", "# h", "- a", "1. b",
    "a\n\n# heading\n\n```js\nx\n```", "```dataviewjs", "$$x$$ $(id)", "[[wiki]] ![[embed]]", "| a | b |", "---",
    "[ref]: https://evil.example", "https://evil.example", "\\", "`", "**", "*a* _b_ ~~c~~", "&lt;b&gt; &#60;b&#62;",
    "\u202ertl\u202c", "<https://evil.example>", "{{ 7*7 }}{% x %}", "%%c%%", "#tag ^block", "> q", "\x1b[31mred",
    "&copy", "&", ";", "&#", "x3c;", "R&D; a&b", "[a](https://evil.example)",
    "![](https://evil.example)", "-->", "]]>", "]] evil", "javascript:alert(1)", "<a href='x'>",
    "a  \nb", "\t\tcode", "x\r\ny", "=====", "+ b",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=40), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join)
)
SHIPPED = found_templates(Path("/nowhere"), TEMPLATES)


def digest(word: str, url: str = "https://a.example/x") -> Digest:
    """A digest in which every word from outside is `word`."""
    seen = Sighting(Origin.SOURCE, word, label=word, publisher=word, note=word)
    one = Resource(ResourceId(1), url, url, ResourceKind.ARTICLE, word, (word,), word, "", NOW, NOW, 3, word,
                   InboxState.DONE, topics=(word,), sightings=(seen,))  # fmt: skip
    note = Noted(
        date(2026, 1, 12), "journal", word, "上", url, 61, (Bullet(word, 0), Bullet(f"**{clean_line(word)}** and", 0))
    )
    return Digest(
        period_of("daily", NOW.date()), (Group(word, (one,)),), (Group("done", (one,)),), 2, 0, 3,
        (Trouble(word, url, word),), (note,), (replace(note, kind="question"),),
        (LinkNews(word, url, Verdict.MOVED, "https://b.example/y"),), (Changed(one, (word,)),), (one,),
        (Progress(word, 1, 2, 4, 0, 1, 3), Progress(word, 0, 0, 0)), Reviews({1: 1, 3: 2}, 4), (one,),
        (Open(word, word, 3),), (Imported(word, 12),),
    )  # fmt: skip


def made(form: str, one: Digest, language: str = "en", **more: Any) -> str:
    return render(one, form, language, *SHIPPED, **more)


def shape(text: str) -> list[str]:
    """The structure of a Markdown text: its tokens without the words; where links lead."""
    out = []
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        out.append(f"{token.type}{token.tag}{token.level}")
        for child in token.children or ():
            if child.type not in ("text", "text_special"):
                out.append(f"{child.type} {child.attrs.get('href', '')}")
    return out


@settings(max_examples=150, deadline=None)
@given(words)
def test_nothing_in_a_word_changes_the_structure_of_the_markdown(word: str) -> None:
    shown = MarkdownPen().text(word)
    if not shown or "*" in clean_line(word):  # a note's own bold is meant to live
        return
    for form in ("log", "blog", "obsidian"):
        assert shape(made(form, digest(word))) == shape(made(form, digest("plain"))), (form, word)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("R & D, Q&A, a&b c", "R & D, Q&A, a&b c"), ("AT&T; &copy; &#60;", "AT&amp;T; &amp;copy; &amp;\\#60;"),
        ("this &", "this &amp;"), ("\\&lt;", "\\\\&amp;lt;"), ("a &< b", "a &&lt; b"),
    ],
)  # fmt: skip
def test_an_ampersand_is_an_entity_only_where_it_could_begin_one(title: str, shown: str) -> None:
    assert MarkdownPen().text(title) == shown
    inline = MarkdownIt("commonmark").parseInline(shown)[0].children or []
    assert "".join(child.content for child in inline) == title


@pytest.mark.parametrize("form", ["log", "blog", "obsidian", "html"])
def test_a_link_in_a_title_is_shown_by_its_label(form: str) -> None:
    titled = made(form, Digest(period_of("daily", NOW.date()), opens=(
        Open("Plan", "项目：[FastAPI & co](https://a.example/x) f[i](x) [ ](https://b.example)", 3),)))  # fmt: skip
    assert "a.example" not in titled
    assert "项目：FastAPI &" in titled
    assert "b.example" in titled


@settings(max_examples=100, deadline=None)
@given(words)
def test_nothing_in_a_title_comes_alive(word: str) -> None:
    text = f"- {MarkdownPen().link(word, 'https://a.example/x')} — {MarkdownPen().text(word)}\n"
    assert shape(text) == shape(
        f"- {MarkdownPen().link('p', 'https://a.example/x')} — {'p' if MarkdownPen().text(word) else ''}\n"
    )


class Tags(HTMLParser):
    """The tags of a page with their addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs).get("href")))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))


def tags(text: str) -> list[tuple[str, str | None]]:
    page = Tags()
    page.feed(text)
    return page.found


@settings(max_examples=100, deadline=None)
@given(words)
def test_nothing_in_a_word_changes_the_structure_of_the_page(word: str) -> None:
    if not HtmlPen().text(word) or "*" in word:
        return
    assert tags(made("html", digest(word))) == tags(made("html", digest("plain")))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "file:///etc/passwd", "//x"])
def test_only_web_addresses_become_links(url: str) -> None:
    for pen in (MarkdownPen(), HtmlPen()):
        assert "href" not in pen.link("t", url)
        assert "](" not in pen.link("t", url)
    assert "ElementTree" not in made("atom", digest("t", url))
    assert not re.search(r"^URL:", made("ics", digest("t", url)), re.M)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_form_says_everything_and_is_the_same_twice(form: str, language: str) -> None:
    text = made(form, digest("plain"), language)
    assert text == made(form, digest("plain"), language)
    if form not in ("atom", "ics"):
        assert text.rstrip().endswith("-->")
        w = WORDS[language]
        parts = ["noted", "progress", "next", "links", "changed"] + (
            [] if form == "blog" else ["transcripts", "reviews"]
        )
        assert all(w[part] in text for part in parts)
        assert "t=61" in text
        assert "██████████░░░░░░░░░░" in text
        assert "2/4 (+1)" in text
    empty = made(form, Digest(period_of("daily", NOW.date())), language)
    assert form in ("atom", "ics") or WORDS[language]["nothing"] in empty


def test_both_languages_know_the_same_words() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, words_ in WORDS["en"].items():
        assert set(re.findall(r"\{\w+\}", words_)) == set(re.findall(r"\{\w+\}", WORDS["zh"][key])), key


def test_topics_are_wiki_links_only_when_asked() -> None:
    assert "[[plain]]" in made("obsidian", digest("plain"), wiki=True)
    assert "[[" not in made("obsidian", digest("plain"))
    assert MarkdownPen(wiki=True).topic("a]] [[b|c#d") == "[[a b c d]]"
    assert MarkdownPen(wiki=True).topic("[]") == "\\[\\]"


@given(words)
@settings(max_examples=100, deadline=None)
def test_a_feed_and_a_calendar_are_well_formed_whatever_is_in_them(word: str) -> None:
    root = ElementTree.fromstring(made("atom", digest(word, f"https://a.example/{word}")).encode("utf-8", "replace"))
    kinds = [child.tag.rpartition("}")[2] for child in root]
    assert kinds == ["title", "id", "updated", "author", "entry"]
    assert all(root.findtext(f".//{{{atom.NAMESPACE}}}entry/{{{atom.NAMESPACE}}}{tag}") for tag in ("id", "updated"))
    lines = calendar([Event("k", NOW.date(), word, word, f"https://a.example/{word}")]).encode("utf-8", "replace")
    assert max(map(len, lines.split(b"\r\n"))) <= 75
    names = [line.partition(b":")[0].partition(b";")[0] for line in lines.split(b"\r\n") if line[:1] != b" "]
    assert [n for n in names if n in (b"BEGIN", b"END")] == [b"BEGIN", b"BEGIN", b"END", b"END"]
    known = b"BEGIN END VERSION PRODID CALSCALE UID DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION URL TRANSP".split()
    assert set(names) <= {*known, b""}


def test_a_note_keeps_its_bold_and_nothing_else() -> None:
    assert quoted("a **b** c [x](y)", MarkdownPen()) == "a **b** c \\[x\\](y)"
    assert quoted("**b**c <i>", HtmlPen()) == "<strong>b</strong>c &lt;i&gt;"
    assert quoted("**a** **b**", MarkdownPen()) == "**a** **b**"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("ok\n{% for x in %}\n", 2, "Expected"),
        ("ok\n\n{{ nobody }}\n", 3, "undefined"),
        ("{{ 1 // 0 }}", 1, "zero"),
        ("\n{{ ''.__class__.__mro__ }}", 2, "unsafe"),
        ("{% include 'other' %}", 0, "no template 'other'"),
        (
            "{% for i in range(90000) %}{% for j in range(90000) %}{{ w.new * 1000 }}{% endfor %}{% endfor %}",
            0,
            "more than",
        ),
    ],
)
def test_a_broken_template_says_where(tmp_path: Path, text: str, line: int, why: str) -> None:
    (tmp_path / "templates").mkdir()
    file = tmp_path / "templates" / "digest.log.md.j2"
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        render(digest("x"), "log", "en", *found_templates(tmp_path, TEMPLATES))
    assert raised.value.file == str(file)
    assert raised.value.line == line
    assert why in raised.value.sentence()


def test_a_persons_template_goes_first_and_may_use_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    file = tmp_path / "templates" / "digest.log.md.j2"
    file.write_text("My {{ name }}\n{% include 'shipped/digest.log.md.j2' %}")
    text = render(digest("x"), "log", "en", *found_templates(tmp_path, TEMPLATES))
    assert text.startswith("My daily\n")
    assert "# 20260112" in text
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        found_templates(tmp_path, TEMPLATES)
