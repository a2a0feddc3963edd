"""Where a lost page may stand now, and which addresses are newer documentation."""

from __future__ import annotations

import pytest

from tracker.core import signs
from tracker.core.elsewhere import candidates, has_version, newer_documentation, sameness
from tracker.core.signs import Page, page_of

TEXT = "<title>How attention works in practice</title>" + " ".join(f"word{n} of it" for n in range(80))


@pytest.mark.parametrize(
    ("url", "right", "newer"),
    [
        ("https://d.example/en/1.2/x.html", "https://d.example/en/latest/x.html", "https://d.example/en/latest/x.html"),
        ("https://d.example/en/v1.2.0/x", "/en/stable/x", "https://d.example/en/stable/x"),
        ("https://d.example/1.9/x", "https://d.example/1.10/x", "https://d.example/1.10/x"),
        ("https://d.example/docs/17/x", "https://d.example/docs/x", "https://d.example/docs/x"),
        ("https://d.example/0.x/a.html", "https://www.d.example/1.x/a", "https://www.d.example/1.x/a"),
        ("https://d.example/2.0/x", "https://d.example/1.0/x", ""),  # older
        ("https://d.example/1.2/x", "https://d.example/1.2/x", ""),
        ("https://d.example/1.2/x", "https://d.example/latest/y", ""),  # another page
        ("https://d.example/1.2/x", "https://d.example/latest/", ""),
        ("https://d.example/1.2/x", "https://other.example/latest/x", ""),
        ("https://d.example/1.2/x?p=1", "https://d.example/latest/x", ""),
        ("https://d.example/2024/05/x", "https://d.example/2025/05/x", ""),  # a year is no version
        ("https://d.example/1.2/x", "", ""),
        ("https://d.example/1.2/x", "javascript:1", ""),
        ("https://d.example/1.2/x", "https://d.example/beta/x", ""),
    ],
)
def test_only_the_same_page_of_a_newer_version_counts(url: str, right: str, newer: str) -> None:
    assert newer_documentation(url, right) == newer


def test_a_version_is_told_from_a_year() -> None:
    urls = ("https://d.example/v0.19/x", "https://d.example/en/3/x", "https://d.example/2024/x", "nothing")
    assert [has_version(url) for url in urls] == [True, True, False, False]


def test_a_lost_page_is_looked_for_at_the_new_host_first() -> None:
    assert candidates("http://old.example/a/b.html", ["new.example"]) == [
        "https://new.example/a/b.html", "https://old.example/a/b.html", "http://old.example/a/b",
        "http://www.old.example/a/b.html",
    ]  # fmt: skip
    assert candidates("https://www.old.example/a", ["new.example:8080"]) == [
        "https://new.example:8080/a", "https://www.old.example/a.html", "https://old.example/a",
    ]  # fmt: skip
    assert candidates("https://10.1.2.3/a.pdf", []) == []
    assert candidates("https://a.example/", []) == ["https://www.a.example/"]
    assert candidates("mailto:x", ["new.example"]) == []


def test_pages_are_one_by_their_words_or_by_a_title_that_says_something() -> None:
    page = page_of(TEXT)
    assert sameness("", page, page) == pytest.approx(0.9)
    assert sameness("", page, page_of(TEXT.replace("word", "other"))) == 0  # the title alone is not enough here
    assert sameness("How attention works", None, page) == 0.5
    assert sameness("How attention works", Page(shell=True, title="How attention works"), page) == 0.5
    assert sameness("Introduction", None, page) == 0
    assert sameness("", None, page) == sameness("x", None, None) == sameness("x", page, Page(shell=True)) == 0


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ('<meta http-equiv="refresh" content="0; url=/new">', (0, "/new")),
        ("<META content='3;URL=\"b.html\"' HTTP-EQUIV=Refresh>", (3, "b.html")),
        ('<meta http-equiv=refresh content="0.5, url= https://a.example/?a&amp;b ">', (0, "https://a.example/?a&b")),
        ('<meta http-equiv=refresh content=";url=x">', (0, "x")),
        ('<meta http-equiv=refresh content="30">', (0, "")),  # loads itself again
        ('<noscript><meta http-equiv=refresh content="0;url=/nojs"></noscript>', (0, "")),
        ('<!-- <meta http-equiv=refresh content="0;url=/x"> -->', (0, "")),
        ('<meta name=description content="0;url=/x">', (0, "")),
        ("<meta http-equiv=refresh>", (0, "")),
    ],
)
def test_a_page_that_sends_one_on(markup: str, told: tuple[float, str]) -> None:
    assert signs.sent_on(f"<html><head>{markup}<title>t</title></head>") == told
