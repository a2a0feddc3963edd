"""Which works are offered as one: papers on two sites, works that are only named; never two of one site."""

from __future__ import annotations

from tracker.core.model import ResourceKind
from tracker.core.sameness import Work, offers

PAPER, TOOL, REPO, COURSE = ResourceKind.PAPER, ResourceKind.TOOL, ResourceKind.REPO, ResourceKind.COURSE
ARXIV, REVIEW = "https://arxiv.org/abs/2305.14314", "https://openreview.net/forum?id=x"
LONG = Work(1, "QLoRA: Efficient Finetuning of Quantized LLMs", PAPER, REVIEW)
SHORT = Work(2, "QLoRA", PAPER, ARXIV)


def pairs(*works: Work) -> list[tuple[int, int]]:
    return [(one.keep, one.other) for one in offers(works)]


def test_one_paper_on_two_sites_is_offered_with_its_evidence() -> None:
    (one,) = offers([SHORT, LONG])
    assert (one.keep, one.other, one.confidence) == (1, 2, 0.7)
    assert "'qlora'; one stands at openreview.net, the other at arxiv.org" in one.why


def test_a_work_that_is_only_named_joins_the_one_with_an_address() -> None:
    named = Work(1, "QLoRA 论文", PAPER)
    assert pairs(named, SHORT) == [(2, 1)]
    (one,) = offers([Work(3, "qlora", PAPER), SHORT])
    assert (one.confidence, one.why) == (
        0.9,
        "both are called 'QLoRA'; one stands at arxiv.org, the other is only named",
    )
    assert pairs(Work(1, "LangGraph", TOOL), Work(2, "LangGraph", REPO, "https://github.com/a/langgraph")) == [(2, 1)]


def test_what_is_not_one_is_not_offered() -> None:
    other = Work(3, "QLoRA: Another Subtitle", PAPER, "https://aclanthology.org/1")
    assert pairs(LONG, other) == []  # two subtitles
    assert pairs(SHORT, Work(3, "QLoRA", PAPER, "https://arxiv.org/abs/2401.00001")) == []  # one site, two numbers
    assert pairs(SHORT, Work(3, "QLoRA", COURSE)) == []
    assert pairs(Work(1, "QLoRA", PAPER), Work(2, "qlora", PAPER)) == []  # neither has an address
    assert pairs(Work(1, "Paper", PAPER, ARXIV), Work(2, "paper", PAPER, REVIEW)) == []
    assert pairs(Work(1, "http://a.example", PAPER, ARXIV), Work(2, "http://a.example", PAPER, REVIEW)) == []
    assert pairs(*(Work(n, "Common", PAPER, f"https://h{n}.example/") for n in range(6))) == []


def test_only_what_was_touched_is_asked_about() -> None:
    assert offers([LONG, SHORT], {9}) == []
    assert len(offers([LONG, SHORT], {2})) == 1
    assert len(offers([LONG, SHORT], {1})) == 1
