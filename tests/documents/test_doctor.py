"""Links that look wrong as far as text alone can tell."""

from __future__ import annotations

import pytest

from tracker.core.document import Document, Mention
from tracker.documents.doctor import examined
from tracker.documents.pieces import mention


def said(*mentions: Mention, kind: str = "list") -> list[tuple[int, str]]:
    found = examined(Document("a.md", kind, "", "", mentions=mentions))
    return [(f.line, f.message) for f in found.findings]


@pytest.mark.parametrize(
    ("url", "title", "words"),
    [
        ("https://bit.ly/3abc", "Short", "a shortened address (bit.ly)"),
        ("https://docs.ragas.org.cn/en/stable/", "Ragas", "ragas itself is at ragas.io"),
        ("https://langchain.com.cn/x/y", "L", "langchain itself is at langchain.com"),
        ("https://python.langchain.com/docs/concepts/agents/", "Agents", "docs.langchain.com by now"),
        ("https://platform.openai.com/docs/api-reference", "API", "developers.openai.com/api/docs by now"),
        ("https://github.com/hugingface/peft", "PEFT", "one letter off the well-known huggingface"),
        ("https://github.com/micorsoft/autogen", "AutoGen", "one letter off the well-known microsoft"),
        ("https://arxiv.org/pdf/2401.04088v2", "Mistral", "but 2401.04088 is 'Mixtral of Experts'"),
        ("https://arxiv.org/abs/2307.03142", "Lost in the Middle", "one digit off 2307.03172"),
        ("https://zhuanlan.example/p/1", "GitHub", "says github, but the address is at zhuanlan.example"),
    ],
)
def test_what_looks_wrong_is_said_with_its_line(url: str, title: str, words: str) -> None:
    ((line, message),) = said(mention(url, title, 7))
    assert line == 7
    assert title in message
    assert words in message


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://docs.vllm.ai/en/latest/", "vLLM"),
        ("https://llamafactory.readthedocs.io/zh-cn/latest/", "LLaMA Factory"),
        ("https://langchain-ai.github.io/langgraph/", "LangGraph"), ("https://github.com/huggingface/peft", "PEFT"),
        ("https://github.com/somebodyelse/thing", "Thing"), ("https://arxiv.org/abs/1810.04805", "BERT论文"),
        ("https://arxiv.org/abs/1604.06174", "梯度检查点"), ("https://arxiv.org/abs/2501.13787", "PEFT论文"),
        ("https://github.com/", "GitHub"), ("https://pytorch.org/tutorialsx", "x"), ("https://openai.com/", "OpenAI"),
    ],
)  # fmt: skip
def test_what_is_right_is_not_spoken_of(url: str, title: str) -> None:
    assert said(mention(url, title, 1)) == []


def test_references_of_a_day_must_name_a_page() -> None:
    found = said(
        mention("https://streamlit.io/", "Streamlit", 1, day_from=1, day_to=1),
        mention("https://docs.crewai.com/", "CrewAI", 2, day_from=2, day_to=2),
        mention("https://react.dev/learn/state", "State", 3, day_from=3, day_to=3),
        mention("https://www.streamlit.io", "Other words", 4),
        mention("", "No address", 5),
        kind="plan",
    )
    assert found == [
        (1, "'Streamlit' leads to the front page of streamlit.io, not to a page about it"),
        (2, "'CrewAI' leads to the start of a documentation (docs.crewai.com)"),
        (4, "'Other words' leads to the same address as 'Streamlit' on line 1"),
    ]
    assert said(mention("https://streamlit.io/", "Streamlit", 1)) == []


def test_feeds_are_left_to_the_crawl() -> None:
    assert said(mention("https://bit.ly/feed", "Short", 1), kind="opml") == []
