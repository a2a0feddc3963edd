"""Which texts are kept, when one is asked for again, and a paper made of its page and its PDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.core.article import (
    Article,
    Standing,
    answered,
    harmless,
    is_new_version,
    paper_addresses,
    with_paper,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GOOD = Article("ok", text="one two three four", markdown="one two three four", words=4)
PAGE = Article("ok", "", "The Paper", ("Ann Lee",), NOW, "en", "We <b>show</b>.", "menu", "menu", 1)
PDF = Article("ok", "", "paper.dvi", (), None, "en", "", "Body of it.", "## Page 1\n\nBody of it.", 3, 1)


def test_a_text_ends_the_tries():
    after = answered(GOOD, Standing("blocked", "x", NOW, NOW, 2, 3), NOW)
    assert after == Standing("ok", "", NOW, None, 0, 3)


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [
        ("unreachable", [1, 6, 24, 72, 240, None]),
        ("blocked", [24, 72, 336, None]),
        ("soft404", [24, 168, 720, None]),
        ("empty", [24, 168, None]),
        ("refused", [720, None]),
        ("resting", [1, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_what_gave_no_text_is_asked_for_again_ever_later(outcome, waits):
    now, standing = NOW, Standing()
    for hours in waits:
        standing = answered(Article(outcome, "so"), standing, now)
        assert standing.next_try == (None if hours is None else now + timedelta(hours=hours))
        assert (standing.outcome, standing.why) == (outcome, "so")
    assert answered(Article("ok", "part", partial=True, text="x"), Standing(), NOW).next_try == NOW + timedelta(hours=1)


def test_a_host_that_rests_is_left_alone_as_long_as_it_asks_for_but_a_day_at_most():
    resting = Article("resting")
    assert answered(resting, Standing(), NOW, 7200).next_try == NOW + timedelta(hours=2)
    assert answered(resting, Standing(), NOW, 1e9).next_try == NOW + timedelta(days=1)
    assert answered(resting, Standing(tries=2), NOW).tries == 2


@pytest.mark.parametrize(
    ("new", "sha", "words", "kept"),
    [
        (GOOD, "", 0, True),
        (GOOD, "other", 900, True),
        (GOOD, GOOD.sha256, 4, False),
        (replace(GOOD, outcome="paywall"), "", 0, False),
        (Article("ok"), "", 0, False),
        (replace(GOOD, partial=True), "", 0, True),
        (replace(GOOD, partial=True), "other", 900, False),
    ],
)
def test_only_texts_that_differ_are_versions_and_no_part_replaces_a_whole(new, sha, words, kept):
    assert is_new_version(new, sha, words) is kept


def test_a_paper_is_its_abstract_and_its_pdf():
    whole = with_paper(PAGE, PDF)
    assert whole.text == "We <b>show</b>.\n\nBody of it."
    assert whole.markdown == "## Abstract\n\nWe \\<b>show\\</b>.\n\n## Page 1\n\nBody of it."
    assert (whole.title, whole.authors, whole.outcome, whole.partial) == ("The Paper", ("Ann Lee",), "ok", False)
    assert whole.words == 7


def test_without_its_pdf_the_abstract_stands_for_it_and_says_so():
    part = with_paper(PAGE, Article("unreachable", "too-large"))
    assert (part.outcome, part.partial, part.text) == ("ok", True, PAGE.abstract)
    assert part.why == "only the abstract: too-large"
    assert with_paper(replace(PAGE, abstract=""), PDF).text.startswith("menu")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://arxiv.org/pdf/1706.03762v5", ("https://arxiv.org/abs/1706.03762", "https://arxiv.org/pdf/1706.03762")),
        ("https://openreview.net/pdf?id=aB1", ("https://openreview.net/forum?id=aB1", "https://openreview.net/pdf?id=aB1")),
        (
            "https://aclanthology.org/2020.acl-main.1.pdf",
            ("https://aclanthology.org/2020.acl-main.1/", "https://aclanthology.org/2020.acl-main.1.pdf"),
        ),
        ("https://example.org/x.pdf", None),
    ],
)  # fmt: skip
def test_sites_of_papers_say_where_the_page_and_the_pdf_lie(url, found):
    assert paper_addresses(url) == found


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a < b <script>", "a \\< b \\<script>"),
        ("[x](javascript:y) [y](https://e.org)", "[x]\\(javascript:y) [y](https://e.org)"),
        ("[r]: data:x", "[r]\\: data:x"),
    ],
)
def test_plain_text_as_markdown_does_nothing(text, markdown):
    assert harmless(text) == markdown
