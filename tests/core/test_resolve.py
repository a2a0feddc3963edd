"""What fits a paper that is only named, and a link that leads to a front page."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from tracker.core import resolve
from tracker.core.resolve import Page


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("GPT-3/4 Technical Report", ("GPT-3 Technical Report", "GPT-4 Technical Report")),
        ("LLaMA 1/2/3", ("LLaMA 1", "LLaMA 2", "LLaMA 3")),
        ("TCP/IP", ("TCP/IP",)),
    ],
)
def test_a_row_may_name_several_works(title: str, names: tuple[str, ...]) -> None:
    assert resolve.names_of(title) == names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("LLaMA 1", "LLaMA"), ("LLaMA 2", "LLaMA 2"), ("BERT论文", "BERT"), ("GPT-3 Technical Report", "GPT-3"),
        ('The "word" paper', "The  word"), ("X Tech Report", "X"),
    ],
)  # fmt: skip
def test_a_name_as_a_title_says_it(name: str, said: str) -> None:
    assert resolve.spoken(name) == said


def test_what_arxiv_is_asked() -> None:
    assert resolve.question("x", "1706.03762").endswith("?id_list=1706.03762&max_results=20")
    asked = unquote(resolve.question('ReAct: "Synergizing" it', base="http://a.example/q"))
    assert asked == 'http://a.example/q?search_query=ti:"ReAct Synergizing it"&max_results=20'


def test_a_title_must_be_the_name_or_begin_with_it() -> None:
    found = [
        Page("https://arxiv.org/abs/1", "Deep Learning"), Page("https://arxiv.org/abs/2", "LoRA: Low-Rank"),
        Page("https://arxiv.org/abs/3", "On LoRA"), Page("https://arxiv.org/abs/4", "lora"),
    ]  # fmt: skip
    assert [(fit.page.url[-1], fit.confidence) for fit in resolve.papers_called("LoRA", found)] == [
        ("4", 0.95), ("2", 0.9),
    ]  # fmt: skip
    (long,) = resolve.papers_called("On Deep Things Here", [Page("https://arxiv.org/abs/5", "On deep things here now")])
    assert (long.confidence, long.why) == (0.8, "arXiv has 'On deep things here now', which begins so")
    assert resolve.papers_called("On Deep", [Page("https://arxiv.org/abs/5", "On deep things")]) == ()


def test_stars_are_counted_where_they_stand() -> None:
    assert resolve.stars_in(["★★★☆☆", "x", "★★★★☆"]) == 4
    assert resolve.stars_in([]) == 0


def test_pages_below_that_share_telling_words_the_shortest_of_equals_first() -> None:
    start = "https://helm.example/docs/"
    pages = [
        Page(f"{start}chart_template/", "Chart template"), Page(f"{start}chart_template/more/", "Chart template"),
        Page("https://helm.example/blog/chart", "Chart"), Page("https://other.example/docs/chart", "Chart"),
        Page(start, "Chart"), Page(f"{start}faq", "Chart values of Helm", known=True),
    ]  # fmt: skip
    first, second = resolve.pages_about("Helm Chart template 文档", start, pages)
    assert (first.page.url, first.confidence) == (f"{start}chart_template/", 0.6)
    assert first.why == "'Chart template' is about chart, template; its site map lists it"
    assert second.page.url == f"{start}chart_template/more/"
    assert resolve.pages_about("Helm docs", start, pages) == ()
    (known,) = resolve.pages_about("values", start, pages)
    assert (known.confidence, known.why) == (0.5, "'Chart values of Helm' is about values; the library holds it")
